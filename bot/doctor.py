"""`duban doctor`: whether everything is in place for the bot to do its work, and what to do.

Each check looks by itself and never raises: what is wrong with one says nothing of the next.
"""

import asyncio
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

import migrations
from bot.clock import machine_now
from bot.desk import desk_of
from bot.request import request_for
from config.settings import Settings, SettingsError, load
from migrations import Standing
from tasks.calendars import WorkCalendar
from tasks.db import Database
from tasks.views.health import Finding, Level, findings

CLOCK_OFF = timedelta(seconds=60)
"""How far the machine's clock may be from the server's; leases last a minute."""

NEXT_YEAR_FROM = 12
"""The month from which the next year's arrangement of holidays should be known: the State
Council publishes it in autumn."""

ANSWER_WITHIN = 10.0


def examine() -> list[Finding]:
    """Look at everything."""
    try:
        settings = load()
    except SettingsError as error:
        told = {"problems": "; ".join(error.problems)}
        return [Finding("settings", Level.error, "settings_wrong", told)]
    found = [Finding("settings", Level.ok, "settings_read")]
    found += _stored(settings)
    found += asyncio.run(_reached(settings))
    found.append(_calendar(desk_of(settings, machine_now).office.cal))
    return found


def _stored(settings: Settings) -> list[Finding]:
    """Database, migrations, and what is kept there."""
    try:
        database = Database(settings.database())
        standing = migrations.standing(database)
    except Exception as error:
        reason = type(getattr(error, "orig", error)).__name__
        return [Finding("database", Level.error, "database_unreachable", {"reason": reason})]
    found = [Finding("database", Level.ok, "database_answers")]
    try:
        if standing is Standing.empty:
            return [*found, Finding("migrations", Level.ok, "database_new")]
        if standing is not Standing.current:
            wrong = Finding("migrations", Level.error, f"database_{standing.value}")
            return [*found, wrong]
        found.append(Finding("migrations", Level.ok, "database_current"))
        now = machine_now()
        with database.reading() as session:
            found += findings(session, desk_of(settings, machine_now).office.cal, now, now)
    except Exception as error:
        reason = type(getattr(error, "orig", error)).__name__
        found.append(Finding("database", Level.error, "database_unreachable", {"reason": reason}))
    finally:
        database.dispose()
    return found


async def _reached(settings: Settings) -> list[Finding]:
    """Token and clock: what only the Bot API server can tell."""
    return [await _token(settings), await _clock(settings)]


async def _token(settings: Settings) -> Finding:
    if settings.token is None:
        return Finding("token", Level.error, "token_missing")
    calls = request_for(settings.proxy_address())
    bot = Bot(settings.bot_token(), base_url=f"{settings.api_url}/bot", request=calls)
    try:
        await calls.initialize()
        me = await asyncio.wait_for(bot.get_me(), ANSWER_WITHIN)
    except InvalidToken:
        return Finding("token", Level.error, "token_unknown")
    except (TelegramError, TimeoutError) as error:
        told = {"server": settings.api_url, "reason": type(error).__name__}
        return Finding("token", Level.error, "server_unreachable", told)
    finally:
        await calls.shutdown()
    return Finding("token", Level.ok, "token_known", {"name": f"@{me.username}"})


async def _clock(settings: Settings) -> Finding:
    proxy = settings.proxy_address()
    if proxy is not None and proxy.startswith("socks"):
        return Finding("clock", Level.ok, "clock_unknown")
    try:
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.head(settings.api_url, proxy=proxy, allow_redirects=False) as answer,
        ):
            said = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError, OSError):
        return Finding("clock", Level.ok, "clock_unknown")
    off = abs(machine_now() - said)
    facts = {"seconds": int(off.total_seconds())}
    if off > CLOCK_OFF:
        return Finding("clock", Level.warning, "clock_off", facts)
    return Finding("clock", Level.ok, "clock_right", facts)


def _calendar(cal: WorkCalendar) -> Finding:
    today = cal.local_date(machine_now())
    until = today.replace(year=today.year + 1, day=1) if today.month >= NEXT_YEAR_FROM else today
    missing = cal.uncovered_years(today, until)
    if missing:
        years = [str(year) for year in missing]
        return Finding("calendar", Level.warning, "calendar_unknown", {"years": years})
    return Finding("calendar", Level.ok, "calendar_known", {"year": until.year})
