"""Words in one's own words: which tasks they answer, and keeping them at once.

Words addressed to a task are a report once they are stored; never a wrong task: where it
is not sure which one is meant, the person is asked with buttons and the words wait.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.handlers import attachments, receipts
from bot.handlers.context import Talk
from tasks.errors import NotFound, Stale
from tasks.models import Part, Report, Task
from tasks.replies import (
    ReplyReading,
    ReplyState,
    is_question,
    is_small_talk,
    read_reply,
    task_asked_about,
)
from tasks.services import cooperation, questions, reports
from tasks.services.acts import Act, lock_task, part_for, record
from tasks.services.post import Kind
from tasks.text import storable
from tasks.views.cards import card, my_tasks
from tasks.vocabulary import OPEN_STATES

_NUMBER_ALONE = re.compile(r"\s*[#第]?\s*(\d{1,6})\s*[号项]?\s*[。.]?\s*")


def answer_report(talk: Talk, facts: Mapping[str, Any], text: str) -> None:
    """Take words as the answer to 报进展 of one task."""
    number = int(facts["task"])
    talk.replaces = {int(part): said for part, said in facts.get("replaces", {}).items()}
    readings = _read(talk, text)
    if not readings and is_small_talk(text):
        talk.answer("small_talk")
    elif not readings and is_question(text):
        _remark(talk, number, text)
    elif any(reading.task not in (None, number) for reading in readings):
        # Whoever names another task than the one asked about means that other one.
        talk.leave_dialogue()
        free_words(talk, text, [number])
    else:
        talk.leave_dialogue()
        report_on(talk, number, text)


def report_on(talk: Talk, number: int, text: str) -> None:
    """Keep words that are addressed to one task."""
    found = _read(talk, text)
    # Whoever chose the task with a button may have typed another number before.
    meant = [reading for reading in found if reading.task in (None, number)] or list(found)
    reading = meant[0] if len(meant) == 1 else nothing_read(text)
    _keep(talk, [(number, replace(reading, task=number, text=text))], text)


def free_words(talk: Talk, text: str, quoted: list[int]) -> None:
    """Keep words, addressed by what they quote or by the numbers in them."""
    readings = _read(talk, text)
    if not quoted and talk.group is None and _opens(talk, text):
        return
    if not talk.departments:
        _remark(talk, None, text)
        return
    mine = [card.task.number for card in my_tasks(talk.session, talk.office, talk.act).cards]
    if not readings:
        if is_small_talk(text):
            talk.answer("small_talk")
            return
        about = _about(talk, text, quoted)
        if about is None and mine and attachments.is_marked(text) and not is_question(text):
            # A photo alone is an answer as soon as it is known of which task.
            _ask_which(talk, text, mine)
        else:
            _remark(talk, about, text)
        return
    if all(reading.state is ReplyState.signed for reading in readings) and _sign_by_tap(
        talk, readings, quoted or mine
    ):
        return
    held = _held(talk)
    addressed, unsure = _addressed(readings, held, quoted, mine)
    if len(addressed) == 1 and not unsure:
        # Word for word: the number that the reading cut off belongs to what was said.
        addressed = [(number, replace(reading, text=text)) for number, reading in addressed]
    _keep(talk, addressed, text)
    if unsure:
        named = {one.task for one in readings if one.task is not None}
        _ask_which(talk, "；".join(unsure) if addressed else text, mine, sorted(named - held))


def _opens(talk: Talk, text: str) -> bool:
    """Show the card of a number that is all that is said; False where it is no task of theirs."""
    alone = _NUMBER_ALONE.fullmatch(unicodedata.normalize("NFKC", text))
    if alone is None:
        return False
    number = int(alone[1])
    try:
        card(talk.session, talk.office, talk.act, number)
    except NotFound:
        return False
    talk.leave_dialogue()
    talk.put(Kind.card, task=number)
    return True


def _held(talk: Talk) -> set[int]:
    """The tasks in which the person's departments have a part, those that ended too."""
    of_theirs = Part.department_id.in_(talk.departments)
    return set(talk.session.scalars(select(Part.task_id).where(of_theirs)))


def _about(talk: Talk, text: str, quoted: list[int]) -> int | None:
    """The task of words that report nothing: the one they name, or quote."""
    named = task_asked_about(text)
    if named is not None and named in _held(talk):
        return named
    return quoted[0] if len(quoted) == 1 else None


def choose(talk: Talk, number: int, words: int) -> None:
    """The task was chosen for words that wait. Raises Stale where they wait no longer."""
    facts = talk.take_words(words)
    if facts is None:
        raise Stale("old_button")
    said_at = datetime.fromisoformat(str(facts["said_at"]))
    talk.said_at = min(said_at, talk.now)
    talk.message_id = facts.get("message")
    report_on(talk, number, str(facts["text"]))
    for said in talk.kept:
        # Words of a group were said there, and are edited there.
        if said.chat_id is None and facts.get("source"):
            said.chat_id, said.message_id = facts["source"]
    attachments.keep_of_rows(talk, talk.kept, [words, *facts.get("files", ())])


