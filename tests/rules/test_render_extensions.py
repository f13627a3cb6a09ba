"""申请延期 as it is read: put together, at each desk, and how it ended."""

from datetime import date
from typing import Any

import pytest

from bot.callbacks import Verb, decode
from bot.render import card, receipt
from bot.render.extensions import composer, request, sent
from bot.render.message import Message
from bot.sandbox.html import parse_html
from tasks.chips import Chip, ChipKind
from tasks.gate import Step, Turn
from tasks.models import ReportKind
from tasks.views.requests import Composing, RequestView
from tasks.vocabulary import Desk, ExtensionState, PartRole
from tasks.workflow import Action
from tests.rules import render_samples as make
from tests.rules.render_samples import TODAY, voice

DUE, LATER, MONDAY = date(2026, 12, 31), date(2027, 1, 15), date(2026, 11, 30)


def asked(**changed: Any) -> RequestView:
    facts: dict[str, Any] = {
        "id": 5,
        "task": 8,
        "text": make.TEXTS[0],
        "part": 1,
        "department": make.NAMES[0],
        "role": PartRole.lead,
        "ordinal": 1,
        "due": DUE,
        "original": DUE,
        "wanted": LATER,
        "reason": "待上级批复",
        "progress": "已完成初稿",
        "late": False,
        "state": ExtensionState.asked,
        "endorsed_by": None,
        "returned": False,
        "answer": None,
        "granted": 0,
        "turn": Turn(Desk.office, TODAY, MONDAY),
        "steps": (),
        "days": 0,
        "over": False,
        "today": TODAY,
    }
    return RequestView(**{**facts, **changed})


def settled(state: ExtensionState, **changed: Any) -> RequestView:
    return asked(state=state, turn=None, **changed)


def composing(**changed: Any) -> Composing:
    facts: dict[str, Any] = {
        "task": 8,
        "row": 5,
        "due": DUE,
        "late": False,
        "ordinal": 1,
        "wanted": None,
        "reason": None,
        "progress": None,
        "said": "已完成初稿",
        "typing": None,
        "days": (date(2027, 1, 8), LATER),
        "free_day": False,
        "today": TODAY,
    }
    return Composing(**{**facts, **changed})


def lines(pages: tuple[Message, ...]) -> list[str]:
    (page,) = pages
    return parse_html(page.text)[0].splitlines()


def labels(pages: tuple[Message, ...]) -> list[list[str]]:
    return [[one.label for one in row] for row in pages[-1].keyboard]


def verbs(pages: tuple[Message, ...]) -> set[Verb]:
    return {decode(one.data).verb for row in pages[-1].keyboard for one in row}


def test_everything_is_chosen_by_a_tap() -> None:
    shown = composer(voice(), composing())
    assert lines(shown) == [
        "#8 时限12-31，申请延至：",
        "延至：请选日期",
        "原因：请选原因",
        "进展：沿用上次（已完成初稿）",
    ]
    assert labels(shown) == [
        ["2027-1-8", "2027-1-15", "其他"],
        ["待上级批复", "经费未落实"],
        ["配合单位未回", "其他"],
        ["重写"],
        ["取消"],
    ]


def test_what_was_chosen_is_summed_up_before_it_is_sent() -> None:
    shown = composer(voice(), composing(wanted=LATER, reason="待上级批复"))
    assert lines(shown)[0] == "#8 12-31→2027-1-15，待上级批复，第1次"
    assert labels(shown)[-1] == ["提交", "修改", "取消"]
    english = composer(voice("en"), composing(wanted=LATER, reason="Funds not in place"))
    assert "request no. 1" in lines(english)[0]


def test_a_free_day_is_warned_of_and_a_late_request_says_so() -> None:
    said = composing(wanted=date(2027, 1, 16), reason="待批复", free_day=True, late=True)
    assert lines(composer(voice(), said))[:2] == [
        "#8 补报延期 12-31→2027-1-16，待批复，第1次",
        "（2027-1-16非工作日）",
    ]


@pytest.mark.parametrize("typing", ["day", "reason", "progress"])
def test_what_is_to_be_typed_is_said(typing: str) -> None:
    shown = composer(voice(), composing(wanted=LATER, reason="待批复", typing=typing))
    assert lines(shown)[-1].startswith("请回复")
    assert "提交" not in str(labels(shown))


