"""签发: what a leader does with an issue that waits for a word of theirs.

Who may is judged by the use case; a button that somebody else sends is refused there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from bot.callbacks import Press, Verb
from bot.handlers.asking import Files, Question
from bot.handlers.context import Talk
from tasks.casework import Extension
from tasks.services import approvals
from tasks.services.post import Kind
from tasks.services.requests import leaders_for
from tasks.vocabulary import Desk, ExtensionState

Pressed = Callable[[Talk, Press, int | None], str | None]


def ask_word(talk: Talk, notice_id: int, revision: int, message_id: int | None) -> str:
    """报请签发: put a draft before the leaders instead of handing it out."""
    asked = approvals.request(talk.session, talk.office, talk.act, notice_id, revision)
    talk.show("approval", message_id, approval=asked.id)
    return talk.toast("approval_asked")


def show_waiting(talk: Talk) -> None:
    """/queue of a leader: every message again that waits for a word of theirs."""
    asked = approvals.all_waiting(talk.session)
    forwarded = talk.session.scalars(
        select(Extension)
        .where(Extension.state == ExtensionState.asked, Extension.forwarded_at.is_not(None))
        .order_by(Extension.id)
    )
    extensions = [
        one for one in forwarded if talk.person in leaders_for(talk.session, one.part.task)
    ]
    for one in asked:
        talk.view("approval", approval=one.id)
    for request in extensions:
        facts = {"extension": request.id, "task": request.part.task_id}
        talk.put(Kind.request, desk=Desk.leader.value, **facts)
    if not (asked or extensions):
        talk.answer("nothing_to_sign_off")


def _approve(talk: Talk, press: Press, message_id: int | None) -> str:
    asked = press.ids[0]
    done = approvals.sign(talk.session, talk.office, talk.act, asked)
    talk.show("approval", message_id, approval=asked)
    return talk.toast("issued_toast", n=done.issued)


def _disapprove(talk: Talk, press: Press, message_id: int | None) -> None:
    asked = approvals.check_approval(talk.session, talk.act, press.ids[0])
    talk.ask("ask_disapprove", "disapprove", {"approval": asked.id})


def _disapproved(talk: Talk, facts: Mapping[str, Any], text: str) -> None:
    asked = approvals.send_back(talk.session, talk.act, facts["approval"], text)
    talk.leave_dialogue()
    talk.view("approval", approval=asked.id)


APPROVAL_VERBS: dict[Verb, Pressed] = {Verb.approve: _approve, Verb.disapprove: _disapprove}
APPROVAL_ANSWERS: dict[str, Question] = {"disapprove": Question(_disapproved, Files.told)}
