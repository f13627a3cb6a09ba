"""A draft as a workbook: what it holds, what comes back, and which files are none."""

import dataclasses
import io
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import Unreadable
from tasks.exports import draft_sheet
from tasks.exports.cells import (
    CLAUSE_COLUMNS,
    PASSAGE_COLUMNS,
    ClauseRow,
    Draft,
    PassageRow,
    Role,
    Value,
    found,
)
from tasks.exports.changes import Changes
from tasks.exports.differences import differences
from tasks.exports.draft_sheet import EditedRow
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, PassageState, WaiveReason
from tests.sheets import PASSAGES, Book

LEAD, JOINT, COOPERATING = Role.lead, Role.joint, Role.cooperating


def clause(number: int, text: str, **given: Any) -> ClauseRow:
    plain = ClauseRow(
        number=number,
        version=1,
        section="一（一）",
        kind=ClauseKind.department_duty,
        text=text,
        owners=(("甲局", LEAD),),
        follow_up=FollowUp.standing,
        deadline=None,
        deadline_text=None,
        as_overdue=False,
        state=ClauseState.open,
        waived_as=None,
        reason=None,
        merged_into=None,
        original=text,
    )
    return dataclasses.replace(plain, **given)


def passage(number: int, text: str, **given: Any) -> PassageRow:
    plain = PassageRow(number, 1, text, PassageState.open, None, None, None)
    return dataclasses.replace(plain, **given)


def draft(*clauses: ClauseRow, passages: tuple[PassageRow, ...] = ()) -> Draft:
    return Draft(7, "ab" * 32, "临督发〔2026〕1号", clauses, passages)


THREE = draft(
    clause(1, "疏通管网。", deadline=date(2027, 6, 30), deadline_text="2027年6月30日",
           follow_up=FollowUp.dated),
    clause(2, "建立值守。", owners=(("乙局", JOINT), ("丙局", JOINT), ("丁局", COOPERATING))),
    clause(3, "加强巡查。", owners=()),
    passages=(passage(11, "确保落实。"), passage(12, "严肃纪律。")),
)  # fmt: skip


def edited(book: Book, now: Draft = THREE) -> Changes:
    return differences(now, draft_sheet.read(book.data()), 20_000)


def codes(changes: Changes) -> list[tuple[str, int | None, str | None, str]]:
    return [(one.sheet, one.row, one.column, one.code) for one in changes.problems]


def book(of: Draft = THREE) -> Book:
    return Book(draft_sheet.write(of))


def test_a_workbook_that_nobody_edited_changes_nothing() -> None:
    assert edited(book()) == Changes()
    assert draft_sheet.notice_of(book().data()) == 7
    assert draft_sheet.read(draft_sheet.write(THREE)).text_hash == THREE.text_hash


def test_the_workbook_is_made_for_people() -> None:
    made = book().book
    sheet = made["条目"]
    assert made.sheetnames == ["条目", "未对应句", "说明"]
    assert [cell.value for cell in sheet[1]][:6] == [
        *("编号", "层次", "类型", "任务", "牵头单位", "配合单位"),
    ]
    assert sheet.freeze_panes == "B2"
    heads = Book(draft_sheet.write(THREE)).heads()
    hidden = [k for k, v in heads.items() if sheet.column_dimensions[_letter(v)].hidden]
    assert hidden == ["版本", "校验"]
    assert sheet.cell(2, heads["任务"]).alignment.wrap_text
    assert isinstance(sheet.cell(2, heads["时限"]).value, datetime)
    offered = {one.formula1 for one in sheet.data_validations.dataValidation}
    assert '"定时限,一次性反馈,长期,不立项"' in offered
    assert all(len(one) < 255 for one in offered)


def _letter(column: int) -> str:
    return str(openpyxl.utils.get_column_letter(column))


def test_issued_and_merged_rows_are_grey_and_cannot_be_changed() -> None:
    now = draft(
        clause(1, "一。", state=ClauseState.issued),
        clause(2, "二。", state=ClauseState.merged, merged_into=3),
        clause(3, "三。"),
    )
    made = book(now)
    greys = [made.cell(number, "任务").fill.fgColor.rgb for number in (1, 2, 3)]
    assert greys == ["FFD9D9D9", "FFD9D9D9", "00000000"]
    made.put(1, 任务="改。").put(2, 牵头单位="乙局")
    assert [(row, code) for _, row, _, code in codes(edited(made, now))] == [
        (2, "sheet_locked"),
        (3, "sheet_locked"),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-甲", "@ssh", '=HYPERLINK("http://x")'])
def test_no_text_becomes_a_formula(text: str) -> None:
    now = draft(clause(1, text, owners=((text, LEAD),), deadline_text=text))
    made = book(now)
    for title in ("任务", "牵头单位", "时限原文", "原文"):
        cell = made.cell(1, title)
        assert (cell.value, cell.data_type) == (text, "s")
        assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(draft_sheet.write(now))) as archive:
        assert not [n for n in archive.namelist() if b"<f>" in archive.read(n)]
    assert differences(now, draft_sheet.read(draft_sheet.write(now)), 20_000) == Changes()