def test_each_desk_is_told_its_day_and_given_its_buttons() -> None:
    head = asked(
        turn=Turn(Desk.head, TODAY, MONDAY), steps=(Step.endorse, Step.give_back, Step.withdraw)
    )
    shown = request(voice(), head, Desk.head)
    assert lines(shown) == [
        "【延期申请】#8 完善专利资助和费用减免政策",
        "省知识产权局 第1次申请",
        "12-31→2027-1-15，待上级批复",
        "进展：已完成初稿",
        "请于11月30日前审签，逾期未审签转督查室。",
    ]
    assert labels(shown)[:2] == [["审签", "退回"], ["撤回延期申请"]]
    unsigned = Turn(Desk.office, TODAY, MONDAY, unsigned=True)
    office = asked(turn=unsigned, steps=(Step.grant, Step.refuse), late=True)
    shown = request(voice(), office, Desk.office)
    assert lines(shown)[0].startswith("【补报延期】")
    assert "未经审签" in lines(shown)
    assert labels(shown)[0] == ["同意", "不同意"]
    third = asked(
        turn=Turn(Desk.office, TODAY, MONDAY, for_leader=True),
        steps=(Step.forward, Step.refuse),
        ordinal=3,
        endorsed_by="李局",
    )
    shown = request(voice(), third, Desk.office)
    assert {"李局已审签", "第3次起由分管领导审定。"} <= set(lines(shown))
    assert labels(shown)[0] == ["报分管领导", "不同意"]


def test_to_everybody_else_it_says_where_it_lies() -> None:
    shown = request(voice(), asked(), Desk.head)
    assert lines(shown)[1:] == ["12-31→2027-1-15，待上级批复", "第1次，待督查室"]
    assert verbs(shown) == {Verb.open}


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (
            settled(ExtensionState.granted, granted=1),
            "同意延至2027年1月15日。原时限12月31日留存，累计延期1次。",
        ),
        (settled(ExtensionState.refused, answer="抓紧"), "不同意，仍按12月31日办理。理由："),
        (
            settled(ExtensionState.refused, answer="抓紧", late=True),
            "不同意，仍按12月31日办理，已超期天数照计。理由：",
        ),
        (
            settled(ExtensionState.withdrawn, answer="再想", returned=True),
            "责任领导未予审签，仍按12月31日办理。理由：",
        ),
        (settled(ExtensionState.withdrawn), "申请已撤回，仍按12月31日办理。"),
    ],
)
def test_how_it_ended(view: RequestView, told: str) -> None:
    shown = request(voice(), view, None)
    assert told in lines(shown)
    assert verbs(shown) == {Verb.open}
    if view.answer is not None:
        assert view.answer in lines(shown)
    for line in request(voice("en"), view, None):
        assert "{" not in line.text


def test_who_asked_reads_where_it_went() -> None:
    shown = sent(voice(), asked(steps=(Step.withdraw,)), 2)
    assert lines(shown)[-1] == "已报督查室，2个工作日内答复，其间不升级。"
    assert labels(shown) == [["撤回延期申请"], ["8"]]


def test_words_of_a_request_are_escaped_and_stay_on_a_line() -> None:
    shown = request(voice(), asked(reason="<b>甲\n乙"), Desk.office)
    assert any(line.endswith("<b>甲 乙") for line in lines(shown))


def test_the_card_shows_what_waits_and_offers_days() -> None:
    waiting = make.card(make.task(), request=asked(steps=(Step.grant, Step.refuse)))
    assert "延期申请 12-31→2027-1-15，第1次，待督查室" in lines(card(voice(), waiting))
    assert "　原因 待上级批复" in lines(card(voice(), waiting))
    kept = make.report(9, "申请由2026-12-31延至2027-01-15", kind=ReportKind.extension)
    part = make.part(last=kept, words=make.report(8, "已完成初稿"), requested_at=make.NOW)
    both = make.card(make.task(parts=(part,)), request=asked())
    assert "已完成初稿" in lines(card(voice(), both))
    assert kept.text not in lines(card(voice(), both))
    chips = (Chip(ChipKind.this_week, date(2026, 11, 27)), Chip(ChipKind.month_end, MONDAY))
    near = make.card(make.task(), chips=chips)
    shown = card(voice(), near)
    assert "预计何时完成？" in lines(shown)
    assert labels(shown)[0][:3] == ["本周", "月底", "其他"]
    assert labels(card(voice("en"), near))[0][:2] == ["This week", "Month end"]


def test_a_receipt_offers_more_time_for_a_day_after_the_limit() -> None:
    may = make.card(make.task(), actions=(Action.report, Action.extend))
    late = make.report(expected=LATER, proposed="in_progress", confirmed=False)
    assert Verb.extend in verbs(receipt(voice(), [(may, late)]))
    early = make.report(expected=date(2026, 12, 1), proposed="in_progress", confirmed=False)
    assert Verb.extend not in verbs(receipt(voice(), [(may, early)]))
    # Words that ask for it name no day yet.
    words = make.report(proposed="extension", confirmed=False)
    assert Verb.extend in verbs(receipt(voice(), [(may, words)]))
    may_not = make.card(make.task(), actions=(Action.report,))
    assert Verb.extend not in verbs(receipt(voice(), [(may_not, late)]))
