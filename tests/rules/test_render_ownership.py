"""Whose task it is, and what the others answered: how it reads and what the buttons carry."""

from datetime import date
from typing import Any

import pytest

from bot.callbacks import Press, Verb, decode
from bot.render import card, declined, digest, owner_told, receipt
from bot.render.ownership import (
    ask_decline,
    consolidation,
    delegate,
    reassign,
    reassign_which,
)
from tasks.cooperation import Said, Share
from tasks.due import StepKind
from tasks.models import ReportKind
from tasks.views.cooperation import Consolidation
from tasks.views.ownership import DeclineView, DelegateView, ReassignView
from tasks.vocabulary import PartRole, PartState, Silence
from tasks.workflow import Action
from tests.rules import render_samples as make
from tests.rules.render_samples import NAMES, check, data_of, labels, plain_text, voice

ZH, EN = voice("zh"), voice("en")
SHARES = (
    Share(NAMES[1], (Said(31, "无补充", nothing=True), Said(33, "资金<已下达>"))),
    Share(NAMES[2], (Said(32, "无补充", nothing=True),)),
    Share(NAMES[3], (), Silence.not_bound),
)


def decline(**changed: Any) -> DeclineView:
    facts: dict[str, Any] = {
        "card": make.card(own=None),
        "part": 5,
        "department": NAMES[0],
        "role": PartRole.lead,
        "reason": "该项属<民政>部门职责",
        "said_on": date(2026, 11, 24),
        "answer_by": date(2026, 11, 26),
        "judged": 77,
    }
    return DeclineView(**{**facts, **changed})


def choosing(**changed: Any) -> ReassignView:
    facts: dict[str, Any] = {
        "card": make.card(own=None),
        "part": 5,
        "department": NAMES[0],
        "role": PartRole.lead,
        "reason": "属民政部门职责",
        "judged": 77,
        "choices": ((3, NAMES[2]), (4, NAMES[3])),
        "page": 0,
        "pages": 1,
    }
    return ReassignView(**{**facts, **changed})


def test_a_decline_reads_as_the_office_wants_it_and_names_what_it_judges() -> None:
    pages = declined(ZH, decline())
    check(pages)
    assert plain_text(pages).split("\n") == [
        "【申请改办】#8 完善专利资助和费用减免政策",
        "省知识产权局（牵头）11月24日提出，理由：",
        "该项属<民政>部门职责",
        "时限 12月31日（余27个工作日）🟢",
        "请于11月26日前答复。",
    ]
    assert labels(pages) == [["转办", "不予改办"], ["8"]]
    assert decode(data_of(pages, "转办")) == Press(Verb.reassign, (5, 77), "asked")
    assert decode(data_of(pages, "不予改办")) == Press(Verb.refuse_decline, (77,))


def test_a_decline_that_waits_no_longer_has_no_answer_to_press() -> None:
    pages = declined(ZH, decline(judged=None))
    assert plain_text(pages).endswith("#8 改办申请已撤回或已答复。")
    assert labels(pages) == [["8"]]


def test_the_choice_of_a_department_carries_part_department_and_words() -> None:
    pages = reassign(ZH, choosing())
    check(pages)
    assert plain_text(pages).split("\n") == [
        "#8 完善专利资助和费用减免政策",
        "现由省知识产权局（牵头）承办，转给：",
        "改办理由：",
        "属民政部门职责",
    ]
    assert decode(data_of(pages, NAMES[2])) == Press(Verb.reassign, (5, 3, 77), "to")
    assert decode(data_of(pages, "输入名称")) == Press(Verb.reassign, (5, 77), "typed")


def test_many_departments_come_page_by_page() -> None:
    pages = reassign(ZH, choosing(reason=None, judged=None, page=1, pages=3))
    assert "（第2/3页，也可输入名称）" in plain_text(pages)
    assert decode(data_of(pages, "◀")) == Press(Verb.reassign, (5, 0))
    assert decode(data_of(pages, "▶")) == Press(Verb.reassign, (5, 2))
    assert decode(data_of(pages, NAMES[2])) == Press(Verb.reassign, (5, 3, 0), "to")
    assert decode(data_of(pages, "其他承办单位")) == Press(Verb.reassign, (8,), "of")
    assert "没有可转给的单位" in plain_text(reassign(ZH, choosing(choices=())))


def test_the_part_is_chosen_first_where_there_are_several() -> None:
    pages = reassign_which(ZH, 8, ((5, NAMES[0]), (6, NAMES[1])))
    assert labels(pages) == [[NAMES[0], NAMES[1]]]
    assert decode(data_of(pages, NAMES[1])) == Press(Verb.reassign, (6,))


def test_reasons_are_one_tap_or_words() -> None:
    pages = ask_decline(ZH, make.card(), date(2026, 11, 30))
    check(pages)
    assert plain_text(pages).split("\n") == [
        "#8 不属本单位？请选理由或直接回复：",
        "须在11月30日前提出，由督查室决定。",
    ]
    assert [one for row in labels(pages) for one in row] == [
        "非本单位职责",
        "已由他单位承办",
        "其他",
    ]
    assert decode(data_of(pages, "其他")) == Press(Verb.decline, (8,), "other")
    assert "须在" not in plain_text(ask_decline(ZH, make.card(), None))


