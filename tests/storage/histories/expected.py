"""What should come of a history: a second opinion, written from the design.

Shares, duties and requests as plain values; which class a task has, what is overdue, which
departments answered. Of the program only the calendar and the names of things are used.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tasks.calendars import WorkCalendar
from tasks.vocabulary import Pace, PartRole, PartState, ProgressClass

OPEN = {PartState.issued, PartState.signed, PartState.in_progress}
ENDED = {PartState.closed, PartState.cancelled}
ASIDE = {PartState.cancelled, PartState.paused, PartState.declined}
LEAD, COOPERATING, EACH = PartRole.lead, PartRole.cooperating, PartRole.each


@dataclass(eq=False)
class Answer:
    """What a department said: words that must be found again, and what they count for."""

    words: str
    says: bool = True
    """It tells how the work stands; a submission or a request does not."""
    counts: bool = True
    pace: Pace | None = None
    expected: date | None = None
    id: int = 0


@dataclass(eq=False)
class Share:
    """A department's share of a duty."""

    unit: str
    role: PartRole
    taken_on: date
    state: PartState = PartState.issued
    before: PartState | None = None
    moved: bool = False
    answers: list[Answer] = field(default_factory=list)
    answered_at: datetime | None = None
    reported: bool = False
    since: date | None = None
    """Since when it waits for the office: a submission, a decline, a request for more time."""
    asked: bool = False
    """A request for more time holds it."""
    kept: bool = False
    desk: int = 0
    own_due: date | None = None
    delivered_on: date | None = None
    closed_on: date | None = None
    delegate: int | None = None
    unanswered: set[str] = field(default_factory=set)
    urged: list[date] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.state in OPEN

    def say(self, answer: Answer, at: datetime, *, reports: bool = True) -> None:
        self.answers.append(answer)
        self.answered_at = at
        self.unanswered.clear()
        self.reported = self.reported or reports

    def begin_again(self) -> None:
        """The office is done with what it had on its desk."""
        self.since, self.asked = None, False


@dataclass(eq=False)
class Request:
    """A request for more time on its way."""

    id: int
    share: Share
    wanted: date
    asked_on: date
    endorsed: bool = False
    forwarded: bool = False


@dataclass(eq=False)
class Milestone:
    id: int
    due: date
    met: bool = False


@dataclass(eq=False)
class Duty:
    """A task: its shares in their order, those that went elsewhere among them."""

    number: int
    first_due: date | None
    shares: list[Share]
    due: date | None = None
    put_off: Counter[Share | None] = field(default_factory=Counter)
    extensions: int = 0
    requests: list[Request] = field(default_factory=list)
    nodes: list[Milestone] = field(default_factory=list)
    paused_on: date | None = None
    closed: bool = False

    def __post_init__(self) -> None:
        self.due = self.first_due

    @property
    def held(self) -> list[Share]:
        return [share for share in self.shares if not share.moved]

    @property
    def judged(self) -> list[Share]:
        """Those that make the class."""
        return [share for share in self.held if share.role is not COOPERATING]

    @property
    def leads(self) -> list[Share]:
        return [share for share in self.held if share.role is LEAD]

    @property
    def first(self) -> Share | None:
        return next(iter(self.leads), None)

    def of(self, unit: str) -> Share | None:
        return next((share for share in self.held if share.unit == unit), None)

    def ever_of(self, unit: str) -> Share | None:
        """Also one that went to another department: what it says is kept all the same."""
        gone = (share for share in self.shares if share.unit == unit)
        return self.of(unit) or next(gone, None)

    def together(self, share: Share) -> list[Share]:
        """The shares that have one limit."""
        return self.leads if share.role is LEAD else [share]

    def request_of(self, share: Share) -> Request | None:
        """The request that waits for this share."""
        holding = self.together(share)
        return next((one for one in self.requests if one.share in holding), None)

    def limit(self, share: Share) -> date | None:
        return share.own_due or self.due

    @property
    def spoken_for(self) -> bool:
        """The first listed lead has submitted for all."""
        return self.first is not None and self.first.state is PartState.submitted


def closing_day(year: int, month: int, cal: WorkCalendar) -> date:
    """C: the 25th, or the working day before."""
    day = date(year, month, 25)
    while not cal.is_working_day(day):
        day -= timedelta(days=1)
    return day


def period_closing(key: str, cal: WorkCalendar) -> date:
    """The day on which the period of that name closes: 2026-11 or 2026-Q4."""
    year, name = key.split("-")
    return closing_day(int(year), int(name[1:]) * 3 if name[0] == "Q" else int(name), cal)


def put_off(day: date | None, days: int, cal: WorkCalendar) -> date | None:
    """A limit so many working days later; by none it stays, working day or not."""
    return day if day is None or not days else cal.add_working_days(day, days)


