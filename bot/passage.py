"""The office clock moves, and the bot lives through the time that passes.

It stops at every moment on the way at which something falls due, so that whoever jumps three
weeks sees what three weeks would have brought.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import App
from tasks.broadcasting import Broadcast
from tasks.calendars import WorkCalendar
from tasks.mailroom import Outbox
from tasks.models import Part

NEXT_WORKING_DAY = "next_working_day"
NEXT_REMINDER = "next_reminder"

_DUE = (Part.next_due_at, Broadcast.next_run_at)
"""The columns that say when the sweep has something to do."""


async def move(app: App, target: datetime) -> None:
    """Move the clock of a running bot, stopping at every due moment on the way.

    Raises ValueError for a moment that has passed, and where the clock is the real one.
    """
    if target < app.clock.now():
        raise ValueError("the office clock only moves forward")
    await catch_up(app)
    while app.clock.now() < target:
        app.clock.set(await _next_stop(app, target))
        await app.sweep_now()
        await app.settle()


async def oversleep(app: App, target: datetime) -> None:
    """Move the clock as if the bot had been down until then."""
    await app.stop()
    app.clock.set(target)
    await app.start()
    await catch_up(app)


async def catch_up(app: App) -> None:
    """Everything said and due at this moment is handled, asked and told."""
    await app.settle()
    await app.sweep_now()
    await app.settle()


def clock_hook(
    app: App,
) -> Callable[[datetime | str | None, timedelta | None, bool], Awaitable[datetime]]:
    """What the sandbox's clock is moved by (bot.sandbox.ClockHook)."""

    async def hook(
        target: datetime | str | None, advance: timedelta | None, asleep: bool, /
    ) -> datetime:
        now, cal = app.clock.now(), app.desk.office.cal
        if advance is not None:
            aim = now + advance
        elif isinstance(target, datetime):
            aim = target
        elif target == NEXT_WORKING_DAY:
            aim = next_working_day(cal, now)
        else:
            aim = await _next_due(app, now) or next_working_day(cal, now)
        await (oversleep(app, aim) if asleep else move(app, aim))
        return cal.local(app.clock.now())

    return hook


def next_working_day(cal: WorkCalendar, now: datetime) -> datetime:
    """When the first window opens on the working day after this one."""
    return cal.opens(cal.add_working_days(cal.local_date(now), 1))


async def _next_due(app: App, now: datetime) -> datetime | None:
    """When somebody is next asked, None where nobody will be."""

    def look(session: Session) -> list[datetime | None]:
        return [session.scalar(select(func.min(column))) for column in _DUE]

    found = [one for one in await app.read(look) if one is not None]
    if not found:
        return None
    due = min(found)
    cal = app.desk.office.cal
    moment = cal.next_window(due)
    return moment if moment > now else _next_opening(cal, now)


async def _next_stop(app: App, target: datetime) -> datetime:
    """The first moment after now at which something happens, at the latest the target."""
    now = app.clock.now()

    def look(session: Session) -> list[datetime | None]:
        return [
            *(session.scalar(select(func.min(column)).where(column > now)) for column in _DUE),
            session.scalar(
                select(func.min(Outbox.not_before)).where(
                    Outbox.not_before > now, Outbox.settled_at.is_(None)
                )
            ),
        ]

    found = [*await app.read(look), _next_opening(app.desk.office.cal, now), target]
    return min(one for one in found if one is not None)


def _next_opening(cal: WorkCalendar, now: datetime) -> datetime:
    """When a window opens next, after the one in which `now` lies."""
    day = cal.local_date(now)
    for start, _ in cal.windows:
        if cal.is_working_day(day) and (opening := cal.at(day, start)) > now:
            return opening
    return cal.opens(cal.add_working_days(day, 1))
