"""留言: words that report nothing, and words whose task nobody knows.

They are no answer to what was asked: nothing stops for them. They wait in the office's queue
until a coordinator answers (the words go back to who asked), says that they need none, or
finds the task to which they belong: then they are a report in the name of who said them, of
the moment in which they were said.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import outbox
from tasks.casework import Question
from tasks.errors import NotAllowed, NotFound, Refused
from tasks.mailroom import Dialogue, Inbox
from tasks.models import Department, Grant, Part, Person, Report, Task
from tasks.outbox import Priority
from tasks.replies import ReplyReading, read_reply
from tasks.services import reports
from tasks.services.acts import HIGHEST_ID, Act, Office, is_office, record
from tasks.services.post import Kind
from tasks.text import storable
from tasks.vocabulary import DEPARTMENT_ROLES


def ask(
    session: Session,
    act: Act,
    text: str,
    *,
    chat_id: int,
    message_id: int | None = None,
    part: Part | None = None,
    unmatched: bool = False,
) -> Question:
    """Put words of a department's person into the queue. `unmatched`: they may well report
    something, and nobody knows of which task."""
    assert act.person_id is not None
    asked = Question(
        person_id=act.person_id,
        chat_id=chat_id,
        message_id=message_id,
        task_id=None if part is None else part.task_id,
        part_id=None if part is None else part.id,
        unmatched=unmatched,
        text=storable(text),
        asked_at=act.said_at,
    )
    session.add(asked)
    session.flush()
    event = "unmatched" if unmatched else "question"
    record(session, act, event, part=part, text=asked.text, facts={"question": asked.id})
    return asked


def answer(session: Session, act: Act, question_id: int, text: str) -> Question:
    """回复: let the coordinator's words go to who asked, where they asked.

    Raises NotAllowed, NotFound, or Refused: somebody has seen to it, or nothing is said.
    """
    text = storable(text).strip()
    if not text:
        raise Refused("question_answer_needed")
    asked = check(session, act, question_id)
    asked.answered_at, asked.answered_by_id, asked.answer = act.now, act.person_id, text
    _seen_to(session, act, asked, "answer", text)
    facts: dict[str, Any] = {"question": asked.id}
    if asked.message_id is not None:
        facts["reply_to"] = asked.message_id
    outbox.put(
        session,
        key=f"question:{asked.id}",
        kind=Kind.relay,
        chat_id=asked.chat_id,
        person_id=asked.person_id,
        facts=facts,
        priority=Priority.at_once,
        now=act.now,
    )
    return asked


def settle(session: Session, act: Act, question_id: int) -> Question:
    """已处理: nothing has to be said. Raises as `answer`."""
    asked = check(session, act, question_id)
    asked.settled_at, asked.answered_by_id = act.now, act.person_id
    _seen_to(session, act, asked, "settle_question", None)
    return asked


def file(session: Session, office: Office, act: Act, question_id: int, number: int) -> Report:
    """归入: the words are a report of that task, in the name of who said them.

    Raises as `answer`, and NotFound for a task that is not one of their departments'.
    """
    asked = check(session, act, question_id)
    asker = session.get_one(Person, asked.person_id)
    theirs = Act(act.now, asked.asked_at, asker.name, asker.id, act.update_id)
    found = read_reply(asked.text, office.cal.local_date(asked.asked_at))
    meant = [reading for reading in found if reading.task in (None, number)] or list(found)
    reading = (
        meant[0]
        if len(meant) == 1
        else ReplyReading(None, None, None, None, None, None, asked.text)
    )
    reading = replace(reading, task=number, text=asked.text)
    said = reports.report(session, office, theirs, number, asked.text, reading)
    said.chat_id, said.message_id = asked.chat_id, asked.message_id
    asked.settled_at, asked.answered_by_id = act.now, act.person_id
    asked.task_id, asked.part_id = number, said.part_id
    _seen_to(session, act, asked, "file_question", None)
    for key, facts in (
        ("filed", {"code": "question_filed_told", "facts": {"task": number}, "tasks": [number]}),
        ("receipt", {"reports": [said.id]}),
    ):
        outbox.put(
            session,
            key=f"question:{asked.id}:{key}",
            kind=Kind.answer if key == "filed" else Kind.receipt,
            chat_id=asked.chat_id,
            person_id=asked.person_id,
            facts=facts,
            priority=Priority.at_once,
            now=act.now,
        )
    return said


def check(session: Session, act: Act, question_id: int) -> Question:
    """The question, held until the commit, if it still waits for this actor's word. Raises
    NotAllowed, NotFound, or Refused where somebody has seen to it."""
    if not is_office(session, act):
        raise NotAllowed(action="answer")
    asked = session.scalar(
        select(Question)
        .where(Question.id == (question_id if 0 < question_id <= HIGHEST_ID else 0))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if asked is None:
        raise NotFound("no_such_question")
    if asked.answered_at is not None or asked.settled_at is not None:
        by = "" if asked.answered_by_id is None else _name(session, asked.answered_by_id)
        code = "question_answered" if asked.answered_at is not None else "question_settled"
        raise Refused(code, by=by)
    return asked


def waiting_questions(session: Session) -> list[Question]:
    """Those that nobody has seen to, the oldest first."""
    return list(
        session.scalars(
            select(Question)
            .where(Question.answered_at.is_(None), Question.settled_at.is_(None))
            .order_by(Question.asked_at, Question.id)
        )
    )


def grants_of(session: Session, person_id: int) -> list[Department]:
    """The departments for which a person speaks."""
    return list(
        session.scalars(
            select(Department)
            .where(
                Department.id.in_(
                    select(Grant.department_id).where(
                        Grant.person_id == person_id, Grant.role.in_(DEPARTMENT_ROLES)
                    )
                )
            )
            .order_by(Department.id)
        )
    )


def give_up_waiting(session: Session, before: datetime) -> int:
    """Words whose sender was asked for their task before that moment and never said it come
    to the queue; the buttons still work until somebody has seen to it. How many."""
    given = 0
    for waiting in session.scalars(
        select(Dialogue).where(Dialogue.kind == "which", Dialogue.asked_at < before)
    ).all():
        if "question" in waiting.facts:
            continue
        person = session.scalar(select(Person).where(Person.chat_id == waiting.chat_id))
        if person is None:
            continue
        row = session.get(Inbox, waiting.facts["row"])
        said_at = datetime.fromisoformat(str(waiting.facts["said_at"]))
        update_id = None if row is None else row.update_id
        act = Act(max(before, said_at), said_at, person.name, person.id, update_id)
        asked = ask(
            session,
            act,
            str(waiting.facts["text"]),
            chat_id=waiting.chat_id,
            message_id=waiting.facts.get("message"),
            unmatched=True,
        )
        waiting.facts = {**waiting.facts, "question": asked.id}
        given += 1
    return given


def resolved_by_sender(session: Session, act: Act, question_id: int) -> bool:
    """The sender said themselves for which task the words are; False where the office has
    seen to them already."""
    asked = session.get(Question, question_id)
    if asked is None or asked.answered_at is not None or asked.settled_at is not None:
        return False
    asked.settled_at, asked.answered_by_id = act.now, act.person_id
    record(session, act, "settle_question", facts={"question": asked.id})
    return True


def _seen_to(session: Session, act: Act, asked: Question, event: str, text: str | None) -> None:
    task = None if asked.task_id is None else session.get_one(Task, asked.task_id)
    record(
        session,
        act,
        event,
        part=asked.part,
        task=task,
        text=text,
        facts={"question": asked.id, "person": asked.person_id},
    )


def _name(session: Session, person_id: int) -> str:
    return session.get_one(Person, person_id).name
