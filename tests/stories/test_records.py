"""代记电话答复, from the coordinator's phone to the department's card."""

import pytest

from tasks.vocabulary import Role
from tests.stories.asked import press_data, task, timeline
from tests.stories.office import Office, Phone
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def education(office: Office) -> Phone:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    return phone


@pytest.fixture
async def coordinator(office: Office) -> Phone:
    return await office.invite(Role.coordinator, name="周敏")


async def test_a_call_is_written_down_read_back_and_shown(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    card = await education.sees("#1", "时限")
    await coordinator.say("/record 1 张三：已完成60%，预计9月22日完成")
    receipt = await coordinator.sees("代记 市教育局", "60%", "9-22")
    assert task(office, 1)["percent"] is None
    await coordinator.press("无误", receipt)
    assert task(office, 1)["percent"] == 60
    await education.sees("#1", "张三电话答复，由周敏代记")
    assert card["message_id"]
    lines = [line for line in timeline(office, 1) if line["action"] == "record"]
    assert [(line["actor"], line["text"]) for line in lines] == [
        ("周敏", "张三：已完成60%，预计9月22日完成")
    ]


async def test_of_several_departments_one_is_chosen(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await coordinator.say("/record 3 已排查40栋")
    which = await coordinator.sees("#3", "哪家单位")
    await coordinator.press("市住房城乡建设局", which)
    await coordinator.sees("代记 市住房城乡建设局")
    assert timeline(office, 3)[-1]["department"] == "市住房城乡建设局"
    await coordinator.say("/record 3 市教育局：完成三成")
    await coordinator.sees("代记 市教育局", "30%")


async def test_it_is_asked_for_from_the_card_and_can_be_corrected(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await coordinator.say("/task 1")
    await coordinator.press("更多")
    await coordinator.press("代记电话答复")
    await coordinator.sees("电话答复的内容")
    await coordinator.say("完成六成")
    receipt = await coordinator.sees("代记", "60%")
    await coordinator.press("改1", receipt)
    await coordinator.say("完成五成")
    await coordinator.press("无误", await coordinator.sees("代记", "50%"))
    assert task(office, 1)["percent"] == 50


async def test_a_contact_cannot(office: Office, education: Phone, coordinator: Phone) -> None:
    await education.say("/record 1 完成六成")
    await education.sees("没有权限代记答复")
    card = await education.sees("待办")
    assert "没有权限" in await press_data(education, card, "1rc:1")
    await coordinator.say("/record 1")
    await coordinator.sees("电话答复的内容")
    await coordinator.say("/record 完成六成")
    await coordinator.sees("请写编号和内容")
    assert not any(line["action"] == "record" for line in timeline(office, 1))


async def test_an_edited_call_is_a_later_version(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    said = await coordinator.say("/record 1 张三：已完成60%")
    await coordinator.sees("代记", "60%")
    await office.control(
        "edit",
        person=coordinator.id,
        message_id=said["message_id"],
        text="/record 1 张三：已完成65%",
    )
    await coordinator.press("无误", await coordinator.sees("代记", "65%"))
    assert task(office, 1)["percent"] == 65
