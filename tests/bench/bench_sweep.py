"""What the sweep costs: over tasks that exist, over tasks that are due, and beside one
APScheduler job per reminder in its SQLAlchemy store.

The sweep is the bot's: asks, digests and next due times, in commits of its own size, on a
SQLite file with synchronous=FULL. The peer holds one date job per reminder in a SQLite file and
runs an empty function, which is less than the sweep does.
"""

import asyncio
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from tasks.db import Database
from tasks.services.sweep import call_out, sweep
from tests.bench.filled import NOW, OFFICE, add, filled

EXISTING = (1_000, 10_000, 100_000, 1_000_000)
DUE = (100, 1_000, 10_000)
AMONG = 100_000
"""How many tasks exist where what is due varies."""
FIXED = 100
"""How many are due where what exists varies."""
PEERS = (1_000, 10_000)
IDLE_RUNS = 200

Row = dict[str, object]


def measure() -> list[Row]:
    """Rows over what exists, over what is due, and beside the peer."""
    return [*_over_existing(), *_over_due(), *_beside_jobs()]


def _over_existing() -> list[Row]:
    rows: list[Row] = []
    idle: list[tuple[int, float]] = []
    busy: list[tuple[int, float]] = []
    for size in EXISTING:
        with _office(size, FIXED) as database:
            busy.append((size, _swept(database, FIXED)))
            idle.append((size, _idle(database)))
    for name, points in (("nothing due", idle), (f"{FIXED} due", busy)):
        for size, seconds in points:
            rows.append(
                {
                    "name": f"sweep, {name}, {size:,} open",
                    "value": round(1000 * seconds, 3),
                    "unit": "ms",
                    "ratio_to": f"sweep, {name}, {EXISTING[0]:,} open",
                    "ratio": round(seconds / points[0][1], 2),
                }
            )
        rows.append(_slope(f"sweep, {name}, over what exists", points))
    return rows


def _over_due() -> list[Row]:
    points: list[tuple[int, float]] = []
    for due in DUE:
        with _office(AMONG, due) as database:
            points.append((due, _swept(database, due)))
    rows: list[Row] = [
        {
            "name": f"sweep, {due:,} due of {AMONG:,}",
            "value": round(due / seconds),
            "unit": "parts/s",
        }
        for due, seconds in points
    ]
    return [*rows, _slope(f"sweep of {AMONG:,}, over what is due", points)]


def _beside_jobs() -> list[Row]:
    rows: list[Row] = []
    for count in PEERS:
        with TemporaryDirectory() as folder:
            theirs = asyncio.run(_jobs(Path(folder) / "jobs.db", count))
        with _office(0, 0) as database:
            begun = time.perf_counter()
            add(database, 1, count)
            held = time.perf_counter() - begun
            ours = held + _swept(database, count)
        peer = f"APScheduler, one job per reminder, {count:,}"
        rows.append({"name": peer, "value": round(theirs, 3), "unit": "s to hold and fire"})
        rows.append(
            {
                "name": f"sweep, {count:,} reminders",
                "value": round(ours, 3),
                "unit": "s to hold and fire",
                "ratio_to": peer,
                "ratio": round(theirs / ours, 1),
            }
        )
    return rows


@contextmanager
def _office(open_tasks: int, due: int) -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        database = filled(Path(folder) / "duban.db", open_tasks, due)
        try:
            yield database
        finally:
            database.dispose()


def _swept(database: Database, due: int) -> float:
    """Seconds until nothing is due any more, everybody's digest owed. Fails where it says
    something else than it was asked."""
    begun = time.perf_counter()
    asks, more = 0, True
    while more:
        with database.transaction() as session:
            swept = sweep(session, OFFICE, NOW)
            call_out(session, OFFICE, NOW, swept.before if swept.more else 0)
        asks, more = asks + swept.asks, swept.more
    taken = time.perf_counter() - begun
    if asks != due:
        raise AssertionError(f"{asks} asks of {due} that are due")
    return taken


def _idle(database: Database) -> float:
    """Seconds of a sweep that finds nothing, the middle of many."""

    def once() -> None:
        with database.transaction() as session:
            if sweep(session, OFFICE, NOW).parts:
                raise AssertionError("something is due")

    return _middle(once, IDLE_RUNS)


def _middle(work: Callable[[], object], runs: int) -> float:
    found = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return sorted(found)[runs // 2]


def _slope(name: str, points: Sequence[tuple[int, float]]) -> Row:
    """The exponent b of seconds = a * n**b, by least squares over the logarithms."""
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(seconds) for _, seconds in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    exponent = over / sum((x - mean_x) ** 2 for x in xs)
    return {
        "name": name,
        "value": round(1000 * points[-1][1], 3),
        "unit": "ms at most",
        "exponent": round(exponent, 3),
    }


_fired = 0
_all_fired = asyncio.Event()
_wanted = 0


async def fire() -> None:
    """What a job runs."""
    global _fired
    _fired += 1
    if _fired >= _wanted:
        _all_fired.set()


async def _jobs(path: Path, count: int) -> float:
    """Seconds to add so many date jobs and to run them once they are due."""
    global _fired, _wanted, _all_fired
    _fired, _wanted, _all_fired = 0, count, asyncio.Event()
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{path}")},
        job_defaults={"misfire_grace_time": None},
    )
    scheduler.start(paused=True)
    begun = time.perf_counter()
    due = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(count):
        scheduler.add_job(fire, "date", run_date=due, id=str(number))
    scheduler.resume()
    await _all_fired.wait()
    taken = time.perf_counter() - begun
    scheduler.shutdown(wait=False)
    return taken
