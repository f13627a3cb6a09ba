"""The sweep: what has fallen due by now becomes asks, slips, drafts of slips and digests, in
one commit.

It looks only at parts whose `next_due_at` has come, takes every step since they were last
looked at and says the strongest of them, so a bot that was down for a week asks once. It
does nothing outside the office's windows. An ask counts when delivery settles it; what a
digest says is chosen when it is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

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
    schedule,
)
from tasks.services.post import Kind, digest_key, groups_of, slips_key, tell_groups
from tasks.services.receivers import Receivers
from tasks.services.snoozing import come_due
from tasks.text import SYSTEM as SYSTEM

UNASKED = 2
"""Messages that nobody asked for, per person and working day (design §2, digest)."""

BATCH = 500
"""Parts taken in one transaction."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many parts were looked at, how many asks and slips came of it."""

    parts: int = 0
    asks: int = 0
    slips: int = 0

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
    said = [(part, step) for part in parts for step in due.merge(_taken(part, office, now), today)]
    taken = [(part, step) for part, step in said if step.kind not in due.DRAFTS]
    slips.draft(session, office, now, [one for one in said if one[1].kind in due.DRAFTS])
    known = _known(session, taken)
    new = [(part, step) for part, step in taken if (part.id, step.key) not in known]
    session.add_all(_ask(part, step, now, window) for part, step in new)
    for part in parts:
        part.swept_to = now
    for task in tasks:
        schedule(task, office)
    late = [(part, step) for part, step in new if step.kind is StepKind.blue_slip]
    if late:
        slips.blue(session, office, Act(now, now, SYSTEM), late)
    return Swept(len(parts), len(new), len(late))


def call_out(session: Session, office: Office, now: datetime) -> int:
    """Owe each person and each group of a department one digest with the asks of this window,
    each head the day's slips.

    Doing it again owes nothing twice. Asks that come up after a person's digest was sent
    wait for the next window. How many messages are new.
    """
    window = office.cal.window_start(now)
    if window is None:
        return 0
    session.flush()
    asks = session.scalars(
        select(Ask)
        .where(Ask.window == window, Ask.dropped_at.is_(None), Ask.delivered_at.is_(None))
        .options(selectinload(Ask.part))
        .order_by(Ask.id)
    ).all()
    receivers = Receivers(session)
    newest: dict[int, tuple[Person, datetime]] = {}
    for ask in asks:
        for person in receivers.of(ask.part):
            newest[person.id] = (person, ask.raised_at)
    for person in come_due(session, window):
        # What was put off is no news: it waits for no later window.
        newest.setdefault(person.id, (person, window))
    told = sum(
        _digest(session, office, person, now, window, raised) for person, raised in newest.values()
    )
    for group in groups_of(session, {ask.part.department_id for ask in asks}):
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


def _taken(part: Part, office: Office, now: datetime) -> list[due.Step]:
    return due.steps(facts_of(part, office), part.swept_to, now, office.policy, office.cal)


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


def _ask(part: Part, step: due.Step, now: datetime, window: datetime) -> Ask:
    return Ask(
        part_id=part.id,
        kind=step.kind,
        key=step.key,
        period=step.period,
        due=limit_of(part),
        expires=step.expires,
        raised_at=now,
        window=window,
    )


def _digest(
    session: Session,
    office: Office,
    person: Person,
    now: datetime,
    window: datetime,
    raised: datetime,
) -> bool:
    key = digest_key(person.id, window)
    if _has_had_enough(session, office, person, now, key):
        later = office.cal.opens(office.cal.add_working_days(office.cal.local_date(now), 1))
        return owe_digest(session, person, now, later, not_before=later)
    if owe_digest(session, person, now, window):
        return True
    row = session.scalars(select(Outbox).where(Outbox.key == key)).one()
    if row.settled_at is None or row.created_at >= raised:
        return False
    later = office.cal.next_window(_closes(office, now))
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


def _has_had_enough(
    session: Session, office: Office, person: Person, now: datetime, but: str
) -> bool:
    """Whether a person has been told twice that day unasked, this digest not counted."""
    day = office.cal.local_date(now)
    keys = session.scalars(
        select(Outbox.key).where(
            Outbox.person_id == person.id,
            Outbox.kind.in_((Kind.digest, Kind.slips)),
            Outbox.not_before >= office.cal.day_start(day),
            Outbox.not_before < office.cal.day_start(day + DAY),
        )
    ).all()
    return but not in keys and len(keys) >= UNASKED


def _closes(office: Office, now: datetime) -> datetime:
    """When the window of that instant closes."""
    local = office.cal.local(now)
    end = next(end for start, end in office.cal.windows if start <= local.time() < end)
    return office.cal.at(local.date(), end)


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
