"""Cards, receipts, verdicts, nudges: what they say and which buttons they carry."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from bot.callbacks import Press, Verb, decode
from bot.render import card, original, receipt, verdict
from bot.sandbox.html import parse_html
from tasks.models import ReportKind
from tasks.views.cards import CardView
from tasks.views.judging import Review
from tasks.views.standings import ReportView
from tasks.vocabulary import Endorsement, Light, Outcome, Pace, PartRole, PartState
from tasks.workflow import Action
from tests.rules import render_samples as make
from tests.rules.render_samples import NAMES, NOW, check, data_of, labels, plain_text, voice

ZH = voice("zh")
LABELS = {
    Action.sign: "签收",
    Action.report: "报进展",
    Action.no_change: "按计划推进",
    Action.submit: "申请办结",
    Action.withdraw: "撤回申请",
    Action.close: "办结",
    Action.send_back: "退回补充",
    Action.nothing_to_add: "无补充",
    Action.decline: "不属本单位",
    Action.delegate: "指定专人",
    Action.reassign: "转办",
    Action.refuse_decline: "不予改办",
}
NUMBERS = {
    **dict.fromkeys((Action.close, Action.send_back, Action.refuse_decline), 7),
    Action.reassign: 5,
}
"""What a button carries where that is not the task."""
ALWAYS = {"办理记录", "原文", "返回"}
"""What stands behind 更多 in any state."""


def test_a_card_reads_as_the_office_writes_it() -> None:
    said = make.report(
        kind=ReportKind.no_change, text="按计划推进", pace=Pace.on_schedule, proposed="no_change"
    )
    own = make.part(last=said, percent=60)
    helping = make.part(NAMES[1], id=2, role=PartRole.cooperating)
    shown = make.card(
        make.task(parts=(own, helping)), Action.no_change, Action.report, Action.submit
    )
    pages = card(ZH, shown)
    check(pages)
    assert plain_text(pages).split("\n") == [
        "#8 完善专利资助和费用减免政策",
        "牵头 省知识产权局｜配合 省财政厅",
        "时限 12月31日（余27个工作日）🟢",
        "状态 进行中，60%",
        "上次反馈 10-23 按计划推进",
        "依据 云府办〔2026〕31号 第八部分（三），原文：",
        "完善专利资助和费用减免政策，降低中小企业申请成本",
    ]
    assert labels(pages) == [["按计划推进", "报进展"], ["申请办结", "更多"]]


@pytest.mark.parametrize("size", [0, 1, 2, len(LABELS)])
def test_the_buttons_are_exactly_the_actions(size: int) -> None:
    for actions in combinations(LABELS, size):
        shown = make.card(make.task(), *actions, judged=7, about=make.part(id=5))
        pages = card(ZH, shown, more=True)
        pressed = {one.label: decode(one.data) for row in pages[-1].keyboard for one in row}
        assert set(pressed) - ALWAYS == {LABELS[action] for action in actions}
        folded = {one.label for row in card(ZH, shown)[-1].keyboard for one in row}
        assert folded - {"更多"} <= set(pressed)
        for action in actions:
            expected = Press(Verb[action.name], (NUMBERS.get(action, 8),))
            assert pressed[LABELS[action]] == expected


def test_a_judgement_that_names_no_report_is_not_offered() -> None:
    shown = make.card(make.task(), Action.close, Action.send_back, judged=None)
    assert labels(card(ZH, shown)) == [["更多"]]


def test_nudging_is_a_button_only_where_it_may_be_done() -> None:
    nudged = card(ZH, make.card(own=None, nudgeable=True))
    assert labels(nudged) == [["催办", "更多"]]
    assert decode(data_of(nudged, "催办")) == Press(Verb.nudge, (8,))
    assert labels(card(ZH, make.card(own=None))) == [["更多"]]


def test_what_awaits_confirming_is_marked() -> None:
    said = make.report(
        text="两次流标。\n月底<开标>",
        percent=60,
        expected=date(2026, 12, 10),
        problem="流标",
        confirmed=False,
    )
    shown = make.card(make.task(parts=(make.part(last=said),)))
    text = plain_text(card(ZH, shown))
    assert "上次反馈 10-23 60%，预计12-10；问题：流标（待确认）\n两次流标。\n月底<开标>" in text
    settled = make.card(make.task(parts=(make.part(last=make.report(percent=60)),)))
    assert "待确认" not in plain_text(card(ZH, settled))


def test_words_that_say_nothing_countable_await_nothing() -> None:
    said = make.report(text="已转处室办理", confirmed=False)
    text = plain_text(card(ZH, make.card(make.task(parts=(make.part(last=said),)))))
    assert "上次反馈 10-23\n已转处室办理" in text


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"due": None}, "时限 长期"),
        ({"due": date(2026, 11, 24), "light": Light.yellow}, "时限 11月24日（今日到期）🟡"),
        ({"due": date(2026, 11, 25), "light": Light.yellow}, "时限 11月25日（余1个工作日）🟡"),
        ({"due": date(2027, 1, 15)}, "时限 2027年1月15日（余38个工作日）🟢"),
        (
            {
                "due": date(2026, 11, 20),
                "light": Light.red,
                "overdue": True,
                "overdue_for": 2,
            },
            "时限 11月20日（超期2个工作日）🔴",
        ),
        (
            {"due": date(2026, 11, 22), "light": Light.red, "overdue": True},
            "时限 11月22日（已超期）🔴",
        ),
        ({"state": PartState.closed, "light": Light.none}, "时限 12月31日"),
    ],
)
def test_the_limit_says_what_is_left(changed: dict[str, Any], line: str) -> None:
    assert line in plain_text(card(ZH, make.card(make.task(**changed)))).split("\n")


def test_a_limit_on_a_free_day_that_begins_tomorrow() -> None:
    shown = make.card(make.task(due=date(2026, 11, 29)), days_left=0, today=date(2026, 11, 27))
    assert "时限 11月29日（余不足1个工作日）🟢" in plain_text(card(ZH, shown))


def test_the_first_limit_stays_beside_the_current_one() -> None:
    moved = make.task(original_due=date(2026, 11, 30), extensions=1)
    assert "原时限 11月30日，已延期1次" in plain_text(card(ZH, make.card(moved)))
    assert "原时限" not in plain_text(card(ZH, make.card()))


def test_several_leads_say_who_consolidates() -> None:
    both = make.task(parts=(make.part(), make.part(NAMES[2], id=2)))
    assert "牵头 省知识产权局（汇总）、省商务厅" in plain_text(card(ZH, make.card(both)))


def test_the_office_sees_the_state_of_every_part() -> None:
    parts = (
        make.part(state=PartState.submitted, submitted_at=NOW, percent=90),
        make.part(NAMES[1], id=2, role=PartRole.cooperating, state=PartState.issued),
    )
    shown = make.card(
        make.task(state=PartState.submitted, percent=90, parts=parts),
        Action.close,
        Action.send_back,
        own=None,
        judged=5,
    )
    text = plain_text(card(ZH, shown))
    assert "状态 待审核，90%\n· 省知识产权局 待审核，90%\n· 省财政厅 配合（无需签收）" in text


def test_the_office_sees_the_limit_that_one_department_was_granted() -> None:
    parts = (
        make.part(role=PartRole.each, due=date(2026, 12, 11)),
        make.part(NAMES[1], id=2, role=PartRole.each, due=date(2026, 11, 27)),
    )
    shown = make.card(make.task(parts=parts, due=date(2026, 11, 27)), own=None)
    text = plain_text(card(ZH, shown))
    assert "· 省知识产权局 进行中，时限12月11日\n· 省财政厅 进行中\n" in text


def test_a_submission_tells_since_when_it_waits() -> None:
    own = make.part(state=PartState.submitted, submitted_at=NOW)
    shown = make.card(make.task(state=PartState.submitted, parts=(own,)), Action.withdraw)
    assert "状态 待审核（11-24申请）" in plain_text(card(ZH, shown))


def stored(number: int, **changed: Any) -> tuple[CardView, ReportView]:
    due = date(2026, 11, 30)
    said = make.report(number * 10, **{"confirmed": False, **changed})
    return make.card(make.task(number, due=due), Action.report, Action.submit), said


def test_one_message_about_three_tasks_is_read_back() -> None:
    pages = receipt(
        ZH,
        [
            stored(12, percent=60, proposed="in_progress"),
            stored(20, pace=Pace.on_schedule, proposed="no_change"),
            stored(31, expected=date(2026, 12, 15), problem="经费未到位"),
        ],
    )
    check(pages)
    assert plain_text(pages).split("\n") == [
        "3项已记入反馈，请核对：",
        "#12 进行中，60%",
        "#20 按计划推进",
        "#31 预计12-15；问题：经费未到位",
        "（时限11-30，将列滞后）",
    ]
    assert labels(pages) == [["无误", "改12", "改20", "改31"]]
    assert decode(data_of(pages, "无误")) == Press(Verb.confirm, (120, 200, 310))
    assert decode(data_of(pages, "改20")) == Press(Verb.correct, (200,))


def test_what_was_read_correctly_needs_no_button() -> None:
    pages = receipt(ZH, [stored(12, confirmed=True)])
    assert plain_text(pages) == "#12 已记入反馈。"
    assert pages[-1].keyboard == ()


def test_words_that_say_it_is_finished_offer_the_tap() -> None:
    pages = receipt(ZH, [stored(12, proposed="submitted", percent=100)])
    assert plain_text(pages) == "#12 已记入反馈，请核对：\n已完成，100%"
    assert labels(pages) == [["无误", "改12"], ["12申请办结"]]
    assert decode(data_of(pages, "12申请办结")) == Press(Verb.submit, (12,))


@pytest.mark.parametrize("proposed", ["extension", "declined"])
def test_what_the_office_decides_names_the_office(proposed: str) -> None:
    text = plain_text(receipt(ZH, [stored(12, proposed=proposed)]))
    assert text.endswith("申请延期或改办，请联系：\n省政府督查室 020-0000 1234")


def test_a_date_before_the_limit_warns_of_nothing() -> None:
    assert "滞后" not in plain_text(receipt(ZH, [stored(12, expected=date(2026, 11, 30))]))


@pytest.mark.parametrize(
    ("state", "chinese", "english"),
    [
        (PartState.closed, "#12 已办结，", "#12 is closed; "),
        (PartState.cancelled, "#12 已终止督办，", "#12 has been ended; "),
    ],
)
def test_words_for_a_task_that_has_ended_are_said_to_be_kept(
    state: PartState, chinese: str, english: str
) -> None:
    own = make.part(state=state)
    ended = make.card(make.task(12, state=state, parts=(own,)))
    said = make.report(percent=100, confirmed=False)
    for language, wanted in (
        ("zh", f"{chinese}所述内容已存档"),
        ("en", f"{english}your words are kept on file"),
    ):
        pages = receipt(voice(language), [(ended, said)])
        assert plain_text(pages).split("\n")[1:] == [wanted]
        assert labels(pages) == []


def test_words_for_a_task_that_went_elsewhere_name_where() -> None:
    own, new = make.part(state=PartState.cancelled), make.part(NAMES[2], id=5)
    gone = make.card(make.task(12, parts=(new,), former=(own,)), own=own)
    for language, wanted in (
        ("zh", "#12 已转办省商务厅，所述内容已存档"),
        ("en", "#12 has gone to 省商务厅; your words are kept on file"),
    ):
        pages = receipt(voice(language), [(gone, make.report())])
        assert plain_text(pages).split("\n")[1:] == [wanted]


def test_a_message_about_forty_tasks_is_confirmed_in_full() -> None:
    many = [stored(n, percent=n) for n in range(1000, 1040)]
    pages = receipt(ZH, many)
    check(pages)
    presses = [decode(one.data) for row in pages[-1].keyboard for one in row]
    confirmed = [i for press in presses if press.verb is Verb.confirm for i in press.ids]
    assert confirmed == [said.id for _, said in many]


def test_a_verdict_is_signed_by_the_office() -> None:
    closed = make.card(make.task(outcome=Outcome.finished))
    assert plain_text(verdict(ZH, closed)).split("\n") == [
        "#8 完善专利资助和费用减免政策：已办结。",
        "省政府督查室 020-0000 1234",
    ]
    routine = make.card(make.task(outcome=Outcome.routine))
    assert "：已办结，转入常态化。" in plain_text(verdict(ZH, routine))


def test_a_card_that_was_sent_back_says_why_until_somebody_answers() -> None:
    own = make.card(None, Action.report, Action.submit, sent_back="缺<验收>报告")
    lines = plain_text(card(ZH, own)).split("\n")
    assert lines[:3] == [
        "【退回补充】请补充后重新申请办结，理由：",
        "缺<验收>报告",
        "#8 完善专利资助和费用减免政策",
    ]
    assert lines[-1] == "省政府督查室 020-0000 1234"
    office = make.card(None, own=None, sent_back="缺<验收>报告")
    assert plain_text(card(ZH, office)).startswith("已退回补充，理由：\n缺<验收>报告\n#8")


def test_a_nudged_card_says_so_first_and_how_late_it_is() -> None:
    late = make.card(make.overdue(15, 2, date(2026, 11, 20)), Action.report, nudged=True)
    text = plain_text(card(ZH, late))
    assert text.startswith("【催办】请尽快反馈进展和预计完成时间，\n可直接回复本消息。\n#15")
    assert "时限 11月20日（超期2个工作日）🔴" in text
    assert labels(card(ZH, late)) == [["报进展", "更多"]]


@pytest.mark.parametrize(
    ("review", "chinese", "english"),
    [
        (Review(), None, None),
        (Review(Endorsement.awaited), "待责任领导审签", "awaiting the head's endorsement"),
        (
            Review(Endorsement.signed, "王局长", date(2026, 11, 20)),
            "已经责任领导审签（王局长，11-20）",
            "endorsed by the head (王局长, 20 Nov)",
        ),
        (
            Review(Endorsement.unsigned, returned=2),
            "未经审签，此前已退回2次",
            "not endorsed by the head, sent back 2 times before",
        ),
        (Review(returned=1), "此前已退回1次", "sent back 1 time before"),
    ],
)
def test_a_card_says_who_signed_and_how_often_it_came_back(
    review: Review, chinese: str | None, english: str | None
) -> None:
    waits = make.part(state=PartState.submitted, submitted_at=NOW)
    shown = make.card(
        make.task(state=PartState.submitted, parts=(waits,)),
        Action.close,
        own=None,
        about=waits,
        judged=7,
        review=review,
    )
    for language, said in (("zh", chinese), ("en", english)):
        bare = plain_text(card(voice(language), replace(shown, review=None))).split("\n")
        lines = plain_text(card(voice(language), shown)).split("\n")
        assert [one.strip() for one in lines if one not in bare] == ([said] if said else [])


def test_what_is_rare_stands_behind_one_button() -> None:
    shown = make.card(None, Action.report, Action.submit, Action.delegate)
    assert labels(card(ZH, shown)) == [["报进展"], ["申请办结", "更多"]]
    assert labels(card(ZH, shown, more=True)) == [
        ["报进展"],
        ["申请办结"],
        ["指定专人", "办理记录", "原文"],
        ["返回"],
    ]
    assert decode(data_of(card(ZH, shown), "更多")) == Press(Verb.more, (8,))


def test_giving_a_task_to_another_department_is_rare_unless_it_was_asked_for() -> None:
    about = make.part()
    unasked = make.card(None, Action.reassign, own=None, about=about)
    assert labels(card(ZH, unasked)) == [["更多"]]
    asked = make.card(
        None, Action.reassign, Action.refuse_decline, own=None, about=about, judged=3
    )
    assert labels(card(ZH, asked)) == [["转办", "不予改办", "更多"]]


def test_the_words_of_the_notice_are_shown_whole() -> None:
    long = "。".join(f"第{n}项工作要按期完成" for n in range(300))
    pages = original(ZH, make.card(make.task(text=long)))
    check(pages)
    shown = "".join(parse_html(page.text)[0] for page in pages)
    assert "第0项工作" in shown
    assert "第299项工作" in shown


def test_an_office_without_telephone_signs_with_its_name() -> None:
    pages = verdict(voice("zh", phone=None), make.card())
    assert plain_text(pages).endswith("\n省政府督查室")


def test_the_heading_alone_is_bold() -> None:
    _, entities = parse_html(card(ZH, make.card())[0].text)
    assert [entity["type"] for entity in entities] == ["bold", "blockquote"]
