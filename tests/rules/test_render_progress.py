"""The summary and what stands behind its numbers; the desk of the coordinator."""

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.callbacks import Press, Verb, decode
from bot.render import (
    log,
    notices,
    overdue,
    question,
    queue,
    relayed,
    summary,
    summary_class,
    summary_departments,
    who,
    who_task,
)
from tasks.classes import Classified
from tasks.due import StepKind
from tasks.models import ReportKind
from tasks.views.desk import NoticeLine
from tasks.views.judging import Review
from tasks.views.questions import QuestionView
from tasks.views.queue import Asked, Callee, Queue, Submission, Unconfirmed, Untold
from tasks.views.silence import Heard
from tasks.views.summary import OverdueLine
from tasks.vocabulary import Endorsement, NoticeState, ProgressClass, Silence
from tasks.workflow import Action
from tests.rules import render_samples as make
from tests.rules.render_samples import (
    NAMES,
    NOTICE,
    NOW,
    TODAY,
    check,
    data_of,
    labels,
    plain_text,
    voice,
)

ZH = voice("zh")
SPACE = "\u2007"
WIDE = "\u3000"


def test_a_summary_is_one_screen() -> None:
    pages = summary(ZH, make.sixty())
    check(pages)
    text = plain_text(pages).replace(SPACE, " ").replace(WIDE, "  ")
    assert text.split("\n") == [
        "云府办〔2026〕31号 落实情况",
        "截至11月24日09:00 共60项",
        "已办结   9  15.0% ↑3",
        "超进度   3   5.0%",
        "按序时  38  63.3% ↓4",
        "滞后     6  10.0% ↑1",
        "其他     4   6.7%",
        "（↑↓较11月17日）",
        "超期3项：",
        "#15 省知识产权局 5日｜预计12-10",
        "#22 省商务厅 3日｜原因未报",
        "#33 省财政厅 1日｜经费未到位，预计12-15",
        "反馈27/30家；未答复2，未绑定1，未送达0",
        "延期4 待审核5 未分解0",
    ]
    assert labels(pages) == [["滞后6", "未反馈2", "按单位"]]
    assert decode(data_of(pages, "滞后6")) == Press(Verb.view, (1, 0), "class=behind")
    assert decode(data_of(pages, "未反馈2")) == Press(Verb.view, (1, 0), "silent")
    assert decode(data_of(pages, "按单位")) == Press(Verb.view, (1, 0), "departments")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "counts", [(9, 3, 38, 6, 4), (1, 1, 1, 0, 0), (7, 0, 0, 0, 0), (100, 200, 3, 3, 1)]
)
def test_the_percentages_shown_add_up_to_a_hundred(language: str, counts: tuple[int, ...]) -> None:
    classes = dict(zip(ProgressClass, counts, strict=True))
    text = plain_text(summary(voice(language), make.summary(classes=classes)))
    shown = re.findall(r"(\d+)\s+(\d+)\.(\d)%", text)
    assert sum(int(whole) * 10 + int(tenth) for _, whole, tenth in shown) == 1000
    assert sorted(int(n) for n, _, _ in shown) == sorted(counts)


def test_without_an_earlier_day_there_is_no_change() -> None:
    text = plain_text(summary(ZH, make.sixty(change=None, change_since=None)))
    assert "↑" not in text
    assert "较" not in text


def test_a_summary_of_nothing_says_so() -> None:
    pages = summary(ZH, make.summary(left=12))
    check(pages)
    assert "目前没有已交办的事项。\n未分解12" in plain_text(pages)
    assert pages[-1].keyboard == ()
    assert plain_text(summary(ZH, make.summary(label=None))).startswith("全部通知 落实情况")


def test_a_long_list_of_overdue_tasks_is_behind_a_button() -> None:
    late = tuple(OverdueLine(n, NAMES[0], 60 - n, None, None) for n in range(1, 41))
    pages = summary(ZH, make.sixty(overdue=late))
    check(pages)
    text = plain_text(pages)
    assert "超期40项：" in text
    assert text.count("｜原因未报") == 10
    assert "……余30项" in text
    assert decode(data_of(pages, "超期40")) == Press(Verb.view, (1, 0), "overdue")
    every = overdue(ZH, make.sixty(overdue=late))
    check(every)
    assert plain_text(every).count("｜原因未报") == 40


