"""The console about people: who there is, handing over, stopping, a department misspelt."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from tasks.models import Person
from tasks.services.acts import Act
from tasks.services.directory import bind
from tasks.staff import Absence
from tests.stories.test_cli import SAMPLE, Console
from tests.stories.warm_console import WarmConsole

EMERGENCY = "市应急管理局"


@pytest.fixture
def published(tmp_path: Path, repository: Path) -> Iterator[Console]:
    """A folder whose database holds the sample notice, published."""
    warm = WarmConsole(repository)
    settings = {"PYTHONPATH": str(repository), "PATH": os.environ["PATH"]}
    console = Console(tmp_path, settings, warm)
    (tmp_path / "sample.txt").write_text(SAMPLE, encoding="utf-8")
    console.json("notice", "import", "sample.txt")
    console.json("notice", "publish", "1")
    yield console
    warm.close()


def join(console: Console, role: str, name: str, chat: int, department: str | None = None) -> int:
    """Somebody is invited and binds; their number."""
    where = () if department is None else ("--department", department)
    made = console.json("invite", "--role", role, "--name", name, *where)
    database = console.database()
    now = datetime.now(UTC)
    with database.transaction() as session:
        number = bind(session, Act(now, now, name), made["code"], chat, name).id
    database.dispose()
    return number


def test_people_are_listed_handed_over_and_stopped(published: Console) -> None:
    assert published.json("person", "list") == []
    wang = join(published, "contact", "王雅琴", 501, EMERGENCY)
    chen = join(published, "head", "陈立", 502, EMERGENCY)
    office = join(published, "coordinator", "周敏", 503)
    database = published.database()
    with database.transaction() as session:
        away = {"since": date(2026, 11, 2), "until": date(2026, 12, 5)}
        now = datetime.now(UTC)
        session.add(Absence(person_id=wang, deputy_id=chen, told_at=now, **away))
        session.get_one(Person, wang).phone = "010-1234"
    database.dispose()
    found = published.json("person", "list", DUBAN_ADMIN_IDS="503")
    assert found[0] == {
        "id": wang,
        "name": "王雅琴",
        "phone": "010-1234",
        "bound": True,
        "reachable": True,
        "recovery": False,
        "away": {"until": "2026-12-05", "deputy": "陈立"},
        "roles": [{"role": "contact", "department": EMERGENCY}],
    }
    assert [(one["id"], one["recovery"]) for one in found[1:]] == [(chen, False), (office, True)]
    table = published.run("person", "list").stdout
    assert "市应急管理局 联络员" in table
    assert "外出至2026-12-05" in table
    assert "恢复账号" not in table
    assert "away until 2026-12-05" in published.run("person", "list", DUBAN_LANGUAGE="en").stdout
    given = published.json("person", "hand-over", str(wang), str(chen))
    assert given == {"from": wang, "to": chen, "name": "陈立"}
    left = published.json("person", "list")
    assert [(one["id"], len(one["roles"])) for one in left] == [(chen, 2), (office, 1)]
    assert published.json("person", "stop", str(office)) == {"id": office, "name": "周敏"}
    assert "陈立 已停用" in published.run("person", "stop", str(chen)).stdout
    assert published.json("person", "list") == []
    database = published.database()
    with database.reading() as session:
        assert session.scalars(select(Person.chat_id)).all() == [None, None, None]
    database.dispose()


def test_what_cannot_be_is_refused(published: Console) -> None:
    wang = str(join(published, "contact", "王雅琴", 501, EMERGENCY))
    assert "没有这位人员" in published.refused("person", "stop", "99")
    assert "没有这位人员" in published.refused("person", "hand-over", wang, "99")
    assert "不能移交给本人" in published.refused("person", "hand-over", wang, wang)
    for words in (("person",), ("person", "stop"), ("person", "hand-over", wang), ("person", "x")):
        done = published.run(*words)
        assert (done.returncode, done.stdout) == (2, ""), words
    assert len(published.json("person", "list")) == 1


def test_a_misspelt_department_is_not_made_silently(published: Console) -> None:
    wrong = ("invite", "--role", "contact", "--department", "市财政居")
    done = published.run(*wrong, "--json")
    assert done.returncode == 0
    assert sorted(json.loads(done.stdout)) == ["code", "expires_at", "link"]
    assert "“市财政居”" in done.stderr
    assert "duban department merge 市财政居 市财政局" in done.stderr
    # Once it is there it is asked about no more, and a name of its own never is.
    assert published.run(*wrong).stderr == ""
    other = ("invite", "--role", "contact", "--department", "市审计局")
    assert published.run(*other).stderr == ""
    known = ("invite", "--role", "head", "--department", "市财政局")
    assert published.run(*known).stderr == ""
