"""The sweep: what has fallen due by now becomes asks, slips, drafts of slips and digests, in
one commit.

It looks only at parts whose `next_due_at` has come, takes every step since they were last
looked at and says the strongest of them, so a bot that was down for a week asks once. It
does nothing outside the office's windows. An ask counts when delivery settles it; what a
digest says is chosen when it is sent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from tasks import due, outbox
from tasks.calendars import DAY
from tasks.due import StepKind
from tasks.mailroom import Outbox
from tasks.models import Ask, Part, Person
from tasks.outbox import Priority
from tasks.services import slips
from tasks.services.acts import (
    Act,
    Office,
    facts_of,
    limit_of,
    lock_tasks,
)
from tasks.services.post import Kind, digest_key, groups_of, slips_key, tell_groups
from tasks.services.receivers import Receivers
from tasks.services.snoozing import come_due
from tasks.text import SYSTEM
from tasks.vocabulary import Delivery

UNASKED = 2
"""Messages that nobody asked for, per person and working day (design §2, digest)."""

BATCH = 500
"""Parts taken in one transaction."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many parts were looked at, how many asks and slips came of it; `before` is the last
    ask that was known already."""

    parts: int = 0
    asks: int = 0
    slips: int = 0
    before: int = 0

    @property
    def more(self) -> bool:
        """Whether another transaction should follow at once."""
        return self.parts >= BATCH


def sweep(session: Session, office: Office, now: datetime) -> Swept:
    """Take what is due at `now`, at most BATCH parts of it; then `call_out` what came of it."""
    window = office.cal.window_start(now)
    if window is None:
        return Swept()
    due_tasks = session.scalars(
        select(Part.task_id).where(Part.next_due_at <= now).order_by(Part.next_due_at).limit(BATCH)
    ).all()
    tasks = lock_tasks(session, due_tasks)
    parts = [
        part
        for task in tasks
        for part in task.parts
        if part.next_due_at is not None and part.next_due_at <= now
    ]
    today = office.cal.local_date(now)
    said: list[tuple[Part, due.Step]] = []
    for part in parts:
        found, following = due.reckon(
            facts_of(part, office), part.swept_to, now, office.policy, office.cal
        )
        said += [(part, step) for step in due.merge(found, today)]
        # Row by row the flush would cost more than everything else here; `_keep` writes them.
        set_committed_value(part, "swept_to", now)
        set_committed_value(part, "next_due_at", None if following is None else following.at)
    taken = [(part, step) for part, step in said if step.kind not in due.DRAFTS]
    slips.draft(session, office, now, [one for one in said if one[1].kind in due.DRAFTS])
    known = _known(session, taken)
    new = [(part, step) for part, step in taken if (part.id, step.key) not in known]
    before = session.scalar(select(func.max(Ask.id))) or 0
    _keep(session, parts, [_ask(part, step, now, window) for part, step in new])
    late = [(part, step) for part, step in new if step.kind is StepKind.blue_slip]
    if late:
        slips.blue(session, office, Act(now, now, SYSTEM), late)
    return Swept(len(parts), len(new), len(late), before)


def call_out(session: Session, office: Office, now: datetime, after: int = 0) -> int:
    """Owe each person and each group of a department one digest with the asks of this window,
    each head the day's slips.

    Doing it again owes nothing twice. Asks that come up after a person's digest was sent
    wait for the next window. `after`: only for asks behind that one, where all others were
    called out or will be. How many messages are new.
    """
    window = office.cal.window_start(now)
    if window is None:
        return 0
    session.flush()
    asked = _asked(session, window, after)
    receivers = Receivers(session)
    receivers.look_up([unit for unit, _, _ in asked])
    newest: dict[int, tuple[Person, datetime]] = {}
    for unit, delegate, raised in asked:
        for person in receivers.at(unit, delegate):
            _, known = newest.get(person.id, (person, raised))
            newest[person.id] = (person, max(known, raised))
    for person in come_due(session, window):
        # What was put off is no news: it waits for no later window.
        newest.setdefault(person.id, (person, window))
    owed = _owed(session, office, [person for person, _ in newest.values()], now, window)
    told = sum(
        _digest(session, office, person, now, window, raised, owed)
        for person, raised in newest.values()
    )
    for group in groups_of(session, {unit for unit, _, _ in asked}):
        told += tell_groups(
            session,
            [group],
            Kind.digest,
            now,
            f"digest:{window:%Y-%m-%dT%H:%M}",
            {"window": window.isoformat()},
            priority=Priority.planned,
        )
    return told + _tell_heads(session, office, now, window)


def _tell_heads(session: Session, office: Office, now: datetime, window: datetime) -> int:
    """Owe the heads the slips of this window; who gets a digest reads them in it."""
    heads = slips.told_heads(session, window, now)
    keys = [digest_key(head.id, window) for head in heads]
    reading = set(session.scalars(select(Outbox.key).where(Outbox.key.in_(keys))) if keys else ())
    day = office.cal.local_date(now)
    return sum(
        _planned(session, head, Kind.slips, slips_key(head.id, day), {"day": f"{day}"}, now)
        for head, key in zip(heads, keys, strict=True)
        if key not in reading
    )


def _asked(
    session: Session, window: datetime, after: int
) -> list[tuple[int, int | None, datetime]]:
    """Who is asked in a window: a department, whoever is in charge there, and when last."""
    rows = session.execute(
        select(Part.department_id, Part.delegate_id, func.max(Ask.raised_at))
        .join(Ask.part)
        .where(
            Ask.window == window,
            Ask.id > after,
            Ask.dropped_at.is_(None),
            Ask.delivered_at.is_(None),
        )
        .group_by(Part.department_id, Part.delegate_id)
        .order_by(func.min(Ask.id))
    )
    return [(unit, delegate, raised) for unit, delegate, raised in rows]


def _known(session: Session, taken: Sequence[tuple[Part, due.Step]]) -> set[tuple[int, str]]:
    """Which of these steps have been an ask before, by part and key."""
    found: set[tuple[int, str]] = set()
    for at in range(0, len(taken), BATCH):
        some = taken[at : at + BATCH]
        rows = session.execute(
            select(Ask.part_id, Ask.key).where(
                Ask.part_id.in_({part.id for part, _ in some}),
                Ask.key.in_({step.key for _, step in some}),
            )
        )
        found.update((part_id, key) for part_id, key in rows)
    return found


def _ask(part: Part, step: due.Step, now: datetime, window: datetime) -> dict[str, object]:
    return {
        "part_id": part.id,
        "kind": step.kind,
        "key": step.key,
        "period": step.period,
        "due": limit_of(part),
        "expires": step.expires,
        "raised_at": now,
        "window": window,
    }


def _keep(session: Session, parts: Sequence[Part], asks: Sequence[dict[str, object]]) -> None:
    """Write the asks, and how far these parts were swept: two statements for all of them."""
    if asks:
        session.execute(insert(Ask), asks)
    if parts:
        session.execute(
            update(Part),
            [
                {"id": part.id, "swept_to": part.swept_to, "next_due_at": part.next_due_at}
                for part in parts
            ],
        )


@dataclass(frozen=True, slots=True)
class _Owed:
    """What people were owed before: the digests of a window by key, whether each is settled
    and since when it is owed; by person the keys of what was said unasked that day."""

    digests: Mapping[str, tuple[bool, datetime]]
    today: Mapping[int | None, Collection[str]]

    def enough(self, person: Person, but: str) -> bool:
        """Whether a person has been told twice that day unasked, this digest not counted."""
        keys = self.today.get(person.id, ())
        return but not in keys and len(keys) >= UNASKED


def _owed(
    session: Session, office: Office, people: Sequence[Person], now: datetime, window: datetime
) -> _Owed:
    if not people:
        return _Owed({}, {})
    day = office.cal.local_date(now)
    rows = session.execute(
        select(Outbox.person_id, Outbox.key).where(
            # In every state: the index by state and moment spares reading all the years.
            Outbox.state.in_(tuple(Delivery)),
            Outbox.not_before >= office.cal.day_start(day),
            Outbox.not_before < office.cal.day_start(day + DAY),
            Outbox.kind.in_((Kind.digest, Kind.slips)),
        )
    )
    today: dict[int | None, set[str]] = {}
    for person_id, key in rows:
        today.setdefault(person_id, set()).add(key)
    return _Owed(_standing(session, [digest_key(one.id, window) for one in people]), today)


def _standing(session: Session, keys: Sequence[str]) -> dict[str, tuple[bool, datetime]]:
    rows = session.execute(
        select(Outbox.key, Outbox.settled_at, Outbox.created_at).where(Outbox.key.in_(keys))
    )
    return {key: (settled is not None, created) for key, settled, created in rows}


def _digest(
    session: Session,
    office: Office,
    person: Person,
    now: datetime,
    window: datetime,
    raised: datetime,
    owed: _Owed,
) -> bool:
    key = digest_key(person.id, window)
    if owed.enough(person, key):
        later = office.cal.opens(office.cal.add_working_days(office.cal.local_date(now), 1))
        return owe_digest(session, person, now, later, not_before=later)
    if key not in owed.digests and owe_digest(session, person, now, window):
        return True
    settled, created = owed.digests.get(key) or _standing(session, [key])[key]
    if not settled or created >= raised:
        return False
    later = office.cal.following_window(now)
    return owe_digest(session, person, now, later, not_before=later)


def owe_digest(
    session: Session,
    person: Person,
    now: datetime,
    window: datetime,
    not_before: datetime | None = None,
) -> bool:
    """Owe somebody who is bound the digest of a window; whether it was not owed before."""
    facts = {"window": window.isoformat()}
    key = digest_key(person.id, window)
    return _planned(session, person, Kind.digest, key, facts, now, not_before=not_before)


def _planned(
    session: Session,
    person: Person,
    kind: Kind,
    key: str,
    facts: dict[str, str],
    now: datetime,
    not_before: datetime | None = None,
) -> bool:
    assert person.chat_id is not None
    return outbox.put(
        session,
        key=key,
        kind=kind,
        chat_id=person.chat_id,
        person_id=person.id,
        facts=facts,
        priority=Priority.planned,
        now=now,
        not_before=not_before,
    )
