"""A file is read in a process of its own: no file, slow or hostile, holds up the bot.

This module is both ends: `read_apart` starts it as a program, hands it the file over standard
input and is told over standard output, a JSON document on each line, how far it is and in the
end what stands there. The one rule: whatever becomes of the other process, there is a reading
or `Unreadable`, and that process is gone. Nothing that it says but that goes anywhere.
"""

import asyncio
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, BinaryIO, get_args, get_origin, get_type_hints

from tasks.errors import Unreadable
from tasks.reading import NoticeReading, read_notice
from tasks.reading.decoding import MEGABYTE
from tasks.reading.files import text_of

log = logging.getLogger(__name__)

SECONDS = 120
MEMORY = 2048 * MEGABYTE
"""Address space of the process, its libraries included; an ordinary notice takes a tenth."""

ANSWER = 64 * MEGABYTE
"""The longest line that is taken from it: the longest text, and its duties twice over."""

EXTRACTED = 0.3
"""The share of the work when the text is there."""

STEP = 0.01
KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
"""What it gets of the environment; tokens and addresses are not among it."""

Progress = Callable[[float], None]


async def read_apart(
    data: bytes, name: str | None, progress: Progress | None = None, *, seconds: float = SECONDS
) -> tuple[str, NoticeReading]:
    """The text of a file and what is read from it. Raises Unreadable, nothing else.

    `progress` is told shares from 0 to 1. A file that takes more than `seconds` or too much
    memory is refused as `file_too_hard`. Who cancels this ends the process.
    """
    why = "it ended"
    try:
        async with asyncio.timeout(seconds):
            answer = await _asked(data, name, progress, seconds)
            if answer is not None:
                return await asyncio.to_thread(_understood, answer)
    except TimeoutError:
        why = "out of time"
    except OSError as error:
        why = type(error).__name__
    log.warning("a file could not be read apart", extra={"why": why, "size": len(data)})
    raise Unreadable("file_too_hard")


async def _asked(
    data: bytes, name: str | None, progress: Progress | None, seconds: float
) -> bytes | None:
    """The line with the answer of a new process; None when it ended without one."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "bot.apart"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=ANSWER,
        env={key: os.environ[key] for key in KEPT if key in os.environ},
        # What a terminal or a service manager tells the bot is for the bot to pass on.
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        order = {"name": name, "size": len(data), "seconds": seconds}
        process.stdin.write(_line(order) + data)
        await process.stdin.drain()
        while line := await process.stdout.readline():
            if line.startswith(b"{"):
                return line
            if progress is not None:
                progress(float(line))
        return None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        process.stdin.close()


def _understood(answer: bytes) -> tuple[str, NoticeReading]:
    try:
        told = _parsed(answer)
    except ValueError:
        # It died while it spoke.
        raise Unreadable("file_too_hard") from None
    if "refused" in told:
        raise Unreadable(told["refused"], **told["facts"])
    return told["text"], _built(NoticeReading, told["reading"])


def _built(kind: Any, told: Any) -> Any:
    """A value of a type of the reading from what JSON keeps of it."""
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = _kinds(kind)
        return kind(**{name: _built(kinds[name], value) for name, value in told.items()})
    if get_origin(kind) is tuple:
        one = get_args(kind)[0]
        return tuple(_built(one, value) for value in told)
    if isinstance(kind, UnionType):
        return None if told is None else _built(get_args(kind)[0], told)
    if kind is date:
        return date.fromisoformat(told)
    return kind(told)


@cache
def _kinds(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _line(document: object) -> bytes:
    # Escaped, two halves of a character that do not belong together would come back as one.
    said = json.dumps(document, ensure_ascii=False, default=date.isoformat)
    return said.encode("utf-8", "surrogatepass") + b"\n"


def _parsed(line: bytes) -> Any:
    return json.loads(line.decode("utf-8", "surrogatepass"))


def serve(given: BinaryIO, out: BinaryIO) -> None:
    """What the other process does: read one file and say what stands in it."""
    order = _parsed(given.readline())
    _restrain(order["seconds"])
    data = given.read(order["size"])
    if len(data) != order["size"]:
        return  # who asked is gone
    told = -1.0

    def tell(share: float) -> None:
        nonlocal told
        if share >= told + STEP or share == 1:
            told = share
            out.write(f"{share:.3f}\n".encode())
            out.flush()

    try:
        text = text_of(data, order["name"], lambda share: tell(share * EXTRACTED))
        del data
        reading = read_notice(text, lambda share: tell(EXTRACTED + share * (1 - EXTRACTED)))
        answer = {"text": text, "reading": asdict(reading)}
    except Unreadable as refusal:
        answer = {"refused": refusal.code, "facts": refusal.facts}
    out.write(_line(answer))
    out.flush()


def _restrain(seconds: float) -> None:
    """Bounds on what this process may take of the machine, and no picture of it on disk."""
    # A service manager that stops the bot tells all of its processes: the bot ends this one.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    os.nice(5)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, int(seconds) + 1),
        (resource.RLIMIT_CORE, 0),
    ):
        # Where a bound is lower already, that holds; not every system knows every bound.
        _, before = resource.getrlimit(what)
        if before == resource.RLIM_INFINITY or before > most:
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
