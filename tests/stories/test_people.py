"""Who there is, in chat: invitations, what a forwarded code comes to, somebody who leaves."""

from tasks.vocabulary import Role
from tests.stories.asked import has_button, press, press_data
from tests.stories.office import Office
from tests.stories.samples import SCHOOLS


async def test_a_forwarded_code_is_noticed_and_stopped_at_once(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await coordinator.say("/invite 市教育局 联络员 王雅琴")
    await coordinator.sees("没有登记“市教育局”")
    await office.app.stop()
    await office.app.start()
    await coordinator.press("按新单位登记")
    answer = await coordinator.sees("邀请码：", "只能用一次")
    code = answer["text"].split("邀请码：")[1].split()[0]
    stranger = await office.phone("路人")
    await stranger.say(f"/start {code}")
    welcome = await stranger.sees("您已绑定")
    told = await coordinator.sees("【绑定】", "王雅琴", "市教育局", "联络员", "路人")
    assert await press(coordinator, "停用", told) == "已停用王雅琴。"
    await stranger.sees("您的账号已解除绑定")
    await stranger.say("1号完成60%")
    await stranger.sees("仅供受邀单位人员使用")
    assert "邀请" in await press_data(stranger, welcome, "1v!my")


async def test_who_leaves_hands_everything_over(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    old = await office.invite(Role.contact, "市教育局", "王雅琴")
    new = await office.invite(Role.contact, "市教育局", "钱立")
    await office.publish(SCHOOLS)
    issued = await old.sees("【交办】")
    await coordinator.say("/people 市教育局")
    listed = await coordinator.sees("市教育局 人员", "王雅琴", "钱立")
    await coordinator.press("移交王雅琴", listed)
    chosen = await coordinator.sees("移交给")
    assert not has_button(chosen, "王雅琴")
    assert await press(coordinator, "钱立", chosen) == "已移交给钱立。"
    await old.sees("您的账号已解除绑定")
    welcome = await new.sees("钱立，您好", "#1")
    assert has_button(welcome, "全部签收")
    await old.press("全部签收", issued)
    assert "邀请" in await old.toast()
    await new.press("全部签收", welcome)


async def test_a_successor_by_name_gets_a_code(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await office.invite(Role.contact, "市教育局", "王雅琴")
    await coordinator.say("/people 市教育局")
    await coordinator.press("移交王雅琴")
    await coordinator.press("新邀请")
    await coordinator.sees("接任王雅琴")
    await office.app.stop()
    await office.app.start()
    await coordinator.say("李四")
    answer = await coordinator.sees("邀请码：")
    code = answer["text"].split("邀请码：")[1].split()[0]
    heir = await office.phone("李四")
    await heir.say(f"/start {code}")
    await heir.sees("李四，您好", "市教育局")


async def test_whoever_guesses_codes_has_to_wait(office: Office) -> None:
    code = office.code(Role.contact, "市教育局", "王雅琴")
    phone = await office.phone("路人")
    for number in range(5):
        await phone.say(f"/start WRONGCODE{number}")
    await phone.sees("邀请码不正确")
    await phone.say(f"/start {code}")
    await phone.sees("尝试次数过多", "10:00后再试")
    await office.at("2026-09-07 10:30")
    await phone.say(f"/start {code}")
    await phone.sees("王雅琴，您好")


async def test_nobody_else_invites_or_stops(office: Office) -> None:
    contact = await office.invite(Role.contact, "市教育局", "王雅琴")
    other = await office.invite(Role.contact, "市教育局", "钱立")
    await contact.say("/invite 市教育局 联络员 李四")
    await contact.sees("没有权限邀请人员")
    await contact.say("/people 市教育局")
    shown = await contact.sees("没有权限移交或停用人员")
    for data in ("1pp!stop:2", "1pp!to:2.1", "1pp!hand:2"):
        assert "没有权限" in await press_data(contact, shown, data)
    await other.say("/my")
    await other.sees_no("解除绑定")
