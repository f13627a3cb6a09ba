"""Binding by invitation, and what strangers learn."""

from sqlalchemy import select

from tasks.models import Department, Grant, Person
from tasks.vocabulary import Role
from tests.stories.asked import has_button
from tests.stories.office import Office
from tests.stories.samples import SCHOOLS


async def test_a_contact_who_binds_late_sees_all_open_tasks_at_once(office: Office) -> None:
    await office.publish(SCHOOLS)
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    welcome = await phone.sees("王雅琴，您好", "市教育局")
    for number in (1, 2, 3, 4):
        assert f"#{number}" in welcome["text"]
    assert has_button(welcome, "全部签收")


async def test_a_code_works_once(office: Office) -> None:
    code = office.code(Role.contact, "市教育局", "王雅琴")
    first = await office.phone("王雅琴")
    await first.say(f"/start {code}")
    await first.sees("您已绑定")
    second = await office.phone("路人")
    await second.say(f"/start {code}")
    await second.sees("邀请码已使用")
    await second.say("/summary")
    await second.sees("仅供受邀单位人员使用")


async def test_an_expired_code_is_refused_with_a_way_out(office: Office) -> None:
    code = office.code(Role.contact, "市教育局", "王雅琴")
    await office.at("2026-09-28 09:00")
    phone = await office.phone("王雅琴")
    await phone.say(f"/start {code}")
    await phone.sees("邀请码已过期")


async def test_a_stranger_learns_how_to_get_in_and_nothing_else(office: Office) -> None:
    await office.publish(SCHOOLS)
    phone = await office.phone("路人")
    for text in ("/summary", "/task 1", "1号完成60%", "/start WRONGCODE234", "你好", "/queue"):
        await phone.say(text)
        await phone.sees("仅供受邀单位人员使用")
    assert "校园安全" not in str(await phone.screen())
    assert "#1" not in str(await phone.screen())


async def test_a_second_invitation_adds_a_role_to_the_same_account(office: Office) -> None:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    code = office.code(Role.contact, "市体育局", "王雅琴")
    await phone.say(f"/start {code}")
    await phone.sees("市教育局", "市体育局")
    with office.db.reading() as session:
        rows = session.execute(
            select(Department.name, Person.chat_id)
            .join(Grant, Grant.department_id == Department.id)
            .join(Person, Grant.person_id == Person.id)
        ).all()
    assert sorted(tuple(row) for row in rows) == [("市体育局", phone.id), ("市教育局", phone.id)]
