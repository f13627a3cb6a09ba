"""The console as its users have it: real processes, their exit codes, and pure JSON.

Every command runs in an empty folder with a database of its own. Most are forked from one
process that has imported everything (`warm_console`); `Console.start` begins from nothing.
The notices of `../shared` belong to their issuers; tests that read one skip where it is
absent.
"""

import csv
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tasks import inbox
from tasks.casework import Approval
from tasks.db import Database
from tasks.mailroom import Fact, Handling, Inbox
from tasks.services.acts import Act
from tasks.services.directory import bind
from tests.stories.warm_console import WarmConsole

SAMPLE = """临江市人民政府办公室关于做好城区积水治理工作的通知

临政办〔2026〕8号

各区人民政府，市有关单位：

一、重点任务

（一）疏通雨水管网。对城区雨水管网进行全面疏通。（牵头单位：市住房城乡建设局；配合单位：市财政局；完成时限：2027年6月30日）

（二）建立值守制度。汛期实行二十四小时值守。（牵头单位：市应急管理局；完成时限：2027年5月31日）

临江市人民政府办公室

2026年11月2日
"""


@dataclass(frozen=True)
class Console:
    """The `duban` command in a folder of its own."""

    folder: Path
    settings: dict[str, str]
    warm: WarmConsole

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.warm.run(self.folder, {**self.settings, **settings}, words)

    def start(self, *words: str | bytes, **settings: str) -> subprocess.CompletedProcess[str]:
        """The same as a fresh process."""
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "bot", *words],
            cwd=self.folder,
            env={**self.settings, "PYTHONUTF8": "1", **settings},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )

    def json(self, *words: str, **settings: str) -> Any:
        """The one document on standard output of a command that succeeds."""
        done = self.run(*words, "--json", **settings)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    def refused(self, *words: str, **settings: str) -> str:
        """The sentence of a command that is refused."""
        done = self.run(*words, **settings)
        assert (done.returncode, done.stdout) == (1, ""), done
        assert done.stderr.endswith("\n")
        assert "Traceback" not in done.stderr
        (sentence,) = done.stderr.splitlines()
        return sentence

    def database(self) -> Database:
        return Database(f"sqlite:///{self.folder / 'data' / 'duban.sqlite3'}")


@pytest.fixture(scope="module")
def warm(repository: Path) -> Iterator[WarmConsole]:
    warm = WarmConsole(repository)
    yield warm
    warm.close()


@pytest.fixture
def console(tmp_path: Path, repository: Path, warm: WarmConsole) -> Console:
    return Console(tmp_path, {"PYTHONPATH": str(repository), "PATH": os.environ["PATH"]}, warm)


@pytest.fixture
def sample(console: Console) -> str:
    (console.folder / "sample.txt").write_text(SAMPLE, encoding="utf-8")
    return "sample.txt"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory, warm: WarmConsole) -> Path:
    """A folder whose database holds the sample notice, published; made once, then copied."""
    console = Console(tmp_path_factory.mktemp("issued"), {}, warm)
    (console.folder / "sample.txt").write_text(SAMPLE, encoding="utf-8")
    assert console.json("notice", "import", "sample.txt")["notice"] == 1
    assert console.json("notice", "publish", "1") == {"issued": 2, "left": 0}
    return console.folder


@pytest.fixture
def published(console: Console, issued: Path) -> Console:
    shutil.copytree(issued, console.folder, dirs_exist_ok=True)
    return console


@pytest.fixture
def provincial(repository: Path) -> str:
    path = repository.parent / "shared" / "notices" / "00-yuefuban-2012-67.txt"
    if not path.exists():
        pytest.skip("the provincial notice is not beside the project (../shared/notices)")
    return str(path)


def _bind(console: Console, code: str, chat: int, name: str) -> None:
    database = console.database()
    now = datetime.now(UTC)
    with database.transaction() as session:
        bind(session, Act(now, now, name), code, chat, name)
    database.dispose()