def part_class(
    duty: Duty, share: Share, today: date, cal: WorkCalendar, frozen: date | None = None
) -> ProgressClass:
    """§2, first rule that holds. `frozen`: the day on which somebody submitted for it too."""
    state = share.state
    if state in ASIDE:
        return ProgressClass.other
    if state is PartState.closed:
        return ProgressClass.done
    helping = share.role is COOPERATING
    limit = None if helping else duty.limit(share)
    judged_on = frozen or share.since or today
    if not helping:
        late = put_off(limit, share.desk, cal)
        missed = [node for node in duty.nodes if not node.met and node.due < judged_on]
        if missed or (late is not None and judged_on > late):
            return ProgressClass.behind
    submitted = state is PartState.submitted
    silent = [key for key in share.unanswered if period_closing(key, cal) < today]
    if not submitted and len(silent) >= 2:
        return ProgressClass.behind
    if not submitted and not share.reported:
        return ProgressClass.other
    last = next((one for one in share.answers[::-1] if one.counts and one.says), Answer(""))
    if last.pace is Pace.behind:
        return ProgressClass.behind
    if limit is None:
        return ProgressClass.on_schedule
    if last.expected is not None and last.expected > limit:
        return ProgressClass.behind
    early = cal.add_working_days(limit, -5)
    if last.pace is Pace.ahead or (last.expected is not None and last.expected <= early):
        return ProgressClass.ahead
    return ProgressClass.on_schedule


def task_class(duty: Duty, today: date, cal: WorkCalendar) -> ProgressClass:
    """Behind if any is, done if all are, other if none is more, ahead if every open one is."""
    live = [share for share in duty.judged if share.state is not PartState.cancelled]
    frozen = duty.first.since if duty.first is not None and duty.spoken_for else None
    found = {
        share: part_class(
            duty, share, today, cal, frozen if share.role is LEAD and share.open else None
        )
        for share in live
    }
    classes = set(found.values())
    if ProgressClass.behind in classes:
        return ProgressClass.behind
    if classes <= {ProgressClass.other}:
        return ProgressClass.other
    if classes == {ProgressClass.done}:
        return ProgressClass.done
    going = {found[share] for share in live if share.state not in {*ASIDE, *ENDED}}
    return ProgressClass.ahead if going == {ProgressClass.ahead} else ProgressClass.on_schedule


def judged_on(duty: Duty, shares: Iterable[Share], today: date) -> date:
    """Nobody gets later while the office is at turn, or while the clock stands."""
    working = [one for one in shares if one.state not in ENDED]
    if working and all(one.state is PartState.paused for one in working):
        return duty.paused_on or today
    waiting = [duty.paused_on if one.state is PartState.paused else one.since for one in working]
    days = [day for day in waiting if day is not None]
    return max(days) if len(days) == len(waiting) else today


def is_overdue(duty: Duty, today: date, cal: WorkCalendar) -> bool:
    """Whether the limit that holds has passed without a submission."""

    def late(share: Share, day: date) -> bool:
        limit = put_off(duty.limit(share), share.desk, cal)
        return limit is not None and day > limit

    if duty.first is None:
        owing = [one for one in duty.judged if one.state not in {*ENDED, PartState.paused}]
        return any(late(one, judged_on(duty, [one], today)) for one in owing)
    if duty.first.state in ENDED:
        return False
    if duty.first.state is PartState.paused:
        return late(duty.first, duty.paused_on or today)
    return late(duty.first, judged_on(duty, duty.leads, today))


def answered(duties: Iterable[Duty], today: date, cal: WorkCalendar) -> dict[str, tuple[int, int]]:
    """Per department: how much it answered in this period, and how much is asked of it."""
    year, month = today.year, today.month
    if today > closing_day(year, month, cal):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    closes = closing_day(year, month, cal)
    before = closing_day(*((year, month - 1) if month > 1 else (year - 1, 12)), cal)
    owed: dict[str, list[bool]] = {}
    for duty in duties:
        for share in duty.held:
            found = _owed(duty, share, closes, before, cal)
            if found is not None:
                owed.setdefault(share.unit, []).append(found)
            elif share.state not in ENDED:
                owed.setdefault(share.unit, [])
    return {unit: (sum(map(bool, found)), len(found)) for unit, found in owed.items()}


def _owed(duty: Duty, share: Share, closes: date, before: date, cal: WorkCalendar) -> bool | None:
    """Whether a share was answered in the period; None where nothing is asked of it in it."""
    said_on = None if share.answered_at is None else cal.local_date(share.answered_at)
    if share.state is PartState.cancelled:
        return None
    if share.state in ENDED:
        return True if said_on is not None and said_on > before else None
    if share.state is PartState.submitted:
        return True
    monthly = duty.limit(share) is not None
    quarter = closes if monthly else closing_day(closes.year, -(-closes.month // 3) * 3, cal)
    helped = any(one.role is COOPERATING for one in duty.held)
    ahead = 6 if share.role is COOPERATING else 3 if share.role is LEAD and helped else 5
    asked_on = cal.add_working_days(quarter, -ahead)
    opens = before
    if not monthly:
        month = quarter.month - 3
        opens = closing_day(*((quarter.year, month) if month else (quarter.year - 1, 12)), cal)
    settled_from = min(opens + timedelta(days=1), cal.add_working_days(asked_on, -5))
    if said_on is not None and said_on >= settled_from:
        return True
    if any(day > before for day in share.urged):
        return False
    told_on = share.taken_on if monthly else cal.add_working_days(share.taken_on, 10)
    early = cal.working_days_between(told_on, quarter) < 10
    asks = quarter == closes and not early and share.state is not PartState.paused
    return False if asks else None
