"""A row of the outbox becomes a message: the state is read when it is sent, not before.

One function per kind. None means that the message is no longer true and is not sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import render
from bot.desk import Desk
from bot.groups import may_be_said, without_private
from bot.render import broadcasts as render_broadcast
from bot.render import extensions as render_request
from bot.render import staff as render_staff
from bot.render.message import Button, Keyboard, Message
from bot.views import compose_view
from tasks.broadcasting import Broadcast
from tasks.drafting import Upload
from tasks.errors import DubanError, NotFound
from tasks.mailroom import Card
from tasks.models import Person, Report
from tasks.outbox import Leased
from tasks.services.acts import Act, own_departments, roles_of
from tasks.services.broadcasts import READS_ALL
from tasks.services.evidence import files_of
from tasks.services.groups import group_at, looking
from tasks.services.post import Kind
from tasks.services.uploads import ahead_of
from tasks.services.versions import latest, next_version
from tasks.staff import Group
from tasks.views import cards, ownership, reminders, requests
from tasks.views import questions as question_view
from tasks.views import queue as queue_view
from tasks.views import slips as slip_view
from tasks.views.standings import report_view
from tasks.vocabulary import DEPARTMENT_ROLES, UploadState
from tasks.vocabulary import Desk as DeskOf


@dataclass(frozen=True, slots=True)
class Composed:
    """What to send, and what follows once it was sent.

    `tasks`: numbers of which it speaks, for replies to it. `edits`: the message it takes the
    place of. `card`: the task whose live card it becomes. `asks`, `dropped`: asks that it
    says, and that were no longer true. `issued`: tasks that it hands to the person or the group.
    `reply_to`: the message of a group that it answers. `later`: nothing is sent before then.
    """

    pages: tuple[Message, ...]
    tasks: tuple[int, ...] = ()
    edits: int | None = None
    card: int | None = None
    asks: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    issued: tuple[int, ...] = ()
    reply_to: int | None = None
    later: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a composer may look at."""

    session: Session
    desk: Desk
    row: Leased
    person: Person | None
    act: Act
    group: Group | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.row.facts if self.group is None else without_private(self.row.facts)

    @property
    def voice(self) -> render.Voice:
        return self.desk.voice(self.person or self.group)


def compose(session: Session, desk: Desk, row: Leased) -> Composed | None:
    """The message of a row as things stand now; None where it is no longer true."""
    scene = _scene(session, desk, row)
    try:
        composed = None if scene is None else _KINDS[Kind(row.kind)](scene)
    except NotFound:
        # What the message is about is not this person's any more.
        return None
    edit = row.facts.get("edit")
    if composed is not None and isinstance(edit, int) and not isinstance(edit, bool):
        return replace(composed, edits=edit)
    if composed is not None and "reply_to" in row.facts:
        return replace(composed, reply_to=row.facts["reply_to"])
    return composed


def _scene(session: Session, desk: Desk, row: Leased) -> Scene | None:
    """Who reads it: a person, or a group, which is shown what it may see whoever asked."""
    if row.chat_id < 0:
        group = group_at(session, row.chat_id, row.thread_id)
        if not may_be_said(row.kind, row.facts, bound=group is not None):
            return None
        act = Act(desk.now(), desk.now(), "")
        return Scene(
            session,
            desk,
            row,
            None,
            act if group is None else looking(group, desk.now()),
            group,
        )
    person = None if row.person_id is None else session.get(Person, row.person_id)
    if person is None:
        person = session.scalar(select(Person).where(Person.chat_id == row.chat_id))
    act = Act(desk.now(), desk.now(), "") if person is None else desk.act(person)
    return Scene(session, desk, row, person, act)


def _answer(scene: Scene) -> Composed:
    code, facts = scene.facts["code"], scene.facts.get("facts", {})
    if scene.facts.get("ask"):
        return Composed(render.ask(scene.voice, code, facts), tuple(scene.facts.get("tasks", ())))
    signed = bool(scene.facts.get("signed"))
    pages = render.answer(scene.voice, code, facts, signed=signed)
    return Composed(pages, tuple(scene.facts.get("tasks", ())))


def _view(scene: Scene) -> Composed | None:
    pages, numbers = compose_view(scene.session, scene.desk, scene.act, scene.voice, scene.facts)
    return Composed(pages, numbers) if pages else None


def _welcome(scene: Scene) -> Composed | None:
    if scene.person is None:
        return None
    roles = [
        (grant.role, None if grant.department is None else grant.department.name)
        for grant in scene.person.grants
    ]
    held = {role for role, _ in roles}
    roles += [(role, None) for role in sorted(scene.act.granted - held)]
    mine = None
    if any(role in DEPARTMENT_ROLES for role, _ in roles):
        mine = cards.my_tasks(scene.session, scene.desk.office, scene.act)
    numbers = () if mine is None else tuple(card.task.number for card in mine.cards)
    pages = render.welcome(scene.voice, scene.person.name, roles, mine)
    return Composed(pages, numbers, issued=numbers)


