"""An edited message says anew what it said: a later version of each answer that it made.

What it answers no more stays as it was said, with a remark; a request or a judgement made
with its words is not made again.
"""

import json

from sqlalchemy import select

from bot.handlers.context import Talk
from tasks.mailroom import Dialogue, Handling, Inbox
from tasks.models import History, Report
from tasks.services import versions
from tasks.services.acts import record
from tasks.text import storable

WORDS_ONLY = frozenset({"remark", "report", "edit", "question", "ask", "import"})
"""Lines of history that words alone make, which may be said anew; or a notice's file, beside
which they change nothing."""


def begin(talk: Talk, text: str) -> bool:
    """Find what the message said before. True where its edit is settled with that."""
    if talk.message_id is None:
        return False
    home = talk.at_home()
    waiting = home.dialogue()
    if waiting is not None and _waits(talk, waiting):
        # Its words still wait for their task: the new ones are asked about in their place, and
        # take the files with them.
        talk.files.extend(waiting.facts.get("files", ()))
        waiting.facts = {**waiting.facts, "files": []}
        home.leave_dialogue(cancelled=True)
        return False
    found = versions.of_message(talk.session, talk.chat_id, talk.message_id)
    if not found:
        return _did_something(talk, text)
    said = [one for one in found if one.kind in versions.SAID]
    requests = [one for one in found if one.kind not in versions.SAID]
    for one in requests:
        versions.leave_out(talk.session, talk.act, one, storable(text))
        talk.answer("edit_request", tasks=(one.part.task_id,), task=one.part.task_id)
    talk.replaces = {one.part_id: one.id for one in said}
    return not said


def _waits(talk: Talk, waiting: Dialogue) -> bool:
    """Whether the words that wait are those of the message, here or in the person's own chat."""
    name = "message" if talk.group is None else "source"
    here = talk.message_id if talk.group is None else [talk.chat_id, talk.message_id]
    return waiting.facts.get(name) == here


def quoted(talk: Talk) -> list[int]:
    """The tasks that the message answered before."""
    return list(dict.fromkeys(one.part.task_id for one in _olds(talk)))


def finish(talk: Talk, text: str) -> None:
    """Tell of the tasks that the message does not answer any more."""
    new = {one.part_id for one in talk.kept}
    left = [one for one in _olds(talk) if one.part_id not in new]
    for one in left:
        versions.leave_out(talk.session, talk.act, one, storable(text))
    if left:
        numbers = tuple(sorted({one.part.task_id for one in left}))
        talk.answer("edit_left_out", tasks=numbers, about=talk.voice.tasks(numbers))


def _olds(talk: Talk) -> list[Report]:
    return [talk.session.get_one(Report, number) for number in talk.replaces.values()]


def _did_something(talk: Talk, text: str) -> bool:
    """Whether the message answered a question of ours, or did something else that its new
    words do not do again; they are kept beside it."""
    update_id = _update_of(talk)
    if update_id is None:
        return False
    done = talk.session.scalars(
        select(History)
        .where(History.update_id == update_id, History.action.not_in(WORDS_ONLY))
        .order_by(History.id)
    ).first()
    if done is None:
        return False
    line = record(talk.session, talk.act, "edit", text=storable(text), facts={"of": done.id})
    line.notice_id, line.task_id = done.notice_id, done.task_id
    line.part_id, line.department_id = done.part_id, done.department_id
    talk.answer("edit_noted")
    return True


def _update_of(talk: Talk) -> int | None:
    """The update in which the message came first."""
    rows = talk.session.scalars(
        select(Inbox)
        .where(
            Inbox.state == Handling.handled,
            Inbox.chat_id == talk.chat_id,
            Inbox.payload.contains(f'"message_id": {talk.message_id},', autoescape=True),
        )
        .order_by(Inbox.id)
    )
    for row in rows:
        said = json.loads(row.payload).get("message")
        if isinstance(said, dict) and said.get("message_id") == talk.message_id:
            return row.update_id
    return None