def nothing_read(text: str) -> ReplyReading:
    """A reading of words that say nothing we can count."""
    return ReplyReading(None, None, None, None, None, None, text)


def _read(talk: Talk, text: str) -> tuple[ReplyReading, ...]:
    return read_reply(text, talk.office.cal.local_date(talk.said_at))


def _addressed(
    readings: tuple[ReplyReading, ...], known: set[int], quoted: list[int], mine: list[int]
) -> tuple[list[tuple[int, ReplyReading]], list[str]]:
    """Which task each reading is about, and the words of those where that is not sure."""
    around = quoted or mine
    found: list[tuple[int, ReplyReading]] = []
    unsure: list[str] = []
    for reading in readings:
        if reading.task in known:
            assert reading.task is not None
            found.append((reading.task, reading))
        elif reading.task is None and len(readings) == 1 and len(around) == 1:
            found.append((around[0], reading))
        else:
            unsure.append(reading.text)
    return found, unsure


def _ask_which(talk: Talk, text: str, mine: list[int], unknown: Sequence[int] = ()) -> None:
    """`unknown`: numbers in the words that are no task, or not theirs."""
    if not mine:
        _remark(talk, None, text)
        return
    talk.leave_dialogue()
    talk.ask_with_buttons(text, unknown=unknown)


def _sign_by_tap(talk: Talk, readings: tuple[ReplyReading, ...], around: list[int]) -> bool:
    """收到 is no report: offer the button that signs. False where nothing is unsigned."""
    named = [reading.task for reading in readings if reading.task is not None] or around
    unsigned = my_tasks(talk.session, talk.office, talk.act).unsigned
    waiting = [number for number in named if number in unsigned]
    if not waiting:
        talk.answer("nothing_to_sign")
        return True
    talk.answer("sign_by_tap", tasks=tuple(waiting))
    if len(waiting) == 1:
        talk.put(Kind.card, task=waiting[0])
    else:
        talk.view("my")
    return True


def _keep(talk: Talk, addressed: list[tuple[int, ReplyReading]], message: str) -> None:
    kept: list[Report] = []
    for number, reading in addressed:
        task = lock_task(talk.session, number)
        part = part_for(talk.session, talk.act, task)
        if _adds_nothing(talk, task, part, reading):
            (said,) = cooperation.nothing_to_add(
                talk.session,
                talk.office,
                talk.act,
                [number],
                reading.text,
                source=talk.source,
                replaces=talk.replaces.get(part.id),
            )
            kept.append(said)
            talk.kept.append(said)
            continue
        said = reports.report(
            talk.session,
            talk.office,
            talk.act,
            number,
            reading.text,
            reading,
            message=message,
            source=talk.source,
            replaces=talk.replaces.get(part.id),
        )
        if not receipts.file_away(talk, part):
            kept.append(said)
        talk.kept.append(said)
    if addressed:
        _is_said_again(talk, message)
    if kept:
        receipts.give(talk, kept)


def _adds_nothing(talk: Talk, task: Task, part: Part, reading: ReplyReading) -> bool:
    """无补充, 无变化 and nothing else, of a task in which the department only cooperates: there
    is nothing to confirm."""
    says_more = (reading.percent, reading.expected, reading.pace, reading.problem)
    return (
        reading.state is ReplyState.no_change
        and all(value is None for value in says_more)
        and part.state in OPEN_STATES
        and cooperation.cooperates(talk.session, talk.act, task)
    )


def _remark(talk: Talk, number: int | None, text: str) -> None:
    """Words that report nothing: those of a department go to the coordinators, those of the
    office into the history."""
    act: Act = talk.act
    if number is None:
        if not talk.departments:
            record(talk.session, act, "remark", text=storable(text))
            talk.answer("not_understood")
            return
        asks = is_question(text)
        _question(talk, text, unmatched=not asks)
        talk.answer("question_kept_open" if asks else "words_kept")
        return
    task = lock_task(talk.session, number)
    try:
        part = part_for(talk.session, act, task)
    except NotFound:
        record(talk.session, act, "remark", task=task, text=storable(text))
        talk.answer("question_kept", tasks=(number,), task=number)
    else:
        _question(talk, text, part=part)
        talk.answer("question_asked", tasks=(number,), task=number)


def _question(talk: Talk, text: str, *, part: Part | None = None, unmatched: bool = False) -> None:
    # The file of words whose task nobody knows is kept once somebody finds it.
    talk.file_seen |= unmatched
    # What the office answers to one person is not for the whole group.
    home = talk.at_home()
    questions.ask(
        talk.session,
        talk.act,
        text,
        chat_id=home.chat_id,
        message_id=home.message_id,
        part=part,
        unmatched=unmatched,
    )


def _is_said_again(talk: Talk, text: str) -> None:
    """Words that waited for their task and came again with its number wait no longer."""
    waiting = talk.dialogue()
    if waiting is None or waiting.kind != "which":
        return
    if str(waiting.facts["text"]).strip() in text:
        talk.leave_dialogue(cancelled=True)
