"""Who is there: somebody in charge, absences, two departments that become one."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)

from tasks.services import (
    absences,
    corrections,
    delegation,
)
from tasks.vocabulary import PartState
from tests.storage.histories.expected import (
    Duty,
    Share,
)
from tests.storage.histories.played import UNITS, Played, picks
from tests.storage.scene import OFFICE


class People(Played):
    """People come and go."""

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
        self.names = {unit: kept if name == gone else name for unit, name in self.names.items()}
        self.units.remove(gone)
        self.contacts[kept] = sorted([*self.contacts[kept], *self.contacts.pop(gone)])
        if gone in self.heads:
            self.heads.setdefault(kept, self.heads.pop(gone))
        for duty in self.duties:
            for share in duty.shares:
                share.unit = kept if share.unit == gone else share.unit
