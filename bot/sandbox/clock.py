"""The office clock and the played story, as the sandbox offers them.

The sandbox moves nothing itself: whoever runs it gives a hook that moves the office clock
and settles what became due, and one that plays the story. Without hooks both are refused.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.sandbox.refusals import ControlError

NAMED_MOMENTS = ("next_working_day", "next_reminder")
MAX_ADVANCE = timedelta(days=3660)
STEPS = 5

Caption = str | Mapping[str, str]


class ClockHook(Protocol):
    """Moves the office clock and returns where it stands once everything has settled.

    Exactly one of `target` (an aware datetime, or a name in NAMED_MOMENTS) and `advance` is
    given. `asleep` jumps as if the bot had been down. A ValueError's text is shown.
    """

    def __call__(
        self, target: datetime | str | None, advance: timedelta | None, asleep: bool, /
    ) -> Awaitable[datetime]: ...


class StepCallback(Protocol):
    """Tells the page which step of the story begins: its number from 1, and its caption
    (one text, or texts by language code `zh` and `en`)."""

    def __call__(
        self, number: int, caption: Caption, total: int = STEPS, /
    ) -> Awaitable[None]: ...


PlayHook = Callable[[StepCallback], Awaitable[None]]


@dataclass(slots=True)
class Clock:
    """Reads the office clock, and moves it where a hook was given."""

    now: Callable[[], datetime]
    hook: ClockHook | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def shown(self) -> dict[str, object]:
        """`now` with its offset, and whether it can be moved."""
        return {"now": self.now().isoformat(), "movable": self.hook is not None}

    async def move(self, request: dict[str, object]) -> datetime:
        """Carry out a request of POST /sandbox/clock; one at a time."""
        if self.hook is None:
            raise ControlError("The clock of this sandbox is the real one.", status=409)
        given = {"advance_minutes", "to"} & set(request)
        if len(given) != 1:
            raise ControlError("Give either `advance_minutes` or `to`.")
        asleep = request.get("asleep", False)
        if not isinstance(asleep, bool):
            raise ControlError("`asleep` must be true or false.")
        async with self._lock:
            target, advance = self._aim(request)
            try:
                return await self.hook(target, advance, asleep)
            except ValueError as error:
                raise ControlError(str(error)) from error

    def _aim(self, request: dict[str, object]) -> tuple[datetime | str | None, timedelta | None]:
        if "advance_minutes" in request:
            minutes = request["advance_minutes"]
            if not isinstance(minutes, int | float) or isinstance(minutes, bool) or minutes < 0:
                raise ControlError("`advance_minutes` must be a number, 0 or more.")
            if minutes > MAX_ADVANCE.total_seconds() / 60:
                raise ControlError("`advance_minutes` reaches further than ten years.")
            return None, timedelta(minutes=minutes)
        wanted = request["to"]
        if wanted in NAMED_MOMENTS:
            return str(wanted), None
        try:
            target = datetime.fromisoformat(str(wanted))
        except ValueError:
            raise ControlError(
                f"`to` must be a date and time (ISO 8601) or one of {', '.join(NAMED_MOMENTS)}."
            ) from None
        if target.tzinfo is None:
            target = target.replace(tzinfo=self.now().tzinfo)
        if target < self.now():
            raise ControlError("The office clock only moves forward.")
        return target, None


Tip = Mapping[str, str]
"""What somebody may try: `person` is a name, `zh` and `en` say what."""


@dataclass(slots=True)
class Play:
    """The story being played: which step, with which caption."""

    hook: PlayHook | None = None
    changed: Callable[[], None] = lambda: None
    step: int = 0
    total: int = STEPS
    caption: Caption | None = None
    error: str | None = None
    finished: bool = False
    _task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether it is being played now."""
        return self._task is not None and not self._task.done()

    def shown(self) -> dict[str, object]:
        """What GET /sandbox/play tells."""
        return {
            "available": self.hook is not None,
            "running": self.running,
            "step": self.step,
            "total": self.total,
            "caption": self.caption if isinstance(self.caption, str) else self._captions(),
            "finished": self.finished,
            "error": self.error,
        }

    def _captions(self) -> dict[str, str] | None:
        return dict(self.caption) if isinstance(self.caption, Mapping) else None

    def start(self) -> None:
        """Begin; raises ControlError 409 where there is no story or it is running."""
        if self.hook is None:
            raise ControlError("There is no story to play here.", status=409)
        if self.running:
            raise ControlError("The story is being played already.", status=409)
        self.step, self.caption, self.error, self.finished = 0, None, None, False
        self._task = asyncio.create_task(self._run(self.hook))

    async def _run(self, hook: PlayHook) -> None:
        try:
            await hook(self._step)
            self.finished = True
        except Exception as error:
            # The page must show that the story broke off; the hook's owner logs why.
            self.error = f"{type(error).__name__}: {error}"
        finally:
            self._task = None
            self.changed()

    async def _step(self, number: int, caption: Caption, total: int = STEPS, /) -> None:
        self.step, self.caption, self.total = number, caption, total
        self.changed()

    async def stop(self) -> None:
        """Break off, on shutdown."""
        if self._task is not None:
            task = self._task
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
