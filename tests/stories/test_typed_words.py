"""Words that are a command elsewhere: what they are while a question waits."""

import pytest
from sqlalchemy import select

from tasks.mailroom import Dialogue
from tasks.models import History, Report
from tasks.vocabulary import Role
from tests.stories.office import Office
from tests.stories.samples import SCHOOLS

EDUCATION = "市教育局"


def waiting(office: Office) -> list[str]:
    with office.db.reading() as session:
        return list(session.scalars(select(Dialogue.kind)))


def said(office: Office, action: str) -> list[str | None]:
    with office.db.reading() as session:
        return list(session.scalars(select(History.text).where(History.action == action)))


async def test_a_command_in_words_lets_the_question_wait(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await office.publish(SCHOOLS)
    await coordinator.say("/pause 1")
    # Asked by a message with buttons.
    asked = await coordinator.sees("#1", "暂停计时")
    for words, shown in (("超期", "超期"), ("汇总", "落实情况"), ("未反馈", "反馈")):
        await coordinator.say(words)
        await coordinator.sees(shown)
    assert waiting(office) == ["pause"]
    # One that is refused has not been an answer either.
    await coordinator.say("/task 99")
    await coordinator.sees("没有#99")
    assert waiting(office) == ["pause"]
    summary = await coordinator.sees("落实情况")
    await coordinator.say("超期", summary)
    await office.settle()
    assert waiting(office) == ["pause"]
    await coordinator.say("超期", asked)
    await coordinator.sees("#1", "已暂停")
    assert said(office, "pause") == ["超期"]


async def test_a_reply_to_the_question_is_its_answer(office: Office) -> None:
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await office.publish(SCHOOLS)
    await contact.say("/task 3")
    await contact.press("不属本单位")
    # Asked by a message with buttons, which speaks of the task.
    asked = await contact.sees("#3", "请选理由或直接回复")
    await contact.say("我的任务")
    await contact.sees("待办4项")
    await contact.say("我的任务", asked)
    await contact.sees("#3", "已申请改办")
    assert said(office, "decline") == ["我的任务"]
    await coordinator.press("不予改办")
    asked = await coordinator.sees("#3", "请回复")
    await coordinator.say("超期", asked)
    await coordinator.sees("#3", "不予改办")
    assert said(office, "refuse_decline") == ["超期"]
    await contact.say("/report 1")
    composer = await contact.sees("请直接回复进展")
    await contact.press("70%", composer)
    await contact.say("问题清单已建立", composer)
    await contact.sees("#1", "70%")
    with office.db.reading() as session:
        last = session.scalars(select(Report).order_by(Report.id.desc())).first()
        assert last is not None
        assert last.percent == 70
        assert "问题清单已建立" in last.text
    assert waiting(office) == []
    # Later replies to it are about its task.
    await contact.say("又整改2处", composer)
    await office.settle()
    with office.db.reading() as session:
        newest = session.scalars(select(Report).order_by(Report.id.desc())).first()
        assert newest is not None
        assert (newest.part.task_id, newest.text) == (1, "又整改2处")


@pytest.mark.parametrize("words", ["/lang fr", "/lang 法语"])
async def test_an_unknown_language_is_refused_with_those_known(office: Office, words: str) -> None:
    phone = await office.invite(Role.contact, EDUCATION, "王雅琴")
    await phone.say(words)
    await phone.sees("目前可用", "/lang zh", "/lang en")
    await phone.say("/lang English")
    await phone.sees("English from now on")
    await phone.say("/lang")
    await phone.sees("已改用中文")


async def test_lines_of_an_answer_stay_lines(office: Office) -> None:
    contact = await office.invite(Role.contact, EDUCATION, "王雅琴")
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await office.publish(SCHOOLS)
    await contact.say("/report 1\n清单 已建立\n整改过半")
    await contact.sees("#1", "已记入反馈")
    await coordinator.say("/record 3 张三：已排查\n共 12栋")
    await coordinator.press(EDUCATION)
    await coordinator.sees("#3", "已记入反馈")
    await coordinator.say("/pause 4\n待上级 批复\n已函询")
    await coordinator.sees("#4", "已暂停")
    with office.db.reading() as session:
        texts = session.scalars(select(Report.text).order_by(Report.id)).all()
    assert texts == ["清单 已建立\n整改过半", "已排查\n共 12栋"]
    assert said(office, "pause") == ["待上级 批复\n已函询"]
