"""The review of a draft in chat: what its messages say, and exactly the buttons that make
sense; every one fits one message, whatever a notice holds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.callbacks import Press, Verb, decode
from bot.render.clauses import (
    clause,
    following,
    found,
    original,
    passage,
    scope,
    splitting,
    waiving,
)
from bot.render.drafts import bulk, clauses, draft, drafts, names, orders
from bot.render.issuing import issued, preview, revision
from bot.render.message import Message
from bot.render.wording import width
from bot.texts import LANGUAGES
from tasks.instructions import sentences
from tasks.models import ClauseRole
from tasks.services.drafts import Orders
from tasks.services.notices import Stays
from tasks.services.revisions import Gone
from tasks.views.drafts import Filter
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, PassageState, WaiveReason
from tests.rules import draft_samples as make
from tests.rules.draft_samples import ROW
from tests.rules.render_samples import check, data_of, labels, plain_text, voice
from tests.rules.test_render_limits import NASTY

WIDEST = 40
"""Cells of a label: about twenty Chinese characters."""

PER_CLAUSE = 14
"""Buttons under a clause: more cannot be taken in at a glance."""


def presses(pages: Sequence[Message]) -> list[Press]:
    return [decode(one.data) for row in pages[-1].keyboard for one in row]


def flat(pages: Sequence[Message]) -> list[str]:
    return [label for row in labels(pages) for label in row]


def test_the_card_of_a_draft_counts_what_is_ready_and_what_is_open() -> None:
    text = plain_text(draft(voice(), make.draft()))
    assert text.startswith("【拟稿】云府办〔2026〕31号\n关于加快公共检测平台建设的意见\n")
    assert "共57条，可交办7条" in text
    assert "未定单位45" in text
    assert "单位：新增1，待核对1" in text
    assert "绝密、机密、秘密、内部的文件不予接收" in text


def test_a_draft_offers_each_group_that_is_open_and_nothing_else() -> None:
    pages = draft(voice(), make.draft())
    shown = presses(pages)
    wanted = set(Filter) - {Filter.ready, Filter.waived}
    assert {Filter(one.name) for one in shown if one.verb is Verb.clauses} == wanted
    assert Press(Verb.preview, (4,)) in shown
    assert Press(Verb.passages, (4,)) in shown
    assert Press(Verb.names, (4,)) in shown
    assert Press(Verb.all, (4, 9), "information") in shown
    assert Press(Verb.typed, (4, 9), "bulk") in shown
    assert not any(one.verb is Verb.undo for one in shown)
    done = make.draft(ready=0, total=3, issued=3, stays={}, passages_open=0, no_limit=0, names=())
    assert {one.verb for one in presses(draft(voice(), done))} == {Verb.clauses}


def test_the_last_step_is_taken_back_only_where_there_is_one() -> None:
    pages = draft(voice(), make.draft(undoable="waive"))
    assert decode(data_of(pages, "撤销上一步")) == Press(Verb.undo, (4,))


def test_issuing_is_called_by_its_name() -> None:
    assert "交办7条" in flat(draft(voice(), make.draft()))
    assert "确认交办7条" in flat(preview(voice(), make.preview()))


def test_a_list_shows_six_clauses_and_opens_each() -> None:
    lines = [make.line(n) for n in range(1, 15)]
    pages = clauses(voice(), make.draft(), lines, Filter.no_owner, 1)
    text = plain_text(pages)
    assert "第7条 八（三）｜省教育厅｜12-31" in text
    assert "未定单位14条（2/3）" in text
    assert "第13条" not in text
    assert labels(pages)[0] == ["7", "8", "9", "10", "11", "12"]
    assert decode(data_of(pages, "7")) == Press(Verb.clause, (1007,))
    assert decode(data_of(pages, "◀")) == Press(Verb.clauses, (4, 0), "no_owner")
    assert decode(data_of(pages, "▶")) == Press(Verb.clauses, (4, 2), "no_owner")


def test_a_page_that_is_gone_is_the_last_one() -> None:
    pages = clauses(voice(), make.draft(), [make.line(3)], Filter.all, 40)
    assert labels(pages) == [["3"], ["返回"]]
    assert "没有这类条目" in plain_text(clauses(voice(), make.draft(), [], Filter.all, 2))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"owners": ()}, "未定单位｜12-31"),
        ({"deadline": date(2027, 1, 5)}, "省教育厅｜2027-1-5"),
        ({"deadline": date(2026, 3, 1), "past": True}, "3-1已过"),
        ({"deadline": date(2026, 3, 1), "past": True, "as_overdue": True}, "｜3-1\n"),
        ({"deadline": None, "follow_up": FollowUp.standing}, "省教育厅｜长期"),
        ({"state": ClauseState.waived}, "省教育厅｜不立项"),
        ({"section": None}, "第12条｜省教育厅"),
        ({"owners": (make.owner(), make.owner("省财政厅"))}, "省教育厅等2家"),
    ],
)
def test_a_line_of_a_list_says_whose_and_until_when(changed: Mapping[str, Any], said: str) -> None:
    lines = [make.line(**changed)]
    assert said in plain_text(clauses(voice(), make.draft(), lines, Filter.all, 0))


def test_a_clause_shows_what_was_read_and_whom_its_names_mean() -> None:
    owners = (
        make.owner(),
        make.owner("市数据局", department=None, role=ClauseRole.cooperating),
        make.owner("教育局", department=None, resembles=((5, "省教育厅"),)),
        make.owner("有关部门", department=None, is_class=True),
    )
    text = plain_text(clause(voice(), make.clause(make.line(owners=owners, recurrence="每季度"))))
    for said in (
        "第12条 八（三）（12/57）",
        "类型 单位事项",
        "牵头 教育部门 → 省教育厅",
        "配合 市数据局（新增单位）",
        "牵头 教育局（是否即省教育厅？待核对）",
        "牵头 有关部门\n",
        "时限 12月31日（“年底前”）",
        "周期 每季度",
        "方式 定时限",
    ):
        assert said in text


def test_a_limit_that_is_no_day_is_shown_as_it_was_written() -> None:
    undated = make.line(deadline=None, deadline_text="适时")
    assert "时限 未定（“适时”）" in plain_text(clause(voice(), make.clause(undated)))
    never = make.line(deadline=None, deadline_text=None)
    assert "时限 无" in plain_text(clause(voice(), make.clause(never)))


def done_to(**changed: Any) -> set[tuple[Verb, str]]:
    """What the buttons of such a clause do to it."""
    view = make.clause(make.line(**changed))
    moves = {Verb.clause, Verb.draft}
    return {(one.verb, one.name) for one in presses(clause(voice(), view))} - {
        (verb, "") for verb in moves
    }


EDITS = {
    (Verb.typed, "owners"),
    (Verb.typed, "limit"),
    (Verb.typed, "text"),
    (Verb.menu, "follow"),
    (Verb.menu, "waive"),
    (Verb.menu, "split"),
    (Verb.step, "merge"),
}


def test_an_open_clause_can_be_edited() -> None:
    assert done_to() == EDITS
    assert done_to(stays=Stays.no_owner, owners=()) == EDITS


def test_a_collective_duty_asks_for_one_of_its_three_ways() -> None:
    ways = {(Verb.step, "waive=information"), (Verb.menu, "each")}
    kind = ClauseKind.collective_duty
    assert done_to(kind=kind, stays=Stays.collective, owners=()) == EDITS | ways
    assert done_to(kind=kind) == EDITS | ways
    pages = clause(voice(), make.clause(make.line(kind=kind, stays=Stays.collective)))
    assert labels(pages)[0] == ["阅知", "逐单位", "指定牵头"]


@pytest.mark.parametrize("kind", ClauseKind)
def test_a_passed_limit_asks_for_one_of_its_three_ways(kind: ClauseKind) -> None:
    ways = {(Verb.step, "no_limit"), (Verb.step, "overdue")}
    assert done_to(kind=kind, stays=Stays.past_limit, past=True) == EDITS | ways


def test_a_decided_clause_only_goes_back_or_to_its_task() -> None:
    assert done_to(state=ClauseState.waived) == {(Verb.step, "reopen")}
    assert done_to(state=ClauseState.issued, task=8) == {(Verb.open, "")}
    assert done_to(state=ClauseState.merged, merged_into=3) == set()


def test_a_clause_without_neighbours_or_sentences_offers_neither() -> None:
    view = make.clause(before=None, after=None, mergeable=None, sentences=((0, 5),))
    shown = {(one.verb, one.name) for one in presses(clause(voice(), view))}
    assert shown == EDITS - {(Verb.menu, "split"), (Verb.step, "merge")} | {(Verb.draft, "")}


def test_every_change_of_a_clause_names_the_version_that_is_shown() -> None:
    views = [clause, waiving, following, splitting]
    for show in views:
        for one in presses(show(voice(), make.clause())):
            if one.verb in (Verb.step, Verb.typed, Verb.split_at):
                assert one.ids[:2] == (1012, 3)
    merge = decode(data_of(clause(voice(), make.clause()), "并入第13条"))
    assert merge == Press(Verb.step, (1012, 3, 1013, 2), "merge")


def test_a_waiver_says_its_reason() -> None:
    waived = make.line(state=ClauseState.waived, waived_as=WaiveReason.duplicate, reason="见第3条")
    assert "不立项：重复，见第3条" in plain_text(clause(voice(), make.clause(waived)))
    free = make.line(state=ClauseState.waived, waived_as=WaiveReason.other, reason="已另文部署")
    assert "不立项：已另文部署" in plain_text(clause(voice(), make.clause(free)))


def test_reasons_and_ways_are_one_tap_each() -> None:
    steps = {one.name for one in presses(waiving(voice(), make.clause())) if one.name}
    assert steps == {
        *(f"waive={why}" for why in ("principle", "not_ours", "duplicate", "information")),
        "waive",
    }
    ways = presses(following(voice(), make.clause()))
    assert [one.name for one in ways] == [*(f"follow={way.value}" for way in FollowUp), ""]
    assert ways[-1] == Press(Verb.clause, (1012,))


def test_a_clause_is_cut_before_any_sentence_but_the_first() -> None:
    text = "编制规划方案。组织专家论证；报省政府审定。"
    view = make.clause(make.line(text=text), sentences=sentences(text))
    pages = splitting(voice(), view)
    assert "1. 编制规划方案。\n2. 组织专家论证；\n3. 报省政府审定。" in plain_text(pages)
    assert flat(pages) == ["第2句起", "第3句起", "逐句拆开", "返回"]
    cuts = [one.ids for one in presses(pages) if one.verb is Verb.split_at]
    assert cuts == [(1012, 3, 1), (1012, 3, 2), (1012, 3, 0)]


def test_a_collective_duty_is_asked_of_all_or_of_some() -> None:
    pages = scope(voice(), make.clause(), ["省财政厅", "省教育厅"])
    assert flat(pages) == ["全部2家", "指定若干单位", "返回"]
    assert flat(scope(voice(), make.clause(), [])) == ["指定若干单位", "返回"]


def test_departments_that_typed_words_may_mean_lead_with_one_tap() -> None:
    pages = found(voice(), make.clause(), "教育", [(5, "省教育厅")])
    assert decode(data_of(pages, "省教育厅")) == Press(Verb.step, (1012, 3, 5), "lead")
    assert flat(found(voice(), make.clause(), "教育", [])) == ["返回"]


def test_the_original_is_shown_beside_the_edited_words() -> None:
    view = make.clause(original="原来的文字")
    assert "文字已修改" in plain_text(clause(voice(), view))
    assert "原来的文字" in plain_text(original(voice(), view))
    assert decode(data_of(clause(voice(), view), "原文")) == Press(Verb.menu, (1012,), "original")


def test_a_sentence_is_made_a_clause_attached_or_waived() -> None:
    pages = passage(voice(), make.passage())
    assert "（1/3）" in plain_text(pages)
    shown = presses(pages)
    assert Press(Verb.step, (77, 2), "map") in shown
    assert Press(Verb.step, (77, 2, 1012, 3), "attach") in shown
    for why in ("principle", "not_ours", "duplicate"):
        assert Press(Verb.step, (77, 2), f"drop={why}") in shown
        assert Press(Verb.all, (4, 9), f"drop={why}") in shown
    assert decode(data_of(pages, "下一句")) == Press(Verb.passage, (78,))


def test_a_single_or_decided_sentence_offers_nothing_for_all() -> None:
    alone = passage(voice(), make.passage(of=1, after=None))
    assert not any(one.verb is Verb.all for one in presses(alone))
    for state in (PassageState.mapped, PassageState.waived):
        decided = passage(voice(), make.passage(state=state, after=None))
        assert presses(decided) == [Press(Verb.draft, (4,))]


def test_names_that_look_alike_are_asked_about_by_their_place() -> None:
    pages = names(voice(), make.draft())
    assert "教育部门（2条）是否即" in plain_text(pages)
    assert "新增1家：省数据局" in plain_text(pages)
    assert decode(data_of(pages, "教育部门→省教育厅")) == Press(Verb.settle, (4, 1, 5, 9))
    assert decode(data_of(pages, "新增“教育部门”")) == Press(Verb.settle, (4, 1, 0, 9))


def test_a_bulk_step_lists_what_it_touches_and_marks_what_is_counted_by_place() -> None:
    steps = [("长期", [make.line(19), make.line(20)]), ("不立项", [make.line(33)])]
    pages = bulk(voice(), make.draft(), steps, [20], 700)
    text = plain_text(pages)
    assert "将改动3条" in text
    assert "▪ 长期（2条）" in text
    assert "第20条 八（三） 完善专利资助和费用减免…（按位置计入）" in text
    assert "第19条 八（三） 完善专利资助和费用减免…\n" in text
    assert "其中1条层次号缺失" in text
    assert decode(data_of(pages, "确认改动3条")) == Press(Verb.assign, (4, 700))
    assert decode(data_of(pages, "取消")) == Press(Verb.draft, (4,))


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (Orders(owners=[("省财政厅", ClauseRole.lead)]), "单位：省财政厅牵头"),
        (Orders(owners=[]), "单位：—"),
        (Orders(deadline=date(2027, 6, 30)), "时限：2027-06-30"),
        (Orders(follow_up=FollowUp.standing), "方式：长期"),
        (Orders(waive=WaiveReason.duplicate, reason="见第3条"), "不立项：重复，见第3条"),
        (Orders(waive=WaiveReason.other, reason="已另文部署"), "不立项：已另文部署"),
    ],
)
def test_an_instruction_is_read_back(do: Orders, said: str) -> None:
    assert orders(voice(), do) == said


def test_no_clause_of_a_long_bulk_step_is_passed_over_in_silence() -> None:
    steps = [(f"第{n}行", [make.line(n * 10 + m) for m in range(5)]) for n in range(30)]
    text = plain_text(bulk(voice(), make.draft(), steps, [], 700))
    shown = text.count("\n第")
    left = sum(
        int(line.removeprefix("……余").removesuffix("条"))
        for line in text.splitlines()
        if line.startswith("……余")
    )
    assert shown + left == 150


def test_a_preview_says_who_is_told_what_and_what_stays() -> None:
    new = make.recipient("教育部门", people=(), is_new=True, resembles=((5, "省教育厅"),))
    pages = preview(
        voice(),
        make.preview(
            make.recipient(),
            make.recipient("省商务厅", people=(("赵云", False),), cooperating=0),
            make.recipient("省科技厅", people=(), lead=0, each=1),
            new,
        ),
    )
    text = plain_text(pages)
    for said in (
        "交办7条，涉及4家",
        "省财政厅：牵头3、配合2｜王敏",
        "省商务厅：牵头3｜未绑定",
        "省科技厅：配合2、承办1｜未登记联络员",
        "教育部门：牵头3、配合2｜新增单位",
        "其中1家与已知单位相近",
        "保留未分解50条：未定单位45、集体事项待定3、时限已过待定2",
        "未对应句1",
    ):
        assert said in text
    assert decode(data_of(pages, "确认交办7条")) == Press(Verb.issue, (4, 9))


def test_nothing_ready_cannot_be_issued() -> None:
    pages = preview(voice(), make.preview(ready=0))
    assert presses(pages) == [Press(Verb.draft, (4,))]


def test_two_hundred_departments_fit_a_preview() -> None:
    told = [make.recipient("省" + "市场监督" * 8 + f"{n}局") for n in range(200)]
    for language in LANGUAGES:
        pages = preview(voice(language), make.preview(*told))
        check(pages)
        assert len(pages) == 1
    assert "……另180家" in plain_text(preview(voice(), make.preview(*told)))


def test_after_issuing_the_rest_of_the_draft_is_one_tap_away() -> None:
    pages = issued(voice(), make.draft(), 7, 50)
    assert "已交办7条" in plain_text(pages)
    assert "未分解50条" in plain_text(pages)
    assert Press(Verb.draft, (4,)) in presses(pages)


def test_a_revision_says_what_changed_and_leaves_the_choice() -> None:
    view = make.revision(
        (make.change(), make.change(13, task=8)),
        (make.duty(),),
        (Gone(14, None, "甲事项"), Gone(15, 9, "乙事项")),
    )
    pages = revision(voice(), view)
    text = plain_text(pages)
    for said in (
        "不变50，变动2，新增1，删去2",
        "第12条 时限、文字有变",
        "#8 时限、文字有变",
        "新增：培育",
        "删去 第14条：甲事项",
        "删去 #9：乙事项",
        "已交办的任务不自动改动",
    ):
        assert said in text
    assert [one.name for one in presses(pages)] == ["revise", "new", "drop"]
    assert "不自动改动" not in plain_text(revision(voice(), make.revision((make.change(),))))


def test_changes_beyond_the_list_are_counted() -> None:
    many = make.revision(tuple(make.change(n) for n in range(1, 31)))
    assert "……余18项" in plain_text(revision(voice(), many))


def test_drafts_are_listed_newest_last_and_open_their_card() -> None:
    assert "没有待核对的拟稿" in plain_text(drafts(voice(), []))
    pages = drafts(voice(), [make.draft(notice_id=n, label=f"云府办{n}号") for n in (1, 2)])
    assert "待核对2件" in plain_text(pages)
    assert presses(pages) == [Press(Verb.draft, (1,)), Press(Verb.draft, (2,))]


def every_page(language: str, word: str, n: int) -> dict[str, Sequence[Message]]:
    """Every renderer with that word in every field, the greatest ids, lists of that length."""
    said = voice(language)
    alike = tuple((ROW, word) for _ in range(min(n, 3)))
    owners = tuple(
        make.owner(word, department=(word or None) if i % 2 else None, resembles=alike)
        for i in range(n)
    )
    lines = [
        make.line(
            9999,
            word,
            id=ROW,
            version=ROW,
            section=word,
            owners=owners,
            deadline=date(2027, 12, 31),
            deadline_text=word,
            recurrence=word,
            reason=word,
            stays=list(Stays)[i % 3],
            state=list(ClauseState)[i // 3 % 4],
            kind=list(ClauseKind)[i % len(ClauseKind)],
            waived_as=list(WaiveReason)[i % len(WaiveReason)],
            task=9999,
        )
        for i in range(max(n, 12))
    ]
    spans = tuple((at, len(word)) for at in range(min(n, len(word))))
    views = [
        make.clause(
            one,
            notice=word,
            notice_id=ROW,
            original=word,
            before=ROW,
            after=ROW,
            mergeable=(ROW, ROW, 9999),
            sentences=spans,
        )
        for one in lines[:12]
    ]
    view = make.draft(
        notice_id=ROW,
        label=word,
        title=word,
        revision=ROW,
        total=9999,
        names=tuple(make.name(word, department=None, resembles=alike) for _ in range(n)),
        undoable=word,
        waived=10,
    )
    told = [
        make.recipient(word, people=((word, True),) * n, is_new=i % 2 == 0, resembles=alike)
        for i in range(n)
    ]
    differing = make.revision(
        tuple(make.change(9999, 9999, word) for _ in range(n)),
        tuple(make.duty(word) for _ in range(n)),
        tuple(Gone(9999, 9999, word) for _ in range(n)),
        word,
    )
    sentence = make.passage(
        id=ROW, version=ROW, notice_id=ROW, notice=word, text=word, near=(ROW, ROW, 9999)
    )
    shown: dict[str, Sequence[Message]] = {
        "draft": draft(said, view),
        "drafts": drafts(said, [view] * n),
        "names": names(said, view),
        "bulk": bulk(said, view, [(word, lines)] * max(n, 1), [9999], ROW),
        "passage": passage(said, sentence),
        "preview": preview(said, make.preview(*told, label=word, notice_id=ROW, revision=ROW)),
        "issued": issued(said, view, 9999, 9999),
        "revision": revision(said, differing),
        "original": original(said, views[0]),
        "found": found(said, views[0], word, [(ROW, word)] * min(n, 8)),
        "scope": scope(said, views[0], [word] * n),
        "waiving": waiving(said, views[0]),
        "following": following(said, views[0]),
        "splitting": splitting(said, views[0]),
    }
    shown |= {f"clauses {which}": clauses(said, view, lines, which, 0) for which in Filter}
    shown |= {f"clause {i}": clause(said, one) for i, one in enumerate(views)}
    return shown


def one_message_each(shown: Mapping[str, Sequence[Message]]) -> None:
    for what, pages in shown.items():
        check(pages)
        assert len(pages) == 1, what
        for label in flat(pages):
            assert width(label) <= WIDEST, (what, label)
        if what.startswith("clause "):
            assert len(flat(pages)) <= PER_CLAUSE, what


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", [*NASTY, "𝐀" * 5000, "Ω" * 5000])
def test_every_message_of_a_draft_is_one_that_telegram_takes(language: str, word: str) -> None:
    one_message_each(every_page(language, word[:1600], 25))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [0, 1, 200])
def test_lists_of_any_length_make_one_message(language: str, n: int) -> None:
    one_message_each(every_page(language, "省<知识>产权局完善资助政策。" * 8, n))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(LANGUAGES), st.text(max_size=80), st.integers(0, 5))
def test_any_words_make_one_message(language: str, word: str, n: int) -> None:
    one_message_each(every_page(language, word, n))
