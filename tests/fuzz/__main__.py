"""Try inputs until the time is over: 0 when everything held, 1 when something did not."""

import argparse
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random, SystemRandom
from types import FrameType

from tests.fuzz.targets import ROOT, TARGETS, Input

FOLDER = ROOT / "build" / "fuzz"
PATIENCE = 60
"""Seconds that one input may take; no input is large."""

MEMORY = 2 * 1024**3
SHRINKING = 20.0


class TooSlow(BaseException):
    """An input takes too long. Nothing that stands between catches it."""


def main() -> int:
    told = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    told.add_argument("--minutes", type=float, default=10)
    told.add_argument("--seed", type=int, help="the seed of a run that is to come again")
    told.add_argument("--only", choices=TARGETS, help="one kind of input")
    told.add_argument("--number", type=int, help="with --seed and --only: this input alone")
    told.add_argument("--all", action="store_true", help="go on after the first finding")
    args = told.parse_args()
    seed = SystemRandom().randrange(2**32) if args.seed is None else args.seed
    print(f"seed {seed}", flush=True)
    signal.signal(signal.SIGALRM, _ring)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    kinds = [args.only] if args.only else list(TARGETS)
    if args.number is not None:
        return int(_tried(kinds[0], seed, args.number) is not None)
    begun = time.monotonic()
    counts, found = Counter[str](), Counter[str]()
    spent = dict.fromkeys(kinds, 0.0)
    while time.monotonic() - begun < args.minutes * 60:
        kind = min(kinds, key=lambda one: spent[one])
        since = time.monotonic()
        trouble = _tried(kind, seed, counts[kind], known=found)
        spent[kind] += time.monotonic() - since
        counts[kind] += 1
        if trouble and not args.all:
            break
    for kind in kinds:
        speed = counts[kind] / max(spent[kind], 0.001)
        print(f"{kind:8}{counts[kind]:9} executions {speed:9.1f} a second")
    taken = time.monotonic() - begun
    print(f"in all  {counts.total():9} executions {counts.total() / taken:9.1f} a second")
    print(f"in {taken / 60:.1f} minutes {found.total()} findings of {len(found)} kinds")
    return int(bool(found))


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise TooSlow


def _tried(kind: str, seed: int, number: int, known: Counter[str] | None = None) -> str | None:
    """What does not hold for an input, after it is told and written."""
    given = TARGETS[kind].make(Random(f"{kind} {seed} {number}"))
    error = _error(kind, given, seed, number)
    if error is None:
        return None
    name = _name(error)
    if known is not None:
        known[name] += 1
        if known[name] > 1:
            return name
    print(f"\n{kind} {number}: {name}\n{''.join(traceback.format_exception(error))}", flush=True)
    small = _shrunk(kind, given, seed, number, name) if isinstance(given, str) else given
    path = FOLDER / f"{kind}-{seed}-{number}"
    _write(path, small)
    again = f"--only {kind} --seed {seed} --number {number}"
    print(f"written to {path.relative_to(ROOT)}; again: -m tests.fuzz {again}\n", flush=True)
    return name


def _error(kind: str, given: Input, seed: int, number: int) -> BaseException | None:
    signal.alarm(PATIENCE)
    try:
        TARGETS[kind].check(given, Random(f"check {seed} {number}"))
    except (Exception, TooSlow) as error:
        return error
    finally:
        signal.alarm(0)
    return None


def _name(error: BaseException) -> str:
    """The same for errors that come from the same place."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "tasks" in Path(one.filename).parts] or frames
    words = "" if type(error).__module__ == "builtins" else f" {error}".split(":")[0]
    words = "".join(sign for sign in words if not sign.isdigit())
    return f"{type(error).__name__}{words} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def _shrunk(kind: str, given: str, seed: int, number: int, name: str) -> str:
    """The text without what the finding does not need."""
    until = time.monotonic() + SHRINKING
    step = len(given) // 2
    while step and time.monotonic() < until:
        place = 0
        while place < len(given) and time.monotonic() < until:
            less = given[:place] + given[place + step :]
            error = _error(kind, less, seed, number)
            if error is not None and _name(error) == name:
                given = less
            else:
                place += step
        step //= 2
    return given


def _write(path: Path, given: Input) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = given if isinstance(given, bytes) else given.encode("utf-8", "surrogatepass")
    path.write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
