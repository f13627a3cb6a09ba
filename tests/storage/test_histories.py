"""Random histories of several departments against a simple model of what should come of them.

The model knows the states of parts, how many answers each has, and which counts; it is written
from the design, not from the program. After every step the database must hold the same states
and every answer that was given; what the model forbids must be refused and change nothing.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import migrations
from tasks.casework import Extension
from tasks.db import Database
from tasks.errors import DubanError
from tasks.models import Department, History, Part, Report, Task
from tasks.services import cooperation, declines, extensions, reports, submissions
from tasks.services.acts import Act
from tasks.views.cards import card
from tasks.views.summary import summarise
from tasks.vocabulary import PartRole, PartState, ProgressClass, Role
from tests.storage.scene import Scene, duty, words

FAR = date(2027, 3, 31)
UNITS = ("教育局", "财政局", "民政局", "交通局")
OPEN = {PartState.issued, PartState.signed, PartState.in_progress}
ENDED = {PartState.closed, PartState.cancelled}

T = TypeVar("T")


@dataclass
class Share:
    """What the model knows of a part."""

    unit: str
    role: PartRole
    state: PartState = PartState.issued
    before: PartState | None = None
    asked: bool = False
    said: int = 0
    requests: int = 0
    percent: int | None = None
    moved: bool = False


@dataclass
class Duty:
    """What the model knows of a task: its shares in their order."""

    number: int
    limited: bool
    shares: list[Share] = field(default_factory=list)
    put_off: int = 0

    @property
    def held(self) -> list[Share]:
        return [share for share in self.shares if not share.moved]

    @property
    def leads(self) -> list[Share]:
        return [share for share in self.held if share.role is PartRole.lead]

    def of(self, unit: str) -> Share | None:
        return next((share for share in self.held if share.unit == unit), None)

    def ever_of(self, unit: str) -> Share | None:
        """Also one that went to another department: what it says is kept all the same."""
        return next((share for share in self.shares if share.unit == unit), None)

    def sharing(self, share: Share) -> list[Share]:
        """The shares that one request for more time holds."""
        return self.leads if share.role is PartRole.lead else [share]


class Histories(RuleBasedStateMachine):
    """Four departments, three tasks, one office."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = Database(self.address())
        migrations.models().create_all(self.database.engine, checkfirst=False)
        self.scene = Scene(self.database)
        self.duties: list[Duty] = []
        self.waiting: dict[tuple[int, str], int] = {}

    def address(self) -> str:
        return f"sqlite:///{Path(self.folder.name) / 'duban.sqlite3'}"

    def teardown(self) -> None:
        self.database.dispose()
        self.folder.cleanup()

    @initialize()
    def publish(self) -> None:
        self.contacts = {unit: self.scene.join(Role.contact, unit) for unit in UNITS}
        self.coordinator = self.scene.join(Role.coordinator)
        education, finance, welfare, _ = UNITS
        numbers = self.scene.publish(
            duty("一项。", lead=[education], cooperating=[finance], due=FAR),
            duty("二项。", joint=[education, finance], due=FAR),
            duty("三项。", lead=[welfare], cooperating=[education]),
        )
        lead, helping = PartRole.lead, PartRole.cooperating
        self.duties = [
            Duty(numbers[0], True, [Share(education, lead), Share(finance, helping)]),
            Duty(numbers[1], True, [Share(education, lead), Share(finance, lead)]),
            Duty(numbers[2], False, [Share(welfare, lead), Share(education, helping)]),
        ]

    # --- how a step is taken ---

    def attempt(self, may: bool, step: Any) -> Any:
        """Do what the model allows, or see it refused without a trace."""
        before = None if may else self.rows()
        try:
            done = self.scene.do(step)
        except DubanError as refusal:
            done = refusal
        refused = isinstance(done, DubanError)
        assert refused is not may, (done, "allowed" if may else "forbidden")
        assert not refused or self.rows() == before
        return done

    def rows(self) -> Any:
        every = self.scene.everything()
        return {name: every[name] for name in ("part", "task", "report", "extension", "history")}

    def by(self, unit: str) -> Act:
        return self.scene.act(self.contacts[unit])

    def office(self) -> Act:
        return self.scene.act(self.coordinator)

    def last(self, duty: Duty, share: Share) -> int:
        """The latest answer of a part; 0 where there is none."""

        def look(session: Session) -> int:
            found = session.scalar(
                select(func.max(Report.id))
                .join(Part)
                .join(Department)
                .where(Part.task_id == duty.number, Department.name == share.unit)
            )
            return found or 0

        return self.scene.do(look)

    # --- what departments do ---

    duty_at = st.integers(0, 2)
    unit = st.sampled_from(UNITS)

    @rule(at=duty_at, unit=unit)
    def sign(self, at: int, unit: str) -> None:
        duty, office = self.duties[at], self.scene.office
        share = duty.ever_of(unit)
        numbers = [duty.number]
        self.attempt(share is not None, lambda s: reports.sign(s, office, self.by(unit), numbers))
        if share is not None and share.state is PartState.issued:
            share.state = PartState.signed

    @rule(at=duty_at, unit=unit)
    def report(self, at: int, unit: str) -> None:
        duty, share = self.duties[at], self.duties[at].ever_of(unit)
        self.attempt(
            share is not None,
            lambda s: reports.report(
                s, self.scene.office, self.by(unit), duty.number, "在办", words("在办")
            ),
        )
        if share is not None:
            share.said += 1
            if share.state in OPEN:
                share.state = PartState.in_progress

    @rule(at=duty_at, unit=unit, percent=st.integers(0, 100))
    def report_with_a_number(self, at: int, unit: str, percent: int) -> None:
        duty, share = self.duties[at], self.duties[at].of(unit)
        if share is None or share.state in ENDED:
            return
        said = self.attempt(
            True,
            lambda s: (
                reports.report(
                    s,
                    self.scene.office,
                    self.by(unit),
                    duty.number,
                    f"{percent}%",
                    words(f"{percent}%", percent=percent),
                ).id
            ),
        )
        share.said += 1
        # Nothing moves before the tap.
        self.waiting[at, unit] = said

    @precondition(lambda self: bool(self.waiting))
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        at, unit = data.draw(st.sampled_from(sorted(self.waiting)))
        report_id = self.waiting.pop((at, unit))
        duty = self.duties[at]
        share = duty.of(unit)
        if share is None or self.last(duty, share) != report_id:
            return
        self.attempt(
            True,
            lambda s: reports.confirm(s, self.scene.office, self.by(unit), [report_id]),
        )
        with self.database.reading() as session:
            share.percent = session.get_one(Report, report_id).percent
        if share.state in OPEN:
            share.state = PartState.in_progress

    @rule(at=duty_at, unit=unit)
    def no_change(self, at: int, unit: str) -> None:
        duty, share = self.duties[at], self.duties[at].of(unit)
        may = (
            share is not None
            and share.role is PartRole.lead
            and share.state in OPEN
            and share.said > share.requests
        )
        numbers = [duty.number]
        self.attempt(
            may, lambda s: reports.no_change(s, self.scene.office, self.by(unit), numbers)
        )
        if share is not None and may:
            share.said, share.state = share.said + 1, PartState.in_progress

    @rule(at=duty_at, unit=unit)
    def nothing_to_add(self, at: int, unit: str) -> None:
        duty, share = self.duties[at], self.duties[at].of(unit)
        may = share is not None and share.role is PartRole.cooperating and share.state in OPEN
        numbers = [duty.number]
        self.attempt(
            may,
            lambda s: cooperation.nothing_to_add(s, self.scene.office, self.by(unit), numbers),
        )
        if share is not None and may:
            share.said, share.state = share.said + 1, PartState.in_progress

    @rule(at=duty_at, unit=unit)
    def submit(self, at: int, unit: str) -> None:
        duty, share = self.duties[at], self.duties[at].of(unit)
        may = share is not None and share.role is PartRole.lead and share.state in OPEN
        if may and share is duty.leads[0]:
            others = duty.leads[1:]
            may = all(one.state in {PartState.submitted, *ENDED} for one in others)
        self.attempt(
            may, lambda s: submissions.submit(s, self.scene.office, self.by(unit), duty.number)
        )
        if share is not None and may:
            share.said, share.state = share.said + 1, PartState.submitted
            for one in duty.sharing(share):
                one.asked = False

    @rule(at=duty_at, unit=unit)
    def withdraw(self, at: int, unit: str) -> None:
        duty, share = self.duties[at], self.duties[at].of(unit)
        may = share is not None and share.state in {PartState.submitted, PartState.declined}
        first = duty.leads[0]
        if share is not None and share.role is PartRole.lead and share is not first:
            may = may and first.state is not PartState.submitted
        self.attempt(
            may, lambda s: submissions.withdraw(s, self.scene.office, self.by(unit), duty.number)
        )
        if share is not None and may:
            back = PartState.in_progress
            if share.state is PartState.declined:
                assert share.before is not None
                back = share.before
            share.state, share.before, share.asked = back, None, False

    @rule(at=duty_at, unit=unit)
    def decline(self, at: int, unit: str) -> None:
        duty, share = self.duties[at], self.duties[at].of(unit)
        may = share is not None and share.state in OPEN and not share.asked
        self.attempt(
            may,
            lambda s: declines.decline(
                s, self.scene.office, self.by(unit), duty.number, "不属我局职责"
            ),
        )
        if share is not None and may:
            share.before, share.state = share.state, PartState.declined
            share.said, share.asked = share.said + 1, True
            share.requests += 1

    @rule(at=duty_at, unit=unit, days=st.integers(1, 60))
    def extend(self, at: int, unit: str, days: int) -> None:
        duty, share = self.duties[at], self.duties[at].of(unit)
        may = (
            duty.limited
            and share is not None
            and share.role is PartRole.lead
            and share.state in OPEN
            and not any(one.asked for one in duty.sharing(share))
        )
        with self.database.reading() as session:
            due = session.get_one(Task, duty.number).due or FAR
        wanted = date.fromordinal(due.toordinal() + days)
        self.attempt(
            may,
            lambda s: extensions.ask(
                s, self.scene.office, self.by(unit), duty.number, wanted, "待批复"
            ),
        )
        if share is not None and may:
            share.said, share.requests = share.said + 1, share.requests + 1
            for one in duty.leads:
                if one.state in OPEN:
                    one.asked = True

    # --- what the office does ---

    @rule(at=duty_at, good=st.booleans())
    def decide_on_more_time(self, at: int, good: bool) -> None:
        duty = self.duties[at]

        def pending(session: Session) -> int:
            found = session.scalars(
                select(Extension.id)
                .join(Part, Extension.part_id == Part.id)
                .where(Part.task_id == duty.number, Extension.state == "asked")
            ).all()
            assert len(found) <= 1
            return found[0] if found else 0

        request = self.scene.do(pending)
        may = request != 0
        assert may == any(one.asked and one.state is not PartState.declined for one in duty.leads)
        office, act = self.scene.office, self.office()
        self.attempt(
            may,
            lambda s: (
                extensions.grant(s, office, act, request)
                if good
                else extensions.refuse(s, office, act, request, "按原时限")
            ),
        )
        if may:
            duty.put_off += good
            for one in duty.leads:
                if one.state is not PartState.declined:
                    one.asked = False

    @rule(at=duty_at, back=st.booleans())
    def judge(self, at: int, back: bool) -> None:
        duty = self.duties[at]
        first = duty.leads[0]
        report = self.last(duty, first)
        may = first.state is PartState.submitted
        office, act = self.scene.office, self.office()
        self.attempt(
            may,
            lambda s: (
                submissions.send_back(s, office, act, report, "请补充")
                if back
                else submissions.close(s, office, act, report)
            ),
        )
        if not may:
            return
        for one in duty.leads:
            if one.state not in ENDED:
                one.state = PartState.in_progress if back else PartState.closed
        for one in duty.held:
            if not back and one.role is PartRole.cooperating and one.state not in ENDED:
                one.state, one.before, one.asked = PartState.closed, None, False

    @rule(at=duty_at, place=st.integers(0, 3), unit=unit)
    def reassign(self, at: int, place: int, unit: str) -> None:
        duty = self.duties[at]
        share = duty.held[place % len(duty.held)]
        may = (
            share.state in {*OPEN, PartState.declined}
            and (share.state is PartState.declined or not share.asked)
            and duty.of(unit) is None
        )
        report = self.last(duty, share) if share.state is PartState.declined else None

        def step(session: Session) -> None:
            part = session.scalars(
                select(Part)
                .join(Department)
                .where(Part.task_id == duty.number, Department.name == share.unit)
            ).one()
            owner = session.scalars(select(Department.id).where(Department.name == unit)).one()
            declines.reassign(session, self.scene.office, self.office(), part.id, owner, report)

        self.attempt(may, step)
        if may:
            earlier = next((one for one in duty.shares if one.unit == unit), None)
            if earlier is not None:
                duty.shares.remove(earlier)
            share.state, share.before = PartState.cancelled, None
            share.asked, share.moved = False, True
            taken = Share(unit, share.role)
            if earlier is not None:
                taken.said, taken.requests = earlier.said, earlier.requests
            duty.shares.insert(duty.shares.index(share) + 1, taken)
            self.waiting.pop((at, unit), None)

    @rule(at=duty_at, place=st.integers(0, 3))
    def refuse_decline(self, at: int, place: int) -> None:
        duty = self.duties[at]
        share = duty.held[place % len(duty.held)]
        report = self.last(duty, share)
        may = share.state is PartState.declined
        office, act = self.scene.office, self.office()
        self.attempt(may, lambda s: declines.refuse_decline(s, office, act, report, "属你局职责"))
        if may:
            assert share.before is not None
            share.state, share.before, share.asked = share.before, None, False

    # --- what must always hold ---

    @invariant()
    def the_states_are_those_of_the_model(self) -> None:
        with self.database.reading() as session:
            for duty in self.duties:
                task = session.get_one(Task, duty.number)
                found = {part.department.name: part for part in task.parts}
                assert {unit: part.state for unit, part in found.items()} == {
                    share.unit: share.state for share in duty.shares
                }
                assert task.extensions == duty.put_off
                assert task.original_due == (FAR if duty.limited else None)

    @invariant()
    def no_answer_is_lost(self) -> None:
        with self.database.reading() as session:
            for duty in self.duties:
                for share in duty.shares:
                    kept = session.scalar(
                        select(func.count())
                        .select_from(Report)
                        .join(Part)
                        .join(Department)
                        .where(Part.task_id == duty.number, Department.name == share.unit)
                    )
                    assert kept == share.said, (duty.number, share)

    @invariant()
    def every_sum_holds(self) -> None:
        if not self.duties:
            return
        with self.database.reading() as session:
            found = summarise(session, self.scene.office, self.scene.now)
            assert sum(found.classes.values()) == found.total == len(self.duties)
            done = sum(
                all(one.state is PartState.closed for one in duty.leads) for duty in self.duties
            )
            assert found.classes[ProgressClass.done] == done

    @invariant()
    def every_button_is_one_that_the_table_allows(self) -> None:
        if not self.duties:
            return
        with self.database.reading() as session:
            for duty in self.duties:
                shown = card(session, self.scene.office, self.office(), duty.number)
                if shown.judged is not None:
                    assert shown.about is not None
                    assert shown.about.state in {PartState.submitted, PartState.declined}

    @invariant()
    def the_history_only_grows(self) -> None:
        with self.database.reading() as session:
            lines = session.scalar(select(func.count()).select_from(History)) or 0
        assert lines >= getattr(self, "lines", 0)
        self.lines = lines


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