@pytest.mark.parametrize("speaking", [ZH, EN])
@pytest.mark.parametrize("event", ["withdrawn", "moved", "kept", "delegated", "relieved"])
def test_what_was_decided_is_told_in_a_line(speaking: Any, event: str) -> None:
    card = make.card(make.task(), Action.report)
    facts = {"event": event, "department": NAMES[2], "by": "陈敏", "reason": "三定<方案>"}
    pages = owner_told(speaking, card, event, facts)
    check(pages)
    text = plain_text(pages)
    assert "#8" in text
    assert "{" not in text
    assert ("三定<方案>" in text) == (event == "kept")
    acts = event in ("kept", "delegated")
    assert (decode(pages[-1].keyboard[0][0].data).verb is Verb.report) == acts


def test_a_sentence_that_declines_is_offered_the_tap_only_while_it_can_be_done() -> None:
    said = make.report(7, "这项不归我们管", proposed="declined", confirmed=False)
    pages = receipt(ZH, [(make.card(make.task(), Action.decline), said)])
    assert "申请改办须点下方按钮确认。" in plain_text(pages)
    assert decode(data_of(pages, "8不属本单位")) == Press(Verb.decline, (8, 7), "said")
    late = receipt(ZH, [(make.card(make.task()), said)])
    assert "申请延期或改办，请联系" in plain_text(late)
    assert "不属本单位" not in str(labels(late))


def test_a_head_chooses_among_the_contacts() -> None:
    pages = delegate(ZH, DelegateView(8, ((21, "王敏"), (22, "李强")), "李强"))
    assert labels(pages) == [["王敏", "李强"], ["取消指定"]]
    assert decode(data_of(pages, "王敏")) == Press(Verb.delegate, (8, 21), "to")
    assert decode(data_of(pages, "取消指定")) == Press(Verb.delegate, (8,), "off")
    assert "没有已绑定的联络员" in plain_text(delegate(ZH, DelegateView(8, (), None)))


def test_the_draft_quotes_who_answered_and_names_who_did_not() -> None:
    pages = consolidation(ZH, make.card(), Consolidation(8, SHARES))
    check(pages)
    assert plain_text(pages).split("\n") == [
        "#8 完善专利资助和费用减免政策",
        "配合单位本期反馈：",
        "省财政厅：",
        "资金<已下达>",
        "省商务厅：",
        "无补充",
        "省科技厅：未反馈（未绑定）",
        "“采用”即作为本单位反馈，原文不变。",
    ]
    assert decode(data_of(pages, "采用")) == Press(Verb.adopt_draft, (8, 33))
    assert decode(data_of(pages, "修改")) == Press(Verb.consolidate, (8,), "edit")
    copied = consolidation(ZH, make.card(), Consolidation(8, SHARES), copied=True)
    assert plain_text(copied) == (
        "省财政厅：资金<已下达>\n省商务厅：无补充\n省科技厅：未反馈（未绑定）"
    )
    silent = consolidation(ZH, make.card(), Consolidation(8, SHARES[2:]))
    assert "采用" not in str(labels(silent))


def test_a_digest_lays_the_others_before_the_lead() -> None:
    helping = make.task(12, state=PartState.signed, parts=(make.part(role=PartRole.cooperating),))
    items = (
        make.item(
            make.card(make.task(8)),
            StepKind.period,
            date(2026, 11, 25),
            helped=Consolidation(8, SHARES),
        ),
        make.item(make.card(helping, Action.nothing_to_add), StepKind.period, date(2026, 11, 25)),
        make.item(
            make.card(make.task(13), Action.nothing_to_add), StepKind.period, date(2026, 11, 25)
        ),
    )
    pages = digest(ZH, make.digest(*items))
    check(pages)
    lines = plain_text(pages).split("\n")
    at = lines.index("　配合已反馈：省财政厅、省商务厅")
    assert lines[at - 1].startswith("#8 ")
    assert lines[at + 1] == "　配合未绑定：省科技厅"
    assert decode(data_of(pages, "8汇总")) == Press(Verb.consolidate, (8,))
    assert decode(data_of(pages, "12、13无补充")) == Press(Verb.nothing_to_add, (12, 13))


def test_a_receipt_says_that_there_was_nothing_to_add() -> None:
    said = make.report(kind=ReportKind.nothing_to_add, text="无补充")
    one, other = make.card(), make.card(make.task(12))
    assert plain_text(receipt(ZH, [(one, said)])).split("\n") == ["#8 已记入反馈。", "无补充"]
    both = plain_text(receipt(ZH, [(one, said), (other, said)])).split("\n")
    assert both[1:] == ["#8 无补充", "#12 无补充"]


@pytest.mark.parametrize("kind", [ReportKind.decline, ReportKind.nothing_to_add])
def test_what_was_asked_or_not_added_stands_on_the_card(kind: ReportKind) -> None:
    said = make.report(kind=kind, text="属民政职责")
    state = PartState.declined if kind is ReportKind.decline else PartState.in_progress
    part = make.part(last=said, state=state)
    text = plain_text(card(ZH, make.card(make.task(parts=(part,)))))
    assert f"上次反馈 10-23 {ZH.term(kind)}" in text
    assert ("属民政职责" in text) == (kind is ReportKind.decline)
