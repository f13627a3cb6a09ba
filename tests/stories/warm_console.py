"""Many `duban` commands for the price of one start: a process that forks for each of them.

Every command is a process of its own, with its own folder, environment, standard streams and
exit code; only the imports are shared. Run as a program it takes one JSON line for each
command on standard input and answers with the exit code.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot import cli, preview  # noqa: F401  (what is imported here is not imported per command)
from bot.cli import console  # noqa: F401


class WarmConsole:
    """The door to that process, for tests."""

    def __init__(self, repository: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.stories.warm_console"],
            cwd=repository,
            env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, folder: Path, settings: Mapping[str, str], words: Sequence[str]
    ) -> subprocess.CompletedProcess[str]:
        """What `duban` with these words says in that folder, and its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory() as place:
            asked = {
                "folder": str(folder),
                "settings": dict(settings),
                "words": list(words),
                "place": place,
            }
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            out, err = (Path(place, name).read_text(encoding="utf-8") for name in ("out", "err"))
        return subprocess.CompletedProcess(list(words), code, out, err)

    def close(self) -> None:
        self._process.communicate(timeout=20)


def _serve() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _perform(asked)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _perform(asked: dict[str, object]) -> None:
    """Be that command, to the end of the process."""
    place = str(asked["place"])
    for number, name in ((0, os.devnull), (1, f"{place}/out"), (2, f"{place}/err")):
        opened = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
    sys.stdout, sys.stderr = (
        os.fdopen(1, "w", encoding="utf-8"),
        os.fdopen(2, "w", encoding="utf-8"),
    )
    os.chdir(str(asked["folder"]))
    os.environ.clear()
    os.environ.update(asked["settings"])  # type: ignore[call-overload]
    code: object = 70
    try:
        code = cli.run(list(asked["words"]))  # type: ignore[call-overload]
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 70)


if __name__ == "__main__":
    _serve()
