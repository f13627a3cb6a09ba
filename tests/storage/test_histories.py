"""Random histories of several departments against a simple model of what should come of them.

The model (`expected`) knows states, limits, requests and every answer; it is written from the
design, not from the program. After every step the database must hold the same, every word that
was said, and a line of history that says who did it when; what the model forbids must be refused
and change nothing. As time goes on people are asked as the bot would ask them: never of what
waits or stands still, never twice of one thing, never more than twice a day.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

import migrations
from tasks.casework import Extension
from tasks.db import Database
from tasks.errors import DubanError
from tasks.models import Ask, Department, History, Node, Part, Report, Task
from tasks.services import (
    absences,
    closing,
    cooperation,
    corrections,
    declines,
    delegation,
    extensions,
    nodes,
    pausing,
    records,
    reports,
    submissions,
)
from tasks.services.acts import Act
from tasks.services.nodes import Milestone as NodeTyped
from tasks.views.cards import card
from tasks.views.summary import summarise
from tasks.vocabulary import Grade, Outcome, Pace, PartRole, PartState, ProgressClass, Role
from tests.databases import Server
from tests.storage import expected
from tests.storage.expected import (
    COOPERATING,
    EACH,
    ENDED,
    LEAD,
    Answer,
    Duty,
    Milestone,
    Request,
    Share,
)
from tests.storage.scene import OFFICE, Said, Scene, words
from tests.storage.scene import duty as clause

UNITS = ("教育局", "财政局", "民政局", "交通局", "档案局")
EDUCATION, FINANCE, WELFARE, TRAFFIC, ARCHIVE = UNITS
SOON, LATER = date(2026, 11, 20), date(2026, 12, 11)
WINDOWS = (time(9, 0), time(14, 30))
CAL = OFFICE.cal
FIXED = {"no_change": "按计划推进"}

May = Callable[[Duty, str], bool]
picks = st.integers(0, 999)


class Histories(RuleBasedStateMachine):
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

    def teardown(self) -> None:
        try:
            if self.duties:
                self.compare_the_summary()
        finally:
            self.database.dispose()
            if self.server is not None:
                self.server.drop(self.database.url)

    @initialize()
    def begin(self) -> None:
        with self.database.reading() as session:
            numbers = list(session.scalars(select(Task.id).order_by(Task.id)))
        (
            self.coordinator,
            self.leader,
            *people,
        ) = range(1, 2 + 6 + 2 + 1)
        names = (EDUCATION, EDUCATION, FINANCE, WELFARE, TRAFFIC, ARCHIVE)
        for unit, person in zip(names, people[:6], strict=True):
            self.contacts.setdefault(unit, []).append(person)
        self.heads = {EDUCATION: people[6], WELFARE: people[7]}
        today = self.today

        def share(unit: str, role: PartRole) -> Share:
            return Share(unit, role, today, delivered_on=today)

        self.duties = [
            Duty(numbers[0], SOON, [share(EDUCATION, LEAD), share(FINANCE, COOPERATING)]),
            Duty(numbers[1], LATER, [share(EDUCATION, LEAD), share(FINANCE, LEAD)]),
            Duty(numbers[2], None, [share(WELFARE, LEAD), share(EDUCATION, COOPERATING)]),
            Duty(numbers[3], SOON, [share(WELFARE, EACH), share(TRAFFIC, EACH)]),
        ]
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

    def give_back(self, duty: Duty, share: Share, *, credit: bool) -> None:
        """The office is done with a share: days after its limit on the desk are its own."""
        limit = duty.limit(share)
        if credit and share.since is not None and limit is not None:
            start = max(limit, share.since)
            if self.today > start:
                share.desk += CAL.working_days_between(start, self.today)
        share.begin_again()
        self.join(duty, share)

    def join(self, duty: Duty, share: Share) -> None:
        """Who opens again waits for the request that holds the other leads."""
        if share.open and not share.asked:
            since = [
                one.since
                for one in duty.together(share)
                if one is not share and one.asked and one.open
            ]
            if since:
                share.asked, share.since = True, since[0]

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

    # --- what departments say ---

    @rule(pick=picks)
    def sign(self, pick: int) -> None:
        duty, unit, may = self.choose(pick, lambda duty, unit: duty.ever_of(unit) is not None)
        share, numbers = duty.ever_of(unit), [duty.number]
        waits = share is not None and share.state is PartState.issued
        self.attempt(
            may,
            self.speaker(unit, pick),
            lambda s, act: reports.sign(s, OFFICE, act, numbers),
            quiet=not waits,
        )
        if waits and share is not None:
            share.state = PartState.signed

    @rule(
        pick=picks,
        percent=st.none() | st.integers(0, 100),
        pace=st.none() | st.sampled_from(Pace),
        days=st.none() | st.integers(-15, 25),
        phone=st.booleans(),
    )
    def report(
        self, pick: int, percent: int | None, pace: Pace | None, days: int | None, phone: bool
    ) -> None:
        """Words, with or without something read out of them; said or taken down by phone."""

        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            if phone:
                return share is not None and share.state not in ENDED
            return duty.ever_of(unit) is not None

        duty, unit, allowed = self.choose(pick, may)
        share = duty.of(unit) if phone else duty.ever_of(unit)
        limit = self.today if share is None else duty.limit(share) or self.today
        wanted = None if days is None else limit + timedelta(days=days)
        text = self.words("进展")
        reading = words(text, percent=percent, pace=pace, expected=wanted)
        number = duty.number
        if phone:
            part = 0 if share is None else self.part_id(duty, share)
            done = self.attempt(
                allowed,
                self.coordinator,
                lambda s, act: (
                    records.record_answer(s, OFFICE, act, number, part, text, reading).id
                ),
                said=text,
            )
        else:
            done = self.attempt(
                allowed,
                self.speaker(unit, pick),
                lambda s, act: reports.report(s, OFFICE, act, number, text, reading).id,
                said=text,
            )
        if allowed and share is not None:
            # What was read waits for a tap; words count as they are, as long as work is owed.
            read = any(value is not None for value in (percent, pace, wanted))
            counts = not read and share.state not in ENDED
            self.hear(share, text, done, counts=counts, pace=pace, wanted=wanted)
            if counts:
                self.begun(share)

    @rule(pick=picks, office=st.booleans())
    def confirm(self, pick: int, office: bool) -> None:
        waiting = [
            (share, answer)
            for duty in self.duties
            for share in duty.shares
            for answer in share.answers
            if not answer.counts
        ]
        if not waiting:
            return
        share, answer = waiting[-1 - pick % len(waiting)]
        later = share.answers[share.answers.index(answer) + 1 :]
        may = not any(one.counts for one in later)
        who = self.coordinator if office else self.speaker(share.unit, pick)
        ids = [answer.id]
        self.attempt(may, who, lambda s, act: reports.confirm(s, OFFICE, act, ids))
        if may:
            answer.counts = True
            self.begun(share)

    @rule(pick=picks)
    def no_change(self, pick: int) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            if share is None or share.role is COOPERATING:
                return False
            limit = duty.limit(share)
            near = limit is not None and CAL.working_days_between(self.today, limit) <= 3
            return share.open and share.reported and not near

        duty, unit, allowed = self.choose(pick, may)
        numbers = [duty.number]
        done = self.attempt(
            allowed,
            self.speaker(unit, pick),
            lambda s, act: reports.no_change(s, OFFICE, act, numbers)[0].id,
        )
        share = duty.of(unit)
        if allowed and share is not None:
            self.hear(share, "按计划推进", done, pace=Pace.on_schedule)
            self.begun(share)

    @rule(pick=picks)
    def nothing_to_add(self, pick: int) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            return share is not None and share.role is COOPERATING and share.open

        duty, unit, allowed = self.choose(pick, may)
        numbers = [duty.number]
        done = self.attempt(
            allowed,
            self.speaker(unit, pick),
            lambda s, act: cooperation.nothing_to_add(s, OFFICE, act, numbers)[0].id,
        )
        share = duty.of(unit)
        if allowed and share is not None:
            self.hear(share, "无补充", done)
            self.begun(share)

    @rule(pick=picks, unit=st.sampled_from(UNITS))
    def meet_a_node(self, pick: int, unit: str) -> None:
        every = [(duty, node) for duty in self.duties for node in duty.nodes]
        if not every:
            return
        duty, node = every[pick % len(every)]
        unit = self.name_of(unit)
        share = duty.of(unit)
        may = (
            share is not None
            and share.role is not COOPERATING
            and share.state not in ENDED
            and not node.met
        )
        done = self.attempt(
            may,
            self.speaker(unit, pick),
            lambda s, act: nodes.meet(s, OFFICE, act, node.id).id,
        )
        if may and share is not None:
            node.met = True
            self.hear(share, "已完成", done)
            self.begun(share)

    # --- what departments ask for ---

    @rule(pick=picks, head=st.booleans())
    def submit(self, pick: int, head: bool) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            if share is None or share.role is COOPERATING or not share.open:
                return False
            others = [one for one in duty.leads if one is not share]
            done = {PartState.submitted, *ENDED}
            return share is not duty.first or all(one.state in done for one in others)

        duty, unit, allowed = self.choose(pick, may)
        number = duty.number
        who = self.heads.get(unit, 0) if head else 0
        done = self.attempt(
            allowed,
            who or self.speaker(unit, pick),
            lambda s, act: submissions.submit(s, OFFICE, act, number).id,
        )
        share = duty.of(unit)
        if allowed and share is not None:
            self.hear(share, "申请办结", done, says=False)
            own = [one for one in duty.requests if one.share is share]
            for request in own:
                self.settle(duty, request, credit=False)
            share.begin_again()
            share.state, share.since = PartState.submitted, self.today

    @rule(pick=picks)
    def withdraw(self, pick: int) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            if share is None or share.state not in {PartState.submitted, PartState.declined}:
                return False
            return not (share.role is LEAD and share is not duty.first and duty.spoken_for)

        duty, unit, allowed = self.choose(pick, may)
        number = duty.number
        self.attempt(
            allowed,
            self.speaker(unit, pick),
            lambda s, act: submissions.withdraw(s, OFFICE, act, number),
        )
        share = duty.of(unit)
        if allowed and share is not None:
            self.back(share)
            self.give_back(duty, share, credit=False)

    def back(self, share: Share) -> None:
        """To where it stood before it was set aside."""
        if share.before is not None:
            share.state, share.before = share.before, None
        else:
            share.state = PartState.in_progress

    @rule(pick=picks, good=st.booleans())
    def head_judges_a_submission(self, pick: int, good: bool) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            if share is None or share.state is not PartState.submitted or unit not in self.heads:
                return False
            return good or share.role is EACH or share is duty.first or not duty.spoken_for

        duty, unit, allowed = self.choose(pick, may)
        share, reason = duty.of(unit), self.words("请改")
        said = self.last(share)
        self.attempt(
            allowed,
            self.heads.get(unit) or self.speaker(unit),
            lambda s, act: (
                closing.endorse(s, act, said)
                if good
                else closing.give_back(s, OFFICE, act, said, reason)
            ),
            said="" if good else reason,
            quiet=good,
        )
        if allowed and not good and share is not None:
            self.back(share)
            self.give_back(duty, share, credit=False)

    @rule(pick=picks)
    def decline(self, pick: int) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            if share is None or not share.open or share.asked or share.kept:
                return False
            told = share.delivered_on
            return told is None or self.today <= CAL.add_working_days(told, 5)

        duty, unit, allowed = self.choose(pick, may)
        number, reason = duty.number, self.words("不属我局职责")
        done = self.attempt(
            allowed,
            self.speaker(unit, pick),
            lambda s, act: declines.decline(s, OFFICE, act, number, reason).id,
            said=reason,
        )
        share = duty.of(unit)
        if allowed and share is not None:
            self.hear(share, reason, done, says=False, reports=False)
            share.before, share.state, share.since = share.state, PartState.declined, self.today

    @rule(pick=picks, days=st.integers(-1, 60))
    def ask_for_time(self, pick: int, days: int) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            if share is None or share.role is COOPERATING or not share.open:
                return False
            return duty.limit(share) is not None and not duty.request_of(share)

        duty, unit, allowed = self.choose(pick, may)
        share, number, reason = duty.of(unit), duty.number, self.words("待批复")
        limit = None if share is None else duty.limit(share)
        wanted = max(limit or self.today, self.today) + timedelta(days=days)
        allowed = allowed and days > 0 and wanted >= self.today
        done = self.attempt(
            allowed,
            self.speaker(unit, pick),
            lambda s, act: (
                (made := extensions.ask(s, OFFICE, act, number, wanted, reason)).id,
                made.report_id,
            ),
            said=reason,
        )
        if allowed and share is not None:
            request, said = done
            self.hear(share, reason, said, says=False, reports=False)
            duty.requests.append(Request(request, share, wanted, self.today))
            for one in duty.together(share):
                if one.open:
                    one.asked, one.since = True, self.today

    # --- the way of a request ---

    def some_request(self, pick: int) -> tuple[Duty, Request] | None:
        every = [(duty, one) for duty in self.duties for one in duty.requests]
        return every[pick % len(every)] if every else None

    def desk(self, request: Request) -> str:
        if request.forwarded:
            return "leader"
        until = CAL.add_working_days(request.asked_on, 1)
        headed = request.share.unit in self.heads
        return "head" if headed and not request.endorsed and self.today <= until else "office"

    def settle(self, duty: Duty, request: Request, *, credit: bool, granted: bool = False) -> None:
        duty.requests.remove(request)
        for one in duty.together(request.share):
            if one.asked:
                if granted:
                    one.desk = 0
                self.give_back(duty, one, credit=credit and not granted)

    @rule(pick=picks, by=st.sampled_from(["head", "office", "leader"]), good=st.booleans())
    def judge_a_request(self, pick: int, by: str, good: bool) -> None:
        found = self.some_request(pick)
        if found is None:
            return
        duty, request = found
        unit, number, desk = request.share.unit, request.id, self.desk(request)
        whose = request.share if request.share.role is EACH else None
        third = duty.put_off[whose] >= 2
        if pick % 4:  # mostly whose turn it is
            by = desk
        who = {
            "head": self.heads.get(unit, self.speaker(unit)),
            "office": self.coordinator,
            "leader": self.leader,
        }[by]
        may = by == desk
        reason = self.words("按原时限")
        if by == "head":
            headed = unit in self.heads
            may = headed and not request.endorsed and (may or (good and desk == "office"))
            name = "endorse" if good else "give_back"
        elif by == "office" and third and good:
            name = "forward"
        else:
            name = "grant" if good else "refuse"
        step = getattr(extensions, name)
        why = () if good else (reason,)
        self.attempt(
            may,
            who,
            lambda s, act: step(s, OFFICE, act, number, *why),
            said="" if good else reason,
        )
        if not may:
            return
        if name == "endorse":
            request.endorsed = True
        elif name == "forward":
            request.forwarded = True
        else:
            if name == "grant":
                duty.put_off[whose] += 1
                duty.extensions = max(duty.put_off.values())
                if whose is None:
                    duty.due = request.wanted
                else:
                    whose.own_due = request.wanted
            self.settle(duty, request, credit=name == "refuse", granted=name == "grant")

    @rule(pick=picks)
    def office_grants_the_third(self, pick: int) -> None:
        """From the third time on only the leader may."""
        found = self.some_request(pick)
        if found is None:
            return
        duty, request = found
        whose = request.share if request.share.role is EACH else None
        if duty.put_off[whose] >= 2:
            self.attempt(
                False,
                self.coordinator,
                lambda s, act: extensions.grant(s, OFFICE, act, request.id),
            )

    @rule(pick=picks)
    def withdraw_a_request(self, pick: int) -> None:
        found = self.some_request(pick)
        if found is None or pick % 3:
            return
        duty, request = found
        self.attempt(
            True,
            self.speaker(request.share.unit, pick),
            lambda s, act: extensions.withdraw(s, OFFICE, act, request.id),
        )
        self.settle(duty, request, credit=False)

    # --- what the office does ---

    @rule(pick=picks, back=st.booleans(), outcome=st.sampled_from(Outcome))
    def judge(self, pick: int, back: bool, outcome: Outcome) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            speaks = share is not None and (share.role is EACH or share is duty.first)
            return speaks and share is not None and share.state is PartState.submitted

        duty, unit, allowed = self.choose(pick, may)
        share, reason = duty.of(unit), self.words("请补充")
        said = self.last(share)
        self.attempt(
            allowed,
            self.coordinator,
            lambda s, act: (
                submissions.send_back(s, OFFICE, act, said, reason)
                if back
                else submissions.close(s, OFFICE, act, said, outcome)
            ),
            said=reason if back else "",
        )
        if not allowed or share is None:
            return
        for one in duty.together(share):
            if one.state in ENDED:
                continue
            if back:
                one.state = PartState.in_progress
                self.give_back(duty, one, credit=True)
            else:
                one.state, one.closed_on = PartState.closed, self.today
        for one in duty.held if share.role is LEAD and not back else []:
            if one.role is COOPERATING and one.state not in ENDED:
                one.state, one.before, one.closed_on = PartState.closed, None, self.today
        if all(one.state in ENDED for one in duty.held):
            duty.closed = True

    @rule(pick=picks, grade=st.sampled_from(Grade))
    def grade(self, pick: int, grade: Grade) -> None:
        duty, allowed = self.choose_duty(
            pick,
            lambda duty: duty.closed and (duty.first or duty.held[0]).state is PartState.closed,
        )
        number = duty.number
        self.attempt(
            allowed,
            self.coordinator,
            lambda s, act: closing.grade(s, act, number, grade),
            quiet=True,
        )

    @rule(pick=picks)
    def pause(self, pick: int) -> None:
        duty, allowed = self.choose_duty(
            pick,
            lambda duty: not duty.spoken_for and any(share.open for share in duty.held),
        )
        number, reason = duty.number, self.words("待听证")
        self.attempt(
            allowed,
            self.coordinator,
            lambda s, act: pausing.pause(s, OFFICE, act, number, reason),
            said=reason,
        )
        if allowed:
            for request in list(duty.requests):
                self.settle(duty, request, credit=False)
            for share in duty.held:
                if share.open:
                    share.before, share.state = share.state, PartState.paused
            duty.paused_on = duty.paused_on or self.today

    def run_on(self, duty: Duty) -> None:
        """Limits move by the days for which the clock stood."""
        if duty.paused_on is None:
            return
        days = CAL.working_days_between(duty.paused_on, self.today)
        duty.due = expected.put_off(duty.due, days, CAL)
        for share in duty.held:
            if share.state is PartState.paused:
                share.own_due = expected.put_off(share.own_due, days, CAL)
        for node in duty.nodes:
            if not node.met:
                node.due = expected.put_off(node.due, days, CAL) or node.due
        duty.paused_on = None

    @rule(pick=picks)
    def resume(self, pick: int) -> None:
        duty, allowed = self.choose_duty(
            pick, lambda duty: any(one.state is PartState.paused for one in duty.held)
        )
        number = duty.number
        self.attempt(
            allowed,
            self.coordinator,
            lambda s, act: pausing.resume_clock(s, OFFICE, act, number),
        )
        if allowed:
            self.run_on(duty)
            for share in duty.held:
                if share.state is PartState.paused:
                    self.back(share)
                    self.give_back(duty, share, credit=False)

    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        if pick % 7:  # the end of a task is rare
            return
        duty, allowed = self.choose_duty(
            pick // 7, lambda duty: any(one.state not in ENDED for one in duty.held)
        )
        number, reason = duty.number, self.words("不再督办")
        self.attempt(
            allowed,
            self.coordinator,
            lambda s, act: closing.cancel(s, OFFICE, act, number, reason),
            said=reason,
        )
        if allowed:
            for request in list(duty.requests):
                self.settle(duty, request, credit=False)
            self.run_on(duty)
            for share in duty.held:
                if share.state not in ENDED:
                    share.state, share.before = PartState.cancelled, None
                    share.closed_on = self.today
            duty.closed = True

    @rule(pick=picks)
    def reopen(self, pick: int) -> None:
        duty, allowed = self.choose_duty(
            pick, lambda duty: all(one.state in ENDED for one in duty.held)
        )
        number, reason = duty.number, self.words("重新督办")
        self.attempt(
            allowed,
            self.coordinator,
            lambda s, act: closing.reopen(s, OFFICE, act, number, reason),
            said=reason,
        )
        if allowed:
            ended = [one for one in duty.held if one.state is PartState.cancelled] or duty.held
            for share in ended:
                share.state = PartState.in_progress
                # Time since it was laid aside is nobody's delay.
                share.since = min(filter(None, (share.since, share.closed_on)), default=None)
                self.give_back(duty, share, credit=True)
                share.closed_on = None
            duty.closed = False

    @rule(pick=picks, to=st.sampled_from(UNITS))
    def reassign(self, pick: int, to: str) -> None:
        to = self.name_of(to)

        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            if share is None or duty.of(to) is not None:
                return False
            return share.state is PartState.declined or (share.open and not share.asked)

        duty, unit, allowed = self.choose(pick, may)
        share = duty.of(unit)
        part = 0 if share is None else self.part_id(duty, share)
        declined = share is not None and share.state is PartState.declined
        said = self.last(share) if declined else None

        def step(session: Session, act: Act) -> None:
            owner = session.scalars(select(Department.id).where(Department.name == to)).one()
            declines.reassign(session, OFFICE, act, part, owner, said)

        self.attempt(allowed, self.coordinator, step, said=to)
        if allowed and share is not None:
            earlier = next((one for one in duty.shares if one.unit == to), None)
            taken = Share(to, share.role, self.today, own_due=share.own_due, desk=share.desk)
            if earlier is not None:
                duty.shares.remove(earlier)
                taken.answers, taken.reported = earlier.answers, earlier.reported
            taken.since = share.since
            duty.shares.insert(duty.shares.index(share) + 1, taken)
            share.state, share.before, share.moved = PartState.cancelled, None, True
            share.begin_again()
            self.give_back(duty, taken, credit=declined)

    @rule(pick=picks)
    def refuse_decline(self, pick: int) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            return share is not None and share.state is PartState.declined

        duty, unit, allowed = self.choose(pick, may)
        share, reason = duty.of(unit), self.words("属你局职责")
        said = self.last(share)
        self.attempt(
            allowed,
            self.coordinator,
            lambda s, act: declines.refuse_decline(s, OFFICE, act, said, reason),
            said=reason,
        )
        if allowed and share is not None:
            self.back(share)
            share.kept = True
            self.give_back(duty, share, credit=True)

    @rule(pick=picks, days=st.none() | st.integers(-20, 60))
    def correct_the_limit(self, pick: int, days: int | None) -> None:
        due = None if days is None else self.today + timedelta(days=days)

        def may(duty: Duty) -> bool:
            waits = any(one.asked or one.state is PartState.declined for one in duty.shares)
            same = due == duty.due and not any(one.own_due for one in duty.shares)
            return not waits and not same and any(one.state not in ENDED for one in duty.held)

        duty, allowed = self.choose_duty(pick, may)
        number, reason, seen = duty.number, self.words("笔误"), duty.due
        self.attempt(
            allowed,
            self.coordinator,
            lambda s, act: corrections.edit_limit(
                s, OFFICE, act, number, due, reason, seen=seen, as_overdue=True
            ),
            said=reason,
        )
        if allowed:
            duty.due, duty.first_due = due, duty.first_due or due
            for share in duty.shares:
                share.own_due, share.desk = None, 0

    @rule(pick=picks, days=st.integers(0, 30))
    def set_a_node(self, pick: int, days: int) -> None:
        due, title = self.today + timedelta(days=days), self.words("初稿")

        def may(duty: Duty) -> bool:
            fits = duty.due is None or due <= duty.due
            return fits and any(one.state not in ENDED for one in duty.held)

        duty, allowed = self.choose_duty(pick, may)
        number, typed = duty.number, [NodeTyped(title, due)]
        done = self.attempt(
            allowed,
            self.coordinator,
            lambda s, act: nodes.add_nodes(s, OFFICE, act, number, typed)[0].id,
            said=title,
        )
        if allowed:
            duty.nodes.append(Milestone(done, due))

    # --- who is there ---

    @rule(pick=picks)
    def delegate(self, pick: int) -> None:
        def may(duty: Duty, unit: str) -> bool:
            share = duty.of(unit)
            if share is None or unit not in self.heads:
                return False
            return share.open or share.state is PartState.submitted

        duty, unit, allowed = self.choose(pick, may)
        number, chosen = duty.number, self.speaker(unit, pick)
        self.attempt(
            allowed,
            self.heads.get(unit) or self.speaker(unit),
            lambda s, act: delegation.delegate(s, OFFICE, act, number, chosen),
            quiet=True,
        )
        share = duty.of(unit)
        if allowed and share is not None:
            share.delegate = chosen

    @rule(pick=picks, unit=st.sampled_from(UNITS), days=st.integers(0, 12))
    def go_away(self, pick: int, unit: str, days: int) -> None:
        unit = self.name_of(unit)
        who, until = self.speaker(unit, pick), self.today + timedelta(days=days)
        others = [one for one in self.contacts[unit] if one != who and one not in self.away]
        deputy = others[0] if others and pick % 2 else None
        self.attempt(
            True,
            who,
            lambda s, act: absences.go_away(s, OFFICE, act, until, deputy),
        )
        self.away[who] = until, deputy

    @precondition(lambda self: bool(self.away))
    @rule(pick=picks)
    def come_back(self, pick: int) -> None:
        who = sorted(self.away)[pick % len(self.away)]
        self.attempt(True, who, lambda s, act: absences.come_back(s, act))
        del self.away[who]

    def there(self, people: list[int]) -> set[int]:
        found = set()
        for person in people:
            deputy = self.away[person][1] if person in self.away else person
            if deputy is not None and deputy not in self.away:
                found.add(deputy)
        return found

    def receivers(self, share: Share) -> set[int]:
        """Who may be asked of a share now."""
        chosen = [] if share.delegate is None else [share.delegate]
        return self.there(chosen) or self.there(self.contacts[share.unit])

    def name_of(self, unit: str) -> str:
        """The department that took this one over, if one did."""
        return self.names[unit]

    @property
    def names(self) -> dict[str, str]:
        if not hasattr(self, "_names"):
            self._names = {unit: unit for unit in UNITS}
        return self._names

    @rule(gone=st.sampled_from(UNITS), kept=st.sampled_from(UNITS), rare=st.integers(0, 4))
    def merge(self, gone: str, kept: str, rare: int) -> None:
        gone, kept = self.name_of(gone), self.name_of(kept)
        if rare or len(self.units) < 4:
            return
        both = any({gone, kept} <= {share.unit for share in duty.shares} for duty in self.duties)
        may = gone != kept and not both
        reason = self.words("机构改革")
        self.attempt(
            may,
            self.coordinator,
            lambda s, act: corrections.merge(s, act, gone, kept, reason),
            said=reason,
        )
        if not may:
            return
        self._names = {unit: kept if name == gone else name for unit, name in self.names.items()}
        self.units.remove(gone)
        self.contacts[kept] = sorted([*self.contacts[kept], *self.contacts.pop(gone)])
        if gone in self.heads:
            self.heads.setdefault(kept, self.heads.pop(gone))
        for duty in self.duties:
            for share in duty.shares:
                share.unit = kept if share.unit == gone else share.unit

    # --- time ---

    @rule(minutes=st.integers(5, 150))
    def a_while(self, minutes: int) -> None:
        self.scene.now += timedelta(minutes=minutes)

    @rule(windows=st.integers(1, 8))
    def live(self, windows: int) -> None:
        """Half-days pass while the bot is up."""
        for _ in range(windows):
            self.wake(self.next_window(self.scene.now))

    @rule(days=st.integers(2, 40))
    def sleep(self, days: int) -> None:
        """The bot is down for days."""
        self.wake(self.next_window(self.scene.now + timedelta(days=days)))

    @staticmethod
    def next_window(after: datetime) -> datetime:
        local = CAL.local(after)
        for day in (local.date(), local.date() + timedelta(days=1)):
            for start in WINDOWS:
                moment = datetime.combine(day, start, local.tzinfo)
                if moment > local:
                    return moment
        raise AssertionError(after)

    def wake(self, now: datetime) -> None:
        """What the bot does when it wakes: whoever is back, what is due, what is owed."""
        self.scene.now = now
        self.away = {
            who: (until, deputy)
            for who, (until, deputy) in self.away.items()
            if until >= self.today
        }
        act = Act(now, now, "督办系统")
        self.scene.do(lambda s: absences.end_absences(s, OFFICE, act))
        self.scene.sweep()
        self.look_at_the_asks()
        for said in self.scene.deliver():
            self.look_at_what_was_said(said)
        self.known = self.last_line()
        self.compare_the_summary()

    def share_of(self, part: Part) -> tuple[Duty, Share]:
        duty = next(one for one in self.duties if one.number == part.task_id)
        share = duty.ever_of(part.department.name)
        assert share is not None
        return duty, share

    def look_at_the_asks(self) -> None:
        """Nobody is asked of what waits, stands still, or is done."""
        with self.database.reading() as session:
            for ask in session.scalars(
                select(Ask).where(Ask.id > self.asks_seen).order_by(Ask.id)
            ):
                self.asks_seen = ask.id
                self.is_owed(ask)

    def is_owed(self, ask: Ask) -> Share:
        duty, share = self.share_of(ask.part)
        assert share.open, (ask.key, share)
        assert not share.moved
        assert not share.asked
        assert share is duty.first or share.role is not LEAD or not duty.spoken_for
        return share

    def look_at_what_was_said(self, said: Said) -> None:
        if said.kind in ("assignment", "welcome"):
            for duty in self.duties:
                for share in duty.held:
                    mine = said.person in self.contacts[share.unit]
                    if mine and duty.number in said.tasks and share.delivered_on is None:
                        share.delivered_on = self.today
        if said.kind not in ("digest", "slips"):
            return
        self.unasked[said.person, self.today] += 1
        assert self.unasked[said.person, self.today] <= 2
        assert CAL.window_start(self.scene.now) is not None
        with self.database.reading() as session:
            for ask in session.scalars(select(Ask).where(Ask.id.in_(said.told))):
                assert (said.person, ask.id) not in self.told
                self.told.add((said.person, ask.id))
                share = self.is_owed(ask)
                assert said.person in self.receivers(share)
                if ask.period is not None:
                    share.unanswered.add(ask.period)

    # --- what must always hold ---

    @invariant()
    def the_tasks_are_those_of_the_model(self) -> None:
        if not self.duties:
            return
        with self.database.reading() as session:
            tasks = {task.id: task for task in session.scalars(select(Task))}
            parts = session.execute(
                select(Part, Department.name).join(Department).order_by(Part.position)
            ).all()
            for duty in self.duties:
                task = tasks[duty.number]
                found = {name: part for part, name in parts if part.task_id == task.id}
                assert {name: part.state for name, part in found.items()} == {
                    share.unit: share.state for share in duty.shares
                }
                for share in duty.held:
                    part = found[share.unit]
                    assert part.role is share.role
                    if share.open:
                        assert (part.requested_at is not None) is share.asked, share
                    assert part.due == share.own_due
                    assert part.delegate_id == share.delegate
                assert (task.due, task.original_due) == (duty.due, duty.first_due)
                assert task.extensions == duty.extensions
                assert (task.closed_at is not None) is duty.closed

    @invariant()
    def no_word_is_lost(self) -> None:
        with self.database.reading() as session:
            kept: dict[tuple[int, str], list[str]] = {}
            for number, name, text in session.execute(
                select(Part.task_id, Department.name, Report.text)
                .join(Part, Report.part_id == Part.id)
                .join(Department)
                .order_by(Report.id)
            ):
                kept.setdefault((number, name), []).append(text)
        for duty in self.duties:
            for share in duty.shares:
                texts = kept.pop((duty.number, share.unit), [])
                assert len(texts) == len(share.answers)
                for text, answer in zip(texts, share.answers, strict=True):
                    assert answer.words in text
        assert not kept

    def compare_the_summary(self) -> None:
        """Every number of the summary, from what was said."""
        self.count_the_asks()
        today = self.today
        with self.database.reading() as session:
            found = summarise(session, OFFICE, self.scene.now)
            for duty in self.duties:
                shown = card(session, OFFICE, self.scene.act(self.coordinator), duty.number)
                if shown.judged is not None:
                    assert shown.about is not None
                    assert shown.about.state in {PartState.submitted, PartState.declined}
        assert sum(found.classes.values()) == found.total == len(self.duties)
        classes = {duty.number: expected.task_class(duty, today, CAL) for duty in self.duties}
        shown_as = {task.number: task.classified.cls for task in found.tasks}
        assert shown_as == classes
        counted = Counter(classes.values())
        assert found.classes == {cls: counted[cls] for cls in ProgressClass}
        late = {duty.number for duty in self.duties if expected.is_overdue(duty, today, CAL)}
        assert {line.task for line in found.overdue} == late
        assert found.extended == sum(duty.extensions > 0 for duty in self.duties)
        document = found.as_document()["answered"]
        assert (document["departments"], document["of"]) == expected.answered(
            self.duties, today, CAL
        )
        rows = {row.name: row for row in found.departments}
        shares = [(duty, share) for duty in self.duties for share in duty.held]
        assert set(rows) == {share.unit for _, share in shares}
        for unit, row in rows.items():
            own = Counter(
                expected.part_class(duty, share, today, CAL)
                for duty, share in shares
                if share.unit == unit
            )
            assert row.classes == {cls: own[cls] for cls in ProgressClass}, unit
            assert row.total == own.total()

    def count_the_asks(self) -> None:
        for duty in self.duties:
            for share in duty.shares:
                share.urged.clear()
        with self.database.reading() as session:
            for ask in session.scalars(
                select(Ask).where(Ask.dropped_at.is_(None), Ask.kind != "sign")
            ):
                _, share = self.share_of(ask.part)
                if CAL.local_date(ask.raised_at) >= share.taken_on:
                    share.urged.append(CAL.local_date(ask.raised_at))


def furnish(database: Database) -> None:
    """The office as it stands before anything happens: people, tasks, all of them told."""
    migrations.models().create_all(database.engine, checkfirst=False)
    scene = Scene(database)
    scene.join(Role.coordinator)
    scene.join(Role.leader)
    for unit in (EDUCATION, EDUCATION, FINANCE, WELFARE, TRAFFIC, ARCHIVE):
        scene.join(Role.contact, unit)
    for unit in (EDUCATION, WELFARE):
        scene.join(Role.head, unit)
    numbers = scene.publish(
        clause("一项。", lead=[EDUCATION], cooperating=[FINANCE], due=SOON),
        clause("二项。", joint=[EDUCATION, FINANCE], due=LATER),
        clause("三项。", lead=[WELFARE], cooperating=[EDUCATION]),
        clause("四项。", joint=[WELFARE, TRAFFIC], due=SOON),
    )

    def as_each(session: Session) -> None:
        for part in session.get_one(Task, numbers[3]).parts:
            part.role = EACH

    scene.do(as_each)
    scene.deliver()


@contextmanager
def template(request: pytest.FixtureRequest) -> Iterator[type[Histories]]:
    """The machine over copies of a furnished database of that kind."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql_server")
        url = server.create()
        database = Database(url.render_as_string(hide_password=False))
        furnish(database)
        database.dispose()
        name = url.database
        yield type("OnPostgreSQL", (Histories,), {"template": name, "server": server})
        server.drop(url)
        return
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.exists() else None) as folder:
        path = Path(folder) / "furnished.sqlite3"
        database = Database(f"sqlite:///{path}")
        furnish(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.dispose()
        yield type("OnSqlite", (Histories,), {"template": path})


EXAMPLES = {"sqlite": 10, "postgresql": 4}


@pytest.fixture(params=list(EXAMPLES))
def machine(request: pytest.FixtureRequest) -> Iterator[tuple[type[Histories], int]]:
    with template(request) as made:
        yield made, EXAMPLES[request.param]


def test_histories(machine: tuple[type[Histories], int]) -> None:
    made, examples = machine
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=examples,
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
