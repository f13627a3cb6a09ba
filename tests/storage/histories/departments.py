"""What departments do: sign, report, ask to close, say that a duty is another's."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    rule,
)

from tasks.services import (
    closing,
    cooperation,
    declines,
    extensions,
    nodes,
    records,
    reports,
    submissions,
)
from tasks.vocabulary import Pace, PartState
from tests.storage.histories.expected import (
    COOPERATING,
    EACH,
    ENDED,
    LEAD,
    Duty,
    Request,
)
from tests.storage.histories.played import CAL, UNITS, Played, picks
from tests.storage.scene import OFFICE, words


class Departments(Played):
    """The departments' own moves."""

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
            if share is None or not share.open or share.kept:
                return False
            if any(one.share is share for one in duty.requests):
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
            share.asked = False

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
        allowed = allowed and limit is not None and wanted > limit and wanted >= self.today
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