def test_departments_that_could_not_be_reached_are_not_said_to_be_silent() -> None:
    unheard = make.heard(1, (Silence.not_bound, Silence.not_delivered))
    pages = summary(ZH, make.sixty(heard=unheard))
    assert "未答复0，未绑定1，未送达1" in plain_text(pages)
    assert "反馈情况" in labels(pages)[0]
    assert "未反馈" not in str(labels(pages))
    everyone = summary(ZH, make.sixty(heard=make.heard(3, ())))
    assert labels(everyone) == [["滞后6", "按单位"]]


def test_buttons_stay_with_the_department_that_was_asked_for() -> None:
    pages = summary(ZH, make.sixty(notice_id=None, department_ids=(5,), label=NAMES[1]))
    assert plain_text(pages).startswith("省财政厅 落实情况")
    assert decode(data_of(pages, "按单位")) == Press(Verb.view, (0, 5), "departments")


def test_passed_first_limits_are_told_when_there_are_any() -> None:
    assert "已过原时限2" in plain_text(summary(ZH, make.sixty(past_original=2)))
    assert "原时限" not in plain_text(summary(ZH, make.sixty()))


def test_a_class_opens_to_its_tasks() -> None:
    late = make.overdue(3, 2, date(2026, 11, 20), classified=Classified(ProgressClass.behind))
    carried = make.task(4, classified=Classified(ProgressClass.behind, carried=True))
    found = make.summary([late, carried, make.task(5)])
    pages = summary_class(ZH, found, ProgressClass.behind)
    check(pages)
    assert plain_text(pages).split("\n")[1:] == [
        "滞后2项：",
        "#3 建设面向园区的公共检测平台… 11-20",
        "　省知识产权局 超期2个工作日",
        "#4 完善专利资助和费用减免政策 12-31",
        "　省知识产权局 进行中（沿用上期）",
    ]
    assert labels(pages) == [["3", "4"], ["总体情况"]]
    assert decode(data_of(pages, "总体情况")) == Press(Verb.view, (1, 0), "summary")


@pytest.mark.parametrize("cls", ProgressClass)
def test_every_class_lists_as_many_as_the_summary_counts(cls: ProgressClass) -> None:
    found = make.sixty()
    pages = summary_class(ZH, found, cls)
    check(pages)
    listed = re.findall(r"^#\d+", plain_text(pages), re.MULTILINE)
    assert len(listed) == found.classes[cls]


def test_departments_are_listed_with_their_own_parts() -> None:
    classes = {ProgressClass.done: 2, ProgressClass.behind: 1}
    found = make.summary([make.task()], departments=(make.row("省<财>厅", classes, overdue=1),))
    pages = summary_departments(ZH, found)
    check(pages)
    assert "省<财>厅 3项（牵头2）\n　已办结2 滞后1 超期1" in plain_text(pages)


def test_nothing_overdue_is_good_news() -> None:
    assert "目前没有超期事项。" in plain_text(overdue(ZH, make.summary([make.task()])))


def test_silence_is_told_under_its_three_names() -> None:
    heard = make.heard(3, (Silence.not_answered, Silence.not_bound, Silence.not_delivered))
    pages = who(ZH, heard, NOTICE)
    check(pages)
    assert plain_text(pages).split("\n") == [
        "云府办〔2026〕31号 反馈情况",
        "反馈期 10月24日至11月25日",
        "反馈3/6家；未答复1，未绑定1，未送达1",
        "未答复1家：",
        "省知识产权局 已报0/2，待报#22、#23",
        "　王敏 020-0000 5678、李强",
        "未绑定1家：",
        "省财政厅 已报0/2，待报#22、#23",
        "　王敏 020-0000 5678、李强",
        "未送达1家：",
        "省商务厅 已报0/2，待报#22、#23",
        "　王敏 020-0000 5678、李强",
    ]
    assert plain_text(who(ZH, make.heard(2, ()), None)).endswith("各单位均已反馈。")


def test_who_is_not_to_be_asked_yet_is_counted_with_the_others() -> None:
    found = make.heard(1, (Silence.not_answered, Silence.not_bound))
    later = replace(found.departments[-1], silence=None)
    found = replace(found, departments=(*found.departments[:-1], later))
    line = plain_text(who(ZH, found, None)).split("\n")[2]
    assert line == "反馈1/3家；未答复1，未绑定0，未送达0，未到反馈期1"


