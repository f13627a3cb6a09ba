"""Files that come with words: what a message carries, and to which answers it belongs.

A file alone is an answer with material and no words; the further files of an album belong to
the answer of its first.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from telegram import Message, Update

from bot.callbacks import Press, Verb
from bot.handlers import unkept
from bot.handlers.context import Talk
from tasks.mailroom import Dialogue, Inbox
from tasks.models import Report
from tasks.services import evidence
from tasks.services.evidence import Attachment
from tasks.services.post import Kind
from tasks.views.cards import card
from tasks.vocabulary import EvidenceKind

MARKS = {
    EvidenceKind.photo: "〔照片〕",
    EvidenceKind.document: "〔文件〕",
    EvidenceKind.voice: "〔语音〕",
    EvidenceKind.audio: "〔录音〕",
    EvidenceKind.video: "〔视频〕",
}
"""How a file stands in the words of a report: without its name, which may be nobody's to read."""

_NUMBER_ALONE = re.compile(r"[\s#＃第]*\d{0,9}\s*[号项条]?[\s，。：:,.]*")


def attachment_of(message: Message) -> Attachment | None:
    """The file that a message carries, the largest size of a photo."""
    album = message.media_group_id
    if message.photo:
        photo = message.photo[-1]
        return Attachment(
            EvidenceKind.photo,
            photo.file_id,
            photo.file_unique_id,
            size=photo.file_size,
            album=album,
        )
    for kind, file in (
        (EvidenceKind.voice, message.voice),
        (EvidenceKind.audio, message.audio),
        (EvidenceKind.video, message.video or message.video_note),
        (EvidenceKind.document, message.document),
    ):
        if file is not None:
            return Attachment(
                kind,
                file.file_id,
                file.file_unique_id,
                name=getattr(file, "file_name", None),
                mime=getattr(file, "mime_type", None),
                size=file.file_size,
                album=album,
            )
    return None


def text_of(message: Message) -> str:
    """The words of a message: its text, or its caption with a mark for what is attached."""
    if message.text is not None:
        return message.text
    file = attachment_of(message)
    words = message.caption or ""
    return words if file is None else f"{words} {MARKS[file.kind]}".strip()


def is_marked(text: str) -> bool:
    """Whether words stand beside a file, or for it."""
    return text.endswith(tuple(MARKS.values()))


def joins_album(talk: Talk, message: Message) -> bool:
    """Take a further file of an album to the answers of its first, or to the words that wait
    for their task; False where it is none of those."""
    album = message.media_group_id
    if album is None or message.caption:
        return False
    found = evidence.of_album(talk.session, talk.chat_id, album)
    if found:
        keep(talk, found, message, talk.row.id)
        return True
    waiting = talk.at_home().dialogue()
    if waiting is not None and waiting.facts.get("album") == album:
        waiting.facts = {**waiting.facts, "files": [*waiting.facts.get("files", ()), talk.row.id]}
        return True
    return unkept.is_known(talk, album)


def says_nothing(talk: Talk, message: Message) -> bool:
    """Whether a file that is not kept comes with no words but its task's number: no answer, and
    its sender is told so."""
    file = attachment_of(message)
    if file is None or file.album is not None or not talk.departments:
        return False
    why = evidence.why_refused(file)
    if why is None or not _NUMBER_ALONE.fullmatch(message.caption or ""):
        return False
    code = "evidence_alone" if file.name else "evidence_alone_nameless"
    talk.answer(code, name=file.name, kind=file.kind.value, why=why)
    return True


def hold(talk: Talk, waiting: Dialogue) -> None:
    """The file of this message waits with the question, for the answer that it belongs to."""
    rows = [*waiting.facts.get("files", ()), talk.row.id]
    waiting.facts = {**waiting.facts, "files": rows, "album": talk.album}


def settle(talk: Talk, message: Message) -> None:
    """Keep the file of a message with the answers that its words made, or say that it has no
    place."""
    if attachment_of(message) is None or talk.person is None:
        return
    if talk.kept:
        keep(talk, talk.kept, message, talk.row.id)
    elif not talk.file_seen:
        unkept.not_kept(talk)


def keep(talk: Talk, reports: list[Report], message: Message, inbox_id: int) -> None:
    """The file of a message belongs to these answers."""
    file = attachment_of(message)
    if file is not None:
        for said in reports:
            if said.chat_id is None:
                # Words of a group may have waited for their task in the person's own chat.
                said.chat_id, said.message_id = message.chat.id, message.message_id
            evidence.attach(talk.session, talk.act, said, file, inbox_id)


def _show(talk: Talk, press: Press, message_id: int | None) -> str:
    """Send every file of a task that the person may see."""
    (number,) = press.ids
    card(talk.session, talk.office, talk.act, number)
    files = evidence.files_of(talk.session, talk.act, number)
    if not files:
        return talk.toast("no_evidence")
    for place, one in enumerate(files, start=1):
        talk.put(Kind.file, evidence=one.id, task=number, n=place, of=len(files))
    return talk.toast("evidence_sent", n=len(files))


EVIDENCE_VERBS = {Verb.evidence: _show}


def nothing_kept(talk: Talk, message: Message) -> None:
    """What the message did was taken back with a refusal: its file has no place either."""
    talk.kept.clear()
    settle(talk, message)


def keep_held(talk: Talk, reports: list[Report], facts: Mapping[str, Any]) -> None:
    """The files that waited with a question belong to these answers."""
    if reports:
        keep_of_rows(talk, reports, facts.get("files", ()))


def keep_of_rows(talk: Talk, reports: list[Report], rows: Sequence[int]) -> None:
    """The files of updates that waited until their task was known."""
    for number in rows:
        message = _message_of(talk.session.get(Inbox, number))
        if message is not None:
            keep(talk, reports, message, number)


def keep_of_message(talk: Talk, said: Report) -> None:
    """The files of the message in which an answer was said belong to it, with those of its
    album."""
    if said.chat_id is None or said.message_id is None:
        return
    of_chat = select(Inbox).where(Inbox.chat_id == said.chat_id).order_by(Inbox.id)
    rows = _with(talk, of_chat, f'"message_id": {said.message_id},')
    own = [row for row, message in rows if message.message_id == said.message_id]
    albums = {message.media_group_id for row, message in rows if row in own}
    for album in albums - {None}:
        found = _with(talk, of_chat, f'"media_group_id": {json.dumps(album)}')
        own += [row for row, message in found if message.media_group_id == album]
    keep_of_rows(talk, [said], [row.id for row in dict.fromkeys(own)])


def _with(talk: Talk, rows: Select[Inbox], words: str) -> list[tuple[Inbox, Message]]:
    found = talk.session.scalars(rows.where(Inbox.payload.contains(words, autoescape=True)))
    said = [(row, _message_of(row)) for row in found]
    return [(row, message) for row, message in said if message is not None]


def _message_of(row: Inbox | None) -> Message | None:
    update = None if row is None else Update.de_json(json.loads(row.payload), None)
    return None if update is None else update.message or update.edited_message
