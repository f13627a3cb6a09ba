"""Files read in a process of their own: what comes back, and what becomes of that process."""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot import apart
from bot.apart import read_apart
from tasks.errors import Unreadable
from tasks.reading import read_notice
from tasks.reading.files import text_of
from tests.rules import file_samples as made
from tests.rules.test_reading_files_refused import crowd

TERMINATE = 1 << (signal.SIGTERM - 1)

HALVES = "市教育局要于2027年3月底前上报\ud83d\ude00名单。\ud800\n"
"""Two halves of a character that a decoder would join, and one alone."""


def children() -> set[int]:
    """The processes that this one has started and that are not gone, ended ones included."""
    told = (Path("/proc/self/task") / str(os.getpid()) / "children").read_text()
    return {int(one) for one in told.split()}


def zombies(of: set[int]) -> set[int]:
    return {one for one in of if Path(f"/proc/{one}").exists()}


@pytest.fixture(autouse=True)
def _none_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


@cache
def slow() -> bytes:
    """A .pdf that takes long: pages of rectangles, as many as are allowed."""
    drawn = b"".join(b"%d %d 90 9 re f\n" % (at % 500, at % 800) for at in range(60_000))
    return crowd(8, drawn)


@pytest.mark.parametrize("kind", made.SAMPLES)
async def test_what_comes_back_is_what_is_read_here(kind: str) -> None:
    data = made.SAMPLES[kind]
    told: list[float] = []
    text, reading = await read_apart(data, f"a.{kind}", told.append)
    assert text == text_of(data)
    assert reading == read_notice(text)
    assert reading.duties
    assert told == sorted(told)
    assert told[-1] == 1.0


async def test_the_sample_comes_back(repository: Path) -> None:
    data = (repository / "bot" / "sample" / "notice.txt").read_bytes()
    text, reading = await read_apart(data, None)
    assert (text, reading) == (data.decode(), read_notice(data.decode()))
    assert {type(one.kind) for one in reading.duties} == {
        type(one.kind) for one in read_notice(text).duties
    }


async def test_every_character_comes_back() -> None:
    line = apart._line({"text": HALVES})
    assert line.count(b"\n") == 1
    assert apart._parsed(line) == {"text": HALVES}
    text = "\ufeff市教育局要于\u2028三日内\x85上报\U0001f600名单。\r\n第二行\t完。\x0b\r\n".encode(
        "utf-16"
    )
    assert (await read_apart(text, "甲\ud800.txt"))[0] == text_of(text)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        ("机密★1年\n通知\n".encode(), "a.txt", "classified_file"),
        (b"", None, "empty_file"),
        (b"%PDF-1.7 text", "a.pdf", "broken_file"),
        (b"a" * (20 * 1024 * 1024 + 1), None, "file_too_large"),
    ],
)
async def test_a_refusal_comes_back(data: bytes, name: str | None, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        await read_apart(data, name)
    with pytest.raises(Unreadable) as here:
        text_of(data, name)
    assert (refusal.value.code, refusal.value.facts) == (code, here.value.facts)


async def test_a_file_that_takes_too_long_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    data = slow()
    begun = time.monotonic()
    with pytest.raises(Unreadable, match="file_too_hard"):
        await read_apart(data, "a.pdf", seconds=1.0)
    assert time.monotonic() - begun < 3
    (record,) = caplog.records
    assert (record.levelno, vars(record)["why"]) == (logging.WARNING, "out of time")


async def test_the_loop_goes_on_meanwhile() -> None:
    reading = asyncio.create_task(read_apart(slow(), "a.pdf", seconds=1.0))
    await asyncio.sleep(0.3)
    late = []
    for _ in range(20):
        begun = time.monotonic()
        await asyncio.sleep(0.01)
        late.append(time.monotonic() - begun)
    with pytest.raises(Unreadable):
        await reading
    assert sorted(late)[10] < 0.1


async def started(before: set[int]) -> int:
    """The process of a reading that begins now, once it has begun to work."""
    for _ in range(1000):
        await asyncio.sleep(0.02)
        for child in children() - before:
            status = (Path("/proc") / str(child) / "status").read_text()
            if int(status.partition("SigIgn:")[2].split()[0], 16) & TERMINATE:
                return child
    raise TimeoutError


async def test_a_process_that_is_killed_is_a_refusal() -> None:
    before = children()
    reading = asyncio.create_task(read_apart(slow(), "a.pdf"))
    os.kill(await started(before), signal.SIGKILL)
    with pytest.raises(Unreadable, match="file_too_hard"):
        await asyncio.wait_for(reading, 5)


async def test_what_is_told_to_stop_is_not_taken_for_a_bad_file() -> None:
    before = children()
    reading = asyncio.create_task(read_apart(slow(), "a.pdf"))
    child = await started(before)
    for told in (signal.SIGINT, signal.SIGTERM):
        os.kill(child, told)
    await asyncio.sleep(0.2)
    assert not reading.done()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_who_cancels_leaves_no_process() -> None:
    before = children()
    reading = asyncio.create_task(read_apart(slow(), "a.pdf"))
    child = await started(before)
    assert zombies({child})
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not zombies({child})


async def test_cancelled_at_once_leaves_no_process() -> None:
    for pause in (0.0, 0.001, 0.01, 0.05):
        before = children()
        reading = asyncio.create_task(read_apart(b"text" * 500_000, None))
        await asyncio.sleep(pause)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert children() <= before


async def test_a_file_that_takes_too_much_memory_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A real process under a bound so low that what is parsed does not fit.
    bounded = tmp_path / "python"
    bounded.write_text(f'#!/bin/sh\nulimit -v 160000\nexec "{sys.executable}" "$@"\n')
    bounded.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bounded))
    page = made.html("<p>督办</p>" * 600_000).encode()
    with pytest.raises(Unreadable, match="file_too_hard"):
        await read_apart(page, "a.html")
    monkeypatch.undo()
    assert (await read_apart("督办事项\n".encode(), None))[0] == "督办事项\n"


async def test_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    with pytest.raises(Unreadable, match="file_too_hard"):
        await read_apart(b"text", None)


async def test_it_is_told_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    spy = tmp_path / "python"
    spy.write_text(f'#!/bin/sh\nenv > "{seen}"\nexec "{sys.executable}" "$@"\n')
    spy.chmod(0o755)
    monkeypatch.setenv("DUBAN_BOT_TOKEN", "1:secret")
    monkeypatch.setattr(sys, "executable", str(spy))
    await read_apart("督办事项\n".encode(), None)
    assert "PATH=" in seen.read_text()
    assert "secret" not in seen.read_text()
