"""督办单 and 报分管领导 in both languages: their words and their buttons."""

from dataclasses import replace
from datetime import date

from bot.callbacks import Press, Verb, decode
from bot.render import digest, escalation, queue, slips
from bot.render.message import Message
from tasks.due import StepKind
from tasks.models import SlipLevel
from tasks.views.queue import Queue
from tasks.views.slips import Drafted, Escalation, LatePart
from tests.rules import render_samples as make
from tests.rules.render_samples import plain_text, voice

TODAY = date(2026, 11, 25)
ZH, EN = voice("zh"), voice("en")


def drafted(**changed: object) -> Drafted:
    made = Drafted(
        7, 15, "制定数据知识产权登记办法", "省知识产权局", SlipLevel.yellow, 3, 4, 3, None
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def presses(pages: tuple[Message, ...]) -> dict[str, Press]:
    return {one.label: decode(one.data) for row in pages[-1].keyboard for one in row}


def test_a_draft_in_the_queue_with_its_buttons() -> None:
    waiting = Queue(TODAY, slips=(drafted(), drafted(id=8, answered_on=date(2026, 11, 12))))
    assert waiting.total == 2
    pages = queue(ZH, waiting)
    text = plain_text(pages)
    assert "待签发督办单2份：\n#15 制定数据知识产权登记办法" in text
    assert "　省知识产权局 超期3个工作日 拟发黄色督办单" in text
    assert "　已提醒4次，送达3次，未见反馈" in text
    assert "11-12有反馈" in text
    found = presses(pages)
    assert found["报领导 #15"] == Press(Verb.escalate, (15,))
    assert {found["签发 #15"].verb, found["不签发 #15"].verb} == {Verb.issue_slip, Verb.drop_slip}
    english = plain_text(queue(EN, waiting))
    assert "Slips to be issued: 2" in english
    assert "yellow slip" in english
    assert "asked 4 times, delivered 3, no report seen" in english


def test_a_section_of_drafts_turns_its_pages() -> None:
    many = tuple(drafted(id=n, task=n) for n in range(1, 20))
    labels = [
        one.label
        for row in queue(ZH, Queue(TODAY, slips=many), "slips", 1)[-1].keyboard
        for one in row
    ]
    assert "签发 #19" in labels
    assert "签发 #1" not in labels


def test_slips_of_several_tasks_are_read_with_one_press() -> None:
    other = make.slip(number=13, task=22, level=SlipLevel.red, id=9)
    pages = slips(ZH, [make.slip(id=8), other])
    assert presses(pages)["已阅"] == Press(Verb.read_slip, (8, 9))
    assert presses(slips(EN, [make.slip(id=8)]))["Read"] == Press(Verb.read_slip, (8,))


def test_a_contact_reads_of_a_yellow_slip_that_the_task_is_late() -> None:
    of = make.card(make.task(15, due=date(2026, 11, 20), overdue=True, overdue_for=3))
    slip = make.slip(level=SlipLevel.yellow)
    text = plain_text(digest(ZH, make.digest(make.item(of, StepKind.yellow_slip, slip=slip))))
    assert "超期3个工作日，请报完成时间" in text
    assert "督〔2026〕12号（黄）" in text


def test_an_overdue_task_for_a_leader() -> None:
    part = make.part(due=date(2026, 11, 20), overdue=True, overdue_for=5)
    of = make.card(make.task(15, due=date(2026, 11, 20), overdue=True, parts=(part,)))
    issued = ((SlipLevel.blue, 12), (SlipLevel.yellow, 15))
    pages = escalation(ZH, Escalation(of, (LatePart(part, issued),)))
    text = plain_text(pages)
    assert text.startswith("【呈阅】超期事项\n#15 ")
    assert "时限11月20日，超期5个工作日" in text
    assert "已发督办单 12号（蓝）、15号（黄）" in text
    assert presses(pages)["15"] == Press(Verb.open, (15,))
    bare = plain_text(escalation(EN, Escalation(of, (LatePart(part, ()),))))
    assert "no slip issued" in bare
