"""What is tried, and what must hold for every input."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from tasks import instructions
from tasks.errors import Refused, Unreadable
from tasks.reading import Duty, NoticeReading, Passage, read_notice
from tasks.reading.files import text_of
from tasks.reading.source import fold
from tasks.replies import is_question, is_small_talk, read_reply
from tests.fuzz import mutations
from tests.rules import file_samples as made
from tests.rules.reply_table import TEXT as REPLIES
from tests.rules.test_instructions import INSTRUCTIONS
from tests.rules.test_reading_files_refused import CODES
from tests.rules.test_reading_forms import FORMS, HEAD, NOTHING, TAIL
from tests.rules.test_reading_properties import PIECES

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)
WORDS = (
    *(
        "全部",
        "未定单位",
        "三（一）",
        "到",
        "-",
        "→",
        "=>",
        "：",
        "省教育厅",
        "牵头",
        "配合",
        "长期",
    ),
    *(
        "一次性反馈",
        "定时限",
        "不立项",
        "原则性要求",
        "重复",
        "12号",
        "第19条",
        "60%",
        "年底前",
        "已办结",
    ),
    *(
        "没有进展",
        "12-15",
        "lead:",
        "owners",
        "waive",
        "standing",
        "#12",
        "无",
        "负责",
        "分别",
        "！",
    ),
)
NAMES = (None, "a.docx", "a.pdf", "a.html", "a.csv", "a.txt", "a.xlsx", "a.ofd", "a.doc", "\ud800")

Input = str | bytes


class Broken(AssertionError):
    """Something that must hold for every input does not."""


@dataclass(frozen=True, slots=True)
class Target:
    """A way in: what is made for it, and what raises where something does not hold."""

    make: Callable[[Random], Input]
    check: Callable[[Input, Random], None]


def hold(true: bool, rule: str) -> None:
    if not true:
        raise Broken(rule)


@cache
def notices() -> tuple[str, ...]:
    """Our samples, and the real notices where they are present."""
    forms = [HEAD + form.body + TAIL for form in FORMS]
    sample = (ROOT / "bot" / "sample" / "notice.txt").read_text("utf-8")
    real = sorted((ROOT.parent / "shared" / "notices").glob("*.txt"))
    return (
        *forms, HEAD + "\n".join(NOTHING) + TAIL, sample, made.PLAIN,
        *(path.read_text("utf-8") for path in real),
    )  # fmt: skip


@cache
def files() -> tuple[bytes, ...]:
    """Files of every format, some in more ways than one."""
    turned = made.pdf(*made.PAGES, turn=90)
    merged = made.xlsx(merge=("B3:B4",))
    page = made.html().replace("utf-8", "gb2312").encode("gb18030")
    ledger = made.csv(sign=";", encoding="gb18030")
    texts = (made.PLAIN.encode("utf-16"), made.PLAIN.encode("gb18030"), made.PLAIN.encode())
    return (*made.SAMPLES.values(), turned, merged, page, ledger, *texts)


@cache
def sayings() -> tuple[str, ...]:
    """What contacts and coordinators type."""
    replies = [row.partition(" => ")[0].replace("/n", "\n") for row in REPLIES.splitlines()]
    return (*(reply for reply in replies if reply), *(said for said, _ in INSTRUCTIONS))


def check_text(said: Input, chance: Random) -> None:
    assert isinstance(said, str)
    told: list[float] = []
    reading = read_notice(said, told.append)
    hold(told == sorted(told) and told[0] >= 0 and told[-1] == 1, "progress goes up to 1")
    check_reading(said, reading)
    # Every sign that ends a line ends a paragraph, and folding moves none.
    ends = [at for at, sign in enumerate(fold(said)) if sign == "\n"]
    place = chance.randrange(len(ends) + 1)
    start = ends[place - 1] + 1 if place else 0
    end = ends[place] if place < len(ends) else len(said)
    again = said[:end] + "\n" + said[start:]
    repeated = read_notice(again)
    check_reading(again, repeated)
    hold(
        len(reading.duties) == len(repeated.duties),
        f"line {place} repeated: {len(reading.duties)} duties become {len(repeated.duties)}",
    )


def check_reading(said: str, reading: NoticeReading) -> None:
    spans: list[Duty | Passage] = [*reading.duties, *reading.unmapped]
    for one in spans:
        hold(0 <= one.start < one.end <= len(said), f"{one.start}:{one.end} is no span")
        hold(said[one.start : one.end] == one.text, f"{one.start}:{one.end} is another text")
    for duty in reading.duties:
        hold(set(duty.lead + duty.cooperating) <= set(duty.owners), "a role without owner")
        hold(all(name.strip() for name in duty.owners), "an owner without name")
    document = reading.as_document()
    hold(json.loads(json.dumps(document)) == document, "not the same document as JSON")


def check_file(data: Input, chance: Random) -> None:
    assert isinstance(data, bytes)
    try:
        said = text_of(data, chance.choice(NAMES))
    except Unreadable as refusal:
        hold(refusal.code in CODES, f"a small file is refused as {refusal.code}")
        hold(set(refusal.facts) <= {"limit_mb"}, "a refusal tells of the file")
    else:
        hold(bool(said.strip()), "a text without words")
        check_reading(said, read_notice(said))


def check_saying(said: Input, chance: Random) -> None:
    assert isinstance(said, str)
    read_reply(said, TODAY)
    is_question(said)
    is_small_talk(said)
    lines = [
        instructions.Line(number, section, number % 2 == 0, number % 3 == 0, True)
        for number, section in enumerate(("一", "三（一）", None, "三（三）1", "第五条"), start=1)
    ]
    for read in (
        lambda: instructions.select(instructions.parse(said, TODAY, 2024).scope, lines),
        lambda: instructions.read_owners(said),
        lambda: instructions.read_limit(said, TODAY),
        lambda: instructions.read_reason(said),
    ):
        try:
            read()
        except Refused as refusal:
            hold(bool(refusal.code), "a refusal without reason")
    for start, end in instructions.sentences(said):
        hold(0 <= start < end <= len(said), f"{start}:{end} is no sentence")


TARGETS = {
    "text": Target(lambda chance: mutations.text(chance, notices(), PIECES), check_text),
    "file": Target(lambda chance: mutations.file(chance, files()), check_file),
    "saying": Target(lambda chance: mutations.text(chance, sayings(), WORDS), check_saying),
}