def test_a_formula_that_was_typed_is_refused_with_its_place() -> None:
    made = book().put(3, 任务="=A1&A2")
    assert codes(edited(made)) == [("条目", 4, "任务", "sheet_formula")]


def test_every_kind_of_edit_is_understood() -> None:
    made = book()
    made.put(1, 任务="疏通雨水管网。", 时限="2027/7/1", 时限原文="7月1日前")
    made.put(2, 牵头单位="乙局、戊局；丙局", 配合单位=None, 跟踪方式="一次性反馈")
    made.put(3, 跟踪方式="不立项", 不立项原因="重复：见第1条")
    made.put(1, PASSAGES, 处理="立为条目").put(2, PASSAGES, 并入条目="第2条")
    row = made.add(任务="另办一事。", 牵头单位="己局", 时限=date(2027, 8, 1))
    found = edited(made)
    assert not found.problems
    one, two, three = found.clauses
    assert (one.text, one.limit) == ("疏通雨水管网。", (date(2027, 7, 1), "7月1日前"))
    assert two.owners == (("乙局", JOINT), ("戊局", JOINT), ("丙局", JOINT))
    assert (two.follow_up, two.limit) == (FollowUp.once, None)
    assert three.waive == (WaiveReason.duplicate, "见第1条")
    (new,) = found.added
    assert (new.line, new.after, new.owners, new.deadline) == (
        *(row, 3, (("己局", LEAD),), date(2027, 8, 1)),
    )
    assert [(c.id, c.into, c.waive) for c in found.passages] == [(11, None, None), (12, 2, None)]


def test_the_words_of_a_limit_follow_its_date() -> None:
    vague = clause(2, "尽快办。", deadline_text="三个工作日内")
    now = draft(THREE.clauses[0], vague)

    def limit(number: int, **cells: Any) -> tuple[date | None, str | None] | None:
        (change,) = edited(book(now).put(number, **cells), now).clauses
        return change.limit

    later = date(2027, 7, 1)
    assert limit(1, 时限=later) == (later, "2027年7月1日")
    assert limit(1, 时限=None) == (None, None)
    assert limit(1, 时限原文="六月底") == (date(2027, 6, 30), "六月底")
    assert limit(1, 时限=later, 时限原文=None) == (later, None)
    assert limit(2, 时限=later) == (later, "三个工作日内")


def test_untouched_owners_keep_their_roles_and_names_with_marks_stay_whole() -> None:
    odd = "各县（市、区）人民政府"
    now = draft(clause(1, "办。", owners=((odd, JOINT), ("区、街道办", COOPERATING))))
    made = book(now).put(1, 任务="另办。")
    (change,) = edited(made, now).clauses
    assert change.owners is None
    made.put(1, 牵头单位=f"{odd}、甲局", 配合单位="乙局、区、街道办")
    (change,) = edited(made, now).clauses
    assert change.owners == (
        *((odd, JOINT), ("甲局", JOINT)),
        *(("乙局", COOPERATING), ("区、街道办", COOPERATING)),
    )