def test_the_provincial_notice_becomes_seven_tasks(console: Console, provincial: str) -> None:
    read = console.json("notice", "read", provincial)
    assert read["header"]["number"] == "粤府办〔2012〕67号"
    kept = console.json("notice", "import", provincial)
    assert kept["notice"] == 1
    assert kept["tasks"] == len(read["duties"]) == 57
    assert kept["unassigned"] == sum(not duty["owners"] for duty in read["duties"])
    assert console.json("notice", "publish", "1") == {"issued": 7, "left": 50}
    departments = console.json("department", "list")
    assert len(departments) == 8
    told = console.json("summary")
    assert (told["total"], told["left"], told["answered"]["of"]) == (7, 50, 8)
    assert told["answered"]["not_bound"] == 8
    assert sum(told["classes"].values()) == 7


def test_reading_needs_no_database_and_spans_count_characters_of_the_text(
    console: Console, sample: str
) -> None:
    (console.folder / "gb.txt").write_bytes(SAMPLE.replace("\n", "\r\n").encode("gb18030"))
    read = console.json("notice", "read", "gb.txt", "--text", "out.txt")
    text = (console.folder / "out.txt").read_bytes().decode()
    assert text == SAMPLE.replace("\n", "\r\n")
    assert all(text[duty["start"] : duty["end"]] == duty["text"] for duty in read["duties"])
    assert [duty["lead"] for duty in read["duties"]] == [["市住房城乡建设局"], ["市应急管理局"]]
    assert set(read) == {"header", "duties", "unmapped"}
    assert set(read["duties"][0]) == {
        *("text", "start", "end", "section", "kind", "lead", "cooperating", "owners"),
        *("deadline", "deadline_text", "recurrence"),
    }
    assert not (console.folder / "data").exists()
    told = console.run("notice", "read", sample)
    assert (told.returncode, told.stderr) == (0, "")
    assert "2027-06-30" in told.stdout


def test_a_fresh_process_says_the_same(published: Console, sample: str) -> None:
    for words in (
        ("notice", "read", sample, "--json"),
        ("task", "list"),
        ("task", "show", "99"),
        ("nonsense",),
    ):
        fresh, forked = published.start(*words), published.run(*words)
        assert (fresh.returncode, fresh.stdout) == (forked.returncode, forked.stdout)
        assert fresh.stderr.replace("__main__.py", "duban") == forked.stderr


def test_importing_the_same_file_again_changes_nothing(console: Console, sample: str) -> None:
    assert console.json("notice", "import", sample) == console.json("notice", "import", sample)
    (notice,) = console.json("notice", "list")
    assert (notice["id"], notice["state"], notice["left"]) == (1, "draft", 2)
    assert "以前导入过" in console.run("notice", "import", sample).stdout


def test_a_revised_notice_shows_its_differences_and_is_adopted_on_demand(
    console: Console, sample: str
) -> None:
    console.json("notice", "import", sample)
    later = SAMPLE.replace("2027年6月30日", "2027年9月30日")
    assert later != SAMPLE
    (console.folder / "later.txt").write_text(later, encoding="utf-8")
    found = console.json("notice", "import", "later.txt")
    assert (found["notice"], found["revision"]["adopted"]) == (1, False)
    assert [one["changes"] for one in found["revision"]["changed"]] == [["deadline"]]
    assert "--revise" in console.run("notice", "import", "later.txt").stdout
    assert "2027-09-30" not in json.dumps(console.json("notice", "list"))
    adopted = console.json("notice", "import", "later.txt", "--revise")
    assert (adopted["notice"], adopted["revision"]["adopted"]) == (1, True)
    assert len(console.json("notice", "list")) == 1
    assert "revision" not in console.json("notice", "import", "later.txt")
    console.json("notice", "publish", "1")
    assert "2027-09-30" in [task["due"] for task in console.json("task", "list")]
    other = later.replace("2027年9月30日", "2027年10月30日")
    (console.folder / "other.txt").write_text(other, encoding="utf-8")
    assert console.json("notice", "import", "other.txt", "--as-new")["notice"] == 2
    assert console.run("notice", "import", "other.txt", "--as-new", "--revise").returncode == 2


