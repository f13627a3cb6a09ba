"""代记电话答复: what a coordinator writes down of a call, and which department said it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.callbacks import Press
from bot.callbacks import Verb as V
from bot.handlers import receipts
from bot.handlers.asking import Files, Question
from bot.handlers.attachments import keep_of_rows
from bot.handlers.context import Talk
from bot.handlers.spoken import first_word
from tasks.errors import Refused, Stale
from tasks.mailroom import Dialogue
from tasks.models import Part
from tasks.replies import ReplyReading, read_reply
from tasks.services import records
from tasks.text import storable

WAITING = "record_part"


def command(talk: Talk, words: str) -> None:
    """/record N 内容; without words they are asked for."""
    first, text = first_word(words.lstrip("#＃"))
    digits = first.rstrip("号")
    if not (digits.isdecimal() and len(digits) < 10):
        raise Refused("usage_record")
    take(talk, int(digits), text)


def take(talk: Talk, number: int, text: str) -> None:
    """Keep words for the department that they name, or that alone it can be."""
    _, parts = records.recordable(talk.session, talk.act, number)
    if not text:
        talk.ask("ask_record", "record", {"task": number}, task=number)
        return
    known = [one for one in parts if one.id in talk.replaces]
    part, said = records.part_named(known or parts, text)
    if part is None:
        _ask_which(talk, number, text)
    else:
        _keep(talk, number, part, said)


def _ask_which(talk: Talk, number: int, text: str) -> None:
    facts = {
        "task": number,
        "text": storable(text),
        "said_at": talk.said_at.isoformat(),
        "row": talk.row.id,
        "message": talk.message_id,
        "album": talk.album,
        "files": talk.files,
    }
    talk.file_seen = True
    talk.leave_dialogue()
    talk.session.add(Dialogue(chat_id=talk.chat_id, kind=WAITING, facts=facts, asked_at=talk.now))
    talk.view("record_which", task=number, words=talk.row.id)


def _keep(talk: Talk, number: int, part: Part, text: str) -> None:
    informant, said = records.informant_of(text)
    kept = records.record_answer(
        talk.session,
        talk.office,
        talk.act,
        number,
        part.id,
        said,
        _reading(talk, number, said),
        informant=informant,
        source=talk.source,
        replaces=talk.replaces.get(part.id),
    )
    talk.kept.append(kept)
    receipts.give(talk, [kept])


def _reading(talk: Talk, number: int, text: str) -> ReplyReading:
    found = read_reply(text, talk.office.cal.local_date(talk.said_at))
    meant = [one for one in found if one.task in (None, number)] or list(found)
    if len(meant) == 1:
        return meant[0]
    return ReplyReading(None, None, None, None, None, None, text)


def _pressed(talk: Talk, press: Press, message_id: int | None) -> str | None:
    if len(press.ids) == 1:
        take(talk, press.ids[0], "")
        return None
    part_id, words = press.ids
    waiting = talk.dialogue()
    if waiting is None or waiting.kind != WAITING or waiting.facts["row"] != words:
        raise Stale("old_button")
    facts = dict(waiting.facts)
    number = int(facts["task"])
    _, parts = records.recordable(talk.session, talk.act, number)
    part = next((one for one in parts if one.id == part_id), None)
    if part is None:
        raise Stale("old_button")
    talk.session.delete(waiting)
    talk.session.flush()
    talk.said_at = min(datetime.fromisoformat(str(facts["said_at"])), talk.now)
    talk.message_id = facts["message"]
    _keep(talk, number, part, str(facts["text"]))
    keep_of_rows(talk, talk.kept, [words, *facts.get("files", ())])
    return talk.toast("recorded")


def _answer(talk: Talk, facts: Mapping[str, Any], text: str) -> None:
    number = int(facts["task"])
    talk.leave_dialogue()
    talk.replaces = {int(part): said for part, said in facts.get("replaces", {}).items()}
    take(talk, number, text)


RECORD_VERBS = {V.record: _pressed}
RECORD_ANSWERS = {"record": Question(_answer, Files.kept)}
RECORD_COMMANDS = {"record": command}
