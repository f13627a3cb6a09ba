"""A database of an office with as many open tasks as are asked for, and some of them due.

Rows are written in bulk, so that a million of them stand there in seconds; what reads them is
the program as it is. Limits, days of issue and earlier answers vary, so that no two tasks in a
row ask for the same reckoning.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

import migrations
from tasks.calendars import WorkCalendar
from tasks.db import Database
from tasks.models import Department, Notice, Part, Person, Task
from tasks.policy import Policy
from tasks.services.acts import Office
from tasks.staff import Grant
from tasks.vocabulary import FollowUp, NoticeState, PartRole, PartState, Role

DEPARTMENTS = 30
CHUNK = 20_000

CAL = WorkCalendar(ZoneInfo("Asia/Shanghai"))
OFFICE = Office(CAL, Policy())
DAY = date(2026, 11, 3)
"""A working Tuesday on which no period is asked for."""
NOW = CAL.opens(DAY)
LIMITS = tuple(CAL.add_working_days(DAY, rung) for rung in OFFICE.policy.rungs)
"""On each of these a rung of the ladder falls on DAY."""
ISSUED = tuple(NOW - timedelta(days=days) for days in range(25, 62))
ANSWERED = (None, *(NOW - timedelta(days=days) for days in range(8, 24)))
"""Some have answered, all of them long enough ago to be asked again."""


def filled(path: Path, open_tasks: int, due: int) -> Database:
    """A SQLite file with that many open tasks, `due` of which are due at NOW."""
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    with database.transaction() as session:
        session.execute(insert(Department), [_department(n) for n in range(1, DEPARTMENTS + 1)])
        session.execute(insert(Person), [_person(n) for n in range(1, DEPARTMENTS + 1)])
        session.execute(insert(Grant), [_grant(n) for n in range(1, DEPARTMENTS + 1)])
        session.execute(insert(Notice), [_notice()])
    for first, last in _spans(open_tasks):
        with database.transaction() as session:
            numbers = range(first, last)
            session.execute(insert(Task), [_task(n, due) for n in numbers])
            session.execute(insert(Part), [_part(n, due) for n in numbers])
    return database


def add(database: Database, first: int, count: int) -> None:
    """More tasks that are due at NOW, one commit for all, as an issue writes them."""
    with database.transaction() as session:
        numbers = range(first, first + count)
        session.execute(insert(Task), [_task(n, first + count) for n in numbers])
        session.execute(insert(Part), [_part(n, first + count) for n in numbers])


def _spans(count: int) -> Iterator[tuple[int, int]]:
    for first in range(1, count + 1, CHUNK):
        yield first, min(first + CHUNK, count + 1)


def _department(n: int) -> dict[str, object]:
    return {"id": n, "name": f"市第{n}局"}


def _person(n: int) -> dict[str, object]:
    before = NOW - timedelta(days=60)
    return {
        "id": n,
        "name": f"联络员{n}",
        "chat_id": 10_000 + n,
        "created_at": before,
        "bound_at": before,
    }


def _grant(n: int) -> dict[str, object]:
    return {"person_id": n, "role": Role.contact, "department_id": n}


def _notice() -> dict[str, object]:
    before = NOW - timedelta(days=30)
    return {
        "id": 1,
        "number": "云府办〔2026〕1号",
        "title": "通知",
        "text": "通知",
        "text_hash": "0" * 64,
        "state": NoticeState.issued,
        "imported_at": before,
        "issued_at": before,
    }


def _task(n: int, due: int) -> dict[str, object]:
    limit = LIMITS[n % len(LIMITS)] if n <= due else date(2030, 12, 31)
    return {
        "id": n,
        "notice_id": 1,
        "text": f"事项{n}",
        "follow_up": FollowUp.dated,
        "due": limit,
        "original_due": limit,
        "issued_at": _issued(n),
    }


def _issued(n: int) -> datetime:
    return ISSUED[n % len(ISSUED)]


def _part(n: int, due: int) -> dict[str, object]:
    is_due = n <= due
    return {
        "task_id": n,
        "department_id": n % DEPARTMENTS + 1,
        "position": 1,
        "role": PartRole.lead,
        "state": PartState.signed,
        "delivered_at": _issued(n),
        "signed_at": _issued(n) + timedelta(days=1),
        "answered_at": ANSWERED[n % len(ANSWERED)],
        "swept_to": NOW - timedelta(minutes=1),
        "next_due_at": NOW if is_due else datetime(2026, 12, 20, 1, tzinfo=UTC),
    }
