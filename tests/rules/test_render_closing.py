"""How the end of a task is told: paused, ended, reopened, signed by the head, graded."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.callbacks import Press, Verb, decode
from bot.render import closing
from bot.render.message import Button
from tasks.models import ReportKind
from tasks.views.cards import CardView
from tasks.vocabulary import Grade, Outcome, PartState
from tasks.workflow import Action
from tests.rules import render_samples as make
from tests.rules.render_samples import NOW, TEXTS, check, data_of, labels, plain_text, voice

ZH, EN = voice("zh"), voice("en")
REASON = "等待省厅批复<第2号>"
NAME = "#8 完善专利资助和费用减免政策"


def lines_of(language: str, card: CardView, event: str, **facts: Any) -> list[str]:
    pages = closing.course(voice(language), card, event, facts)
    check(pages)
    return plain_text(pages).split("\n")


@pytest.mark.parametrize(
    ("event", "facts", "chinese", "english"),
    [
        ("paused", {"reason": REASON}, f"{NAME}：暂停计时，理由：", f"{NAME}: paused, because:"),
        (
            "cancelled",
            {"reason": REASON},
            f"{NAME}：终止督办，不再要求反馈。理由：",
            f"{NAME}: ended, no more reports are needed. Reason:",
        ),
        (
            "reopened",
            {"reason": REASON},
            f"{NAME}：重新督办，理由：",
            f"{NAME}: reopened, because:",
        ),
    ],
)
def test_what_changed_its_course_is_told_with_the_reason(
    event: str, facts: dict[str, Any], chinese: str, english: str
) -> None:
    for language, first, office in (
        ("zh", chinese, "省政府督查室"),
        ("en", english, "省政府督查室,"),
    ):
        lines = lines_of(language, make.card(), event, **facts)
        assert lines[:2] == [first, REASON]
        assert lines[-1] == f"{office} 020-0000 1234"


@pytest.mark.parametrize(
    ("days", "chinese", "english"),
    [
        (0, "。", "the clock runs again."),
        (1, "，共暂停1个工作日。", "the clock runs again after 1 working day."),
        (5, "，共暂停5个工作日。", "the clock runs again after 5 working days."),
    ],
)
def test_a_clock_that_goes_on_names_the_days_and_the_new_limit(
    days: int, chinese: str, english: str
) -> None:
    shown = make.card(make.task(due=date(2027, 1, 8)), Action.report, Action.submit)
    zh, en = (lines_of(one, shown, "resumed", days=days) for one in ("zh", "en"))
    assert zh[:2] == [f"{NAME}：恢复计时{chinese}", "时限 2027年1月8日（余33个工作日）🟢"]
    assert en[:2] == [f"{NAME}: {english}", "Limit: 8 Jan 2027 (33 working days left) 🟢"]
    pages = closing.course(ZH, shown, "resumed", {"days": days})
    assert labels(pages) == [["报进展", "申请办结"]]


def test_only_what_goes_on_offers_what_may_be_done() -> None:
    shown = make.card(None, Action.report, Action.submit, Action.withdraw)
    for event in ("paused", "cancelled"):
        assert labels(closing.course(ZH, shown, event, {"reason": REASON})) == [["8"]]
    for event in ("reopened", "returned"):
        pages = closing.course(ZH, shown, event, {"reason": REASON})
        assert [one for row in labels(pages) for one in row] == ["报进展", "申请办结", "撤回申请"]


def test_a_limit_stands_beside_what_makes_it_run_again_alone() -> None:
    for event, told in (("reopened", True), ("resumed", True), ("cancelled", False)):
        lines = lines_of("zh", make.card(), event, reason=REASON, days=2)
        assert any(line.startswith("时限 ") for line in lines) is told


def test_what_the_head_returned_is_not_signed_by_the_office() -> None:
    zh = lines_of("zh", make.card(), "returned", reason="请补民办学校")
    assert zh == [f"{NAME}：责任领导退回修改，意见：", "请补民办学校"]
    en = lines_of("en", make.card(), "returned", reason="请补民办学校")
    assert en == [f"{NAME}: the head asks for changes:", "请补民办学校"]


def test_a_grade_is_told_in_a_line() -> None:
    assert lines_of("zh", make.card(), "graded", grade="fair") == [
        f"{NAME}：办结评级“一般”。",
        "省政府督查室 020-0000 1234",
    ]
    assert lines_of("en", make.card(), "graded", grade="fair")[0] == f"{NAME}: graded “fair”."


def submitted(**changed: Any) -> CardView:
    said = make.report(9, "申请办结", kind=ReportKind.submission)
    words = make.report(8, "自查表全部收回", confirmed=False)
    own = make.part(
        state=PartState.submitted,
        submitted_at=NOW,
        last=said,
        words=words,
        said=make.report(6, "自查表收回一半"),
        **changed,
    )
    return make.card(make.task(state=PartState.submitted, parts=(own,)), own=own)


def test_a_head_is_asked_with_the_words_that_they_would_sign() -> None:
    pages = closing.course(ZH, submitted(), "submitted", {"report": 9})
    check(pages)
    assert plain_text(pages).split("\n") == [
        f"请审签：{NAME}",
        "联络员已申请办结。",
        "自查表全部收回",
        "1个工作日内未审签的，按未经审签报督查室。",
    ]
    assert labels(pages) == [["审签", "退回修改"], ["8"]]
    assert decode(data_of(pages, "审签")) == Press(Verb.endorse, (9,))
    assert decode(data_of(pages, "退回修改")) == Press(Verb.return_submission, (9,))
    english = closing.course(EN, submitted(), "submitted", {"report": 9})
    assert plain_text(english).split("\n") == [
        f"For your endorsement: {NAME}",
        "Your contact asks to close it.",
        "自查表全部收回",
        "If you do not act within 1 working day, it goes to the office without your endorsement.",
    ]
    assert labels(english) == [["Endorse"], ["Return for changes"], ["8"]]


@pytest.mark.parametrize(
    ("shown", "chinese", "english"),
    [
        (submitted(endorsed_at=NOW), "已审签。", "Endorsed."),
        (make.card(), "该申请已处理或已更新。", "This request has been dealt with or replaced."),
    ],
)
def test_nothing_is_left_to_sign(shown: CardView, chinese: str, english: str) -> None:
    for language, last in (("zh", chinese), ("en", english)):
        pages = closing.course(voice(language), shown, "submitted", {"report": 9})
        assert plain_text(pages).split("\n")[-1] == last
        assert labels(pages) == [["8"]]


def test_a_newer_submission_is_not_signed_on_the_older_message() -> None:
    pages = closing.course(ZH, submitted(), "submitted", {"report": 7})
    assert plain_text(pages).endswith("该申请已处理或已更新。")


@pytest.mark.parametrize(
    ("what", "chinese", "english"),
    [
        ("pause", ["等待上级批复", "听证、诉讼期间", "检测、鉴定期间"], "Waiting for approval"),
        ("cancel", ["政策调整", "并入其他任务", "重复立项"], "Policy changed"),
        ("reopen", [], None),
    ],
)
def test_a_reason_is_asked_with_the_usual_ones_to_tap(
    what: str, chinese: list[str], english: str | None
) -> None:
    pages = closing.ask_course(ZH, make.card(), what)
    check(pages)
    first, second, how = plain_text(pages).split("\n")
    assert (first, how) == (
        NAME,
        "请点选或直接回复。/cancel 取消" if chinese else "请直接回复。/cancel 取消",
    )
    assert second.endswith("理由？")
    assert [one for row in labels(pages) for one in row] == chinese
    for label in chinese:
        assert decode(data_of(pages, label)).verb is Verb[what]
    found = closing.ask_course(EN, make.card(), what)
    assert (english in [one for row in labels(found) for one in row]) is (english is not None)


def closed(**changed: Any) -> CardView:
    task = make.task(state=PartState.closed, outcome=Outcome.finished, **changed)
    return make.card(task, Action.reopen, own=None)


def test_what_was_closed_is_graded_by_a_tap() -> None:
    pages = closing.closed(ZH, closed())
    check(pages)
    assert plain_text(pages).split("\n") == [
        NAME,
        "已办结。可评级、改办结类型：",
        "办结类型 已完成",
    ]
    assert labels(pages) == [
        ["好", "较好", "一般", "差"],
        ["转入常态化", "合并", "终止"],
        ["重新督办"],
    ]
    assert decode(data_of(pages, "较好")) == Press(Verb.grade, (8,), "good")
    graded = closing.closed(EN, closed(grade=Grade.poor))
    assert plain_text(graded).split("\n") == [
        NAME,
        "Closed. You may grade it or change the outcome:",
        "Outcome: finished",
        "Grade: poor",
    ]
    assert labels(graded)[0] == ["Excellent", "Good", "Fair"]


def test_what_was_reopened_meanwhile_is_not_graded() -> None:
    for language, words in (("zh", "#8 未在办结状态。"), ("en", "#8 is not closed.")):
        pages = closing.closed(voice(language), make.card())
        assert (plain_text(pages), labels(pages)) == (words, [])


def test_long_names_and_reasons_stay_within_a_message() -> None:
    shown = make.card(make.task(text="<" * 3000))
    for event in ("paused", "cancelled", "reopened", "returned"):
        check(closing.course(EN, shown, event, {"reason": "&" * 4000}))


def test_no_button_of_an_end_is_offered_to_who_may_not() -> None:
    pages = closing.closed(ZH, replace(closed(), actions=()))
    found: list[Button] = [one for row in pages[-1].keyboard for one in row]
    assert "重新督办" not in [one.label for one in found]
    assert TEXTS[0][:6] in plain_text(pages)
