"""The bar of the console, on a real terminal and without one."""

import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

LONG = "\n".join(
    f"{at}. 修补第{at}号破损路面，建立问题台账。（市交通运输局牵头，市财政局配合，6月底前完成）"
    for at in range(1, 12_001)
)

SHOWN = """
import sys, time
from bot.cli.progress import bar
with bar("读取") as told:
    for at in range(1, 11):
        time.sleep({pause})
        told(at / 10)
    {end}
print("done")
"""


def on_terminal(*command: str) -> tuple[int, str, str]:
    """Exit code and standard output of a command, and what a terminal gets of its errors."""
    ours, theirs = pty.openpty()
    said = bytearray()

    def listen() -> None:
        try:
            while part := os.read(ours, 4096):
                said.extend(part)
        except OSError:
            pass  # the other end is closed

    ear = threading.Thread(target=listen)
    ear.start()
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=theirs, timeout=60, encoding="utf-8"
        )
    finally:
        os.close(theirs)
        ear.join()
        os.close(ours)
    return done.returncode, done.stdout, said.decode()


def script(pause: float, end: str = "pass") -> tuple[str, str, str]:
    return sys.executable, "-c", SHOWN.format(pause=pause, end=end)


def test_what_takes_long_shows_a_bar_that_grows_and_goes() -> None:
    code, out, told = on_terminal(*script(0.12))
    assert (code, out) == (0, "done\n")
    shares = [int(one) for one in re.findall(r"读取 [^\r]*?(\d+)%", told)]
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert 30 <= shares[0] <= 60
    last = told.rsplit("\r", 2)
    assert (last[1].strip(), last[2]) == ("", "")
    assert "\n" not in told


def test_what_is_quick_shows_none() -> None:
    code, out, told = on_terminal(*script(0.0))
    assert (code, out, told) == (0, "done\n", "")


def test_without_a_terminal_there_is_none() -> None:
    done = subprocess.run(script(0.06), capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_an_error_leaves_no_bar_behind() -> None:
    code, _, told = on_terminal(*script(0.12, "raise KeyError('lost')"))
    assert code == 1
    bars, _, error = told.partition("Traceback")
    assert "100%" in bars
    assert bars.endswith("\r")
    assert "KeyError" in error


@pytest.mark.parametrize("terminal", [True, False])
def test_a_long_notice_is_read_with_one(tmp_path: Path, terminal: bool) -> None:
    path = tmp_path / "long.txt"
    path.write_text(LONG, encoding="utf-8")
    command = (sys.executable, "-m", "bot", "notice", "read", "--json", str(path))
    if terminal:
        code, out, told = on_terminal(*command)
        assert re.search(r"[ 1]\d\d?%", told)
    else:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
        code, out, told = done.returncode, done.stdout, done.stderr
        assert told == ""
    assert code == 0
    assert out.startswith("{")
