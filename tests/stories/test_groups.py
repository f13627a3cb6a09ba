"""Groups in chat: bound by a code, told, answered in, pressed in by the right and the wrong."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from tasks.models import Report
from tasks.services import groups
from tasks.staff import Group as Bound
from tasks.vocabulary import Role
from tests.stories.office import Group, Office, Phone, open_office, text_of

SCHOOLS, MONEY = "市教育局", "市财政局"

NOTICE = """关于做好校车安全工作的通知

各单位：
一、市教育局牵头，市财政局配合，于9月30日前完成校车平台建设。
二、市教育局负责，于10月31日前完成驾驶人员培训。
"""


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with open_office(database_url) as office:
        yield office


def code(office: Office, department: str | None = SCHOOLS) -> str:
    with office.db.transaction() as session:
        return groups.invite_group(session, office.act(), department).code


async def bound(office: Office, contact: Phone, *others: Phone) -> Group:
    group = await office.group("校车工作群", contact, *others)
    await group.say(contact, f"/bind {code(office)}")
    await group.sees("本群已绑定：市教育局")
    return group


def reports(office: Office) -> list[tuple[str, int | None]]:
    with office.db.reading() as session:
        return [(said.text, said.chat_id) for said in session.scalars(select(Report))]


async def test_a_department_works_in_its_group(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, None, "周敏")
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    colleague = await office.invite(Role.head, SCHOOLS, "王强")
    group = await bound(office, contact, colleague, coordinator)
    await coordinator.sees("李娜已将群“校车工作群”绑定为市教育局工作群")
    first, second = await office.publish(NOTICE)
    handed = await group.sees("【交办】")
    await group.press(contact, "全部签收", handed)
    assert "已签收2项" in await contact.toast()
    # A reply to a message of one task is that task's report, and only its reading waits.
    await group.press(colleague, str(first), handed)
    card = await group.sees(f"#{first}", "校车平台")
    said = await group.say(contact, "已完成60%，预计下周五前报送方案", card)
    receipt = await group.sees("请核对", "60%")
    assert receipt["reply_to_message"]["message_id"] == said["message_id"]
    assert reports(office) == [("已完成60%，预计下周五前报送方案", group.id)]
    await group.press(contact, "无误", receipt)
    await group.sees(f"#{first}", "60%", "上次反馈")
    await group.say(contact, f"/report {second} 培训方案已印发")
    await group.sees(f"#{second}", "已记入反馈")
    await group.say(contact, "/my@duban_sandbox_bot")
    await group.sees("市教育局 待办2项")
    await group.say(coordinator, "/summary")
    await group.sees("落实情况", "共2项")
