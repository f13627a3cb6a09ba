"""Assignments, welcomes, one's own tasks: long lists, signing, opening."""

from datetime import date
from typing import Any

import pytest

from bot.callbacks import Press, Verb, decode
from bot.render import answer, assignment, help, my, stranger, welcome, which
from bot.render.buttons import OPENED
from tasks.views.cards import AssignmentView
from tasks.vocabulary import Light, PartState, Role
from tasks.workflow import Action
from tests.rules import render_samples as make
from tests.rules.render_samples import NAMES, check, data_of, labels, plain_text, voice

ZH = voice("zh")


def given(n: int, **changed: Any) -> AssignmentView:
    cards = [
        make.unsigned_card(number, due=None if number % 3 == 0 else date(2026, 12, 31))
        for number in range(8, 8 + n)
    ]
    return make.assigned(cards, **changed)


def test_a_short_assignment_reads_as_the_office_writes_it() -> None:
    pages = assignment(ZH, given(2, title="关于提升创新能力的通知"))
    check(pages)
    assert plain_text(pages).split("\n") == [
        "【交办】云府办〔2026〕31号",
        "关于提升创新能力的通知",
        "省知识产权局：牵头9项、配合3项",
        "#8 建设面向园区的公共检测平台… 12-31",
        "#9 完善专利资助和费用减免政策 长期",
        "请于11月25日（周三）18:00前签收；",
        "不属本单位职责的，5个工作日内提出。",
        "严禁传输涉密、内部信息。",
        "省政府督查室 020-0000 1234",
    ]
    assert labels(pages) == [["全部签收"], ["8", "9"]]
    assert decode(data_of(pages, "全部签收")) == Press(Verb.sign_all, (1,))
    assert decode(data_of(pages, "9")) == Press(Verb.open, (9,))


def test_one_task_is_signed_by_itself() -> None:
    pages = assignment(ZH, given(1))
    assert labels(pages) == [["签收"], ["8"]]
    assert decode(data_of(pages, "签收")) == Press(Verb.sign, (8,))


def test_nothing_is_left_to_sign_once_all_is_signed() -> None:
    signed = make.assigned([make.card(make.task(n), Action.report) for n in (8, 9)])
    pages = assignment(ZH, signed)
    assert labels(pages) == [["8", "9"]]
    assert "前签收" not in plain_text(pages)


@pytest.mark.parametrize(("n", "shown", "rest"), [(12, 12, 0), (13, 10, 3), (60, 10, 50)])
def test_a_long_assignment_is_cut_and_offers_the_rest(n: int, shown: int, rest: int) -> None:
    pages = assignment(ZH, given(n))
    check(pages)
    text = plain_text(pages)
    assert sum(line.startswith("#") for line in text.split("\n")) == shown
    if rest:
        assert f"……余{rest}项请点“逐项查看”" in text
        assert labels(pages) == [["全部签收", "逐项查看"]]
        assert decode(data_of(pages, "逐项查看")) == Press(Verb.view, (1,), "assignment")
    else:
        assert "余" not in text


def test_every_task_is_listed_when_it_is_asked_for() -> None:
    pages = assignment(ZH, given(60), full=True)
    check(pages)
    assert sum(line.startswith("#") for line in plain_text(pages).split("\n")) == 60
    opened = [one.label for row in pages[-1].keyboard for one in row][1:]
    assert opened == [str(number) for number in range(8, 68)]


def test_more_tasks_than_buttons_are_still_listed() -> None:
    pages = assignment(ZH, given(400), full=True)
    check(pages)
    assert len(pages) > 1
    assert sum(line.startswith("#") for line in plain_text(pages).split("\n")) == 400
    opened = [one.label for row in pages[-1].keyboard for one in row if one.label != "全部签收"]
    assert len(opened) == OPENED


@pytest.mark.parametrize(
    ("counts", "line"),
    [((1, 0), "省财政厅：牵头1项"), ((0, 2), "省财政厅：配合2项")],
)
def test_a_department_is_told_what_it_leads(counts: tuple[int, int], line: str) -> None:
    text = plain_text(assignment(ZH, given(1, departments=((NAMES[1], *counts),))))
    assert line in text.split("\n")


def test_one_learns_who_one_is_and_sees_all_that_is_open() -> None:
    late = make.card(make.overdue(15, 2, date(2026, 11, 20)), Action.report)
    near = make.card(make.task(11, due=date(2026, 11, 27), light=Light.yellow), Action.report)
    waiting = make.task(
        16, state=PartState.submitted, parts=(make.part(state=PartState.submitted),)
    )
    mine = make.mine(
        [late, near, make.unsigned_card(9, due=None), make.card(waiting, Action.withdraw)], (9,)
    )
    roles = [(Role.contact, NAMES[0]), (Role.head, NAMES[0]), (Role.contact, NAMES[1])]
    pages = welcome(ZH, "王<敏>", roles, mine)
    check(pages)
    assert plain_text(pages).split("\n") == [
        "王<敏>，您好。您已绑定为：",
        "省知识产权局 联络员、责任领导",
        "省财政厅 联络员",
        "待办4项：",
        "🔴 #15 建设面向园区的公共检测平… 超期2日",
        "🟡 #11 完善专利资助和费用减免政策 11-27",
        "#9 完善专利资助和费用减免政… 长期 待签收",
        "#16 完善专利资助和费用减免政策 待审核",
        "反馈可直接回复，如：12号完成初稿。",
        "/my 我的任务　/help 帮助",
        "严禁传输涉密、内部信息。",
        "省政府督查室 020-0000 1234",
    ]
    assert labels(pages) == [["签收"], ["15", "11", "9", "16"]]


