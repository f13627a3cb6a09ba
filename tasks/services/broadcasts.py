"""广播: something said to many, once or by a rule, inside windows only.

Only the office sets one and stops one. A run is taken once: whoever moves `next_run_at` on
writes its messages in the same commit. After a downtime what was missed is said once. It is
an announcement and counts against nobody's daily limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from tasks import outbox
from tasks.announcing import read_announcement
from tasks.broadcasting import Broadcast, BroadcastRun
from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.mailroom import Outbox
from tasks.outbox import Intent, Priority
from tasks.recurrence import Every, Rule, as_facts, next_run, rule_of
from tasks.services.acts import HIGHEST_ID, Act, Office, is_office, record
from tasks.services.audiences import Aim, Audience, Named, aim_of, gather, named, read_aims
from tasks.services.post import Kind, tell
from tasks.text import storable
from tasks.vocabulary import Delivery, Role

READS_ALL = frozenset({Role.coordinator, Role.leader, Role.admin})
"""Who may be sent the summary of everything."""

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Preview:
    """A broadcast before it is confirmed: when it is first said, and how many hear it."""

    text: str | None
    rule: Rule | None
    first: datetime
    aims: tuple[Named, ...]
    audience: Audience


def check_office(session: Session, act: Act) -> None:
    """Raises NotAllowed for anybody who does not speak for the office."""
    if not is_office(session, act):
        raise NotAllowed(action="broadcast")


def read_plan(session: Session, office: Office, act: Act, typed: str) -> dict[str, Any]:
    """What was typed, as JSON keeps it until it is confirmed.

    Raises Refused for what cannot be read or has passed, NotFound for a name nobody bears.
    """
    check_office(session, act)
    read = read_announcement(storable(typed), office.cal.local_date(act.said_at))
    aims = read_aims(session, read.audience)
    if read.is_summary and not all(aim.role in READS_ALL for aim in aims):
        raise Refused("broadcast_summary_whom")
    return {
        "text": None if read.is_summary else read.text,
        "rule": None if read.rule is None else as_facts(read.rule),
        "audience": [aim.as_facts() for aim in aims],
    }


def preview(session: Session, office: Office, act: Act, plan: Mapping[str, Any]) -> Preview:
    """What confirming it now would do. Raises Refused where its time has passed."""
    check_office(session, act)
    rule, first = _when(office, act.now, plan["rule"])
    aims = [aim_of(one) for one in plan["audience"]]
    return Preview(
        plan["text"],
        None if plan["rule"] is None else rule,
        first,
        tuple(named(session, aim) for aim in aims),
        gather(session, aims),
    )


def create(session: Session, office: Office, act: Act, plan: Mapping[str, Any]) -> Broadcast:
    """Let it be said. Raises Refused where its time has passed or nobody would hear a single
    one."""
    shown = preview(session, office, act, plan)
    rule, first = _when(office, act.now, plan["rule"])
    heard = shown.audience.people or shown.audience.groups
    if rule.every is Every.once and not heard:
        raise Refused("broadcast_nobody")
    made = Broadcast(
        text=shown.text,
        audience=list(plan["audience"]),
        rule=as_facts(rule),
        next_run_at=first,
        created_at=act.now,
        created_by_id=act.person_id,
    )
    session.add(made)
    session.flush()
    record(session, act, "broadcast", text=made.text, facts={"broadcast": made.id})
    return made


def stop(session: Session, act: Act, broadcast_id: int) -> int:
    """Say it no more, not even what is on its way; how many messages were held back.

    Raises Stale where there is nothing left to stop.
    """
    check_office(session, act)
    found = get_broadcast(session, broadcast_id, lock=True)
    if found.cancelled_at is not None:
        raise Stale("broadcast_ended")
    last = last_run(session, found.id)
    held = 0
    if last is not None:
        free = (*rows_of(last), Outbox.settled_at.is_(None), Outbox.leased_until.is_(None))
        # What may have arrived stays unsure; it is only not sent again.
        session.execute(
            update(Outbox)
            .where(*free, Outbox.state == Delivery.unsure)
            .values(settled_at=act.now, retry_at=None)
        )
        done = session.execute(
            update(Outbox)
            .where(*free, Outbox.state == Delivery.waiting)
            .values(state=Delivery.stale, settled_at=act.now, retry_at=None)
        )
        held = int(getattr(done, "rowcount", 0))
    if found.next_run_at is None and not held:
        raise Stale("broadcast_ended")
    found.cancelled_at, found.cancelled_by_id, found.next_run_at = act.now, act.person_id, None
    facts = {"broadcast": found.id, "held": held}
    record(session, act, "stop_broadcast", text=found.text, facts=facts)
    return held


def take_due(session: Session, office: Office, now: datetime) -> int:
    """Owe everybody what is due at `now`, and the reports of what was said before; how many
    messages are new. Nothing outside windows."""
    if not office.cal.in_window(now):
        return 0
    due = session.execute(
        select(Broadcast.id, Broadcast.next_run_at, Broadcast.rule)
        .where(Broadcast.next_run_at <= now, Broadcast.cancelled_at.is_(None))
        .order_by(Broadcast.next_run_at, Broadcast.id)
    ).all()
    told = 0
    for number, due_at, rule in due:
        following = next_run(rule_of(rule), now, office.cal)
        taken = session.execute(
            update(Broadcast)
            .where(
                Broadcast.id == number,
                Broadcast.next_run_at == due_at,
                Broadcast.cancelled_at.is_(None),
            )
            .values(next_run_at=following)
        )
        if getattr(taken, "rowcount", 0) == 1:
            told += _run(session, session.get_one(Broadcast, number), due_at, now)
    return told + report_settled(session, now)


def report_settled(session: Session, now: datetime) -> int:
    """Tell who set a broadcast how it went, once every message of a run found its outcome: of
    a single one always, of a recurring one where somebody was not reached."""
    told = 0
    for run in session.scalars(
        select(BroadcastRun).where(BroadcastRun.reported_at.is_(None)).order_by(BroadcastRun.id)
    ).all():
        outcomes = outcomes_of(session, run)
        if outcomes.get(Delivery.waiting):
            continue
        run.reported_at = now
        made = run.broadcast
        missed = any(outcomes.get(one) for one in MISSED)
        once = rule_of(made.rule).every is Every.once
        if made.created_by is not None and (missed or once):
            key = f"broadcast:{made.id}:{run.number}:report"
            facts = {"name": "broadcast", "broadcast": made.id}
            told += tell(
                session,
                [made.created_by],
                Kind.view,
                now,
                key,
                facts,
                priority=Priority.planned,
            )
    return told


MISSED = (Delivery.unreachable, Delivery.unsure, Delivery.rejected)
"""Outcomes after which somebody may not have heard it."""


def get_broadcast(session: Session, broadcast_id: int, *, lock: bool = False) -> Broadcast:
    """The broadcast with that number. Raises NotFound."""
    found = None
    if 0 < broadcast_id <= HIGHEST_ID:
        found = session.get(Broadcast, broadcast_id, with_for_update=lock or None)
    if found is None:
        raise NotFound("no_such_broadcast")
    return found


def last_run(session: Session, broadcast_id: int) -> BroadcastRun | None:
    """The last time that it was said."""
    return session.scalar(
        select(BroadcastRun)
        .where(BroadcastRun.broadcast_id == broadcast_id)
        .order_by(BroadcastRun.number.desc())
        .limit(1)
    )


def rows_of(run: BroadcastRun) -> tuple[ColumnElement[bool], ...]:
    """What tells the messages of a run from all others in the outbox."""
    return (
        Outbox.id > run.after_row,
        Outbox.id <= run.up_to_row,
        Outbox.kind == Kind.broadcast,
        Outbox.key.like(f"broadcast:{run.broadcast_id}:{run.number}:%"),
    )


def outcomes_of(session: Session, run: BroadcastRun) -> dict[Delivery, int]:
    """How many messages of a run came to which end; what is sent again counts as waiting."""
    again = and_(Outbox.state == Delivery.unsure, Outbox.retry_at.is_not(None))
    found: dict[Delivery, int] = {}
    for state, waits, n in session.execute(
        select(Outbox.state, again.label("again"), func.count())
        .where(*rows_of(run))
        .group_by(Outbox.state, again)
    ):
        end = Delivery.waiting if waits else state
        found[end] = found.get(end, 0) + n
    return found


def _when(office: Office, now: datetime, rule: Mapping[str, Any] | None) -> tuple[Rule, datetime]:
    """The rule and its first run; without a rule it is said at once, in the next window."""
    if rule is None:
        first = office.cal.next_window(now)
        local = office.cal.local(first)
        return Rule(
            Every.once, local.time().replace(second=0, microsecond=0), on=local.date()
        ), first
    read = rule_of(rule)
    # A time named for this very minute has not passed.
    moment = next_run(read, now.replace(second=0, microsecond=0) - TICK, office.cal)
    if moment is None:
        raise Refused("broadcast_past")
    return read, moment


def _run(session: Session, made: Broadcast, due_at: datetime, now: datetime) -> int:
    last = last_run(session, made.id)
    number = 1 if last is None else last.number + 1
    aims: list[Aim] = [aim_of(one) for one in made.audience]
    heard = gather(session, aims)
    after = session.scalar(select(func.max(Outbox.id))) or 0
    key = f"broadcast:{made.id}:{number}"
    intents = [
        Intent(f"{key}:{person.chat_id}", person.chat_id, person_id=person.id)
        for person in heard.people
        if person.chat_id is not None
    ]
    intents += [
        Intent(f"{key}:{group.chat_id}:{group.thread_id or 0}", group.chat_id, group.thread_id)
        for group in heard.groups
    ]
    outbox.put_all(
        session,
        intents,
        kind=Kind.broadcast,
        facts={"broadcast": made.id, "run": number},
        priority=Priority.planned,
        now=now,
    )
    session.add(
        BroadcastRun(
            broadcast_id=made.id,
            number=number,
            due_at=due_at,
            ran_at=now,
            people=len(heard.people),
            groups=len(heard.groups),
            after_row=after,
            up_to_row=session.scalar(select(func.max(Outbox.id))) or after,
        )
    )
    session.flush()
    return len(intents)
