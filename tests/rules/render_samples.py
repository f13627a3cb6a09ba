"""Views to render, made without a database: a plain case by default, any field replaced.

The notice, its offices and its duties are invented.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.render import Voice
from bot.render.message import MAX_BUTTONS, MAX_TEXT, Message
from bot.sandbox.html import parse_html, units
from bot.sandbox.keyboards import MAX_DATA_BYTES, MAX_IN_ROW
from tasks.calendars import WorkCalendar
from tasks.classes import Classified, Standing
from tasks.due import StepKind
from tasks.models import ReportKind, SlipLevel
from tasks.views.cards import AssignmentView, CardView, MyTasks
from tasks.views.reminders import Digest, DigestItem, SlipView
from tasks.views.silence import ContactView, Heard, PeriodView
from tasks.views.standings import PartView, ReportView, TaskView
from tasks.views.summary import DepartmentRow, OverdueLine, Summary, count
from tasks.vocabulary import (
    Light,
    PartRole,
    PartState,
    ProgressClass,
    Silence,
)
from tasks.workflow import Action

CAL = WorkCalendar(ZoneInfo("Asia/Shanghai"))
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
NOTICE = "云府办〔2026〕31号"
TEXTS = (
    "完善专利资助和费用减免政策，降低中小企业申请成本",
    "培育知识产权服务机构，年内新增二十家",
    "建设面向园区的公共检测平台并对外开放共享",
)
NAMES = ("省知识产权局", "省财政厅", "省商务厅", "省科技厅", "省卫生健康委")
EMPTY = Classified(ProgressClass.other)


def voice(language: str = "zh", **changed: Any) -> Voice:
    facts = {"language": language, "office": "省政府督查室", "phone": "020-0000 1234", "cal": CAL}
    return Voice(**{**facts, **changed})


def report(number: int = 7, text: str = "已完成初稿，正在征求意见", **changed: Any) -> ReportView:
    facts: dict[str, Any] = {
        "id": number,
        "kind": ReportKind.words,
        "text": text,
        "said_at": NOW - timedelta(days=32),
        "percent": None,
        "expected": None,
        "pace": None,
        "problem": None,
        "proposed": None,
        "confirmed": True,
    }
    return ReportView(**{**facts, **changed})


def part(department: str = NAMES[0], **changed: Any) -> PartView:
    state = changed.get("state", PartState.in_progress)
    facts: dict[str, Any] = {
        "id": 1,
        "department_id": 1,
        "department": department,
        "role": PartRole.lead,
        "state": state,
        "light": Light.green,
        "classified": Classified(ProgressClass.on_schedule),
        "standing": Standing(state),
        "delivered_at": NOW,
        "signed_at": NOW,
        "submitted_at": None,
        "answered_at": None,
        "last": None,
        "confirmed": None,
        "percent": None,
    }
    return PartView(**{**facts, **changed})


def task(number: int = 8, text: str = TEXTS[0], **changed: Any) -> TaskView:
    due = changed.get("due", date(2026, 12, 31))
    facts: dict[str, Any] = {
        "number": number,
        "notice_id": 1,
        "notice": NOTICE,
        "section": "第八部分（三）",
        "text": text,
        "state": PartState.in_progress,
        "light": Light.none if due is None else Light.green,
        "classified": Classified(ProgressClass.on_schedule),
        "percent": None,
        "due": due,
        "original_due": due,
        "extensions": 0,
        "overdue": False,
        "overdue_for": 0,
        "past_original": False,
        "issued_at": NOW,
        "nudged_at": None,
        "outcome": None,
        "parts": (part(), part(NAMES[1], id=2, role=PartRole.cooperating)),
    }
    return TaskView(**{**facts, **changed})


def overdue(number: int, days: int, due: date, **changed: Any) -> TaskView:
    return task(
        number,
        changed.pop("text", TEXTS[2]),
        due=due,
        light=Light.red,
        overdue=True,
        overdue_for=days,
        **changed,
    )


def card(of: TaskView | None = None, *actions: Action, **changed: Any) -> CardView:
    of = of or task()
    facts: dict[str, Any] = {
        "task": of,
        "own": of.parts[0],
        "actions": actions,
        "judged": None,
        "nudgeable": False,
        "days_left": None if of.due is None else CAL.working_days_between(TODAY, of.due),
        "today": TODAY,
    }
    return CardView(**{**facts, **changed})


def mine(cards: Iterable[CardView], unsigned: Sequence[int] = ()) -> MyTasks:
    return MyTasks((NAMES[0],), tuple(cards), tuple(unsigned), TODAY)


def unsigned_card(number: int, notice: int = 1, **changed: Any) -> CardView:
    changed.setdefault("text", TEXTS[number % len(TEXTS)])
    waiting = task(
        number,
        notice_id=notice,
        state=PartState.issued,
        parts=(part(state=PartState.issued),),
        **changed,
    )
    return card(waiting, Action.sign, Action.report, Action.submit)


def assigned(cards: Sequence[CardView], **changed: Any) -> AssignmentView:
    facts: dict[str, Any] = {
        "notice_id": 1,
        "notice": NOTICE,
        "title": None,
        "departments": ((NAMES[0], 9, 3),),
        "cards": tuple(cards),
        "unsigned": tuple(one.task.number for one in cards if Action.sign in one.actions),
        "sign_by": date(2026, 11, 25),
        "decline_within": 5,
    }
    return AssignmentView(**{**facts, **changed})


def item(of: CardView, kind: StepKind, by: date | None = None, **changed: Any) -> DigestItem:
    return DigestItem(of, kind, by, **changed)


def digest(*items: DigestItem, forenoon: bool = True) -> Digest:
    return Digest(TODAY, forenoon, items, (1,), ())


def slip(**changed: Any) -> SlipView:
    facts: dict[str, Any] = {
        "level": SlipLevel.blue,
        "year": 2026,
        "number": 12,
        "department": NAMES[0],
        "task": 15,
        "text": TEXTS[2],
        "due": date(2026, 11, 20),
        "days": 1,
        "reminded": (date(2026, 11, 17), date(2026, 11, 20), date(2026, 11, 23)),
        "answer_by": date(2026, 11, 26),
        "role": PartRole.lead,
        "answered_on": None,
    }
    return SlipView(**{**facts, **changed})


def heard(
    complete: int = 27, silences: Sequence[Silence] = (Silence.not_answered,), **changed: Any
) -> PeriodView:
    people = (ContactView("王敏", "020-0000 5678", True), ContactView("李强", None, False))
    departments = [Heard(f"单位{n}", 2, 2, None, (), people) for n in range(complete)]
    departments += [
        Heard(NAMES[n % len(NAMES)], 0, 2, word, (22, 23), people)
        for n, word in enumerate(silences)
    ]
    facts: dict[str, Any] = {"opens": date(2026, 10, 24), "closes": date(2026, 11, 25)}
    return PeriodView(**{**facts, **changed}, departments=tuple(departments))


def row(name: str, classes: Mapping[ProgressClass, int], **changed: Any) -> DepartmentRow:
    facts: dict[str, Any] = {"id": 1, "lead": 2, "overdue": 0, "total": sum(classes.values())}
    return DepartmentRow(**{**facts, **changed}, name=name, classes=classes)


def summary(tasks: Sequence[TaskView] = (), **changed: Any) -> Summary:
    classes = count(one.classified.cls for one in tasks)
    facts: dict[str, Any] = {
        "as_of": CAL.local(NOW),
        "notice_id": 1,
        "label": NOTICE,
        "total": sum(changed.get("classes", classes).values()),
        "left": 0,
        "classes": classes,
        "overdue": (),
        "extended": 4,
        "past_original": 0,
        "waiting": 5,
        "heard": heard(),
        "departments": (row(NAMES[0], classes),),
        "tasks": tuple(tasks),
    }
    return Summary(**{**facts, **changed})


def sixty(**changed: Any) -> Summary:
    """A notice with sixty tasks, a few of them late."""
    wanted = {
        ProgressClass.done: 9,
        ProgressClass.ahead: 3,
        ProgressClass.on_schedule: 38,
        ProgressClass.behind: 6,
        ProgressClass.other: 4,
    }
    classes = [cls for cls, n in wanted.items() for _ in range(n)]
    tasks = [
        task(n, TEXTS[n % len(TEXTS)], classified=Classified(cls))
        for n, cls in enumerate(classes, start=1)
    ]
    late = (
        OverdueLine(15, NAMES[0], 5, None, date(2026, 12, 10)),
        OverdueLine(22, NAMES[2], 3, None, None),
        OverdueLine(33, NAMES[1], 1, "经费未到位", date(2026, 12, 15)),
    )
    facts: dict[str, Any] = {
        "overdue": late,
        "change": {
            ProgressClass.done: 3,
            ProgressClass.ahead: 0,
            ProgressClass.on_schedule: -4,
            ProgressClass.behind: 1,
            ProgressClass.other: 0,
        },
        "change_since": date(2026, 11, 17),
        "heard": heard(27, (Silence.not_answered, Silence.not_answered, Silence.not_bound)),
        "departments": tuple(row(name, wanted, overdue=1) for name in NAMES),
    }
    return summary(tasks, **{**facts, **changed})


def plain_text(pages: Iterable[Message]) -> str:
    """What people read, pages below each other."""
    return "\n".join(parse_html(page.text)[0] for page in pages)


def labels(pages: Sequence[Message]) -> list[list[str]]:
    return [[one.label for one in line] for line in pages[-1].keyboard]


def data_of(pages: Sequence[Message], label: str) -> str:
    """What the button with that label carries."""
    (found,) = [one.data for line in pages[-1].keyboard for one in line if one.label == label]
    return found


def check(pages: Sequence[Message]) -> None:
    """Every page is one that Telegram takes, and buttons stand under the last alone."""
    assert pages
    for page in pages:
        text, _ = parse_html(page.text)
        assert text.strip()
        assert units(text) <= MAX_TEXT
        assert page is pages[-1] or not page.keyboard
        buttons = [one for line in page.keyboard for one in line]
        assert len(buttons) <= MAX_BUTTONS
        assert all(0 < len(line) <= MAX_IN_ROW for line in page.keyboard)
        for one in buttons:
            assert one.label.strip()
            assert len(one.label) <= 64
            assert 0 < len(one.data.encode()) <= MAX_DATA_BYTES
        assert page.placeholder is None or 0 < len(page.placeholder) <= 64