def test_a_long_welcome_offers_the_rest() -> None:
    cards = [make.unsigned_card(n) for n in range(1, 31)]
    pages = welcome(ZH, "", [(Role.contact, NAMES[0])], make.mine(cards, range(1, 31)))
    assert plain_text(pages).startswith("您好。您已绑定为：")
    assert "……余20项请点“逐项查看”" in plain_text(pages)
    assert labels(pages) == [["全部签收", "逐项查看"]]
    assert decode(data_of(pages, "逐项查看")) == Press(Verb.view, (), "my")


def test_the_office_is_shown_where_to_begin() -> None:
    pages = welcome(ZH, "赵一", [(Role.coordinator, None)], None)
    assert "省政府督查室 督查员" in plain_text(pages)
    assert "/queue" in plain_text(pages)


def test_tasks_of_two_notices_are_signed_by_notice() -> None:
    cards = [make.unsigned_card(n, notice=1 if n < 20 else 2) for n in (8, 9, 20, 21, 22, 23)]
    cards.append(make.unsigned_card(30, notice=3))
    pages = my(ZH, make.mine(cards, [8, 9, 20, 21, 22, 23, 30]))
    check(pages)
    assert [one for row in labels(pages) for one in row][:3] == [
        "全部签收 8、9",
        "全部签收 20、21等4项",
        "签收30",
    ]
    assert decode(data_of(pages, "全部签收 20、21等4项")) == Press(Verb.sign_all, (2,))


def test_having_nothing_to_do_is_said_plainly() -> None:
    assert plain_text(my(ZH, make.mine([]))) == "目前没有待办事项。"
    assert my(ZH, make.mine([]))[-1].keyboard == ()


def test_words_that_name_no_task_ask_which_one() -> None:
    cards = [make.card(make.task(n), Action.report) for n in (12, 20)]
    pages = which(ZH, make.mine(cards), "完成<60%>\n预计月底", 77)
    check(pages)
    assert plain_text(pages).startswith("“完成<60%> 预计月底”是哪一项的进展？请点编号：")
    assert labels(pages) == [["12", "20"]]
    assert decode(data_of(pages, "12")) == Press(Verb.choose, (12, 77))


def test_words_of_somebody_without_tasks() -> None:
    assert "未计为反馈" in plain_text(which(ZH, make.mine([]), "完成", 77))


@pytest.mark.parametrize(
    ("roles", "there", "missing"),
    [
        ({Role.contact}, {"/my", "/report", "/task", "/log"}, {"/queue", "/remind", "/who"}),
        ({Role.head}, {"/my", "/report"}, {"/queue", "/notices"}),
        ({Role.coordinator}, {"/queue", "/remind", "/who", "/notices"}, {"/my", "/report"}),
        ({Role.leader}, {"/summary", "/who", "/notices", "/queue"}, {"/remind", "/report"}),
        ({Role.admin, Role.contact}, {"/my", "/queue", "/remind"}, set()),
        (set(), {"/cancel", "/lang"}, {"/my", "/queue", "/summary"}),
    ],
)
def test_help_lists_what_the_role_can_use(
    roles: set[Role], there: set[str], missing: set[str]
) -> None:
    pages = help(ZH, frozenset(roles))
    check(pages)
    found = {word for word in plain_text(pages).split() if word.startswith("/")}
    assert there <= found
    assert not missing & found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_stranger_learns_how_to_be_invited_and_nothing_else(language: str) -> None:
    text = plain_text(stranger(voice(language, office="甲办", phone="123")))
    assert "/start" in text
    assert "甲办" not in text
    assert "123" not in text
    assert text.count("/") == 1


def test_a_nudge_that_reached_nobody_says_so() -> None:
    facts = {"task": 12, "told": ["省财政厅"], "unreached": []}
    assert plain_text(answer(ZH, "nudged", facts)) == "#12 已催办：省财政厅。"
    facts = {"task": 12, "told": ["省财政厅"], "unreached": ["省商务厅", "省科技厅"]}
    assert "未绑定，请电话告知：省商务厅、省科技厅。" in plain_text(answer(ZH, "nudged", facts))
    facts = {"task": 12, "told": [], "unreached": ["省商务厅"]}
    assert plain_text(answer(ZH, "nudged", facts)).startswith("#12 未能催办。")
