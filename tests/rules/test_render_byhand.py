"""What the coordinator does by hand, as it reads in chat: milestones, typed duties, merging,
leaders, and what waits for a leader's word."""

from datetime import date
from typing import Any

import pytest

from bot.callbacks import Press, Verb, decode
from bot.render import Message, card
from bot.render.byhand import (
    approval,
    attached,
    by_hand,
    late_limit,
    leaders,
    merging,
    nodes,
    subject_of_notice,
)
from bot.render.drafts import draft as draft_card
from bot.render.queue import queue
from bot.render.reminders import digest
from bot.texts import LANGUAGES
from tasks.due import StepKind
from tasks.services.corrections import Merging
from tasks.views.approvals import ApprovalView, Decision
from tasks.views.issuing import Preview, Recipient
from tasks.views.queue import Queue, Signing
from tasks.views.standings import NodeView
from tasks.vocabulary import PartState
from tests.rules import draft_samples as drafts
from tests.rules import render_samples as make
from tests.rules.render_samples import NAMES, NOW, TODAY, check, plain_text, voice

ZH = voice()
FIRST = NodeView(1, 1, "完成初稿", date(2026, 11, 20), None)
MET = NodeView(2, 2, "印发方案", date(2026, 11, 10), date(2026, 11, 9))
LATER = NodeView(3, 3, "组织验收", date(2027, 1, 15), None)
NASTY = ("", "<b>", "督" * 3000, "😀" * 300, "&" * 900, "一行\n二行", "\u202eאב", "{task} %s")


def said(pages: tuple[Message, ...]) -> str:
    return plain_text(pages)


def pressed(pages: tuple[Message, ...]) -> list[Press]:
    return [decode(one.data) for page in pages for row in page.keyboard for one in row]


def labels(pages: tuple[Message, ...]) -> list[str]:
    return [one.label for page in pages for row in page.keyboard for one in row]


def test_a_card_lists_the_milestones_in_the_order_of_their_days() -> None:
    pages = card(ZH, make.card(make.task(nodes=(MET, FIRST, LATER), leader="陈立")))
    lines = said(pages).splitlines()
    assert [line for line in lines if line[:1] in ("○", "✓")] == [
        "✓ 11-10 印发方案",
        "○ 11-20 完成初稿（已过）",
        "○ 2027-1-15 组织验收",
    ]
    assert "分管 陈立" in lines


def test_of_many_milestones_a_card_lists_the_open_ones() -> None:
    met = tuple(NodeView(n, n, f"第{n}步", date(2026, 10, n), TODAY) for n in range(1, 9))
    lines = said(card(ZH, make.card(make.task(nodes=(*met, LATER))))).splitlines()
    shown = [line for line in lines if line[:1] in ("○", "✓")]
    assert len(shown) == 6
    assert shown[-1] == "○ 2027-1-15 组织验收"
    assert "……余3个节点见“节点”" in lines


def test_who_answers_meets_and_the_office_changes() -> None:
    view = make.card(make.task(8, nodes=(MET, FIRST)))
    mine = nodes(ZH, view, office=False, answering=True)
    assert labels(mine) == ["完成：完成初稿", "8"]
    assert pressed(mine)[0] == Press(Verb.node, (1,), "met")
    office = nodes(ZH, view, office=True, answering=False)
    assert labels(office) == ["新增节点", "未完成：印发方案", "取消：完成初稿", "8"]
    reader = nodes(ZH, view, office=False, answering=False)
    assert labels(reader) == ["8"]
    ended = make.card(make.task(8, nodes=(MET, FIRST), state=PartState.closed))
    assert labels(nodes(ZH, ended, office=True, answering=True)) == ["8"]


def test_a_digest_names_the_milestone_that_it_asks_for() -> None:
    view = make.card(make.task(12))
    for day, line in (
        (date(2026, 11, 30), "#12 节点“完成初稿”11-30到期"),
        (date(2026, 11, 23), "#12 节点“完成初稿”11-23已过，请报进展"),
    ):
        item = make.item(view, StepKind.node, day, node="完成初稿")
        assert line in said(digest(ZH, make.digest(item)))


def typed(**changed: Any) -> dict[str, Any]:
    owner = {"name": "省财政厅", "role": "lead", "department": "省财政厅", "resembles": []}
    read = {"row": 9, "text": "开展校舍排查", "due": "2026-12-31", "owners": [owner]}
    return {**read, "draft": False, **changed}


def test_a_typed_duty_is_read_back_before_it_goes_out() -> None:
    pages = by_hand(ZH, make.NOTICE, typed(), TODAY)
    assert said(pages).splitlines()[:4] == [
        f"【新增任务】{make.NOTICE}",
        "开展校舍排查",
        "牵头 省财政厅",
        "时限 12月31日",
    ]
    assert pressed(pages) == [
        Press(Verb.by_hand, (9,), "issue"),
        Press(Verb.by_hand, (9,), "drop"),
    ]
    waiting = by_hand(ZH, make.NOTICE, typed(draft=True, due=None), TODAY)
    assert "时限 无" in said(waiting)
    assert labels(waiting) == ["列入拟稿", "取消"]


def test_a_name_that_is_not_known_is_chosen_before_anything_goes_out() -> None:
    owner = {"name": "财政", "role": "lead", "department": None, "resembles": [[4, "省财政厅"]]}
    pages = by_hand(ZH, make.NOTICE, typed(owners=[owner]), TODAY)
    assert "牵头 财政（未登记，请选下列单位）" in said(pages)
    assert pressed(pages) == [
        Press(Verb.by_hand, (9, 0, 4), "pick"),
        Press(Verb.by_hand, (9,), "drop"),
    ]


