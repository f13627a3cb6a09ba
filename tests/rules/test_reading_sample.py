"""The project's own sample notice gives exactly what its author meant."""

from datetime import date
from pathlib import Path

from tasks.reading import NoticeReading, decode, read_notice
from tasks.vocabulary import ClauseKind

SAMPLE = Path(__file__).parents[2] / "bot" / "sample" / "notice.txt"

# section, first words, lead, cooperating, joint, deadline
MEANT = [
    ("二（一）", "检修供热管网", "市住房城乡建设局", "市城市管理局 市财政局", "", "09-30"),
    ("二（二）", "排查燃气隐患", "市应急管理局", "市住房城乡建设局 市城市管理局", "", "10-23"),
    ("二（三）", "储备应急物资", "", "", "市应急管理局 市财政局", ""),
    ("三1", "整治校园食堂", "市教育局", "", "", "09-18"),
    ("三2", "组织流感疫苗接种", "市卫生健康委 市教育局", "市财政局", "", "11-20"),
    ("三3", "改造发热诊区", "市卫生健康委", "市财政局", "", "11-30"),
    ("四（一）", "修订低温雨雪天气", "市交通运输局", "市城市管理局 市应急管理局", "", "10-30"),
    ("四（二）", "检查全部校车", "市交通运输局", "市教育局", "", "09-24"),
    ("五", "市财政局要统筹", "市财政局", "", "", "10-15"),
    ("五", "市民政局要摸清", "市民政局", "", "", ""),
    ("五", "市城市管理局牵头", "市城市管理局", "市交通运输局 市住房城乡建设局", "", "11-13"),
    ("五", "市住房城乡建设局每月", "市住房城乡建设局", "", "", ""),
    ("五", "市城市管理局负责向", "市城市管理局", "", "", ""),
    ("附件1", "为低保家庭", "市民政局", "市财政局", "", "10-20"),
    ("附件2", "为困难学生", "市教育局", "市民政局", "", "11-06"),
    ("附件3", "为独居老人", "市民政局", "市应急管理局 市卫生健康委", "", "12-15"),
]


def sample() -> NoticeReading:
    return read_notice(decode(SAMPLE.read_bytes()))


def test_header() -> None:
    header = sample().header
    assert header.number == "云府办〔2026〕36号"
    assert header.title == "云川市人民政府办公室关于做好2026年秋冬季民生保障重点工作的通知"
    assert header.issuer == "云川市人民政府办公室"
    assert header.date == date(2026, 9, 4)


def test_department_duties() -> None:
    duties = [duty for duty in sample().duties if duty.kind is ClauseKind.department_duty]
    assert len(duties) == len(MEANT)
    for duty, (section, words, lead, cooperating, joint, day) in zip(duties, MEANT, strict=True):
        assert duty.section == section
        assert duty.text.startswith(words)
        assert duty.lead == tuple(lead.split())
        assert duty.cooperating == tuple(cooperating.split())
        assert duty.owners == tuple(f"{lead} {cooperating} {joint}".split())
        assert duty.deadline == (date.fromisoformat(f"2026-{day}") if day else None)


def test_the_rest() -> None:
    rest = [duty for duty in sample().duties if duty.kind is not ClauseKind.department_duty]
    assert [(duty.kind.value, duty.owners, duty.deadline) for duty in rest] == [
        ("target", (), date(2026, 12, 31)),
        ("target", (), date(2026, 12, 20)),
        ("collective_duty", ("各县（区）", "各有关部门"), None),
    ]


def test_recurrence() -> None:
    recurring = [duty.text for duty in sample().duties if duty.recurrence]
    assert recurring == ["市住房城乡建设局每月5日前汇总供热投诉情况"]


def test_eight_departments() -> None:
    named = {
        name
        for duty in sample().duties
        if duty.kind is ClauseKind.department_duty
        for name in duty.owners
    }
    assert len(named) == 8


def test_nothing_is_left_unmapped() -> None:
    assert sample().unmapped == ()


def test_document_is_plain_json() -> None:
    document = sample().as_document()
    assert set(document) == {"header", "duties", "unmapped"}
    assert document["header"]["date"] == "2026-09-04"
    assert document["duties"][0] == {
        "text": "到2026年底，全市供热投诉办结率达到98%以上。",
        "start": document["duties"][0]["start"],
        "end": document["duties"][0]["end"],
        "section": "一",
        "kind": "target",
        "lead": [],
        "cooperating": [],
        "owners": [],
        "deadline": "2026-12-31",
        "deadline_text": "2026年底",
        "recurrence": None,
    }
