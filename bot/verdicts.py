"""PURE. The failure table: what an answer of Telegram's means for a message that was owed.

sent          accepted, or it stands there already
waiting       429, or the server was not reached: later, not counted as an attempt
moved         the group has a new id: again at once
unreachable   blocked, or the chat is gone
unsure        timed out or 5xx: sent again, so a double is possible
rejected      any other refusal: our bug, never sent again
"""

from dataclasses import dataclass
from enum import StrEnum

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.request import NotSent, seconds_of
from tasks.outbox import MAX_ATTEMPTS
from tasks.vocabulary import Delivery

AGAIN_AFTER = (2.0, 8.0, 32.0, 128.0, 512.0)
"""Seconds until a message whose fate is unknown is sent again: soon for who waits for it,
and for the last time after an outage of ten minutes."""

UNREACHED_AFTER = 5.0
TOKEN_AFTER = 60.0

GONE = ("chat not found", "peer_id_invalid", "user not found", "user_is_deactivated")
NOT_MODIFIED = "message is not modified"
TOPIC_DELETED = ("message thread not found", "topic_deleted", "topic_id_invalid")
TOPIC_CLOSED = "topic_closed"
NO_TARGET = ("message to edit not found", "message can't be edited", "message_id_invalid")


class Topic(StrEnum):
    """Why a topic of a group takes no message."""

    deleted = "deleted"
    closed = "closed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the row. `again` is in how many seconds to send it again, None for
    never; `counts` is False where it was no attempt; `word` stands in the log."""

    outcome: Delivery
    word: str
    error: str | None = None
    again: float | None = None
    counts: bool = True
    message_id: int | None = None
    spares_chat: bool = False


def sent(message_id: int) -> Verdict:
    """It was accepted under that number."""
    return Verdict(Delivery.sent, "sent", message_id=message_id)


def judge(error: TelegramError, attempts: int) -> Verdict:
    """What a refusal or a failure means, at that many attempts. ChatMigrated and edits that
    find nothing to change or nothing to edit are the sender's business, not judged here."""
    told = f"{type(error).__name__}: {error.message}"
    if isinstance(error, RetryAfter):
        wait = seconds_of(error)
        return Verdict(Delivery.waiting, "waiting", told, wait, counts=False, spares_chat=True)
    if isinstance(error, NotSent):
        return Verdict(Delivery.waiting, "waiting", told, UNREACHED_AFTER, counts=False)
    if isinstance(error, InvalidToken):
        # Its text can hold the token.
        return Verdict(Delivery.waiting, "waiting", "InvalidToken", TOKEN_AFTER, counts=False)
    if isinstance(error, Forbidden):
        return Verdict(Delivery.unreachable, "unreachable", told)
    if isinstance(error, ChatMigrated):
        return Verdict(Delivery.rejected, "rejected", told)
    if isinstance(error, BadRequest):
        if any(words in error.message.lower() for words in GONE):
            return Verdict(Delivery.unreachable, "unreachable", told)
        return Verdict(Delivery.rejected, "rejected", told)
    if attempts >= MAX_ATTEMPTS:
        return Verdict(Delivery.unsure, "unsure", told)
    again = AGAIN_AFTER[min(attempts, len(AGAIN_AFTER)) - 1]
    return Verdict(Delivery.unsure, "unsure", told, again)


def is_there_already(error: BadRequest) -> bool:
    """Whether an edit was refused because the message reads so already."""
    return NOT_MODIFIED in error.message.lower()


def topic_is_gone(error: BadRequest) -> Topic | None:
    """What became of the topic of a group for whose sake a message was refused."""
    words = error.message.lower()
    if any(one in words for one in TOPIC_DELETED):
        return Topic.deleted
    return Topic.closed if TOPIC_CLOSED in words else None


def has_no_target(error: BadRequest) -> bool:
    """Whether an edit was refused because its message is gone or cannot be edited."""
    return any(words in error.message.lower() for words in NO_TARGET)
