"""An invented office for storage tests: its clock, a notice, people, and what they do.

Everything goes through the use cases, one transaction each, as a door would call them; a
refusal takes back what was begun and lets the transaction be committed, as the handlers do.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import migrations
from tasks.calendars import WorkCalendar
from tasks.db import Database
from tasks.errors import DubanError
from tasks.mailroom import Outbox
from tasks.models import Person, Task
from tasks.policy import Policy
from tasks.reading import Duty, Header, NoticeReading
from tasks.replies import ReplyReading, ReplyState
from tasks.services import deliveries, directory, notices, reports, submissions
from tasks.services.acts import Act, Office
from tasks.services.post import Kind
from tasks.services.sweep import call_out, sweep
from tasks.views import cards, desk, reminders
from tasks.views.standings import TaskView, load
from tasks.vocabulary import ClauseKind, Delivery, Pace, Role
from tasks.workflow import Action

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Office(WorkCalendar(ZONE), Policy())
MONDAY = "2026-11-02 09:00"
"""The day on which the scene begins: a working Monday, long before the period closes."""

DIGESTS = (Kind.digest, Kind.slips)
ISSUES = (Kind.assignment, Kind.welcome)

T = TypeVar("T")


def at(text: str) -> datetime:
    """A time of the office."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def duty(
    text: str,
    *,
    lead: Sequence[str] = (),
    cooperating: Sequence[str] = (),
    joint: Sequence[str] = (),
    due: date | None = None,
    kind: ClauseKind = ClauseKind.department_duty,
) -> Duty:
    """A clause as a reading gives it; the span is set by `notice_of`."""
    owners = (*lead, *cooperating, *joint)
    return Duty(text, 0, 0, None, kind, tuple(lead), tuple(cooperating), owners, due, None, None)


def notice_of(*duties: Duty) -> tuple[str, NoticeReading]:
    """A notice that holds these duties, one after the other."""
    text = "".join(one.text for one in duties)
    ends = list(itertools.accumulate(len(one.text) for one in duties))
    placed = tuple(
        Duty(**{**_fields(one), "start": end - len(one.text), "end": end})
        for one, end in zip(duties, ends, strict=True)
    )
    header = Header("临督发〔2026〕1号", "关于试办若干事项的通知", "临江市人民政府办公室", None)
    return text, NoticeReading(header, placed, ())


def _fields(one: Duty) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Duty.__dataclass_fields__}


def words(
    text: str = "正在办",
    *,
    percent: int | None = None,
    expected: date | None = None,
    pace: Pace | None = None,
    problem: str | None = None,
    state: ReplyState | None = None,
) -> ReplyReading:
    """What a reply was read to say."""
    return ReplyReading(None, state, percent, expected, pace, problem, text)


