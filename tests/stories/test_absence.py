"""外出: a deputy answers meanwhile, and whoever comes back hears once what waits."""

from sqlalchemy import select

from tasks.staff import Absence
from tasks.vocabulary import Role
from tests.stories.asked import press
from tests.stories.office import Office, text_of
from tests.stories.samples import SCHOOLS


async def test_a_deputy_is_asked_and_answers_while_the_contact_is_away(office: Office) -> None:
    away = await office.invite(Role.contact, "市教育局", "王雅琴")
    deputy = await office.invite(Role.head, "市教育局", "陈立")
    await office.publish(SCHOOLS)
    await away.say("/away 到10月9日")
    asked = await away.sees("由谁代办")
    await office.app.stop()
    await office.app.start()
    await away.press("陈立", asked)
    await away.sees("已登记外出至10月9日", "由陈立代办")
    await deputy.sees("王雅琴 外出至10月9日")
    before = len(await away.heard())
    await office.at("2026-09-25 14:30")
    await deputy.sees("【待办提醒】")
    assert len(await away.heard()) == before
    await deputy.say("1号完成60%")
    await deputy.sees("#1", "60%")
    await office.at("2026-10-12 09:00")
    back = [text_of(one) for one in await away.heard() if "您已返回" in text_of(one)]
    assert len(back) == 1
    assert "#1" in back[0]
    # 10月10日 is a working Saturday: whoever returns then has one message that day.
    assert not [one for one in await away.heard() if "】10月10日" in text_of(one)]


async def test_coming_back_early_and_days_that_cannot_be(office: Office) -> None:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await phone.say("/away")
    await phone.sees("外出到哪一天")
    await phone.say("不知道")
    await phone.say("9月11日")
    await phone.sees("已登记外出至9月11日", "未指定代办人")
    await phone.say("/away 取消")
    await phone.sees("已取消外出")
    await phone.say("/away off")
    await phone.sees("目前没有登记外出")


async def test_deputies_of_an_earlier_question_do_not_count(office: Office) -> None:
    away = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.invite(Role.head, "市教育局", "陈立")
    await away.say("/away 10月9日")
    first = await away.sees("外出至10月9日", "由谁代办")
    await away.say("外出到12月3日")
    second = await away.sees("外出至12月3日", "由谁代办")
    assert "失效" in await press(away, "陈立", first)
    await away.sees_no("已登记外出")
    await away.press("陈立", second)
    await away.sees("已登记外出至12月3日", "由陈立代办")
    assert "失效" in await press(away, "陈立", first)
    # Coming back ends what is asked, too.
    await away.say("外出 10月9日")
    third = await away.sees("外出至10月9日", "由谁代办")
    await away.say("回来")
    await away.sees("已取消外出")
    assert "失效" in await press(away, "陈立", third)
    with office.db.reading() as session:
        found = session.scalars(select(Absence)).all()
        assert [(one.until.month, one.returned_at is None) for one in found] == [(12, False)]


async def test_being_away_is_said_in_ones_own_words(office: Office) -> None:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    await phone.say("外出")
    await phone.sees("外出到哪一天")
    await phone.say("结束外出")
    await phone.sees("已取消，")
    await phone.say("外出到下周五")
    await phone.sees("已登记外出至9月18日")
    await phone.say("/away off")
    # Words that only begin so are a report.
    await phone.say("1号外出检查3所学校，预计9月20日完成")
    await phone.sees("#1", "请核对")
    await phone.say("外出检查已完成60%")
    await phone.sees("是哪一项的进展")
    with office.db.reading() as session:
        assert len(session.scalars(select(Absence)).all()) == 1
