"""Time passes: whoever is asked owes an answer, is there, and has not been asked twice."""

from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    rule,
)
from sqlalchemy import select

from tasks.models import Ask
from tasks.services import (
    absences,
)
from tasks.services.acts import Act
from tests.storage.histories.compared import Compared
from tests.storage.histories.expected import (
    LEAD,
    Share,
)
from tests.storage.histories.people import People
from tests.storage.histories.played import CAL, WINDOWS
from tests.storage.scene import OFFICE, Said


class Clock(Compared, People):
    """The bot is up, or down for days."""

    @rule(minutes=st.integers(5, 150))
    def a_while(self, minutes: int) -> None:
        self.scene.now += timedelta(minutes=minutes)

    @rule(windows=st.integers(1, 8))
    def live(self, windows: int) -> None:
        """Half-days pass while the bot is up."""
        for _ in range(windows):
            self.wake(self.next_window(self.scene.now))
        self.compare_the_summary()

    @rule(days=st.integers(2, 40))
    def sleep(self, days: int) -> None:
        """The bot is down for days."""
        self.wake(self.next_window(self.scene.now + timedelta(days=days)))
        self.compare_the_summary()

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