@dataclass
class Scene:
    """A database with people in it, and a clock that the test sets."""

    database: Database
    now: datetime = field(default_factory=lambda: at(MONDAY))
    office: Office = OFFICE
    chats: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1001))

    def go(self, text: str) -> None:
        """Let it be that time."""
        self.now = at(text)

    def do(self, act: Callable[[Session], T]) -> T:
        """One transaction; a refusal takes back what it began and is raised after the commit."""
        with self.database.transaction() as session:
            try:
                with session.begin_nested():
                    return act(session)
            except Exception as error:
                refusal = error
        raise refusal

    def console(self) -> Act:
        return Act(self.now, self.now, "控制台", granted=frozenset({Role.admin}))

    def act(self, person: int, said: str | None = None, update_id: int | None = None) -> Act:
        """That person acting now."""
        with self.database.reading() as session:
            name = session.get_one(Person, person).name
        said_at = self.now if said is None else at(said)
        return Act(self.now, said_at, name, person, update_id)

    def join(self, role: Role, department: str | None = None, name: str = "") -> int:
        """Somebody is invited and binds a chat at once; their id."""
        chat = next(self.chats)

        def bind(session: Session) -> int:
            made = directory.invite(
                session, self.console(), role, department=department, name=name or f"甲{chat}"
            )
            stranger = Act(self.now, self.now, "")
            return directory.bind(session, stranger, made.code, chat, "").id

        return self.do(bind)

    def publish(self, *duties: Duty) -> list[int]:
        """Import and publish a notice with these duties; the new task numbers."""
        text, reading = notice_of(*duties)

        def issue(session: Session) -> list[int]:
            before = session.scalar(select(func.max(Task.id))) or 0
            kept = notices.import_notice(session, self.console(), text, reading)
            notices.publish(session, self.office, self.console(), kept.notice)
            return list(session.scalars(select(Task.id).where(Task.id > before).order_by(Task.id)))

        return self.do(issue)

    def sign(self, person: int, *numbers: int) -> None:
        self.do(lambda session: reports.sign(session, self.office, self.act(person), numbers))

    def report(
        self,
        person: int,
        number: int,
        reading: ReplyReading | None = None,
        said: str | None = None,
    ) -> int:
        """Words on a task; the id of the report."""
        reading = reading or words()
        act = self.act(person, said)
        return self.do(
            lambda session: (
                reports.report(session, self.office, act, number, reading.text, reading).id
            )
        )

    def confirm(self, person: int, *report_ids: int) -> None:
        act = self.act(person)
        self.do(lambda session: reports.confirm(session, self.office, act, report_ids))

    def say(self, person: int, number: int, **reading: Any) -> int:
        """Words whose reading is confirmed at once."""
        report_id = self.report(person, number, words(**reading))
        self.confirm(person, report_id)
        return report_id

    def submit(self, person: int, number: int) -> int:
        act = self.act(person)
        return self.do(lambda session: submissions.submit(session, self.office, act, number).id)

    def close(self, person: int, report_id: int) -> None:
        act = self.act(person)
        self.do(lambda session: submissions.close(session, self.office, act, report_id))

    def send_back(self, person: int, report_id: int, reason: str = "材料不全") -> None:
        act = self.act(person)
        self.do(
            lambda session: submissions.send_back(session, self.office, act, report_id, reason)
        )

    def sweep(self) -> None:
        """What the bot does when it wakes."""

        def once(session: Session) -> None:
            while sweep(session, self.office, self.now).more:
                session.flush()
            call_out(session, self.office, self.now)

        self.do(once)

    def deliver(self, *kinds: Kind, unreachable: frozenset[int] = frozenset()) -> "list[Said]":
        """Settle every row that is due, as delivery would; what was said."""
        return self.do(lambda session: self._deliver(session, kinds, unreachable))

    def _deliver(
        self, session: Session, kinds: Sequence[Kind], unreachable: frozenset[int]
    ) -> "list[Said]":
        rows = session.scalars(
            select(Outbox)
            .where(Outbox.state == Delivery.waiting, Outbox.not_before <= self.now)
            .order_by(Outbox.priority, Outbox.id)
        ).all()
        said = []
        for row in rows:
            if kinds and row.kind not in kinds:
                continue
            row.settled_at = self.now
            if row.person_id in unreachable:
                row.state = Delivery.unreachable
                continue
            row.state = Delivery.sent
            found = self._say(session, row)
            if found is None:
                row.state = Delivery.stale
            else:
                said.append(found)
        return said

    def _say(self, session: Session, row: Outbox) -> "Said | None":
        assert row.person_id is not None or row.kind == Kind.card
        if row.person_id is None:
            return Said(0, row.kind, (row.facts["task"],))
        person = session.get_one(Person, row.person_id)
        act = Act(self.now, self.now, person.name, person.id)
        if row.kind in ISSUES:
            numbers = row.facts.get("tasks")
            if numbers is None:
                mine = cards.my_tasks(session, self.office, act)
                numbers = [one.task.number for one in mine.cards]
            deliveries.issue_delivered(session, self.office, person.id, numbers, self.now)
            return Said(person.id, row.kind, tuple(numbers))
        if row.kind == Kind.digest:
            window = datetime.fromisoformat(row.facts["window"])
            digest = reminders.digest(session, self.office, act, window)
            deliveries.asks_dropped(session, digest.dropped, self.now)
            deliveries.asks_delivered(session, digest.asks, self.now)
            if not digest.items:
                return None
            return Said(
                person.id,
                row.kind,
                tuple(item.card.task.number for item in digest.items),
                tuple(item.kind.value for item in digest.items),
                tuple(item.slip.number for item in digest.items if item.slip is not None),
                digest.asks,
            )
        if row.kind == Kind.slips:
            day = date.fromisoformat(row.facts["day"])
            slips = reminders.slips_of_day(session, self.office, act, day)
            if not slips:
                return None
            numbers = tuple(slip.number for slip in slips)
            return Said(person.id, row.kind, tuple(slip.task for slip in slips), slips=numbers)
        return Said(person.id, row.kind, (row.facts["task"],) if "task" in row.facts else ())

    def moment(self) -> "list[Said]":
        """Wake up now: sweep, then deliver what is owed."""
        self.sweep()
        return [one for one in self.deliver() if one.kind in DIGESTS]

    def days(self, first: str, last: str) -> "dict[str, list[Said]]":
        """Live through whole days, waking at both windows; what was said unasked, by moment."""
        told: dict[str, list[Said]] = {}
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            for clock in ("09:00", "14:30"):
                self.go(f"{day} {clock}")
                said = self.moment()
                if said:
                    told[f"{day:%m-%d} {clock}"] = said
            day = date.fromordinal(day.toordinal() + 1)
        return told

    def task(self, number: int) -> TaskView:
        with self.database.reading() as session:
            (found,) = load(session, self.office, self.now, numbers=[number])
        return found

    def states(self, number: int) -> list[str]:
        return [part.state.value for part in self.task(number).parts]

    def actions(self, person: int, number: int) -> set[Action]:
        """What the card of a task offers somebody now."""
        return set(self.card(person, number).actions)

    def card(self, person: int, number: int) -> cards.CardView:
        """The card of a task as somebody sees it."""
        act = self.act(person)
        with self.database.reading() as session:
            return cards.card(session, self.office, act, number)

    def timeline(self, number: int) -> list[dict[str, Any]]:
        """The history of a task."""
        with self.database.reading() as session:
            return desk.timeline(session, number)

    def told(self, event: str) -> list[int | None]:
        """Who was told of that event of a task's owners, in order."""
        with self.database.reading() as session:
            rows = session.scalars(
                select(Outbox).where(Outbox.kind == Kind.owner).order_by(Outbox.id)
            )
            return [row.person_id for row in rows if row.facts.get("event") == event]

    def unchanged(self, refusal: type[DubanError], code: str, act: Any) -> DubanError:
        """The refusal of something that leaves every row as it was."""
        before = self.everything()
        with pytest.raises(refusal) as refused:
            act()
        assert refused.value.code == code
        assert self.everything() == before
        return refused.value

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table: what a refusal must leave as it was."""
        with self.database.reading() as session:
            return {
                name: [
                    tuple(row)
                    for row in session.execute(select(table).order_by(*table.primary_key))
                ]
                for name, table in migrations.models().tables.items()
            }


@dataclass(frozen=True)
class Said:
    """A message that reached somebody, and of which tasks it spoke; `told`: the asks it says."""

    person: int
    kind: str
    tasks: tuple[int, ...]
    asks: tuple[str, ...] = ()
    slips: tuple[int, ...] = ()
    told: tuple[int, ...] = field(default=(), compare=False)


@contextmanager
def opened(database_url: str) -> Iterator[Scene]:
    """A scene in a database with today's tables and nobody in it."""
    database = Database(database_url)
    migrations.models().create_all(database.engine, checkfirst=False)
    yield Scene(database)
    database.dispose()
