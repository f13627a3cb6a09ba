"""The movable clock and the played story: offered only with a hook, one at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.sandbox import ClockHook, PlayHook, create
from bot.sandbox.clock import StepCallback
from tests.sandbox.client import Desk

OFFICE = ZoneInfo("Asia/Shanghai")
STARTS = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE)


class Hand:
    """A clock hook that takes its time and remembers what it was asked."""

    def __init__(self) -> None:
        self.at = STARTS
        self.asked: list[tuple[datetime | str | None, timedelta | None, bool]] = []
        self.inside = 0
        self.begun = asyncio.Event()

    def now(self) -> datetime:
        return self.at

    async def turn(
        self, target: datetime | str | None, advance: timedelta | None, asleep: bool, /
    ) -> datetime:
        self.inside += 1
        assert self.inside == 1, "two moves at once"
        self.begun.set()
        self.asked.append((target, advance, asleep))
        if target == "next_reminder":
            self.inside -= 1
            raise ValueError("No reminder is due.")
        await asyncio.sleep(0.02)
        self.at = target if isinstance(target, datetime) else self.at + (advance or timedelta(1))
        self.inside -= 1
        return self.at


@asynccontextmanager
async def serving(
    now: Callable[[], datetime], clock: ClockHook | None = None, play: PlayHook | None = None
) -> AsyncIterator[Desk]:
    """A sandbox with these hooks."""
    sandbox = await create(now=now, clock=clock, play=play).start()
    async with aiohttp.ClientSession() as http:
        yield Desk(sandbox, http)
    await sandbox.stop()


@pytest.fixture
async def hand() -> Hand:
    return Hand()


@pytest.fixture
async def moved(hand: Hand) -> AsyncIterator[Desk]:
    async with serving(hand.now, hand.turn) as desk:
        yield desk


async def test_without_hooks_the_clock_stands_and_nothing_is_played(desk: Desk) -> None:
    for body in ({"advance_minutes": 5}, {"to": "next_working_day"}, {}):
        status, answer = await desk.try_post("clock", **body)
        assert status == 409
        assert answer["error"] == "The clock of this sandbox is the real one."
    assert (await desk.get("clock"))["movable"] is False
    status, answer = await desk.try_post("play")
    assert (status, answer["error"]) == (409, "There is no story to play here.")
    assert (await desk.get("play"))["available"] is False


async def test_the_clock_moves_by_minutes_or_to_a_moment(moved: Desk, hand: Hand) -> None:
    assert await moved.get("clock") == {"now": "2026-09-07T09:00:00+08:00", "movable": True}
    answer = await moved.post("clock", advance_minutes=90)
    assert answer == {"now": "2026-09-07T10:30:00+08:00"}
    await moved.post("clock", to="2026-09-08T09:00")
    await moved.post("clock", to="2026-09-08T02:00:00+00:00", asleep=True)
    await moved.post("clock", to="next_working_day")
    assert hand.asked == [
        (None, timedelta(minutes=90), False),
        (datetime(2026, 9, 8, 9, tzinfo=OFFICE), None, False),
        (datetime(2026, 9, 8, 2, tzinfo=UTC), None, True),
        ("next_working_day", None, False),
    ]


async def test_messages_carry_the_office_clocks_date(moved: Desk, hand: Hand) -> None:
    person = await moved.person()
    sent = await moved.result("sendMessage", chat_id=person, text="早")
    assert sent["date"] == int(STARTS.timestamp())
    await moved.post("clock", advance_minutes=60)
    edit = {"chat_id": person, "message_id": sent["message_id"], "text": "晚"}
    edited = await moved.result("editMessageText", **edit)
    assert edited["date"] == sent["date"]
    assert edited["edit_date"] == sent["date"] + 3600


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "Give either `advance_minutes` or `to`."),
        ({"advance_minutes": 1, "to": "2026-09-08"}, "Give either `advance_minutes` or `to`."),
        ({"advance_minutes": -1}, "`advance_minutes` must be a number, 0 or more."),
        ({"advance_minutes": "5"}, "`advance_minutes` must be a number, 0 or more."),
        ({"advance_minutes": 10**9}, "`advance_minutes` reaches further than ten years."),
        ({"to": "tomorrow"}, "`to` must be a date and time (ISO 8601) or one of"),
        ({"to": "2026-09-07T08:59"}, "The office clock only moves forward."),
        ({"to": "next_reminder"}, "No reminder is due."),
        ({"advance_minutes": 1, "asleep": "yes"}, "`asleep` must be true or false."),
    ],
)
async def test_a_move_that_makes_no_sense_is_refused_in_words(
    moved: Desk, body: dict[str, object], reason: str
) -> None:
    status, answer = await moved.try_post("clock", **body)
    assert status == 400
    assert answer["error"].startswith(reason)
    assert (await moved.get("clock"))["now"] == "2026-09-07T09:00:00+08:00"


async def test_moves_asked_at_once_happen_one_after_the_other(moved: Desk, hand: Hand) -> None:
    await asyncio.gather(*(moved.post("clock", advance_minutes=10) for _ in range(8)))
    assert hand.at == STARTS + timedelta(minutes=80)


async def test_a_client_that_leaves_does_not_leave_the_clock_half_moved(
    moved: Desk, hand: Hand
) -> None:
    impatient = asyncio.create_task(moved.post("clock", advance_minutes=10))
    await hand.begun.wait()
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    await moved.post("clock", advance_minutes=10)
    assert hand.at == STARTS + timedelta(minutes=20)


async def _until(desk: Desk, told: Callable[[dict[str, object]], bool]) -> dict[str, object]:
    for _ in range(500):
        if told(found := await desk.get("play")):
            return found
        await asyncio.sleep(0.01)
    raise TimeoutError


def _story(gate: asyncio.Event) -> Callable[[StepCallback], Awaitable[None]]:
    async def play(step: StepCallback, /) -> None:
        await step(1, {"zh": "交办", "en": "Assigned"})
        await gate.wait()
        await step(5, "汇总")

    return play


async def test_the_story_tells_its_step_and_its_end() -> None:
    gate = asyncio.Event()
    async with serving(lambda: STARTS, play=_story(gate)) as desk:
        await desk.post("play")
        found = await _until(desk, lambda play: play["step"] == 1)
        assert found["caption"] == {"zh": "交办", "en": "Assigned"}
        assert (found["total"], found["running"], found["finished"]) == (5, True, False)
        status, answer = await desk.try_post("play")
        assert (status, answer["error"]) == (409, "The story is being played already.")
        gate.set()
        found = await _until(desk, lambda play: bool(play["finished"]))
        assert (found["step"], found["caption"], found["running"]) == (5, "汇总", False)
        await desk.post("play")
        assert (await _until(desk, lambda play: bool(play["finished"])))["error"] is None


async def test_a_story_that_breaks_off_says_so() -> None:
    async def play(step: StepCallback, /) -> None:
        await step(2, "反馈")
        raise LookupError("no button")

    async with serving(lambda: STARTS, play=play) as desk:
        await desk.post("play")
        found = await _until(desk, lambda play: bool(play["error"]))
        assert found["error"] == "LookupError: no button"
        assert (found["running"], found["finished"], found["step"]) == (False, False, 2)


async def test_stopping_breaks_off_the_story_and_open_polls() -> None:
    async with serving(lambda: STARTS, play=_story(asyncio.Event())) as desk:
        await desk.post("play")
        poll = asyncio.create_task(desk.bot("getUpdates", timeout=50))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            await desk.sandbox.stop()
        assert desk.sandbox.play.running is False
        with pytest.raises(aiohttp.ClientError):
            await poll
