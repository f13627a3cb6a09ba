"""What the office does: judge, pause, end, take up again, give away, correct."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    rule,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.models import Department
from tasks.services import (
    closing,
    corrections,
    declines,
    nodes,
    pausing,
    submissions,
)
from tasks.services.acts import Act
from tasks.services.nodes import Milestone as NodeTyped
from tasks.vocabulary import Grade, Outcome, PartState
from tests.storage.histories import expected
from tests.storage.histories.expected import (
    COOPERATING,
    EACH,
    ENDED,
    LEAD,
    Duty,
    Milestone,
    Share,
)
from tests.storage.histories.played import CAL, UNITS, Played, picks
from tests.storage.scene import OFFICE


class TheOffice(Played):
    """The office's moves."""

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
            self.run_on(duty)
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
            waits = any(one.asked for one in duty.shares)
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
