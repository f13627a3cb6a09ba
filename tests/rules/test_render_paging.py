"""Long texts: pages end between lines, never inside an entity, never beyond the limit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import fit
from bot.render.buttons import ROW, keyboard
from bot.render.message import MAX_BUTTONS, MAX_TEXT, Button
from bot.render.paging import units
from bot.render.wording import brief, clean, cut, escaped, one_line, quoted, width
from bot.sandbox import html as telegram

words = st.text(st.sampled_from("督办<>&\"' \n😀👩‍💻éא\u202e\u2028\x00\t1。"), max_size=40)
line = words.map(lambda text: escaped(one_line(text)))
block = st.one_of(
    line,
    line.map(lambda text: f"<b>{text}</b>"),
    words.map(quoted),
    st.tuples(line, line).map(lambda two: f"<i>{two[0]} <b>{two[1]}</b></i> {two[0]}"),
)


def read(text: str) -> str:
    return telegram.parse_html(text)[0]


@given(st.lists(block, max_size=12), st.integers(8, 60))
def test_pages_hold_every_line_and_no_broken_entity(blocks: list[str], limit: int) -> None:
    pages = fit(blocks, limit=limit)
    shown = "\n".join(read(page.text) for page in pages)
    for page in pages:
        assert read(page.text).strip()
        assert telegram.units(read(page.text)) <= limit
    lines = [one.rstrip() for one in shown.split("\n")]
    for given_block in blocks:
        whole = read(given_block)
        if telegram.units(whole) <= limit:
            assert all(one.rstrip() in lines for one in whole.split("\n") if one.strip())


@given(st.lists(line.filter(str.strip), min_size=1, max_size=200))
def test_lines_of_a_list_are_neither_lost_nor_moved(lines: list[str]) -> None:
    pages = fit(lines, limit=200)
    assert "\n".join(page.text for page in pages).split("\n") == lines


@given(st.lists(block, max_size=10))
def test_lengths_are_those_of_telegram(blocks: list[str]) -> None:
    source = "\n".join(blocks)
    assert units(source) == telegram.units(read(source))


@pytest.mark.parametrize("size", [MAX_TEXT - 1, MAX_TEXT, MAX_TEXT + 1])
def test_a_line_at_the_limit(size: int) -> None:
    (page,) = fit(["督" * size])
    text = read(page.text)
    assert len(text) == min(size, MAX_TEXT)
    assert text.endswith("…") == (size > MAX_TEXT)


def test_emoji_count_twice() -> None:
    first, second = fit(["😀" * (MAX_TEXT // 2), "1"])
    assert telegram.units(read(first.text)) == MAX_TEXT
    assert second.text == "1"


def test_an_entity_that_is_cut_is_closed() -> None:
    (page,) = fit([f"<b>{'甲<i>乙</i>' * MAX_TEXT}</b>"])
    assert page.text.endswith("…</i></b>")
    assert len(read(page.text)) == MAX_TEXT


def test_a_quotation_goes_to_the_next_page_whole() -> None:
    quotation = quoted("一\n二\n三")
    pages = fit(["甲" * 8, quotation], limit=10)
    assert [page.text for page in pages] == ["甲" * 8, quotation]


def test_the_keyboard_stands_under_the_last_page() -> None:
    keys = keyboard([Button("1", "1o:1")])
    first, second = fit(["甲" * 8, "乙" * 8], keys, limit=10)
    assert first.keyboard == ()
    assert second.keyboard == keys


def test_nothing_is_no_message() -> None:
    assert fit(["", " "]) == ()


@given(st.lists(st.text(min_size=1, max_size=60), max_size=150))
def test_rows_of_buttons_can_be_read_on_a_phone(texts: list[str]) -> None:
    rows = keyboard(Button(text, "1o:1") for text in texts)
    assert [one.label for row in rows for one in row] == texts[:MAX_BUTTONS]
    for row in rows:
        assert 1 <= len(row) <= 8
        widest = max(width(one.label) for one in row)
        assert len(row) == 1 or len(row) * widest <= ROW


@given(st.text(max_size=80), st.integers(2, 40))
def test_what_is_cut_keeps_to_its_cells(text: str, cells: int) -> None:
    short = cut(text, cells)
    assert width(short) <= cells
    assert "\n" not in short
    assert short == one_line(text) or short.endswith("…")


def test_a_task_is_called_by_its_first_clause() -> None:
    assert brief("完善专利资助政策，降低成本") == "完善专利资助政策"
    assert brief("一、完善专利资助政策，降低成本") == "一、完善专利资助政策"
    assert brief("市教育局要摸清独居老人的底数，逐户登记") == "摸清独居老人的底数"
    led = "市教育局牵头，市财政局配合，于2026年11月13日前更换破损的路灯。"
    assert brief(led) == "更换破损的路灯"
    assert brief("要做好准备工作") == "要做好准备工作"
    assert brief("甲，" + "乙" * 20) == "甲，" + "乙" * 11 + "…"
    assert brief("对面向园区的公共检测平台开放共享情况") == "对面向园区的公共检测平台开…"


def test_a_long_report_is_quoted_in_part_and_folded() -> None:
    quotation = quoted("进展<&>\n" * 200)
    assert quotation.startswith("<blockquote expandable>进展&lt;&amp;&gt;\n")
    assert read(quotation).endswith("…")
    assert len(read(quotation)) <= 600


@given(st.text())
def test_no_character_can_turn_the_direction_or_break_a_line(text: str) -> None:
    assert not re.search(
        "[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\r\x00\x1f]", clean(text)
    )
    assert not re.search("[\n\r\v\f\x85]", one_line(text))
    one_line(text).encode()