def test_who_answered_in_part_is_not_silent() -> None:
    partly = Heard("省科技厅", 1, 2, Silence.not_answered, (7,), ())
    found = make.heard(1, (Silence.not_bound,))
    found = replace(found, departments=(*found.departments, partly))
    lines = plain_text(who(ZH, found, NOTICE)).split("\n")
    assert lines[2] == "反馈1/3家，部分反馈1；未答复0，未绑定1，未送达0"
    assert lines[3:5] == ["部分反馈1家：", "省科技厅 已报1/2，待报#7"]
    counted = found.complete + found.partial + sum(len(found.silent(word)) for word in Silence)
    assert counted == len(found.departments)


def test_a_department_with_many_open_tasks_and_nobody_to_call() -> None:
    heard = make.heard(0, (Silence.not_bound,))
    silent = Heard("省科技厅", 0, 30, Silence.not_bound, tuple(range(1, 31)), ())
    text = plain_text(who_task(ZH, make.card(), replace(heard, departments=(silent,))))
    assert text.endswith("省科技厅 已报0/30，待报#1、#2、#3、#4、#5、#6等30项")


def test_the_queue_says_what_waits_and_for_how_long() -> None:
    said = make.report(9, kind=ReportKind.submission)
    waiting = make.card(make.task(8), Action.close, Action.send_back, own=None, judged=9)
    fresh = make.card(make.task(10), Action.close, own=None, judged=10)
    wang = (Callee(5, "王敏", "020-0000 5678"),)
    unread = make.report(77, "已过<半>", percent=50, confirmed=False)
    found = Queue(
        TODAY,
        submissions=(
            Submission(waiting, said, 3, NAMES[0], late=True),
            Submission(fresh, said, 0, NAMES[0], review=Review(Endorsement.unsigned, returned=2)),
        ),
        unconfirmed=(Unconfirmed(12, NAMES[1], unread),),
        untold=(
            Untold(22, 31, NAMES[2], StepKind.overdue, wang),
            Untold(24, 32, NAMES[2], StepKind.overdue, wang),
            Untold(23, 33, NAMES[3], StepKind.sign, ()),
        ),
    )
    pages = queue(ZH, found)
    check(pages)
    assert plain_text(pages).split("\n") == [
        "待处理5项，其中1项已超答复时限",
        "待审核2项：",
        "#8 完善专利资助和费用减免政策",
        "　省知识产权局 已3个工作日，已超答复时限",
        "#10 完善专利资助和费用减免政策",
        "　省知识产权局 今日提出",
        "　未经审签，此前已退回2次",
        "待确认1项（单位未核对）：",
        "#12 省财政厅：“已过<半>”",
        "　读作 50%",
        "请电话告知2家：",
        "省商务厅：王敏 020-0000 5678",
        "　#22、#24 已超期，请报完成时间",
        "省科技厅：未登记联络员",
        "　#23 请签收",
    ]
    assert labels(pages) == [
        ["8", "10", "12", "22", "24", "23"],
        ["12无误", "已电话告知王敏"],
        ["代记#22", "代记#24"],
        ["已电话告知省科技厅"],
        ["代记#23"],
    ]
    assert decode(data_of(pages, "已电话告知王敏")) == Press(Verb.called, (5, 31, 32))
    assert decode(data_of(pages, "已电话告知省科技厅")) == Press(Verb.called, (0, 33))
    assert decode(data_of(pages, "12无误")) == Press(Verb.confirm, (77,))


def test_files_without_words_are_named_by_sender_and_time() -> None:
    asked = tuple(Asked(n, "王敏", (NAMES[0],), None, "〔文件〕", 0, asked_at=NOW) for n in (1,))
    pages = queue(ZH, Queue(TODAY, unmatched=asked))
    assert labels(pages) == [[f"王敏 {ZH.when(NOW)}"]]


def test_each_section_of_the_queue_is_turned_page_by_page() -> None:
    asked = tuple(
        Asked(n, "王敏", (NAMES[0],), None, f"第{n}条由谁答复", 3, late=True) for n in range(1, 21)
    )
    found = Queue(TODAY, questions=asked)
    whole = queue(ZH, found)
    check(whole)
    assert plain_text(whole).startswith("待处理20项，其中20项已超答复时限\n留言20条：")
    assert "……余14项" in plain_text(whole)
    more = decode(data_of(whole, "留言…"))
    assert more == Press(Verb.view, (0,), "queue=questions")
    first, second = (queue(ZH, found, "questions", page) for page in (0, 1))
    assert "第16条" in plain_text(first)
    assert "第17条" not in plain_text(first)
    assert plain_text(second).count("由谁答复") == 4
    assert labels(second)[-1] == ["◀", "返回"]
    assert plain_text(queue(ZH, found, "questions", 99)) == plain_text(second)