def _assignment(scene: Scene) -> Composed | None:
    view = cards.assignment(
        scene.session,
        scene.desk.office,
        scene.act,
        scene.facts["notice"],
        scene.facts["tasks"],
    )
    if not view.cards:
        return None
    numbers = tuple(card.task.number for card in view.cards)
    return Composed(render.assignment(scene.voice, view), numbers, issued=numbers)


def _card(scene: Scene) -> Composed | None:
    number = scene.facts["task"]
    view = cards.card(scene.session, scene.desk.office, scene.act, number)
    if not scene.facts.get("edit"):
        return Composed(render.card(scene.voice, view), (number,), card=number)
    live = scene.session.scalar(
        select(Card).where(Card.chat_id == scene.row.chat_id, Card.task_id == number)
    )
    if live is None or live.message_id is None:
        return None
    pages = render.card(scene.voice, view, more=live.more)
    return Composed(pages, (number,), edits=live.message_id, card=number)


def _receipt(scene: Scene) -> Composed | None:
    pairs = []
    for report_id in scene.facts["reports"]:
        row = scene.session.get(Report, report_id)
        if row is None:
            continue
        if next_version(scene.session, row) is not None:
            # Where it stands already it is redrawn to what was said later; new it says nothing.
            later = latest(scene.session, report_id) if "edit" in scene.facts else None
            if later is None:
                continue
            row = later
        number = row.part.task_id
        view = cards.card(scene.session, scene.desk.office, scene.act, number)
        pairs.append((view, report_view(row)))
    if not pairs:
        return None
    numbers = tuple(dict.fromkeys(view.task.number for view, _ in pairs))
    return Composed(render.receipt(scene.voice, pairs), numbers)


def _digest(scene: Scene) -> Composed | None:
    window = datetime.fromisoformat(scene.facts["window"])
    view = reminders.digest(scene.session, scene.desk.office, scene.act, window)
    if view.back:
        return _returned(scene, view)
    if not view.items and view.slips:
        pages = render.slips(scene.voice, view.slips)
        return Composed(pages, tuple(slip.task for slip in view.slips), dropped=view.dropped)
    if not view.items:
        return Composed((), dropped=view.dropped) if view.dropped else None
    numbers = tuple(item.card.task.number for item in view.items)
    return Composed(
        render.digest(scene.voice, view), numbers, asks=view.asks, dropped=view.dropped
    )


def _returned(scene: Scene, view: reminders.Digest) -> Composed:
    """The digest of whoever was away; all that is open where nothing is asked."""
    numbers = tuple(item.card.task.number for item in view.items)
    if view.items:
        pages = render.digest(scene.voice, view)
    elif view.slips:
        pages, numbers = render.slips(scene.voice, view.slips), tuple(s.task for s in view.slips)
    elif own_departments(scene.session, scene.act):
        mine = cards.my_tasks(scene.session, scene.desk.office, scene.act)
        pages, numbers = render.my(scene.voice, mine), tuple(c.task.number for c in mine.cards)
    else:
        pages = ()
    pages = render_staff.returned(scene.voice, pages, more=bool(view.items))
    return Composed(pages, numbers, asks=view.asks, dropped=view.dropped)


def _slips(scene: Scene) -> Composed | None:
    day = date.fromisoformat(scene.facts["day"])
    found = reminders.slips_of_day(scene.session, scene.desk.office, scene.act, day)
    if not found:
        return None
    return Composed(render.slips(scene.voice, found), tuple(slip.task for slip in found))


def _escalation(scene: Scene) -> Composed | None:
    number = scene.facts["task"]
    found = slip_view.escalation(scene.session, scene.desk.office, scene.act, number)
    if found is None:
        return None
    return Composed(render.escalation(scene.voice, found), (number,))


def _queue(scene: Scene) -> Composed | None:
    view = queue_view.queue(scene.session, scene.desk.office, scene.act)
    if not view and "edit" not in scene.facts:
        return None
    numbers = tuple(one.card.task.number for one in view.submissions)
    return Composed(render.queue(scene.voice, view), numbers)


def _relay(scene: Scene) -> Composed:
    view = question_view.question(scene.session, scene.facts["question"])
    return Composed(render.relayed(scene.voice, view), () if view.task is None else (view.task,))


def _nudge(scene: Scene) -> Composed | None:
    number = scene.facts["task"]
    view = cards.card(scene.session, scene.desk.office, scene.act, number)
    if not view.nudged:
        return None
    return Composed(render.card(scene.voice, view), (number,), card=number)


