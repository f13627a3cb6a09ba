"""How a sent file is shown: how far it is, and why it is not taken in."""

import pytest

from bot.render import Button, Message, upload_refused, upload_stored, upload_waits
from bot.render.paging import units
from bot.texts import LANGUAGES
from tests.rules.render_samples import voice

DRAFT = (Message("【拟稿】", ((Button("交办", "x"),),)), Message("余下"))


@pytest.mark.parametrize(
    ("percent", "full"), [(0, 0), (9, 0), (10, 1), (55, 5), (99, 9), (100, 10)]
)
def test_the_bar_has_ten_cells_and_never_says_too_much(percent: int, full: int) -> None:
    (page,) = upload_waits(voice("zh"), "通知.docx", percent, 0)
    assert f"\n{'▓' * full}{'░' * (10 - full)} {percent}%\n" in page.text
    assert page.text.startswith("正在读取《通知.docx》")
    assert "绝密" in page.text


def test_behind_others_it_says_how_many() -> None:
    (page,) = upload_waits(voice("zh"), "通知.docx", 0, 2)
    assert page.text.startswith("《通知.docx》排队等候读取，前面2件")
    assert "▓" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [None, "", "<b>&\n\u202efdp.exe", "很" * 255])
def test_any_name_is_shown_on_one_short_line(language: str, name: str | None) -> None:
    for (page,) in (
        upload_waits(voice(language), name, 30, 0),
        upload_refused(voice(language), name, "broken_file", {}),
    ):
        assert units(page.text) < 400
        assert "\u202e" not in page.text
        assert "<" not in page.text


def test_a_refusal_says_why_and_what_to_do() -> None:
    (page,) = upload_refused(voice("zh"), "大.pdf", "file_too_large", {"limit_mb": 20})
    assert page.text.split("\n") == [
        "《大.pdf》",
        "文件超过20MB，无法读取。",
        "请只发送正文，附件另发。",
    ]


def test_a_classified_file_is_named_no_more() -> None:
    (page,) = upload_refused(voice("zh"), None, "classified_file", {})
    assert "《" not in page.text
    assert page.text.endswith("请在本聊天中删除该文件消息。")


def test_a_refusal_without_a_sentence_is_still_an_answer() -> None:
    (page,) = upload_refused(voice("zh"), "a.txt", "of_tomorrow", {})
    assert "未予办理" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_of_problems_stand_below_each_other(language: str) -> None:
    facts = {
        "count": 12,
        "places": [["条目", 3, "时限"], ["条目", None, "编号"], ["条目", 4, None]],
    }
    (page,) = upload_refused(voice(language), "拟稿.xlsx", "sheet_problems", facts)
    lines = page.text.split("\n")
    assert len(lines) == 6
    assert "12" in lines[1]
    assert "3" in lines[2]
    assert "时限" in lines[2]
    assert "None" not in page.text


def test_a_new_draft_is_shown_as_it_is() -> None:
    assert upload_stored(voice("zh"), DRAFT, {}) == DRAFT


def test_what_a_file_did_stands_above_the_draft() -> None:
    first, last = upload_stored(voice("zh"), DRAFT, {"known": True})
    assert first.text == "该文件此前已导入：\n【拟稿】"
    assert first.keyboard == DRAFT[0].keyboard
    assert last == DRAFT[1]
    counts = {"changed": 2, "added": 0, "waived": 1, "mapped": 0, "dropped": 0}
    first, _ = upload_stored(voice("zh"), DRAFT, {"sheet": counts})
    assert first.text.startswith("已按表格修改：改动2条，新增0条，不立项1条")
    first, _ = upload_stored(voice("zh"), DRAFT, {"sheet": dict.fromkeys(counts, 0)})
    assert first.text == "表格与拟稿一致，没有改动。\n【拟稿】"


def test_a_page_that_is_full_already_stays_whole() -> None:
    full = Message("长" * 4_096, DRAFT[0].keyboard)
    *before, last = upload_stored(voice("zh"), (full,), {"known": True})
    assert last == full
    assert [page.text for page in before] == ["该文件此前已导入："]
