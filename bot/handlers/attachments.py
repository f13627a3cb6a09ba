"""Files that come with words: what a message carries, and to which answers it belongs.

A file alone is an answer with material and no words; the further files of an album belong to
the answer of its first.
"""

import json

from telegram import Message, Update

from bot.callbacks import Press, Verb
from bot.handlers.context import Talk
from tasks.mailroom import Inbox
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
    waiting = talk.dialogue()
    if waiting is None or waiting.kind != "which" or waiting.facts.get("album") != album:
        return False
    waiting.facts = {**waiting.facts, "more": [*waiting.facts.get("more", ()), talk.row.id]}
    return True


def keep(talk: Talk, reports: list[Report], message: Message, inbox_id: int) -> None:
    """The file of a message belongs to these answers."""
    file = attachment_of(message)
    if file is not None:
        for said in reports:
            said.chat_id = said.chat_id or talk.chat_id
            said.message_id = said.message_id or message.message_id
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


def keep_of_rows(talk: Talk, reports: list[Report], rows: list[int]) -> None:
    """The files of updates that waited until their task was known."""
    for number in rows:
        row = talk.session.get(Inbox, number)
        update = None if row is None else Update.de_json(json.loads(row.payload), None)
        message = None if update is None else update.message or update.edited_message
        if message is not None:
            keep(talk, reports, message, number)