@pytest.mark.parametrize(
    ("number", "cells", "column", "code"),
    [
        (1, {"时限": "年底前"}, "时限", "sheet_date"),
        (1, {"时限": "2027-02-30"}, "时限", "sheet_date"),
        (1, {"时限": "46387"}, "时限", "sheet_date"),
        (1, {"任务": None}, "任务", "empty_clause"),
        (1, {"任务": "长" * 20_001}, "任务", "clause_too_long"),
        (1, {"跟踪方式": "随便"}, "跟踪方式", "sheet_choice"),
        (2, {"跟踪方式": "定时限"}, "时限", "limit_needed"),
        (1, {"跟踪方式": "长期", "时限": date(2028, 1, 1)}, "时限", "sheet_limit_unwanted"),
        (1, {"跟踪方式": "不立项"}, "不立项原因", "reason_needed"),
        (1, {"跟踪方式": "不立项", "不立项原因": "其他"}, "不立项原因", "reason_needed"),
        (1, {"不立项原因": "重复"}, "不立项原因", "sheet_reason_unwanted"),
        (1, {"牵头单位": "甲局、甲局"}, "牵头单位", "sheet_name_twice"),
        (1, {"配合单位": "甲局"}, "配合单位", "sheet_name_twice"),
        (1, {"牵头单位": "局" * 201}, "牵头单位", "name_too_long"),
        (1, {"牵头单位": "乙局", "逐单位": "丙局"}, "牵头单位", "sheet_each_alone"),
        (2, {"按超期处理": "是"}, "按超期处理", "no_limit"),
        (1, {"按超期处理": "好"}, "按超期处理", "sheet_choice"),
        (1, {"并入": "二"}, "并入", "sheet_number"),
        (1, {"并入": 9}, "并入", "sheet_number_unknown"),
        (1, {"并入": 1}, "并入", "sheet_merge_circle"),
        (1, {"状态": "已立项"}, "状态", "sheet_read_only"),
        (1, {"原文": "别的"}, "原文", "sheet_read_only"),
        (1, {"编号": 8}, "编号", "sheet_number_unknown"),
        (1, {"编号": 2}, "编号", "sheet_number_twice"),
        (1, {"校验": None, "任务": "改。"}, None, "sheet_guard_missing"),
        (1, {"任务": "#REF!"}, "任务", "sheet_error_cell"),
    ],
)
def test_what_cannot_be_taken_over_is_told_with_its_place(
    number: int, cells: dict[str, Any], column: str | None, code: str
) -> None:
    made = book()
    row = made.row(number)
    made.put(number, **cells)
    if code == "sheet_error_cell":
        made.cell(number, "任务").data_type = "e"
    # Of two rows with one number the second is told.
    row += code == "sheet_number_twice"
    assert codes(edited(made)) == [("条目", row, column, code)]


def test_merges_in_a_circle_and_into_what_is_gone_are_told() -> None:
    made = book().put(1, 并入=2).put(2, 并入=3).put(3, 并入=1)
    assert {code for *_, code in codes(edited(made))} == {"sheet_merge_circle"}
    made = book().put(1, 并入=2).put(2, 跟踪方式="不立项", 不立项原因="阅知")
    assert codes(edited(made)) == [("条目", 2, "并入", "clause_not_open")]


def test_a_row_that_was_changed_here_and_there_is_a_conflict() -> None:
    first, *others = THREE.clauses
    there = dataclasses.replace(first, version=2, text="他人改过。")
    now = dataclasses.replace(THREE, clauses=(there, *others))
    assert codes(edited(book().put(1, 时限原文="六月底"), now)) == [
        ("条目", 2, "时限原文", "sheet_conflict")
    ]
    # Untouched here, or the same in both: nobody loses anything.
    assert edited(book().put(3, 任务="加强夜间巡查。"), now).problems == []
    assert edited(book().put(1, 任务="他人改过。"), now) == Changes()


def test_deleted_rows_and_another_order_of_rows_and_columns_change_nothing() -> None:
    made = book()
    made.book["条目"].delete_rows(2)
    assert edited(made) == Changes()
    made = book()
    sheet = made.book["条目"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=4)]
    for place, row in enumerate([rows[0], *rows[:0:-1]], start=1):
        for column, value in enumerate(reversed(row), start=1):
            sheet.cell(place, column).value = value
    assert edited(made) == Changes()


def test_merged_cells_and_missing_columns_are_told() -> None:
    made = book()
    made.book["条目"].merge_cells("D3:D4")
    assert codes(edited(made))[0] == ("条目", 3, None, "sheet_merged_cells")
    made = book()
    made.book["条目"].cell(1, made.heads()["时限"]).value = "完成时限"
    assert codes(edited(made)) == [("条目", 1, "时限", "sheet_column_missing")]
    made = book()
    del made.book["未对应句"]
    assert edited(made.put(3, 任务="改。")).problems == []


def test_a_new_row_is_no_copy_and_has_words() -> None:
    made = book()
    made.add(任务="疏通管网。")
    made.add(牵头单位="甲局")
    made.add(任务="新。", 并入=1)
    found = [(column, code) for _, _, column, code in codes(edited(made))]
    assert found == [
        ("任务", "sheet_same_text"),
        ("任务", "empty_clause"),
        ("并入", "sheet_new_row"),
    ]


