"""`duban demo`: the sandbox, the bot, a sample notice and a cast, on this machine alone.

The database is thrown away, the office clock starts on a working Monday and can be moved.
With `--play` the story is played over HTTP without a browser and judged step by step.
"""

import asyncio
import json as json_lines
import secrets
import signal
import tempfile
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import aiohttp

import migrations
from bot.app import App, build
from bot.clock import OfficeClock
from bot.passage import catch_up, clock_hook
from bot.sandbox import Sandbox, create
from bot.sandbox.clock import StepCallback
from bot.stage import MissedCueError, Stage
from bot.story import SCENES
from bot.story.cast import CAST, COORDINATOR, GROUP, GROUP_DEPARTMENT, GROUP_MEMBERS, Actor
from bot.story.tips import TIPS
from bot.texts import catalogue
from config.settings import Settings
from tasks.reading import decode, read_notice
from tasks.services import directory
from tasks.services.acts import Act
from tasks.services.groups import invite_group
from tasks.services.notices import import_notice, publish
from tasks.views.summary import summarise
from tasks.vocabulary import Role

ZONE = ZoneInfo("Asia/Shanghai")
STARTS = datetime(2026, 9, 7, 9, 0, tzinfo=ZONE)
"""A working Monday, the one after the sample notice was issued."""

OFFICE_NAME = "云川市人民政府督查室"
OFFICE_PHONE = "0777-5550123"
SAMPLE = "notice.txt"

PAUSE_SECONDS = 2.5
"""How long a step stands on the page before the next begins."""


def main(port: int = 0, *, play: bool = False, json: bool = False) -> int:
    """The console command; the exit code. Raises OSError where the port is taken."""
    return asyncio.run(_perform(port, play=play, json=json))


async def _perform(port: int, *, play: bool, json: bool) -> int:
    with tempfile.TemporaryDirectory(prefix="duban-demo-") as folder:
        async with Show(Path(folder), port) as show:
            if play:
                return await judge(show, json=json)
            print(show.sandbox.url, flush=True)  # noqa: T201
            await _stopped()
    return 0


async def _stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


class Show:
    """Everything that the demo runs, from the sandbox to the cast, between its two ends."""

    sandbox: Sandbox
    app: App
    stage: Stage

    def __init__(self, folder: Path, port: int = 0, *, language: str = "zh") -> None:
        self.folder = folder
        self.port = port
        self.language = language
        self.clock = OfficeClock(STARTS)
        self._ends = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self._begin()
        except BaseException:
            await self._ends.aclose()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._ends.aclose()

    async def _begin(self) -> None:
        self.sandbox = create(now=self.now, clock=self.turn, play=self.play, tips=TIPS)
        await self.sandbox.start(port=self.port)
        self._ends.push_async_callback(self.sandbox.stop)
        self.app = build(self._settings(), clock=self.clock, limits=False)
        migrations.upgrade(self.app.database)
        await self.app.start()
        self._ends.push_async_callback(self.app.stop)
        http = await self._ends.enter_async_context(aiohttp.ClientSession())
        self.stage = Stage(self.sandbox.url, http)
        await self._gather()
        self._hand_out()
        await catch_up(self.app)

    def _settings(self) -> Settings:
        return Settings.checked(
            token=f"424242:{secrets.token_urlsafe(26)}",
            api_url=self.sandbox.url,
            data_dir=str(self.folder),
            office_name=OFFICE_NAME,
            office_phone=OFFICE_PHONE,
            language=self.language,
            timezone=ZONE.key,
        )

    def now(self) -> datetime:
        """The office clock as the office reads it."""
        return self.clock.now().astimezone(ZONE)

    async def turn(
        self, target: datetime | str | None, advance: timedelta | None, asleep: bool, /
    ) -> datetime:
        """Move the office clock, for the sandbox's page and its control API."""
        return await clock_hook(self.app)(target, advance, asleep)

    async def play(self, step: StepCallback, /) -> None:
        """Play the story for the page. Raises MissedCueError where it breaks off."""
        for number, scene in enumerate(SCENES, start=1):
            await step(number, {"zh": scene.zh, "en": scene.en}, len(SCENES))
            await scene.play(self.stage, _strictly)
            await asyncio.sleep(PAUSE_SECONDS)

    def summary(self) -> dict[str, Any]:
        """The summary as the console gives it."""
        with self.app.database.reading() as session:
            return summarise(session, self.app.desk.office, self.clock.now()).as_document()

    async def _gather(self) -> None:
        """The cast binds its accounts and one department its group; the coordinator comes last,
        so that their phone does not begin with who bound."""
        for actor in CAST:
            role = catalogue(self.language)[f"terms.role.{actor.role}"]
            await self.stage.enter(actor.name, f"{actor.department or ''} {role}".strip())
        for actor in CAST:
            if actor.name != COORDINATOR:
                await self._bind(actor)
        await self.app.settle()
        with self.app.database.transaction() as session:
            code = invite_group(session, self._office(), GROUP_DEPARTMENT).code
        await self.stage.gather(GROUP, *GROUP_MEMBERS)
        await self.stage.say(GROUP_MEMBERS[0], f"/bind {code}", group=GROUP)
        await self.app.settle()
        await self._bind(next(actor for actor in CAST if actor.name == COORDINATOR))
        await self.app.settle()

    async def _bind(self, actor: Actor) -> None:
        with self.app.database.transaction() as session:
            invited = directory.invite(
                session,
                self._office(),
                actor.role,
                department=actor.department,
                name=actor.name,
            )
        await self.stage.say(actor.name, f"/start {invited.code}")

    def _hand_out(self) -> None:
        """The sample notice is imported and published, as the console does it."""
        text = decode((files("bot.sample") / SAMPLE).read_bytes())
        with self.app.database.transaction() as session:
            act = self._office()
            imported = import_notice(session, act, text, read_notice(text), file_name=SAMPLE)
            publish(session, self.app.desk.office, act, imported.notice)

    def _office(self) -> Act:
        now = self.clock.now()
        return Act(now, now, OFFICE_NAME, granted=frozenset({Role.admin}))


async def _strictly(name: str, held: bool) -> None:
    if not held:
        raise MissedCueError(name)


async def judge(show: Show, *, json: bool) -> int:
    """Play the story and tell of each step whether it held; 0 only if all of them did."""
    steps: list[dict[str, Any]] = []

    def tell(line: str) -> None:
        if not json:
            print(line, flush=True)  # noqa: T201

    async def note(name: str, held: bool) -> None:
        at = show.now().isoformat()
        steps.append({"name": name, "ok": held, "at": at})
        tell(f"{'✓' if held else '✗'} {at[:16].replace('T', ' ')} {name}")

    for scene in SCENES:
        tell(f"— {scene.en}")
        try:
            await scene.play(show.stage, note)
        except MissedCueError as missed:
            await note(f"{scene.en}: {missed}", False)
    summary = show.summary()
    told = {"steps": steps, "summary": summary} if json else summary
    print(json_lines.dumps(told, ensure_ascii=False, indent=None if json else 2))  # noqa: T201
    return 0 if steps and all(step["ok"] for step in steps) else 1
