"""Words that answer a question of ours: which question waits, and who takes its answer.

The question is a row, so a restart between it and its answer loses nothing. It stays open
while the same one can still be answered; a refusal that no other words could mend ends it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.handlers import draft_words
from bot.handlers.approvals import APPROVAL_ANSWERS
from bot.handlers.away import AWAY_ANSWERS, AWAY_MENDABLE
from bot.handlers.byhand import BYHAND_ANSWERS, BYHAND_MENDABLE
from bot.handlers.closing import CLOSING_ANSWERS, CLOSING_MENDABLE
from bot.handlers.context import Talk
from bot.handlers.desk import DESK_ANSWERS, DESK_MENDABLE
from bot.handlers.extensions import EXTENSION_ANSWERS, EXTENSION_MENDABLE
from bot.handlers.ownership import OWNERSHIP_ANSWERS, OWNERSHIP_MENDABLE
from bot.handlers.records import RECORD_ANSWERS
from bot.handlers.reporting import REPORTING_ANSWERS
from bot.handlers.staff import STAFF_ANSWERS, STAFF_MENDABLE
from tasks.errors import DubanError
from tasks.services import submissions

Facts = Mapping[str, Any]
Answer = Callable[[Talk, Facts, str], None]
"""Takes the facts of the question and the words; leaves the dialogue once it is answered."""


def answer_dialogue(talk: Talk, text: str) -> bool:
    """Take words as the answer to the question that waits; False where none does."""
    waiting = talk.dialogue()
    if waiting is None:
        return False
    if waiting.kind != "which" and talk.now - waiting.asked_at > talk.office.policy.dialogue_for:
        # Whoever comes back after days does not answer what was asked then.
        talk.leave_dialogue()
        talk.answer("question_expired")
        return False
    if draft_words.answer(talk, waiting, text):
        return True
    take = _ANSWERS.get(waiting.kind)
    if take is None:
        return False
    take(talk, dict(waiting.facts), text)
    return True


def ends_question(kind: str, refusal: DubanError) -> bool:
    """Whether no other answer to that question could be taken."""
    return kind in _ANSWERS and refusal.code not in MENDABLE


def _send_back(talk: Talk, facts: Facts, text: str) -> None:
    task = submissions.send_back(talk.session, talk.office, talk.act, facts["report"], text)
    talk.leave_dialogue()
    talk.answer("sent_back", task=task.id)


MENDABLE = frozenset(
    {
        "reason_needed",
        *BYHAND_MENDABLE,
        *DESK_MENDABLE,
        *OWNERSHIP_MENDABLE,
        *CLOSING_MENDABLE,
        *EXTENSION_MENDABLE,
        *STAFF_MENDABLE,
        *AWAY_MENDABLE,
    }
)
"""Refusals after which the same question can be answered better."""

_ANSWERS: dict[str, Answer] = {
    "send_back": _send_back,
    **BYHAND_ANSWERS,
    **DESK_ANSWERS,
    **APPROVAL_ANSWERS,
    **OWNERSHIP_ANSWERS,
    **CLOSING_ANSWERS,
    **RECORD_ANSWERS,
    **REPORTING_ANSWERS,
    **EXTENSION_ANSWERS,
    **STAFF_ANSWERS,
    **AWAY_ANSWERS,
}
"""Who takes the answer, by the kind of the question; draft questions have a room of their own."""
