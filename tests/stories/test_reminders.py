"""Reminders over simulated weeks: the ladder, the period, the slip, and when to be quiet."""

import pytest

from tasks.vocabulary import Role
from tests.stories.asked import press, summary, task, timeline
from tests.stories.conftest import both_databases
from tests.stories.office import Json, Office, Phone, text_of
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def education(office: Office) -> Phone:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    return phone


async def digests(phone: Phone) -> list[Json]:
    """The digests on a phone, oldest first."""
    return [one for one in await phone.heard() if "待办提醒" in text_of(one)]


async def sign_all(phone: Phone) -> None:
    await phone.press("全部签收")


async def test_the_ladder_of_a_limit_that_nobody_answers(office: Office, education: Phone) -> None:
    await sign_all(education)
    await office.at("2026-09-30 18:00")
    told = [text_of(one).splitlines() for one in await digests(education)]
    days = [lines[0] for lines in told if any("#1" in line for line in lines)]
    # 25 September is a holiday, 20 September a make-up Sunday: 7, 3 and 1 working days before
    # the limit, the last of them also in place of the day itself; the month that closes on
    # the 24th is asked for on the 18th, with a last call on the 23rd; overdue from the next
    # working day.
    assert [day.split("】")[1].split(" ")[0] for day in days] == [
        "9月17日上午",
        "9月18日上午",
        "9月22日上午",
        "9月23日上午",
        "9月24日上午",
        "9月28日上午",
        "9月29日上午",
        "9月30日上午",
    ]


async def test_one_digest_holds_all_and_none_comes_outside_windows(
    office: Office, education: Phone
) -> None:
    await office.at("2026-10-30 18:00")
    sent = [
        call
        for call in await office.calls("sendMessage")
        if "待办提醒" in str(call["parameters"].get("text"))
    ]
    assert sent
    moments = [str(call["time"]) for call in sent]
    assert len(moments) == len(set(moments)), "two digests at one moment to one person"


async def test_asking_stops_when_an_answer_arrives(office: Office, education: Phone) -> None:
    await sign_all(education)
    await office.at("2026-09-17 09:30")
    asked = await digests(education)
    assert any("#1" in text_of(one) for one in asked)
    await education.say("1号已完成60%，预计9月22日完成")
    await office.at("2026-09-20 17:00")
    for one in (await digests(education))[len(asked) :]:
        assert "#1" not in text_of(one)


async def test_an_answer_that_waits_is_heard_before_anybody_is_reminded(
    office: Office, education: Phone
) -> None:
    await sign_all(education)
    await office.at("2026-09-16 17:00")
    await office.app.stop()
    await education.office.control("say", person=education.id, text="1号已完成60%")
    office.app.clock.set(office.app.clock.now().replace(day=17, hour=1, minute=5))
    await office.app.start()
    await office.sweep()
    assert not any("#1" in text_of(one) for one in await digests(education))


@both_databases
async def test_a_week_asleep_makes_one_message(office: Office) -> None:
    education = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    await sign_all(education)
    before = len(await digests(education))
    await office.sleep_until("2026-09-30 09:05")
    assert len(await digests(education)) == before + 1
    last = (await digests(education))[-1]
    assert "超期" in text_of(last)


async def test_the_day_after_a_limit_the_head_gets_a_numbered_slip(
    office: Office, education: Phone
) -> None:
    head = await office.invite(Role.head, "市教育局", "钱局长")
    await sign_all(education)
    await office.at("2026-09-28 09:10")
    # The first slip of the year was that of #2, on 21 September.
    slip = await head.sees("【督办单】督〔2026〕2号（蓝）", "市教育局", "#1")
    assert "9月" in text_of(slip)
    await education.sees("督办单 督〔2026〕2号")
    assert [line["action"] for line in timeline(office, 1)].count("blue_slip") == 1
    await office.at("2026-09-30 17:00")
    assert len([one for one in await head.heard() if "督办单" in text_of(one)]) == 1


async def test_a_submission_stops_everything(office: Office, education: Phone) -> None:
    head = await office.invite(Role.head, "市教育局", "钱局长")
    await sign_all(education)
    await education.say("/task 1")
    await education.press("申请办结")
    before = len(await digests(education))
    await office.at("2026-09-30 17:00")
    later = (await digests(education))[before:]
    assert not any("#1" in text_of(one) for one in later)
    await head.sees_no("督办单")
    assert task(office, 1)["class"] != "behind"


async def test_the_months_report_is_answered_with_one_tap(
    office: Office, education: Phone
) -> None:
    await sign_all(education)
    await education.say("3号已排查40栋")
    await press(education, "无误")
    # What was said in a period answers it: the next one is asked for, leads with
    # cooperating departments three working days before it closes.
    await office.at("2026-10-20 09:10")
    asked = (await digests(education))[-1]
    assert "#3" in text_of(asked)
    assert "本月进展" in text_of(asked)
    await press(education, "按计划推进", asked)
    assert timeline(office, 3)[-1]["action"] == "no_change"
    await office.at("2026-10-23 12:00")
    later = [one for one in await digests(education) if one["message_id"] > asked["message_id"]]
    assert not any("#3" in text_of(one) for one in later)


async def test_who_was_never_reached_is_not_called_silent(
    office: Office, education: Phone
) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await education.block()
    await office.at("2026-09-24 10:00")
    answered = summary(office)["answered"]
    assert answered["not_bound"] == 2
    assert answered["not_delivered"] == 1
    await coordinator.sees("无法送达", "王雅琴")
    await coordinator.say("/queue")
    await coordinator.sees("请电话告知")


async def test_next_window_brings_the_queue_to_the_coordinator(
    office: Office, education: Phone
) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await education.say("/task 1")
    await education.press("申请办结")
    await coordinator.sees_no("待审核1项")
    await office.at("2026-09-07 14:31")
    await coordinator.sees("待审核1项", "#1")


async def test_a_reminder_is_put_off_until_the_afternoon(office: Office, education: Phone) -> None:
    await sign_all(education)
    await office.at("2026-09-17 09:30")
    earlier = await digests(education)
    asked = earlier[-1]
    assert "#1" in text_of(asked)
    await press(education, "稍后提醒", asked)
    choice = await education.sees("何时再提醒")
    await press(education, "今天下午", choice)
    await education.sees("将于9月17日14:30再提醒#1")
    await office.at("2026-09-17 14:00")
    assert len(await digests(education)) == len(earlier)
    await office.at("2026-09-17 14:35")
    again = (await digests(education))[-1]
    assert text_of(again).splitlines()[0] == "【待办提醒】9月17日下午 2项"
    assert timeline(office, 1)[-1]["action"] == "snooze"
    await education.say("1号已完成60%；2号已配合排查")
    assert "所问事项已反馈" in await press(education, "稍后提醒", again)