def _bad_files(folder: Path) -> dict[str, str]:
    """Files that are refused, and a word of the sentence for each."""
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b"\xef\xbb\xbf \r\n\t")
    (folder / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (folder / "noise.txt").write_bytes(os.urandom(4096) + b"\0")
    (folder / "long.txt").write_text("督办" * 400_000, encoding="utf-8")
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    (folder / "secret.txt").write_text(f"机密★1年\n{SAMPLE}", encoding="utf-8")
    (folder / "folder").mkdir()
    return {
        "missing.txt": "没有这个文件",
        "empty.txt": "空的",
        "blank.txt": "空的",
        "image.txt": "不是文本文件",
        "noise.txt": "不是文本文件",
        "long.txt": "2 MB",
        "huge.txt": "20 MB",
        "secret.txt": "密级",
        "folder": "读不出来",
    }


def test_a_file_that_cannot_be_taken_in_gets_one_clear_sentence(console: Console) -> None:
    for name, word in _bad_files(console.folder).items():
        for action in ("read", "import"):
            assert word in console.refused("notice", action, name), name
            assert word in console.refused("notice", action, name, "--json"), name
    # What is refused leaves nothing behind, not even a database with its name.
    assert not (console.folder / "data").exists()


def test_a_text_without_duties_is_read_and_not_imported(console: Console) -> None:
    (console.folder / "a.txt").write_text("今天天气很好。\n", encoding="utf-8")
    assert console.json("notice", "read", "a.txt")["duties"] == []
    assert "没有读出任何事项" in console.refused("notice", "import", "a.txt")


def test_the_text_is_not_written_where_it_cannot_be(console: Console, sample: str) -> None:
    assert "写不进去" in console.refused("notice", "read", sample, "--text", "no/such/folder")


def test_unknown_numbers_and_names_are_refused(published: Console) -> None:
    for words in (
        ("task", "show", "0"),
        ("task", "show", "99"),
        ("notice", "publish", "2147483648"),
        ("inbox", "retry", "9999999999"),
        ("summary", "--notice", "7"),
    ):
        assert "没有" in published.refused(*words), words
    assert "没有这个单位" in published.refused("department", "merge", "审计局", "财政局")
    assert "There is no task #99." in published.refused("task", "show", "99", DUBAN_LANGUAGE="en")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("notice",),
        ("notice", "read"),
        ("task", "show", "abc"),
        ("task", "show", "-1"),
        ("notice", "publish", "1", "2"),
        ("invite",),
        ("invite", "--role", "king"),
        ("invite", "--group", "--role", "contact"),
        ("invite", "--all"),
        ("invite", "--all", "-o", "a.csv", "--department", "教育局"),
        ("invite", "--role", "admin", "-o", "a.csv"),
        ("summary", "--at", "yesterday"),
        ("remind", "--at", "2026-13-01"),
        ("sandbox", "--port", "70000"),
        ("demo", "--json"),
        ("db", "backup", "x"),
        ("export", "ledger"),
        ("doctor", "now"),
        ("summary", "--jso"),
    ],
)
def test_wrong_usage_is_two_and_says_what_is_wrong(
    console: Console, words: tuple[str, ...]
) -> None:
    done = console.run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "用法有误" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (console.folder / "data").exists()


COMMANDS = (
    *("demo", "sandbox", "run", "notice read", "notice import", "notice publish", "notice list"),
    *("department list", "department import", "department merge", "invite", "remind", "summary"),
    *("task list", "task show", "inbox list", "inbox retry", "reply read", "db upgrade"),
    *("db check", "doctor", "notice", "department", "task", "inbox", "reply", "db"),
)


