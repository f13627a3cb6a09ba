"""The log: one line a record, no secret in any of them, whoever wrote it."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.logs import HIDDEN, Line, hide

TOKEN = "1234567890:AAH-very_secret-text_of_35_letters0"
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"

logger = logging.getLogger("bot.delivery")


def line(
    message: object,
    *args: object,
    level: int = logging.INFO,
    secrets: tuple[str, ...] = (),
    **extra: Any,
) -> str:
    record = logger.makeRecord(logger.name, level, __file__, 1, message, args, None, extra=extra)
    shown = Line(secrets).format(record)
    assert re.match(STAMP + " ", shown)
    return shown.split(" ", 1)[1]


def run(code: str) -> "subprocess.CompletedProcess[str]":
    """A program of its own: the log is the whole process's, so none of ours is touched."""
    return subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "LC_ALL": "C.UTF-8"},
        timeout=60,
    )


def test_a_record_is_one_line_with_its_values() -> None:
    shown = line("delivery %s", "sent", row=12, chat=-100, outcome="sent", wait=None)
    assert shown == "INFO bot.delivery delivery sent row=12 chat=-100 outcome=sent wait=None"


def test_a_value_with_blanks_is_quoted_and_can_be_read_back() -> None:
    shown = line("x", reason='he said "no" = 不', empty="")
    found = re.fullmatch(r'INFO bot\.delivery x reason=(".*") empty=""', shown)
    assert found is not None
    assert json.loads(found[1]) == 'he said "no" = 不'


def test_nobody_can_write_a_line_of_his_own() -> None:
    forged = "x\n2026-11-24 INFO forged\r\x1b[2J\u2028y"
    shown = line("%s", forged, reason=forged)
    assert shown.splitlines() == [shown]
    assert "\x1b" not in shown


def test_half_a_surrogate_pair_and_nul_can_be_written() -> None:
    shown = line("%s", "a\ud800\0b", reason="\udfff")
    assert shown.encode("utf-8")
    assert "a\\ud800\\x00b" in shown


@pytest.mark.parametrize("key", ["text", "caption", "file_name", "payload", "update"])
def test_what_people_wrote_is_shown_at_debug_alone(key: str) -> None:
    said: dict[str, Any] = {key: "工作秘密"}
    for level in (logging.INFO, logging.WARNING, logging.ERROR):
        assert line("update", level=level, update_id=7, **said).endswith("update update_id=7")
    assert "工作秘密" in line("update", level=logging.DEBUG, **said)


@pytest.mark.parametrize(
    "text",
    [
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        f"https://api.telegram.org/file/bot{TOKEN}/documents/file_1.docx",
        f"http://127.0.0.1:8081/BOT{TOKEN.replace(':', '%3A')}/sendMessage?x=1",
        f"http://127.0.0.1:8081/bot{TOKEN.replace(':', '%3a')}/sendMessage",
        f"token={TOKEN}",
        f"{{'token': '{TOKEN}'}}",
        f"启动{TOKEN}。",
    ],
)
def test_a_token_is_hidden_wherever_it_stands(text: str) -> None:
    for shown in (hide(text), line(text), line("%s", text), line("x", url=text)):
        assert TOKEN.split(":")[1] not in shown
        assert TOKEN.split(":")[0] not in shown
        assert HIDDEN in shown


def test_a_short_token_is_hidden_in_an_address() -> None:
    shown = hide("http://127.0.0.1:8081/bot42:short/getMe and /file/bot42:short/a.txt")
    assert shown == f"http://127.0.0.1:8081/bot{HIDDEN}/getMe and /file/bot{HIDDEN}/a.txt"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T09:00:00+08:00 12:30",
        "http://127.0.0.1:8080/sandbox",
        "postgresql://host:5432/duban",
        "robot 12: ready",
        "update 123456:2",
    ],
)
def test_what_is_no_token_stays(text: str) -> None:
    assert hide(text) == text


def test_secrets_named_are_hidden_also_when_quoted_for_an_address() -> None:
    secrets = ("p@ss/word", "p@ss")
    shown = line("p@ss/word %s", "p%40ss%2Fword", secrets=secrets, proxy="http://u:p@ss@h")
    assert "ss" not in shown.replace("ss=", "")
    assert shown.count(HIDDEN) == 3


def test_a_slip_in_a_log_call_shows_no_argument() -> None:
    shown = line("%d tries", TOKEN)
    assert shown == "INFO bot.delivery %d tries (its arguments do not fit)"


def test_a_traceback_is_hidden_and_marked() -> None:
    try:
        try:
            raise ValueError(f"no answer from /bot{TOKEN}/getMe")
        except ValueError as cause:
            raise RuntimeError("first\nsecond") from cause
    except RuntimeError:
        record = logger.makeRecord(
            logger.name, logging.ERROR, __file__, 1, "failed", (), sys.exc_info()
        )
    first, *rest = Line().format(record).splitlines()
    assert first.endswith("ERROR bot.delivery failed")
    assert all(row.startswith("  | ") for row in rest)
    assert any(f"/bot{HIDDEN}/getMe" in row for row in rest)
    assert rest[-1] == "  | second"
    assert TOKEN not in "\n".join(rest)


def test_the_http_library_does_not_tell_the_address() -> None:
    done = run(
        f"""
import asyncio, logging, telegram
from config import logs
logs.configure("DEBUG")
async def main():
    async with telegram.Bot("{TOKEN}", base_url="http://127.0.0.1:9/bot") as bot:
        pass
try:
    asyncio.run(main())
except telegram.error.TelegramError:
    logging.getLogger("bot").exception("start failed")
logging.getLogger("httpx").info("HTTP Request: POST http://127.0.0.1:9/bot{TOKEN}/getMe")
logging.getLogger("bot").debug("still here")
"""
    )
    assert done.returncode == 0, done.stderr
    assert "start failed" in done.stderr
    assert "still here" in done.stderr
    assert "HTTP Request" not in done.stderr
    assert TOKEN.split(":")[1] not in done.stderr
    assert done.stdout == ""


def test_an_uncaught_error_goes_through_the_log() -> None:
    done = run(
        f"""
import threading, warnings
from config import logs
logs.configure("INFO", "other-secret")
def fail(): raise ValueError("in a thread: /bot{TOKEN}/x")
thread = threading.Thread(target=fail); thread.start(); thread.join()
warnings.warn("other-secret is warned about")
raise SystemError("at the end: /bot{TOKEN}/x other-secret")
"""
    )
    assert done.returncode == 1
    assert TOKEN not in done.stderr
    assert "other-secret" not in done.stderr
    heads = [row for row in done.stderr.splitlines() if not row.startswith("  | ")]
    assert [re.sub(STAMP, "TIME", row)[:24] for row in heads] == [
        "TIME CRITICAL uncaught V",
        "TIME WARNING py.warnings",
        "TIME CRITICAL uncaught S",
    ]


def test_to_configure_twice_keeps_one_line_each_and_the_new_level() -> None:
    done = run(
        """
import logging
from config import logs
logs.configure("DEBUG")
logs.configure("WARNING", "s3cret")
logging.getLogger("bot").info("not shown")
logging.getLogger("apscheduler").warning("s3cret")
"""
    )
    (only,) = done.stderr.splitlines()
    assert only.endswith(f"WARNING apscheduler {HIDDEN}")
