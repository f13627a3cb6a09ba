"""Words that answer a question of ours: which question waits, and who takes its answer.

The question is a row, so a restart between it and its answer loses nothing. It stays open
while the same one can still be answered; a refusal that no other words could mend ends it.
"""

from sqlalchemy import select
from telegram import Message

from bot.handlers import attachments, unkept
from bot.handlers.approvals import APPROVAL_ANSWERS
from bot.handlers.asking import Facts, Files, Question
from bot.handlers.away import AWAY_ANSWERS, AWAY_MENDABLE
from bot.handlers.broadcasts import BROADCAST_ANSWERS, BROADCAST_MENDABLE
from bot.handlers.byhand import BYHAND_ANSWERS, BYHAND_MENDABLE
from bot.handlers.closing import CLOSING_ANSWERS, CLOSING_MENDABLE
from bot.handlers.context import Talk
from bot.handlers.desk import DESK_ANSWERS, DESK_MENDABLE
from bot.handlers.draft_words import DRAFT_ANSWERS
from bot.handlers.extensions import EXTENSION_ANSWERS, EXTENSION_MENDABLE
from bot.handlers.ownership import OWNERSHIP_ANSWERS, OWNERSHIP_MENDABLE
from bot.handlers.records import RECORD_ANSWERS
from bot.handlers.reporting import REPORTING_ANSWERS
from bot.handlers.staff import STAFF_ANSWERS, STAFF_MENDABLE
from tasks.errors import DubanError
from tasks.mailroom import Dialogue, Outbox
from tasks.services import submissions
from tasks.services.post import Kind

LOOKED_AT = 50
"""Messages of a chat among which the one that asked is looked for."""


def answer_dialogue(talk: Talk, message: Message) -> bool:
    """Take a message as the answer to the question that waits; False where none does."""
    waiting = talk.dialogue()
    if waiting is None:
        return False
    if _is_over(talk, waiting):
        # Whoever comes back after days does not answer what was asked then.
        talk.leave_dialogue()
        talk.answer("question_expired")
        return False
    question = _question(waiting)
    if question is None:
        return False
    text = attachments.text_of(message)
    if message.text is None:
        files = question.files_now({**waiting.facts, "replied": talk.to_question})
        if files is Files.apart and not talk.to_question:
            return False
        if files is not Files.kept:
            text = message.caption or ""
        if files is Files.beside:
            attachments.hold(talk, waiting)
        if not text.strip():
            return _wants_words(talk, files)
    facts, talk.answering = dict(waiting.facts), waiting.kind
    question.take(talk, facts, text)
    attachments.keep_held(talk, talk.kept, facts)
    talk.file_seen |= talk.row.id in facts.get("files", ())
    return True


def takes_files(talk: Talk) -> bool:
    """Whether a file answers the question that waits, or was sent as a reply to it."""
    waiting = talk.dialogue()
    question = None if waiting is None else _question(waiting)
    if waiting is None or question is None or _is_over(talk, waiting):
        return False
    return question.files_now(waiting.facts) is not Files.apart or talk.to_question


def is_asked_by(talk: Talk, message: Message) -> bool:
    """Whether a message is a reply to the very one in which the question that waits was asked."""
    waiting, quoted = talk.dialogue(), message.reply_to_message
    question = None if waiting is None else _question(waiting)
    if quoted is None or question is None:
        return False
    rows = talk.session.scalars(
        select(Outbox)
        .where(Outbox.chat_id == talk.chat_id, Outbox.kind.in_((Kind.answer, Kind.view)))
        .order_by(Outbox.id.desc())
        .limit(LOOKED_AT)
    )
    for row in rows:
        shown = row.kind == Kind.view and row.facts["name"] == question.shown
        if shown or row.facts.get("ask"):
            known = quoted.message_id in (row.message_id, row.facts.get("edit"))
            return known or talk.on_its_way(quoted.message_id) is row
    return False


def _question(waiting: Dialogue) -> Question | None:
    return QUESTIONS.get(waiting.kind)


def _is_over(talk: Talk, waiting: Dialogue) -> bool:
    since = talk.now - waiting.asked_at
    return waiting.kind != "which" and since > talk.office.policy.dialogue_for


def _wants_words(talk: Talk, files: Files) -> bool:
    """A file alone does not answer: ask for the words, and say what became of the file."""
    if files is Files.beside:
        unkept.say_once(talk, "file_held")
    else:
        unkept.not_kept(talk, "file_needs_words")
    return True


def ends_question(kind: str, refusal: DubanError) -> bool:
    """Whether no other answer to that question could be taken."""
    # Those of a draft take their refusals themselves.
    return kind not in DRAFT_ANSWERS and refusal.code not in MENDABLE


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
        *BROADCAST_MENDABLE,
    }
)
"""Refusals after which the same question can be answered better."""

QUESTIONS: dict[str, Question] = {
    "send_back": Question(_send_back, Files.told),
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
    **BROADCAST_ANSWERS,
    **DRAFT_ANSWERS,
}
"""Who takes the answer, by the kind of the question, and what becomes of a file with it."""