def _broadcast(scene: Scene) -> Composed | None:
    """Something said to many: nothing once it was stopped, and never outside windows."""
    made = scene.session.get(Broadcast, scene.facts["broadcast"])
    if made is None or made.cancelled_at is not None:
        return None
    cal, now = scene.desk.office.cal, scene.act.now
    if not cal.in_window(now):
        return Composed((), later=cal.next_window(now))
    if made.text is None:
        if not roles_of(scene.session, scene.act) & READS_ALL:
            return None
        shown = {"name": "summary"}
        return Composed(compose_view(scene.session, scene.desk, scene.act, scene.voice, shown)[0])
    in_group = scene.group is not None
    return Composed(render_broadcast.announcement(scene.voice, made.text, in_group=in_group))


def _request(scene: Scene) -> Composed | None:
    """A request for more time. Sent only while it is still that desk's turn; once it stands on
    a screen it shows how it went on."""
    desk, within = scene.facts.get("desk"), scene.desk.office.policy.judge_within
    view = requests.request(scene.session, scene.desk.office, scene.act, scene.facts["extension"])
    if desk == "asker":
        return Composed(render_request.sent(scene.voice, view, within), (view.task,))
    if desk is not None and view.desk != desk and not scene.facts.get("edit"):
        return None
    shown = None if desk is None else DeskOf(desk)
    return Composed(render_request.request(scene.voice, view, shown), (view.task,))


def _verdict(scene: Scene) -> Composed | None:
    number = scene.facts["task"]
    view = cards.card(scene.session, scene.desk.office, scene.act, number)
    if scene.facts["verdict"] == "close":
        return Composed(render.verdict(scene.voice, view), (number,))
    return Composed(render.card(scene.voice, view), (number,), card=number)


def _file(scene: Scene) -> Composed | None:
    number = scene.facts["task"]
    view = cards.card(scene.session, scene.desk.office, scene.act, number)
    files = {one.id: one for one in files_of(scene.session, scene.act, number)}
    row = files.get(scene.facts["evidence"])
    if row is None:
        return None
    pages = render.evidence(scene.voice, view, row, scene.facts["n"], scene.facts["of"])
    return Composed(pages, (number,))


def _owner(scene: Scene) -> Composed | None:
    number, event = scene.facts["task"], scene.facts["event"]
    if event == "declined":
        act, said = scene.act, scene.facts["report"]
        view = ownership.decline(scene.session, scene.desk.office, act, said)
        return Composed(render.declined(scene.voice, view), (number,))
    card = cards.card(scene.session, scene.desk.office, scene.act, number)
    return Composed(render.owner_told(scene.voice, card, event, scene.facts), (number,))


def _course(scene: Scene) -> Composed:
    number, event = scene.facts["task"], scene.facts["event"]
    card = cards.card(scene.session, scene.desk.office, scene.act, number)
    return Composed(render.course(scene.voice, card, event, scene.facts), (number,))


def _page(scene: Scene) -> Composed:
    pages = tuple(
        Message(page["text"], _keyboard(page.get("keyboard", ()))) for page in scene.facts["pages"]
    )
    return Composed(pages, tuple(scene.facts.get("tasks", ())))


def _keyboard(rows: Sequence[Sequence[Mapping[str, Any]]]) -> Keyboard:
    return tuple(
        tuple(Button(one["label"], one["data"], one.get("style")) for one in row) for row in rows
    )


def _upload(scene: Scene) -> Composed | None:
    upload = scene.session.get_one(Upload, scene.facts["upload"])
    edits = upload.message_id
    if upload.state is UploadState.waiting:
        ahead = ahead_of(scene.session, upload)
        pages = render.upload_waits(scene.voice, upload.file_name, upload.percent, ahead)
    elif upload.state is UploadState.refused:
        code = upload.code or DubanError.default_code
        pages = render.upload_refused(scene.voice, upload.file_name, code, upload.facts)
    elif upload.state is UploadState.dropped:
        return None
    else:
        shown = {"name": "draft", "notice": upload.notice_id}
        if upload.state is UploadState.revises:
            shown = {"name": "revision", "upload": upload.id}
        pages, _ = compose_view(scene.session, scene.desk, scene.act, scene.voice, shown)
        pages = render.upload_stored(scene.voice, pages, upload.facts)
    return Composed(pages, edits=edits)


_KINDS: dict[Kind, Callable[[Scene], Composed | None]] = {
    Kind.answer: _answer,
    Kind.view: _view,
    Kind.welcome: _welcome,
    Kind.assignment: _assignment,
    Kind.card: _card,
    Kind.receipt: _receipt,
    Kind.digest: _digest,
    Kind.slips: _slips,
    Kind.escalation: _escalation,
    Kind.queue: _queue,
    Kind.nudge: _nudge,
    Kind.relay: _relay,
    Kind.broadcast: _broadcast,
    Kind.request: _request,
    Kind.verdict: _verdict,
    Kind.owner: _owner,
    Kind.course: _course,
    Kind.upload: _upload,
    Kind.file: _file,
    Kind.page: _page,
}
