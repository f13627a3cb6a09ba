"""`duban doctor`, a process of its own beside a sandbox: what it finds and what it advises."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import migrations
from tasks import outbox
from tasks.db import Database
from tests.stories.office import Office

TOKEN = "424242:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


async def examined(folder: Path, **settings: str) -> tuple[int, dict[str, dict[str, Any]], str]:
    """Exit code, what was found by check, and what was complained of."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "bot", "doctor", "--json"),
        cwd=folder,
        env={"PYTHONPATH": os.getcwd(), "PYTHONUTF8": "1", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    assert process.returncode is not None
    found = {one["check"]: one for one in json.loads(said)}
    return process.returncode, found, complained.decode()


async def test_all_is_well_before_the_first_run(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    token = office.app.settings.bot_token()
    settings = {"DUBAN_API_URL": office.app.settings.api_url, "DUBAN_TOKEN": token}
    code, found, complained = await examined(folder, **settings)
    assert (code, complained) == (0, "")
    assert {one["level"] for one in found.values()} == {"ok"}
    assert set(found) == {"settings", "database", "migrations", "token", "clock", "calendar"}
    assert found["token"]["advice"].startswith("机器人 @")


async def test_another_token_is_told_so(office: Office, tmp_path: Path) -> None:
    settings = {"DUBAN_API_URL": office.app.settings.api_url, "DUBAN_TOKEN": TOKEN}
    code, found, complained = await examined(tmp_path, **settings)
    assert code == 1
    assert found["token"]["level"] == "error"
    assert "BotFather" in found["token"]["advice"]
    assert TOKEN not in json.dumps(found)
    assert complained == "有 1 处须先处理。\n"


async def test_what_is_kept_is_looked_at_once_there_are_tables(
    office: Office, tmp_path: Path
) -> None:
    settings = {
        "DUBAN_API_URL": office.app.settings.api_url,
        "DUBAN_TOKEN": office.app.settings.bot_token(),
        "DUBAN_DATABASE_URL": f"sqlite:///{tmp_path / 'kept.sqlite3'}",
        "DUBAN_LANGUAGE": "en",
    }
    database = Database(settings["DUBAN_DATABASE_URL"])
    migrations.upgrade(database)
    with database.transaction() as session:
        now = datetime.now(UTC)
        waiting = now - timedelta(hours=2)
        outbox.put(session, key="late", kind="answer", chat_id=1, now=waiting)
    database.dispose()
    code, found, complained = await examined(tmp_path, **settings)
    assert {"backlog", "failed", "delivery", "sweep", "people"} <= set(found)
    assert found["migrations"]["level"] == found["failed"]["level"] == "ok"
    assert found["backlog"]["level"] == "error"
    assert "the oldest for 120 minutes" in found["backlog"]["advice"]
    assert (code, complained) == (1, "1 of these must be seen to first.\n")


async def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    code, found, _ = await examined(tmp_path, DUBAN_TIMEZONE="Asia/Nowhere")
    assert (code, list(found)) == (1, ["settings"])
    assert "DUBAN_TIMEZONE" in found["settings"]["advice"]