def test_a_limit_that_has_passed_asks_for_a_word() -> None:
    pages = late_limit(ZH, 12, date(2026, 11, 1), 77, TODAY)
    assert said(pages) == "#12 新时限11月1日已过，按超期处理？否则请另发时限。"
    assert pressed(pages) == [Press(Verb.edit_task, (12, 77), "overdue")]


def test_merging_shows_what_moves_and_waits_for_a_reason() -> None:
    found = Merging("经信委", "工信局", ("李明",), (3, 8), ("经信委",))
    asked = merging(ZH, found, None, 5)
    assert said(asked).splitlines() == [
        "经信委 并入 工信局",
        "转入1人：李明",
        "转入任务2项：#3、#8",
        "经信委今后即指工信局",
        "请回复合并理由，/cancel 取消",
    ]
    assert pressed(asked) == []
    sure = merging(ZH, found, "机构改革", 5)
    assert "理由：机构改革" in said(sure)
    assert pressed(sure) == [Press(Verb.merge, (5,), "do"), Press(Verb.merge, (5,), "drop")]


def test_a_leader_is_chosen_among_those_who_are_bound() -> None:
    subject = subject_of_notice(ZH, make.NOTICE, 4)
    pages = leaders(ZH, subject, "notice", 1, [(5, "陈立"), (6, "何平")], 6)
    assert labels(pages) == ["陈立", "✓何平", "不分管"]
    assert pressed(pages)[0] == Press(Verb.attach_leader, (1, 5), "notice")
    assert "尚无已绑定的分管领导" in said(leaders(ZH, subject, "notice", 1, [], None))


def test_a_leader_reads_what_is_attached_and_presses_nothing_else() -> None:
    mine = make.mine([make.card(make.task(8)), make.card(make.task(9, due=None))])
    pages = attached(ZH, mine)
    assert said(pages).splitlines()[0] == "您分管2项："
    assert [press.verb for press in pressed(pages)] == [Verb.open, Verb.open]


def waiting(**changed: Any) -> ApprovalView:
    given = Preview(
        drafts.draft(ready=1),
        (Recipient(NAMES[1], 1, 0, 0, (("李明", True),), False, ()),),
        0,
    )
    facts: dict[str, Any] = {
        "id": 3,
        "decision": Decision.waiting,
        "asked_by": "周敏",
        "asked_at": NOW,
        "decided_by": None,
        "reason": None,
        "preview": given,
        "lines": (drafts.line(),),
        "may_sign": True,
    }
    return ApprovalView(**{**facts, **changed})


def test_what_waits_is_shown_whole_to_who_signs() -> None:
    pages = approval(ZH, waiting())
    assert pressed(pages) == [Press(Verb.approve, (3,)), Press(Verb.disapprove, (3,))]
    assert "周敏于11月24日09:00报请签发" in said(pages)
    assert NAMES[1] in said(pages)
    assert pressed(approval(ZH, waiting(may_sign=False))) == []


@pytest.mark.parametrize("decision", [one for one in Decision if one is not Decision.waiting])
def test_what_is_decided_has_no_buttons(decision: Decision) -> None:
    pages = approval(ZH, waiting(decision=decision, decided_by="陈立", reason="时限不妥"))
    assert pressed(pages) == []
    assert ("陈立" in said(pages)) is (decision is not Decision.outdated)


def test_the_card_of_a_draft_says_that_it_waits() -> None:
    assert "待签发" not in said(draft_card(ZH, drafts.draft()))
    assert "待签发：已报分管领导" in said(draft_card(ZH, drafts.draft(approval=3)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", NASTY, ids=range(len(NASTY)))
def test_whatever_is_written_every_page_is_one_that_telegram_takes(
    language: str, word: str
) -> None:
    speaking = voice(language)
    many = tuple(NodeView(n, n, word[:60] or "甲", date(2026, 11, 20), None) for n in range(1, 21))
    view = make.card(make.task(8, word or "甲", nodes=many, leader=word))
    owner = {"name": word, "role": "lead", "department": None, "resembles": [[4, word]] * 5}
    found = Merging(word, word, (word,) * 40, tuple(range(1, 200)), (word,) * 9)
    for pages in (
        nodes(speaking, view, office=True, answering=True),
        by_hand(speaking, word, typed(text=word, owners=[owner] * 8), TODAY),
        merging(speaking, found, word, 5),
        leaders(speaking, subject_of_notice(speaking, word, 4), "task", 1, [(5, word)] * 9, 5),
        attached(speaking, make.mine([view] * 30)),
        approval(speaking, waiting(asked_by=word, lines=(drafts.line(text=word),) * 30)),
        approval(speaking, waiting(decision=Decision.refused, decided_by=word, reason=word)),
        digest(speaking, make.digest(make.item(view, StepKind.node, TODAY, node=word))),
        card(speaking, view),
    ):
        check(pages)


def test_the_queue_names_what_lies_with_the_leaders() -> None:
    lies = Signing(2, make.NOTICE, 3)
    pages = queue(ZH, Queue(TODAY, signing=(lies,)))
    assert said(pages).splitlines()[1:] == [f"待签发：{make.NOTICE}，已报3个工作日"]
    assert pressed(pages) == [Press(Verb.draft, (2,))]
