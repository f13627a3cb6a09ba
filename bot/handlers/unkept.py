"""What is said of a file that has no place: never nothing, and once for all files of an album."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tasks.mailroom import Outbox
from tasks.services.acts import is_office
from tasks.services.post import Kind, reply

if TYPE_CHECKING:
    from bot.handlers.context import Talk


def not_kept(talk: "Talk", code: str = "file_not_kept") -> None:
    """Tell that a file is not kept, and how this person can hand it in."""
    if is_office(talk.session, talk.act):
        code = f"{code}_office"
    elif not talk.departments:
        code = f"{code}_other"
    say_once(talk, code)


def say_once(talk: "Talk", code: str) -> None:
    """Say a sentence about a file; once, where it came with others."""
    talk.file_seen = True
    if talk.album is None:
        talk.answer(code)
        return
    facts: dict[str, Any] = {"code": code, "facts": {}, "tasks": []}
    if talk.reply_to is not None:
        facts["reply_to"] = talk.reply_to
    reply(
        talk.session,
        talk.chat_id,
        Kind.answer,
        talk.now,
        _key(talk, talk.album, code),
        person_id=None if talk.person is None else talk.person.id,
        thread_id=talk.thread_id,
        **facts,
    )


def is_known(talk: "Talk", album: str) -> bool:
    """Whether it was said of that album that its files are not kept."""
    begins = _key(talk, album, "file_n")  # file_not_kept, file_needs_words
    found = select(Outbox.id).where(Outbox.key.startswith(begins, autoescape=True)).limit(1)
    return talk.session.scalar(found) is not None


def _key(talk: "Talk", album: str, code: str) -> str:
    return f"album:{talk.chat_id}:{album[:64]}:{code}"
