"""Number, title, issuer and date as a notice states them; where documents begin."""

from datetime import date

import pytest

from tasks.reading import Header, read_notice
from tasks.reading.documents import parts
from tasks.reading.outline import blocks
from tasks.reading.source import source

BODY = "一、任务\n市城管局要清洗护栏。\n"


def header(text: str) -> Header:
    return read_notice(text).header


TITLE = "云川市人民政府办公室关于清洗护栏的通知"
ISSUER = "云川市人民政府办公室"
DAY = date(2024, 3, 15)

HEADS = [
    (f"{TITLE}\n云府办〔2024〕7号\n各单位：\n{BODY}{ISSUER}\n2024年3月15日\n（此件公开发布）\n",
     "云府办〔2024〕7号", TITLE, ISSUER, DAY),
    (f"云川市人民政府办公室\n关于清洗护栏的通知\n云府办[2024]7号\n各单位：\n{BODY}{ISSUER}\n2024年3月15日\n",
     "云府办〔2024〕7号", TITLE, ISSUER, DAY),
    (f"云府办〔２０２４〕７号\n{TITLE}\n各单位：\n{BODY}{ISSUER}　\n２０２４年３月１５日",
     "云府办〔2024〕7号", TITLE, ISSUER, DAY),
    (f"{TITLE}云府办〔2024〕7号各单位：市城管局要清洗护栏。{ISSUER}二〇二四年三月十五日",
     "云府办〔2024〕7号", TITLE, ISSUER, DAY),
    (f"云川市人民政府办公室文件\n云府办〔2024〕7号\n{TITLE}\n各单位：\n{BODY}{ISSUER}\n2024年3月15日",
     "云府办〔2024〕7号", TITLE, ISSUER, DAY),
    (f"索引号：001\n发布日期：2024-03-18\n标题：{TITLE}\n发文字号：云府办〔2024〕7号\n各单位：\n{BODY}{ISSUER}\n2024年3月15日",
     "云府办〔2024〕7号", TITLE, ISSUER, DAY),
    (f"关于清洗护栏的紧急通知\n\n各学院：\n{BODY}\n云川学院\n2024年3月15日\n",
     None, "关于清洗护栏的紧急通知", "云川学院", DAY),
    (f"关于清洗护栏的通知\n各单位：\n{BODY}市城管局　市财政局\n2024年3月15日\n",
     None, "关于清洗护栏的通知", "市城管局、市财政局", DAY),
    (f"各县（区）人民政府：\n现将《通知》（国办发〔2023〕2号）转发你们。\n{BODY}",
     None, None, None, None),
    (f"云川市2024年十件民生实事\n{BODY}", None, "云川市2024年十件民生实事", None, None),
    (f"{TITLE}\n（云府办〔2024〕7号）\n各单位：\n{BODY}",
     "云府办〔2024〕7号", TITLE, ISSUER, None),
    (f"云川市人民政府办公室关于印发\n\n护栏清洗办法的通知\n\n各单位：\n{BODY}",
     None, "云川市人民政府办公室关于印发护栏清洗办法的通知", ISSUER, None),
    (f"中共云川市委\n\n云川市人民政府\n\n关于清洗护栏的\n\n通  知\n\n各单位：\n{BODY}"
     "云川市人民政府\n2024年3月15日",
     None, "中共云川市委云川市人民政府关于清洗护栏的通知", "云川市人民政府", DAY),
    (f"关于清洗护栏的若干要求\n\n为清洗护栏，现要求如下。\n{BODY}",
     None, "关于清洗护栏的若干要求", None, None),
    (f"2024年重点工作分工方案（一）\n{BODY}", None, "2024年重点工作分工方案（一）", None, None),
    (f"一、工作方案\n{BODY}", None, None, None, None),
    ("", None, None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "title", "issuer", "day"), HEADS)
def test_header(
    text: str, number: str | None, title: str | None, issuer: str | None, day: date | None
) -> None:
    assert header(text) == Header(number, title, issuer, day)


def test_a_cited_number_is_not_its_own() -> None:
    assert (
        header(f"关于清洗护栏的通知\n各单位：\n根据国办发〔2023〕2号文要求，\n{BODY}").number
        is None
    )


def test_two_notices_are_two_documents() -> None:
    one = f"{TITLE}\n云府办〔2024〕7号\n各单位：\n{BODY}{ISSUER}\n2024年3月15日\n"
    two = one.replace("7号", "8号").replace("护栏", "路面")
    found = parts(source(one + two).clean)
    assert [part.header.number for part in found] == ["云府办〔2024〕7号", "云府办〔2024〕8号"]
    assert found[1].start == len(one)


def test_a_limit_counts_from_its_own_signature() -> None:
    one = f"{TITLE}\n云府办〔2024〕7号\n各单位：\n{BODY}{ISSUER}\n2024年3月15日\n"
    two = one.replace("7号", "8号").replace("3月15日", "4月15日")
    two = two.replace("要清洗护栏", "要自本通知印发之日起10日内修补路面")
    duty = read_notice(one + two).duties[-1]
    assert duty.deadline == date(2024, 4, 25)


def sections(text: str) -> list[tuple[str, str | None]]:
    clean = source(text).clean
    return [
        (clean[block.body : block.end], block.section) for block in blocks(clean, 0, len(clean))
    ]


def test_sections_of_paragraphs() -> None:
    text = "前言\n一、甲\n（一）乙\n1.丙。\n2.丁。\n（二）戊\n二、己\n（1）庚"
    assert sections(text) == [
        ("前言", None), ("甲", "一"), ("乙", "一（一）"), ("丙。", "一（一）1"),
        ("丁。", "一（一）2"),
        ("戊", "一（二）"), ("己", "二"), ("庚", "二（1）"),
    ]  # fmt: skip


def test_sections_of_one_long_line() -> None:
    text = "为此提出以下意见：一、明确目标（一）总体思路。做好工作。（二）主要目标。"
    text += "增长1.5倍。二、分工。1．甲。2．乙。"
    assert [section for _, section in sections(text)] == [
        None, "一", "一（一）", "一（二）", "二", "二1", "二2",
    ]  # fmt: skip


def test_numbers_inside_a_sentence_are_no_labels() -> None:
    text = "一、任务\n新增1.2万个车位，落实（一）中的要求，做到一是清、二是净。"
    assert len(sections(text)) == 2