def test_the_file_is_known_by_its_instructions_where_properties_were_dropped() -> None:
    with zipfile.ZipFile(io.BytesIO(book().data())) as old:
        bare = io.BytesIO()
        with zipfile.ZipFile(bare, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == "docProps/custom.xml":
                    continue
                # What is left must not name the part that is gone.
                new.writestr(name, re.sub(rb"<[^<>]*docProps/custom[.]xml[^<>]*>", b"", data))
    assert draft_sheet.notice_of(bare.getvalue()) == 7
    assert differences(THREE, draft_sheet.read(bare.getvalue()), 20_000) == Changes()


def _other(change: Any) -> bytes:
    made = openpyxl.Workbook()
    change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _packed(extra: dict[str, bytes]) -> bytes:
    out = io.BytesIO(book().data())
    with zipfile.ZipFile(out, "a") as archive:
        for name, data in extra.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_draft_sheet"),
        (b"PK\x03\x04 and no more", "broken_file"),
        ("督办".encode(), "not_a_draft_sheet"),
        (_other(lambda made: None), "not_a_draft_sheet"),
        (_packed({"xl/vbaProject.bin": b"x"}), "macro_file"),
        (_packed({"xl/more.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "broken_file"),
        (b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "legacy_sheet"),
        (book().data()[:-200], "broken_file"),
    ],
)
def test_other_files_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        draft_sheet.read(data)
    assert refused.value.code == code
    assert draft_sheet.notice_of(data) is None or code in ("broken_file",)


def test_a_sheet_of_endless_rows_is_refused() -> None:
    made = book()
    made.book["条目"].cell(20_001, 1).value = 5
    with pytest.raises(Unreadable) as refused:
        draft_sheet.read(made.data())
    assert refused.value.code == "sheet_too_long"


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)


@settings(max_examples=30)
@given(
    st.lists(
        st.builds(
            clause,
            st.integers(1, 999),
            WORDS,
            section=st.none() | WORDS,
            owners=st.lists(
                st.tuples(WORDS, st.sampled_from(Role)), max_size=4, unique_by=lambda one: one[0]
            ).map(tuple),
            deadline=st.none() | st.dates(date(1980, 1, 1), date(2100, 1, 1)),
            deadline_text=st.none() | WORDS,
            reason=st.none() | WORDS,
            waived_as=st.none() | st.sampled_from(WaiveReason),
            state=st.sampled_from(ClauseState),
            as_overdue=st.booleans(),
            original=WORDS,
        ),
        max_size=4,
        unique_by=lambda one: one.number,
    ),
    st.lists(st.builds(passage, st.integers(1, 99), WORDS), max_size=3, unique_by=lambda p: p.id),
)
def test_whatever_a_draft_holds_comes_back_unchanged(
    clauses: list[ClauseRow], passages: list[PassageRow]
) -> None:
    now = draft(*clauses, passages=tuple(passages))
    data = draft_sheet.write(now)
    assert differences(now, draft_sheet.read(data), 20_000) == Changes()
    # What an office program writes when it saves the file again is the same to us.
    assert differences(now, draft_sheet.read(Book(data).data()), 20_000) == Changes()


@settings(max_examples=50)
@given(st.binary(max_size=300), st.integers(0, 20_000), st.integers(0, 20_000))
def test_no_bytes_raise_anything_else(noise: bytes, start: int, length: int) -> None:
    whole = _WHOLE
    data = whole[: start % len(whole)] + noise + whole[(start + length) % len(whole) :]
    for one in (noise, data):
        draft_sheet.notice_of(one)
        with suppress(Unreadable):
            differences(THREE, draft_sheet.read(one), 20_000)


_WHOLE = book().data()


VALUES = st.none() | WORDS | st.integers() | st.dates() | st.booleans() | st.floats(width=32)
PLACES = st.tuples(st.booleans(), st.integers(1, 6), st.integers(1, 19), VALUES)


@settings(max_examples=80)
@given(st.lists(PLACES, min_size=1, max_size=6))
def test_whatever_is_typed_is_a_change_or_a_problem(
    places: list[tuple[bool, int, int, Value]],
) -> None:
    sheets: dict[bool, list[EditedRow]] = {}
    plain = draft_sheet.read(_WHOLE)
    for of_clauses, rows, columns in (
        (True, plain.clauses, CLAUSE_COLUMNS),
        (False, plain.passages, PASSAGE_COLUMNS),
    ):
        cells = {row.line: dict(row.cells) for row in rows}
        for where, line, column, value in places:
            if where is of_clauses:
                names = [one.name for one in columns]
                cells.setdefault(line, {})[names[column % len(names)]] = found(value)
        sheets[of_clauses] = [EditedRow(line, row) for line, row in cells.items()]
    changes = differences(
        THREE,
        dataclasses.replace(plain, clauses=tuple(sheets[True]), passages=tuple(sheets[False])),
        20_000,
    )
    lines = {one.row for one in changes.problems if one.sheet == "条目"}
    assert all(one.line not in lines or one.into for one in changes.clauses)
