"""What holds for any text: spans, copies, unions, and that nothing is ever raised."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import Unreadable
from tasks.reading import Duty, NoticeReading, Passage, decode, read_notice
from tests.rules.test_reading_forms import FORMS, HEAD, NOTHING, TAIL

SAMPLE = Path(__file__).parents[2] / "bot" / "sample" / "notice.txt"

PIECES = [
    "市教育局", "各单位", "有关部门", "要", "负责", "牵头", "（", "）", "，", "。", "；", "：",
    "、", "\n", "\t", "一、", "（一）", "1.", "2024年", "6月底前", "到2025年：", "——",
    "云府办〔2024〕7号", "关于", "的通知", "附件", "序号\t任务\t责任单位", "牵头单位：",
    "完成时限：", "加强管理", "等", "和", "会同", "由", "“", "”", "\x00", "\ud800", "\r\n",
    "\u3000", "每年", "《", "》", "将", "第一位", "自", "印发之日起30日内", "X", "９",
]  # fmt: skip


def pairs_of(reading: NoticeReading) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((duty.text, duty.owners) for duty in reading.duties)


def assert_spans(text: str, reading: NoticeReading) -> None:
    passages: list[Duty | Passage] = [*reading.duties, *reading.unmapped]
    for found in passages:
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.text


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert_spans(text, read_notice(text))


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_heap_of_words_is_read(text: str) -> None:
    reading = read_notice(text)
    assert_spans(text, reading)
    assert reading.as_document()["duties"] is not None


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except Unreadable as refusal:
        assert refusal.code in (  # noqa: PT017
            "empty_file", "binary_file", "text_too_large", "file_too_large", "classified_file",
        )  # fmt: skip
    else:
        assert_spans(text, read_notice(text))


def samples() -> list[str]:
    forms = [HEAD + form.body + TAIL for form in FORMS]
    return [*forms, HEAD + "\n".join(NOTHING) + TAIL, SAMPLE.read_text("utf-8")]


def sentences(text: str) -> list[str]:
    """Sentences as anybody would cut them: after a full stop or at the end of a line."""
    cut = []
    for line in text.split("\n"):
        begun = 0
        for place, sign in enumerate(line):
            if sign == "。":
                cut.append(line[begun : place + 1])
                begun = place + 1
        cut.append(line[begun:])
    return [piece for piece in cut if piece.strip()]


@pytest.mark.parametrize("number", range(len(samples())))
def test_repeating_a_sentence_changes_no_count(number: int) -> None:
    text = samples()[number]
    expected = len(read_notice(text).duties)
    for piece in dict.fromkeys(sentences(text)):
        place = text.index(piece) + len(piece)
        assert len(read_notice(text[:place] + piece + text[place:]).duties) == expected, piece


@pytest.mark.parametrize("number", range(len(samples())))
def test_repeating_a_paragraph_changes_no_count(number: int) -> None:
    text = samples()[number]
    expected = len(read_notice(text).duties)
    lines = text.split("\n")
    for place, line in enumerate(lines):
        again = [*lines[: place + 1], line, *lines[place + 1 :]]
        assert len(read_notice("\n".join(again)).duties) == expected, line


def test_a_line_of_short_sentences_repeated_changes_nothing() -> None:
    line = "牵头单位：市交通局。2.清洗护栏。"
    once = read_notice(HEAD + line + TAIL)
    twice = read_notice(HEAD + line + "\n\n  " + line + TAIL)
    assert len(once.duties) == 1
    assert pairs_of(twice) == pairs_of(once)


def test_a_copy_of_what_was_said_before_keeps_its_owner() -> None:
    line = "清洗全部护栏。\n"
    once = read_notice(line + "栏\n" + line + "责任单位：市城管局")
    twice = read_notice(line + "栏\n" + line * 2 + "责任单位：市城管局")
    assert [duty.owners for duty in once.duties] == [("市城管局",)]
    assert pairs_of(twice) == pairs_of(once)


@pytest.mark.parametrize("number", range(len(samples())))
def test_a_text_twice_gives_its_duties_once(number: int) -> None:
    text = samples()[number]
    assert pairs_of(read_notice(text + "\n" + text)) == pairs_of(read_notice(text))


def test_appending_a_notice_gives_the_union() -> None:
    texts = [HEAD + form.body + TAIL for form in FORMS if "下同" not in form.body]
    mixed = random.Random(7)
    for _ in range(120):
        first, second = mixed.sample(texts, 2)
        known = pairs_of(read_notice(first))
        added = [
            (text, owners)
            for text, owners in pairs_of(read_notice(second))
            if not any(
                set(sentences(text)) <= set(sentences(said)) and owners == same
                for said, same in known
            )
        ]
        assert pairs_of(read_notice(first + "\n" + second)) == sorted(known + added)


def test_a_rule_for_the_whole_document_stays_in_it() -> None:
    ruled = next(HEAD + form.body + TAIL for form in FORMS if "下同" in form.body)
    other = HEAD.replace("7号", "8号") + "一、任务\n1.清运垃圾。（市城管局、市财政局负责）" + TAIL
    (joint,) = [
        duty for duty in read_notice(ruled + "\n" + other).duties if duty.text.startswith("清运")
    ]
    assert joint.lead == ()


@pytest.mark.parametrize(
    "text",
    [
        "（" * 50_000,
        "市、" * 30_000,
        "要" * 50_000,
        "年月日" * 30_000,
        "一、" * 30_000,
        "）（" * 30_000,
        "市教育局、" * 20_000,
        "由" * 50_000,
    ],
)
def test_monotonous_texts_are_read_quickly(text: str) -> None:
    reading = read_notice(text)
    assert_spans(text, reading)
