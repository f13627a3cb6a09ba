"""A draft is reviewed from the console: shown, exported, read back, assigned, undone."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.sheets import PASSAGES, Book
from tests.stories.warm_console import WarmConsole

SAMPLE = """临江市人民政府办公室关于做好城区积水治理工作的通知

临政办〔2026〕8号

各区人民政府，市有关单位：

一、重点任务

（一）疏通雨水管网。对城区雨水管网进行全面疏通。（牵头单位：市住房城乡建设局；配合单位：市财政局；完成时限：2027年6月30日）

（二）建立值守制度。汛期实行二十四小时值守。（牵头单位：市应急管理局；完成时限：2027年5月31日）

二、工作要求

各级各部门要加强协作。必须确保责任落实到人。

临江市人民政府办公室

2026年11月2日
"""
HANZI = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Console:
    """The `duban` command in a folder that holds the sample notice."""

    folder: Path
    warm: WarmConsole

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.warm.run(self.folder, {"PATH": os.environ["PATH"], **settings}, words)

    def json(self, *words: str, code: int = 0) -> Any:
        done = self.run(*words, "--json")
        assert (done.returncode, done.stderr == "") == (code, code == 0), done
        return json.loads(done.stdout)

    def book(self) -> Book:
        self.json("notice", "export", "1", "-o", "draft.xlsx")
        return Book((self.folder / "draft.xlsx").read_bytes())

    def keep(self, book: Book) -> str:
        (self.folder / "edited.xlsx").write_bytes(book.data())
        return "edited.xlsx"


@pytest.fixture(scope="module")
def warm(repository: Path) -> Iterator[WarmConsole]:
    warm = WarmConsole(repository)
    yield warm
    warm.close()


@pytest.fixture
def console(tmp_path: Path, warm: WarmConsole) -> Console:
    (tmp_path / "sample.txt").write_text(SAMPLE, encoding="utf-8")
    console = Console(tmp_path, warm)
    assert console.json("notice", "import", "sample.txt")["notice"] == 1
    return console


def test_a_draft_is_shown_with_its_numbers(console: Console) -> None:
    shown = console.json("notice", "show", "1")
    assert set(shown) == {"notice", "label", "state", "counts", "clauses", "unmapped"}
    assert (shown["notice"], shown["label"], shown["state"]) == (1, "临政办〔2026〕8号", "draft")
    counts = shown["counts"]
    assert (counts["clauses"], counts["ready"], counts["collective"]) == (3, 2, 1)
    assert (counts["without_limit"], counts["waived"], counts["unmapped"]) == (1, 0, 1)
    first = shown["clauses"][0]
    assert SAMPLE[first["start"] : first["end"]] == first["text"]
    assert [(owner["name"], owner["role"]) for owner in first["owners"]] == [
        ("市住房城乡建设局", "lead"),
        ("市财政局", "cooperating"),
    ]
    assert (first["deadline"], first["follow_up"]) == ("2027-06-30", "dated")
    (passage,) = shown["unmapped"]
    assert SAMPLE[passage["start"] : passage["end"]] == passage["text"] == "必须确保责任落实到人。"
    told = console.run("notice", "show", "1").stdout
    assert "3 条" in told
    assert "必须确保责任落实到人" in told
    english = console.run("notice", "show", "1", DUBAN_LANGUAGE="en").stdout
    assert "3 clauses, 2 ready" in english


def test_reading_prints_the_coverage(console: Console) -> None:
    told = console.run("notice", "read", "sample.txt").stdout
    found = re.search(r"责任句 (\d+) 句：已对应 (\d+) 句，未对应 (\d+) 句。", told)
    assert found is not None
    whole, mapped, left = map(int, found.groups())
    assert (whole, left) == (mapped + 1, 1)
    assert told.splitlines()[-1].strip() == "必须确保责任落实到人。"


def test_the_sheet_is_exported_edited_and_read_back(console: Console) -> None:
    book = console.book()
    book.put(1, 任务="疏通全部雨水管网。", 时限=date(2027, 7, 31))
    book.put(2, 跟踪方式="不立项", 不立项原因="原则性要求")
    book.put(3, 牵头单位="市水务局")
    book.put(1, PASSAGES, 处理="立为条目")
    book.add(任务="建立台账。", 牵头单位="市水务局")
    file = console.keep(book)
    before = console.json("notice", "show", "1")
    done = {
        **{"notice": 1, "changed": [1, 3], "added": [4, 5], "waived": [2]},
        **{"mapped": 1, "dropped": 0, "problems": []},
    }
    assert console.json("notice", "review", file, "--dry-run") == done
    assert console.json("notice", "show", "1") == before
    assert console.json("notice", "review", file) == done
    shown = {one["number"]: one for one in console.json("notice", "show", "1")["clauses"]}
    assert (shown[1]["text"], shown[1]["deadline"]) == ("疏通全部雨水管网。", "2027-07-31")
    assert (shown[2]["state"], shown[2]["reason"]) == ("waived", "principle")
    assert [owner["name"] for owner in shown[3]["owners"]] == ["市水务局"]
    assert {shown[4]["text"], shown[5]["text"]} == {"建立台账。", "必须确保责任落实到人。"}
    fresh = console.keep(console.book())
    assert "没有改动" in console.run("notice", "review", fresh).stdout
    assert console.json("notice", "publish", "1")["issued"] == 3


def test_every_problem_is_told_and_nothing_is_applied(console: Console) -> None:
    book = console.book().put(1, 任务="改一。", 时限="年底前").put(2, 跟踪方式="随便")
    file = console.keep(book)
    before = console.json("notice", "show", "1")
    told = console.json("notice", "review", file, code=1)
    assert (told["changed"], told["added"], told["waived"]) == ([], [], [])
    assert [(one["row"], one["column"], one["code"]) for one in told["problems"]] == [
        (2, "时限", "sheet_date"),
        (3, "跟踪方式", "sheet_choice"),
    ]
    assert all(HANZI.search(one["text"]) for one in told["problems"])
    for language, place in (("zh", "条目 第 2 行“时限”"), ("en", "条目 row 2 “时限”")):
        done = console.run("notice", "review", file, DUBAN_LANGUAGE=language)
        assert (done.returncode, done.stdout) == (1, "")
        assert place in done.stderr
        assert "2026-12-31" in done.stderr
        assert len(done.stderr.splitlines()) == 3
    assert console.json("notice", "show", "1") == before


def test_other_files_are_refused_in_one_sentence(console: Console) -> None:
    (console.folder / "torn.xlsx").write_bytes(console.book().data()[:3000])
    for file, word in (
        ("sample.txt", "不是 duban notice export"),
        ("torn.xlsx", "损坏"),
        ("none.xlsx", "没有这个文件"),
    ):
        done = console.run("notice", "review", file)
        assert (done.returncode, done.stdout) == (1, "")
        assert word in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert console.run("notice", "export", "9", "-o", "x.xlsx").returncode == 1
    assert not (console.folder / "x.xlsx").exists()
    assert console.run("notice", "export", "1", "-o", "no/such/x.xlsx").returncode == 1


def test_many_clauses_are_assigned_in_one_line_and_taken_back(console: Console) -> None:
    before = console.json("notice", "show", "1")
    words = ("notice", "assign", "1", "一（一）到一（二） → 市水务局牵头，2027年9月30日前")
    trial = console.run(*words, "--dry-run")
    assert trial.returncode == 0
    assert "2027-09-30" in trial.stdout
    assert "将改 2 条" in trial.stdout
    assert console.json("notice", "show", "1") == before
    assert console.json(*words) == {"notice": 1, "clauses": [1, 2], "by_place": []}
    shown = console.json("notice", "show", "1")["clauses"]
    assert [one["deadline"] for one in shown[:2]] == ["2027-09-30"] * 2
    assert [one["owners"][0]["name"] for one in shown[:2]] == ["市水务局"] * 2
    assert console.json("notice", "assign", "1", "3 不立项 原则性要求")["clauses"] == [3]
    assert console.json("notice", "undo", "1") == {"notice": 1, "undone": "assign"}
    assert "批量修改" in console.run("notice", "undo", "1").stdout
    assert console.json("notice", "show", "1") == before
    assert "没有可以撤销" in console.run("notice", "undo", "1").stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("九（九） 长期", "没有这个层次"),
        ("99 长期", "没有这一条"),
        ("随便写写", "没有读出条号或层次"),
        ("1", "没有写明要改成什么"),
        ("1 不立项", "原因"),
    ],
)
def test_an_instruction_that_is_not_understood_changes_nothing(
    console: Console, words: str, told: str
) -> None:
    done = console.run("notice", "assign", "1", words)
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr
    assert console.run("notice", "undo", "1").returncode == 1


def test_every_command_has_help_in_both_languages_and_wrong_usage_is_two(
    console: Console,
) -> None:
    for name in ("show", "export", "review", "assign", "undo"):
        for language in ("zh", "en"):
            done = console.run("notice", name, "--help", DUBAN_LANGUAGE=language)
            assert (done.returncode, done.stderr) == (0, "")
            assert f"duban notice {name}" in done.stdout
            assert bool(HANZI.search(done.stdout)) == (language == "zh")
    for words in (("show",), ("export", "1"), ("review",), ("assign", "1"), ("undo", "x")):
        done = console.run("notice", *words)
        assert (done.returncode, done.stdout) == (2, ""), words
