"""How a step is taken: done where the model allows it, refused without a trace elsewhere."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
)
from sqlalchemy import select

from tasks.casework import Extension
from tasks.db import Database
from tasks.errors import DubanError
from tasks.models import Department, History, Node, Part, Report, Task
from tasks.vocabulary import Pace, PartRole, PartState
from tests.databases import Server
from tests.storage.histories.expected import (
    COOPERATING,
    EACH,
    LEAD,
    Answer,
    Duty,
    Request,
    Share,
)
from tests.storage.scene import OFFICE, Scene

UNITS = ("教育局", "财政局", "民政局", "交通局", "档案局")
EDUCATION, FINANCE, WELFARE, TRAFFIC, ARCHIVE = UNITS
SOON, EARLIER, LATER = date(2026, 11, 20), date(2026, 11, 27), date(2026, 12, 11)
WINDOWS = (time(9, 0), time(14, 30))
CAL = OFFICE.cal

May = Callable[[Duty, str], bool]
picks = st.integers(0, 999)


class Played(RuleBasedStateMachine):
    """Five departments, four tasks, one office."""

    template: ClassVar[Path | str]
    server: ClassVar[Server | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.url = self.copied()
        self.database = Database(self.url)
        self.scene = Scene(self.database)
        self.duties: list[Duty] = []
        self.units = list(UNITS)
        self.names = {unit: unit for unit in UNITS}
        self.heads: dict[str, int] = {}
        self.contacts: dict[str, list[int]] = {}
        self.away: dict[int, tuple[date, int | None]] = {}
        self.known = 0
        self.said_count = 0
        self.told: set[tuple[int, int]] = set()
        self.unasked: Counter[tuple[int, date]] = Counter()
        self.asks_seen = 0

    @classmethod
    def copied(cls) -> str:
        """A fresh copy of the office as it stands before anything happens."""
        if cls.server is not None:
            url = cls.server.create(str(cls.template))
            return url.render_as_string(hide_password=False)
        folder = Path(cls.template).parent
        copy = folder / "copy.sqlite3"
        for one in folder.glob("copy.sqlite3*"):
            one.unlink()
        shutil.copy(cls.template, copy)
        return f"sqlite:///{copy}"

    @initialize()
    def begin(self) -> None:
        with self.database.reading() as session:
            numbers = list(session.scalars(select(Task.id).order_by(Task.id)))
            said = list(session.scalars(select(Report.id).order_by(Report.id)))
        # In the order in which they were bound: the office, the contacts, two heads.
        self.coordinator, self.leader, *people = range(1, 11)
        names = (EDUCATION, EDUCATION, FINANCE, WELFARE, TRAFFIC, ARCHIVE)
        for unit, person in zip(names, people[:6], strict=True):
            self.contacts.setdefault(unit, []).append(person)
        self.heads = {EDUCATION: people[6], WELFARE: people[7]}
        today = self.today

        def share(unit: str, role: PartRole) -> Share:
            return Share(unit, role, today, delivered_on=today)

        self.duties = [
            Duty(numbers[0], SOON, [share(EDUCATION, LEAD), share(FINANCE, COOPERATING)]),
            Duty(numbers[1], EARLIER, [share(EDUCATION, LEAD), share(FINANCE, LEAD)]),
            Duty(numbers[2], None, [share(WELFARE, LEAD), share(EDUCATION, COOPERATING)]),
            Duty(numbers[3], SOON, [share(WELFARE, EACH), share(TRAFFIC, EACH)]),
        ]
        # The second task was put off twice already: the third time it is the leader's turn.
        twice = self.duties[1]
        twice.due, twice.extensions = LATER, 2
        twice.put_off[None] = 2
        for report in said:
            self.hear(twice.shares[1], "待批复", report, says=False, reports=False)
        self.known = self.last_line()

    # --- how a step is taken ---

    @property
    def today(self) -> date:
        return CAL.local_date(self.scene.now)

    def choose(self, pick: int, may: May) -> tuple[Duty, str, bool]:
        """Mostly something that is allowed, else anything; whether it is."""
        every = [(duty, unit) for duty in self.duties for unit in self.units]
        allowed = [one for one in every if may(*one)]
        pool = allowed if allowed and pick % 4 else every
        duty, unit = pool[pick // 4 % len(pool)]
        return duty, unit, (duty, unit) in allowed

    def choose_duty(self, pick: int, may: Callable[[Duty], bool]) -> tuple[Duty, bool]:
        duty, _, allowed = self.choose(pick, lambda duty, _: may(duty))
        return duty, allowed

    def attempt(
        self, may: bool, who: int, step: Any, *, said: str = "", quiet: bool = False
    ) -> Any:
        """Do what the model allows and find it in the history, or see it refused without a trace.

        `said`: words that the history must hold; `quiet`: where nothing changes nothing is
        written.
        """
        before = None if may else self.rows()
        act = self.scene.act(who)
        try:
            done = self.scene.do(lambda session: step(session, act))
        except DubanError as refusal:
            done = refusal
        refused = isinstance(done, DubanError)
        assert refused is not may, (done, "allowed" if may else "forbidden")
        if refused:
            assert self.rows() == before
            return done
        with self.database.reading() as session:
            lines = session.scalars(select(History).where(History.id > self.known)).all()
            assert lines or quiet
            for line in lines:
                assert (line.at, line.said_at) == (self.scene.now, self.scene.now)
                assert (line.person_id, line.actor) == (who, act.actor)
            assert any(said in (line.text or "") for line in lines) or not said
        self.known = self.last_line()
        return done

    def last_line(self) -> int:
        with self.database.reading() as session:
            return session.scalars(select(History.id).order_by(History.id.desc())).first() or 0

    def rows(self) -> Any:
        tables = (Part, Task, Report, Extension, History, Node)
        with self.database.reading() as session:
            return [
                [tuple(row) for row in session.execute(select(one.__table__).order_by(one.id))]
                for one in tables
            ]

    def speaker(self, unit: str, pick: int = 0) -> int:
        people = self.contacts[unit]
        return people[pick % len(people)]

    def words(self, what: str) -> str:
        self.said_count += 1
        return f"{what}之{self.said_count}"

    def hear(
        self,
        share: Share,
        text: str,
        id: int = 0,
        *,
        says: bool = True,
        counts: bool = True,
        reports: bool = True,
        pace: Pace | None = None,
        wanted: date | None = None,
    ) -> Answer:
        answer = Answer(text, says, counts, pace, wanted, id)
        share.say(answer, self.scene.now, reports=reports)
        return answer

    def begun(self, share: Share) -> None:
        if share.open:
            share.state = PartState.in_progress

    def credit(self, duty: Duty, share: Share) -> None:
        """Days after its limit that a share lay on the office's desk are the office's own."""
        limit = duty.limit(share)
        if share.since is not None and limit is not None:
            start = max(limit, share.since)
            if self.today > start:
                share.desk += CAL.working_days_between(start, self.today)

    def give_back(self, duty: Duty, share: Share, *, credit: bool) -> None:
        """The office is done with a share, or the department took its words back."""
        if credit:
            self.credit(duty, share)
        share.begin_again()
        self.join(duty, share)

    def join(self, duty: Duty, share: Share) -> None:
        """Who opens again waits, from today on, for the request that holds the other leads."""
        if share.open and not share.asked:
            others = (one for one in duty.together(share) if one is not share)
            if any(one.asked and one.open for one in others):
                share.asked, share.since = True, self.today

    def part_id(self, duty: Duty, share: Share) -> int:
        with self.database.reading() as session:
            return session.scalars(
                select(Part.id)
                .join(Department)
                .where(Part.task_id == duty.number, Department.name == share.unit)
            ).one()

    def last(self, share: Share | None) -> int:
        """The latest answer of a share; 0 where there is none."""
        return share.answers[-1].id if share is not None and share.answers else 0

    def back(self, share: Share) -> None:
        """To where it stood before it was set aside."""
        if share.before is not None:
            share.state, share.before = share.before, None
        else:
            share.state = PartState.in_progress

    def settle(self, duty: Duty, request: Request, *, credit: bool, granted: bool = False) -> None:
        duty.requests.remove(request)
        waiting = [one for one in duty.together(request.share) if one.asked]
        for one in waiting:
            if granted:
                one.desk = 0
            if credit or granted:
                self.credit(duty, one)
            one.begin_again()

    def name_of(self, unit: str) -> str:
        """The department that took this one over, if one did."""
        return self.names[unit]

    def share_of(self, part: Part) -> tuple[Duty, Share]:
        duty = next(one for one in self.duties if one.number == part.task_id)
        share = duty.ever_of(part.department.name)
        assert share is not None
        return duty, share
