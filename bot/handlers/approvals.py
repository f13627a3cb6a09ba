"""签发: what a leader does with an issue that waits for a word of theirs.

Who may is judged by the use case; a button that somebody else sends is refused there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.callbacks import Press, Verb
from bot.handlers.asking import Files, Question
from bot.handlers.context import Talk
from tasks.services import approvals

Pressed = Callable[[Talk, Press, int | None], str | None]


def ask_word(talk: Talk, notice_id: int, revision: int, message_id: int | None) -> str:
    """报请签发: put a draft before the leaders instead of handing it out."""
    asked = approvals.request(talk.session, talk.office, talk.act, notice_id, revision)
    talk.show("approval", message_id, approval=asked.id)
    return talk.toast("approval_asked")


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
