"""The way of a request for more time: asked, signed by a head, judged."""

from hypothesis import strategies as st
from hypothesis.stateful import (
    rule,
)

from tasks.services import (
    extensions,
)
from tests.storage.histories.expected import (
    EACH,
    Duty,
    Request,
)
from tests.storage.histories.played import CAL, Played, picks
from tests.storage.scene import OFFICE


class Requests(Played):
    """Requests on their way."""

    def some_request(self, pick: int) -> tuple[Duty, Request] | None:
        every = [(duty, one) for duty in self.duties for one in duty.requests]
        return every[pick % len(every)] if every else None

    def desk(self, request: Request) -> str:
        if request.forwarded:
            return "leader"
        until = CAL.add_working_days(request.asked_on, 1)
        headed = request.share.unit in self.heads
        return "head" if headed and not request.endorsed and self.today <= until else "office"

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