def test_a_question_shows_what_can_be_done_about_it() -> None:
    facts = (3, "王敏", (NAMES[0],), None, None, "已完成<60%>", NOW, True, (8, 12))
    pages = question(ZH, QuestionView(*facts))
    check(pages)
    assert labels(pages) == [["回复", "已处理"], ["归入#8", "归入#12"]]
    assert decode(data_of(pages, "归入#12")) == Press(Verb.question, (3, 12), "file")
    done = question(ZH, QuestionView(*facts, answer="请看通知第三条。", by="周敏"))
    assert "已由周敏答复：\n请看通知第三条。" in plain_text(done)
    assert done[-1].keyboard == ()
    told = relayed(ZH, QuestionView(*facts, answer="请看通知第三条。", by="周敏"))
    assert plain_text(told).split("\n") == [
        "督查室答复您的留言：",
        "已完成<60%>",
        "督查室答复：请看通知第三条。",
        "省政府督查室 020-0000 1234",
    ]


def test_an_empty_queue_is_said_plainly() -> None:
    assert plain_text(queue(ZH, Queue(TODAY))) == "目前没有待处理事项。"


def test_notices_are_listed_with_their_summaries() -> None:
    found = [
        NoticeLine(1, NOTICE, "关于提升创新能力的通知", NoticeState.issued, 60, 5),
        NoticeLine(2, "关于<另一件事>的通知", "关于<另一件事>的通知", NoticeState.draft, 0, 12),
    ]
    pages = notices(ZH, found)
    check(pages)
    assert plain_text(pages).split("\n") == [
        "通知2件：",
        "云府办〔2026〕31号 已交办｜60项，未分解5",
        "　关于提升创新能力的通知",
        "关于<另一件事>的通知 拟稿｜0项，未分解12",
    ]
    assert decode(data_of(pages, NOTICE)) == Press(Verb.view, (1, 0), "summary")
    assert plain_text(notices(ZH, [])) == "目前没有通知。"


def test_a_history_tells_who_said_what_and_when() -> None:
    event = {
        "at": "2026-11-24T03:00:00+00:00",
        "said_at": "2026-11-24T03:00:00+00:00",
        "actor": "王敏",
        "department": NAMES[0],
        "action": "report",
        "text": "完成<初稿>\n待审",
        "update_id": 1,
    }
    slept = {**event, "said_at": "2026-11-24T01:20:00+00:00", "action": "sign", "text": None}
    pages = log(ZH, make.card(), [event, slept])
    check(pages)
    assert plain_text(pages).split("\n") == [
        "#8 完善专利资助和费用减免政策",
        "11月24日11:00 王敏 反馈：完成<初稿> 待审",
        "11月24日11:00 王敏 签收（11月24日09:20提出）",
    ]
    assert plain_text(log(ZH, make.card(), [])).endswith("没有记录。")


def test_a_history_says_nothing_twice() -> None:
    event = {
        "at": "2026-11-24T03:00:00+00:00",
        "said_at": "2026-11-24T03:00:00+00:00",
        "actor": "督办系统",
        "department": NAMES[0],
        "action": "submit",
        "text": "申请办结",
        "update_id": None,
    }
    own = {**event, "actor": "王敏", "text": "已完成，申请办结"}
    assert plain_text(log(ZH, make.card(), [event, own])).split("\n")[1:] == [
        "11月24日11:00 督办系统 申请办结",
        "11月24日11:00 王敏 申请办结：已完成，申请办结",
    ]
    english = plain_text(log(voice("en"), make.card(), [event]))
    assert english.endswith("24 Nov, 11:00 follow-up system: asked to close")


def test_a_long_history_keeps_every_line() -> None:
    event = {
        "at": "2026-11-24T03:00:00+00:00",
        "said_at": "2026-11-24T03:00:00+00:00",
        "actor": "王敏",
        "department": None,
        "action": "report",
        "text": "进展" * 400,
        "update_id": 1,
    }
    pages = log(ZH, make.card(), [event] * 30)
    check(pages)
    assert plain_text(pages).count("进展" * 400) == 30
