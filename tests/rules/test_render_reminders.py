"""What is said unasked: one line per ask, the own numbers in the hint, buttons that fit."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.callbacks import Press, Verb, decode
from bot.render import digest, slips
from tasks.chips import Chip, ChipKind
from tasks.due import StepKind
from tasks.models import SlipLevel
from tasks.views.cards import CardView
from tasks.views.reminders import DigestItem
from tasks.vocabulary import Light, PartRole
from tasks.workflow import Action
from tests.rules import render_samples as make
from tests.rules.render_samples import TODAY, check, data_of, labels, plain_text, voice

ZH = voice("zh")
CLOSES = date(2026, 11, 25)


def late(number: int = 15, days: int = 2) -> CardView:
    return make.card(make.overdue(number, days, date(2026, 11, 20)), Action.report, Action.submit)


def near(number: int = 11, due: date = date(2026, 11, 27)) -> CardView:
    return make.card(make.task(number, due=due, light=Light.yellow), Action.report)


def standing(number: int) -> CardView:
    return make.card(make.task(number, due=None), Action.report)


def promising(card: CardView, day: date) -> CardView:
    """With chips, and with a day that the department named before."""
    own = make.part(said=make.report(expected=day))
    return replace(card, own=own, chips=(Chip(ChipKind.month_end, date(2026, 11, 30)),))


def planned(number: int, **changed: Any) -> CardView:
    return make.card(make.task(number, **changed), Action.no_change, Action.report, Action.submit)


def test_a_digest_reads_as_the_office_writes_it() -> None:
    pages = digest(
        ZH,
        make.digest(
            make.item(late(), StepKind.overdue),
            make.item(near(), StepKind.limit, date(2026, 11, 27)),
            make.item(planned(12), StepKind.period, CLOSES),
            make.item(planned(20), StepKind.period, CLOSES),
        ),
    )
    check(pages)
    assert plain_text(pages).split("\n") == [
        "【待办提醒】11月24日上午 4项",
        "🔴 #15 超期2个工作日，请报完成时间",
        "🟡 #11 11月27日到期，余3个工作日",
        "#12、#20 请于25日前反馈本月进展",
        "可直接回复：15号完成初稿，20号按计划",
        "已反馈事项不再提醒。",
    ]
    assert labels(pages) == [["15", "11", "12", "20"], ["12、20按计划推进"], ["稍后提醒"]]
    # What is overdue is not put off.
    assert decode(data_of(pages, "稍后提醒")) == Press(Verb.snooze, (11, 12, 20))
    assert decode(data_of(pages, "15")) == Press(Verb.open, (15,))
    assert decode(data_of(pages, "12、20按计划推进")) == Press(Verb.no_change, (12, 20))


@pytest.mark.parametrize(
    ("card", "kind", "by", "line"),
    [
        (late(), StepKind.overdue, None, "🔴 #15 超期2个工作日，请报完成时间"),
        (late(days=0), StepKind.overdue, None, "🔴 #15 已超期，请报完成时间"),
        (near(due=TODAY), StepKind.limit, TODAY, "🟡 #11 今日到期"),
        (planned(12), StepKind.period, TODAY, "#12 请于今日反馈本月进展"),
        (planned(12), StepKind.period, date(2026, 12, 25), "#12 请于12月25日前反馈本月进展"),
        (planned(12, due=None), StepKind.period, CLOSES, "#12 请于25日前反馈本季度进展"),
        (planned(12), StepKind.last_call, CLOSES, "#12 尚未反馈，请于25日前报本月进展"),
        (planned(12), StepKind.last_call, TODAY, "#12 尚未反馈，请于今日报本月进展"),
        (planned(12, due=None), StepKind.arrangements, None, "#12 请报工作安排"),
        (make.unsigned_card(9), StepKind.sign, None, "#9 请签收"),
    ],
)
def test_each_kind_of_ask_says_what_is_asked(
    card: CardView, kind: StepKind, by: date | None, line: str
) -> None:
    pages = digest(ZH, make.digest(make.item(card, kind, by)))
    check(pages)
    assert plain_text(pages).split("\n")[1] == line


@pytest.mark.parametrize(
    ("day", "line", "asked"),
    [
        (date(2026, 12, 9), "🔴 #15 超期2个工作日，已报预计12-9，有变化请报", False),
        (date(2026, 11, 20), "🔴 #15 超期2个工作日，所报预计11-20已过，请重报", True),
    ],
)
def test_what_was_promised_is_not_asked_again(day: date, line: str, asked: bool) -> None:
    pages = digest(ZH, make.digest(make.item(promising(late(), day), StepKind.overdue)))
    check(pages)
    lines = plain_text(pages).split("\n")
    assert lines[1] == line
    assert ("预计何时完成？" in lines) is asked


def test_a_limit_is_told_with_what_was_promised() -> None:
    due, day = date(2026, 11, 27), date(2026, 11, 26)
    pages = digest(ZH, make.digest(make.item(promising(near(), day), StepKind.limit, due)))
    assert "11月27日到期，余3个工作日，已报预计11-26" in plain_text(pages)
    assert "预计何时完成？" not in plain_text(pages)


def test_a_digest_of_the_afternoon_says_so() -> None:
    said = make.digest(make.item(late(), StepKind.overdue), forenoon=False)
    assert plain_text(digest(ZH, said)).startswith("【待办提醒】11月24日下午 1项")


def test_a_blue_slip_stands_under_its_own_task() -> None:
    said = make.digest(
        make.item(late(15), StepKind.blue_slip, slip=make.slip()),
        make.item(late(16), StepKind.overdue),
        make.item(late(17), StepKind.overdue),
    )
    assert plain_text(digest(ZH, said)).split("\n")[1:4] == [
        "🔴 #15 超期2个工作日，请报完成时间",
        "　督办单 督〔2026〕12号（蓝），11月26日前答复",
        "🔴 #16、#17 超期2个工作日，请报完成时间",
    ]


def test_asks_to_sign_are_signed_together() -> None:
    said = make.digest(*(make.item(make.unsigned_card(n), StepKind.sign) for n in (8, 9)))
    pages = digest(ZH, said)
    assert plain_text(pages) == "【待办提醒】11月24日上午 2项\n#8、#9 请签收"
    assert labels(pages) == [["8", "9"], ["全部签收"]]
    assert decode(data_of(pages, "全部签收")) == Press(Verb.sign, (8, 9))
    alone = digest(ZH, make.digest(make.item(make.unsigned_card(8), StepKind.sign)))
    assert labels(alone) == [["8"], ["签收"]]


@pytest.mark.parametrize(
    ("items", "hint"),
    [
        ([make.item(late(), StepKind.overdue)], "可直接回复：15号预计月底完成"),
        ([make.item(planned(12), StepKind.period, CLOSES)], "可直接回复：12号按计划"),
        # The end of the month lies behind the limit, or there is none.
        ([make.item(near(), StepKind.limit, date(2026, 11, 27))], "可直接回复：11号完成60%"),
        ([make.item(standing(7), StepKind.period, CLOSES)], "可直接回复：7号已部署，正在推进"),
        (
            [make.item(near(), StepKind.limit, CLOSES), make.item(late(), StepKind.overdue)],
            "可直接回复：15号预计月底完成",
        ),
    ],
)
def test_the_hint_is_one_that_would_be_taken(items: list[DigestItem], hint: str) -> None:
    assert hint in plain_text(digest(ZH, make.digest(*items))).split("\n")


def test_as_planned_is_offered_only_where_it_is_allowed() -> None:
    pages = digest(ZH, make.digest(make.item(near(), StepKind.limit, date(2026, 11, 27))))
    assert "按计划推进" not in str(labels(pages))


def test_a_digest_of_a_hundred_tasks_keeps_every_one() -> None:
    cards = [planned(n) for n in range(1000, 1100)]
    pages = digest(ZH, make.digest(*(make.item(c, StepKind.period, CLOSES) for c in cards)))
    check(pages)
    presses = [decode(one.data) for row in pages[-1].keyboard for one in row]
    together = [n for press in presses if press.verb is Verb.no_change for n in press.ids]
    assert together == list(range(1000, 1100))
    assert all(f"#{n}" in plain_text(pages) for n in together)


def test_a_slip_reads_as_the_office_writes_it() -> None:
    pages = slips(ZH, [make.slip(days=3)])
    check(pages)
    assert plain_text(pages).split("\n") == [
        "【督办单】督〔2026〕12号（蓝）",
        "省知识产权局：",
        "你单位牵头的#15（建设面向园区的公共检测平台并对外开放共享）"
        "原定11月20日完成，现超期3个工作日。",
        "11月17、20、23日已提醒（均送达），未见反馈。",
        "请于11月26日前办结，或报明原因和完成时间。",
        "省政府督查室 020-0000 1234",
    ]
    assert labels(pages) == [["已阅", "指定专人", "报情况"], ["15"]]
    assert decode(data_of(pages, "报情况")) == Press(Verb.report, (15,))
    assert decode(data_of(pages, "指定专人")) == Press(Verb.delegate, (15,))


def test_a_slip_does_not_deny_an_answer() -> None:
    answered = make.slip(answered_on=date(2026, 11, 20))
    text = plain_text(slips(ZH, [answered]))
    assert "未见反馈" not in text
    assert "最近一次反馈：11月20日。" in text
    before = plain_text(slips(ZH, [make.slip(answered_on=date(2026, 11, 3))]))
    assert "未见反馈" in before


def test_a_slip_claims_no_reminder_that_reached_nobody() -> None:
    assert "已提醒" not in plain_text(slips(ZH, [make.slip(reminded=())]))


def test_the_slips_of_a_day_are_one_message() -> None:
    other = make.slip(number=13, task=22, level=SlipLevel.yellow, role=PartRole.each)
    pages = slips(ZH, [make.slip(), other])
    check(pages)
    assert len(pages) == 1
    text = plain_text(pages)
    assert "（蓝）" in text
    assert "13号（黄）" in text
    assert "你单位承办的#22" in text
    assert text.count("020-0000 1234") == 1
    assert labels(pages) == [["已阅"], ["15", "22"]]