def test_every_command_has_help_in_both_languages(console: Console) -> None:
    told = console.run("--help")
    assert told.returncode == 0
    for command in COMMANDS:
        assert command.split()[0] in told.stdout
    for later in ("export", "backup", "restore"):
        assert later not in told.stdout
    for place, command in enumerate(COMMANDS):
        language = ("zh", "en")[place % 2]
        done = console.run(*command.split(), "--help", DUBAN_LANGUAGE=language)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"duban {command}" in done.stdout
        assert bool(re.search(r"[\u4e00-\u9fff]", done.stdout)) == (language == "zh")


def test_what_needs_no_database_imports_nothing_heavy(
    console: Console, sample: str, provincial: str
) -> None:
    heavy = ("telegram", "sqlalchemy", "pydantic", "alembic", "aiohttp", "apscheduler")
    look = (
        "import sys; from bot.cli import run\n"
        "try: run(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    for words in (
        ("--help",),
        ("notice", "read", provincial, "--json"),
        ("reply", "read", "12号完成60%", "--json"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", look, *words],
            cwd=console.folder,
            env={**console.settings, "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
        )
        assert (done.returncode, done.stderr.strip()) == (0, "[]"), words


def test_a_reply_is_read_as_of_a_day(console: Console) -> None:
    def read(text: str, *more: str) -> Any:
        return console.json("reply", "read", text, *more)["reports"]

    (one,) = read("12号完成60%，预计12月15日", "--at", "2026-11-24")
    assert list(one) == ["task", "state", "percent", "expected", "pace", "problem", "text"]
    assert (one["task"], one["percent"], one["expected"]) == (12, 60, "2026-12-15")
    # The day is that of the office: late in UTC is the next morning there.
    for at, day in (("2026-11-24T23:00", "2026-11-25"), ("2026-11-24T23:00+00:00", "2026-11-26")):
        assert [report["expected"] for report in read("明天完成", "--at", at)] == [day]
    assert "读出" in console.run("reply", "read", "你好").stdout
    broken = console.start(b"reply", b"read", b"\xff\xfe\xe5\xae\x8c\xe6\x88\x90", b"--json")
    assert (broken.returncode, broken.stderr) == (0, "")
    json.loads(broken.stdout)


def test_an_invitation_binds_and_links_once_the_bot_is_known(published: Console) -> None:
    made = published.json(
        "invite", "--role", "contact", "--department", "市财政局", "--name", "李"
    )
    assert set(made) == {"code", "link", "expires_at"}
    assert made["link"] is None
    expires = datetime.fromisoformat(made["expires_at"])
    assert timedelta(days=13) < expires - datetime.now(UTC) < timedelta(days=15)
    database = published.database()
    with database.transaction() as session:
        session.add(Fact(key="bot", value={"username": "lj_duban_bot"}, at=datetime.now(UTC)))
    database.dispose()
    other = published.json("invite", "--role", "coordinator")
    assert other["link"] == f"https://t.me/lj_duban_bot?start={other['code']}"
    _bind(published, made["code"], 501, "李")
    (finance,) = (one for one in published.json("department", "list") if one["name"] == "市财政局")
    assert finance["people"] == [{"name": "李", "role": "contact", "bound": True}]
    group = published.json("invite", "--group", "--department", "市财政局")
    assert sorted(group) == ["code", "expires_at", "link"]
    assert published.json("invite", "--group")["code"] != group["code"]
    assert "市审计局" in published.refused("invite", "--group", "--department", "市审计局")
    assert "--department" in published.refused("invite", "--role", "head")
    assert "--department" in published.refused("invite", "--role", "admin", "--department", "甲")


def test_codes_for_all_departments_go_into_a_file_of_ones_own(published: Console) -> None:
    bound = published.json("invite", "--role", "contact", "--department", "市财政局")
    _bind(published, bound["code"], 501, "李")
    stale = published.json("invite", "--role", "contact", "--department", "市应急管理局")
    published.json("invite", "--role", "contact", "--department", "=HYPERLINK(1)")
    told = published.json("invite", "--all", "-o", "codes.csv")
    assert (told["departments"], told["codes"], told["bound"]) == (4, 3, 1)
    path = published.folder / "codes.csv"
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["单位"]: row for row in csv.DictReader(file)}
    assert rows["市财政局"]["邀请码"] == ""
    assert rows["市财政局"]["已绑定"] == "是"
    assert "'=HYPERLINK(1)" in rows
    with pytest.raises(Exception, match="code_expired"):
        _bind(published, stale["code"], 502, "王")
    _bind(published, rows["市应急管理局"]["邀请码"], 502, "王")
    before = published.json("department", "list")
    assert "写不进去" in published.refused("invite", "--all", "-o", "no/such/codes.csv")
    assert published.json("department", "list") == before


def test_departments_come_from_a_file_all_or_none(console: Console) -> None:
    def put(text: str) -> None:
        (console.folder / "units.csv").write_bytes(text.encode("gb18030"))

    put("单位,别名\r\n市发展改革委，市发改委、发改部门\r\n\r\n市财政局\t财政部门；市财政\r\n")
    told = console.json("department", "import", "units.csv")
    assert told == {"added": 2, "known": 0, "aliases": 4}
    assert console.json("department", "import", "units.csv") == {
        "added": 0,
        "known": 2,
        "aliases": 0,
    }
    before = console.json("department", "list")
    assert [one["aliases"] for one in before] == [
        ["市发改委", "发改部门"],
        ["财政部门", "市财政"],
    ]
    put("市教育局\n市审计局，市发改委\n")
    sentence = console.refused("department", "import", "units.csv")
    assert "第 2 行" in sentence
    assert "市发展改革委" in sentence
    assert console.json("department", "list") == before
    put("单位\n")
    assert "没有单位" in console.refused("department", "import", "units.csv")
    merged = console.json("department", "merge", "市财政局", "市发改委")
    assert merged["name"] == "市发展改革委"
    assert "市财政局" in merged["aliases"]


def test_tasks_are_listed_and_shown_with_their_history(published: Console) -> None:
    first, second = published.json("task", "list")
    assert list(first) == [
        *("task", "notice", "text", "state", "light", "class", "percent", "due"),
        *("original_due", "parts"),
    ]
    assert (first["task"], first["state"], first["due"]) == (1, "issued", "2027-06-30")
    assert first["parts"] == [
        {"department": "市住房城乡建设局", "role": "lead", "state": "issued"},
        {"department": "市财政局", "role": "cooperating", "state": "issued"},
    ]
    shown = published.json("task", "show", "#1")
    assert {key: value for key, value in shown.items() if key != "timeline"} == first
    (line,) = shown["timeline"]
    assert list(line) == [*("at", "said_at", "actor", "department", "action", "text", "update_id")]
    assert (line["actor"], line["action"]) == ("控制台", "issue")
    assert "市应急管理局" in published.run("task", "list").stdout
    assert "交办" in published.run("task", "show", "2").stdout
    assert second["task"] == 2


def test_a_summary_counts_every_task_and_looks_back_no_further_than_the_last_change(
    published: Console,
) -> None:
    told = published.json("summary")
    assert list(told) == [
        *("as_of", "notice", "total", "left", "classes", "overdue", "extended"),
        *("past_original", "answered", "departments"),
    ]
    assert told["classes"] == {"done": 0, "ahead": 0, "on_schedule": 0, "behind": 0, "other": 2}
    later = published.json("summary", "--notice", "1", "--at", "2027-06-10T10:00")
    assert later["as_of"] == "2027-06-10T10:00:00+08:00"
    assert (later["overdue"], later["classes"]["behind"]) == (1, 1)
    assert "最后一次变动" in published.refused("summary", "--at", "2026-01-01")
    assert "范围" in published.refused("summary", "--at", "0001-01-01")
    human = published.run("summary", "--at", "2027-06-10T10:00")
    assert "2027-06-10 10:00" in human.stdout


def test_reminders_are_rehearsed_without_a_trace(published: Console) -> None:
    for place, name in enumerate(("市住房城乡建设局", "市应急管理局")):
        made = published.json("invite", "--role", "contact", "--department", name)
        _bind(published, made["code"], 501 + place, f"联络员{place}")
    head = published.json("invite", "--role", "head", "--department", "市应急管理局")
    _bind(published, head["code"], 601, "责任领导")

    def rehearse(at: str) -> Any:
        return published.json("remind", "--at", at, "--dry-run")

    (told,) = rehearse("2027-05-31T10:00")
    assert list(told) == ["person", "department", "kind", "tasks", "text"]
    assert (told["person"], told["department"]) == ("联络员1", "市应急管理局")
    assert (told["kind"], told["tasks"]) == ("digest", [2])
    assert "#2" in told["text"]
    assert not re.search(r"</?[a-z]+|&(lt|gt|amp);", told["text"])
    assert rehearse("2027-05-31T10:00") == [told]
    overdue = rehearse("2027-06-01T09:00")
    assert [(one["person"], one["kind"]) for one in overdue] == [
        ("联络员1", "digest"),
        ("责任领导", "slips"),
    ]
    # Outside the windows, on a Sunday, and on a statutory holiday nobody is told anything.
    for quiet in ("2027-05-31T12:00", "2027-05-30T10:00", "2027-01-01T10:00"):
        assert rehearse(quiet) == []
    assert "--dry-run" in published.refused("remind", "--at", "2027-05-31T10:00")
    with sqlite3.connect(published.folder / "data" / "duban.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM ask").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM slip").fetchone() == (0,)
    connection.close()
    done = published.run("remind", "--at", "2026-11-02T12:00", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_updates_that_failed_are_listed_and_tried_again(published: Console) -> None:
    database = published.database()
    now = datetime.now(UTC)
    with database.transaction() as session:
        inbox.store(session, 1, [inbox.Incoming(7, 5, "{}"), inbox.Incoming(8, 5, "{}")], now)
    with database.transaction() as session:
        session.get_one(Inbox, 1).attempts = inbox.MAX_ATTEMPTS
        assert inbox.fail(session, 1, "KeyError")
    (failed,) = published.json("inbox", "list")
    assert (failed["id"], failed["update_id"], failed["state"]) == (1, 7, "failed")
    assert "KeyError" in published.run("inbox", "list").stdout
    assert "不必重试" in published.refused("inbox", "retry", "2")
    assert published.json("inbox", "retry", "1")["state"] == "waiting"
    assert published.json("inbox", "list") == []
    with database.reading() as session:
        assert session.get_one(Inbox, 1).state is Handling.waiting
    database.dispose()


def test_the_database_is_made_at_first_use_and_migrated_when_asked(console: Console) -> None:
    assert "db upgrade" in console.refused("db", "check")
    assert console.json("task", "list") == []
    assert console.run("db", "check").returncode == 0
    assert console.run("db", "check", "--models").returncode == 0
    assert console.run("db", "upgrade").returncode == 0
    path = console.folder / "data" / "duban.sqlite3"

    def change(statement: str) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute(statement)
        connection.close()

    change("DROP INDEX ix_part_next_due_at")
    assert "不一致" in console.refused("db", "check")
    change("UPDATE alembic_version SET version_num = '9999'")
    for words in (("task", "list"), ("db", "upgrade"), ("db", "check")):
        assert "更新的版本" in console.refused(*words)
    change("DROP TABLE alembic_version")
    assert "别的程序" in console.refused("task", "list")


def test_a_wrong_setting_is_named(console: Console) -> None:
    token = "123456789:AAFzdGFydC1vZi1hLXRva2VuLXRoYXQtaXM"
    for name, value in (
        ("DUBAN_TIMEZONE", "Mars/Olympus"),
        ("DUBAN_LANGUAGE", "fr"),
        ("DUBAN_DATABASE_URL", "mysql://root:geheim@host/db"),
        ("DUBAN_HTTP_PORT", "many"),
    ):
        sentence = console.refused("task", "list", **{name: value})
        assert name in sentence
        assert "geheim" not in sentence
    assert "DUBAN_TOKEN" in console.refused("run")
    wrong = console.refused("run", DUBAN_TOKEN=f"{token} oops")
    assert "DUBAN_TOKEN" in wrong
    assert token.split(":")[1] not in wrong
    lost = "postgresql://duban:geheim@127.0.0.1:1/duban"
    sentence = console.refused("task", "list", DUBAN_DATABASE_URL=lost)
    assert "DUBAN_DATABASE_URL" in sentence
    assert "geheim" not in sentence


def test_a_database_that_is_no_database_is_refused(console: Console) -> None:
    (console.folder / "data").mkdir()
    (console.folder / "data" / "duban.sqlite3").write_text("not a database " * 100)
    assert "数据库" in console.refused("task", "list")


def test_the_sandbox_tells_its_address_first_and_ends_when_told(console: Console) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "sandbox"],
        cwd=console.folder,
        env={**console.settings, "PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
        with urllib.request.urlopen(f"{address}/sandbox/people") as answer:
            json.load(answer)
        taken = console.refused("sandbox", "--port", address.rpartition(":")[2])
        assert "端口" in taken
    finally:
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        _, told = process.communicate(timeout=20)
    assert (process.returncode, told) == (0, "")
    assert time.monotonic() - begun < 10


def test_a_reader_that_goes_away_is_no_error(published: Console) -> None:
    done = subprocess.run(
        f"{sys.executable} -m bot task list --json | head -c 1",
        shell=True,
        cwd=published.folder,
        env={**published.settings, "PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("[", "")


def test_both_catalogues_say_the_same_things_with_the_same_facts(repository: Path) -> None:
    zh, en = (
        tomllib.loads((repository / "bot" / "cli" / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("zh", "en")
    )
    assert zh.keys() == en.keys()
    for section in zh:
        assert zh[section].keys() == en[section].keys()
        for key, sentence in zh[section].items():
            facts = sorted(re.findall(r"{(\w+)}", sentence))
            assert facts == sorted(re.findall(r"{(\w+)}", en[section][key])), key


def test_a_task_is_added_by_hand(published: Console) -> None:
    owner = published.json("department", "list")[0]["name"]
    made = published.json(
        "task", "add", "--notice", "1", "--text", "开展演练", "--owner", f"{owner}牵头",
        "--due", "2099年12月31日",
    )  # fmt: skip
    shown = published.json("task", "show", str(made["task"]))
    assert (shown["text"], shown["due"]) == ("开展演练", "2099-12-31")
    assert [line["action"] for line in shown["timeline"]] == ["issue"]
    words = ("task", "add", "--notice", "1", "--text", "开展演练", "--owner")
    assert "市养蜂局" in published.refused(*words, "市养蜂局牵头")


def test_where_a_leader_signs_publishing_files_a_request(console: Console, sample: str) -> None:
    signing = {"DUBAN_ISSUE_NEEDS_APPROVAL": "yes"}
    console.json("notice", "import", sample)
    assert "尚无已绑定的分管领导" in console.refused("notice", "publish", "1", **signing)
    code = console.json("invite", "--role", "leader", "--name", "陈立")["code"]
    _bind(console, code, 4711, "陈立")
    assert "已报分管领导" in console.refused("notice", "publish", "1", **signing)
    assert console.json("task", "list") == []
    with console.database().reading() as session:
        assert session.scalars(select(Approval.notice_id)).all() == [1]
    console.json("notice", "publish", "1", "--approved-by", "陈立", **signing)
    assert console.json("task", "list")
