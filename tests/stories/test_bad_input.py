"""Bad input gets a clear sentence and loses nothing."""

import aiohttp
import pytest
from sqlalchemy import select

from tasks.mailroom import Handling, Inbox
from tasks.vocabulary import Role
from tests.stories.asked import data_of, press_data, task, timeline
from tests.stories.office import Office, Phone
from tests.stories.samples import SCHOOLS

FAILED = select(Inbox.error).where(Inbox.attempts > 1, Inbox.state != Handling.unparsed)
"""Updates that crashed at least once."""


@pytest.fixture
async def education(office: Office) -> Phone:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    return phone


async def send(phone: Phone, name: str, data: bytes, caption: str = "") -> None:
    form = aiohttp.FormData()
    form.add_field("person", str(phone.id))
    form.add_field("file", data, filename=name)
    form.add_field("caption", caption)
    url = f"{phone.office.sandbox.url}/sandbox/file"
    async with phone.office.http.post(url, data=form) as answer:
        assert answer.status == 200, await answer.text()


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("/task", "请写任务编号"),
        ("/task 十二", "请写任务编号"),
        ("/task 99999999999999999999", "请写任务编号"),
        ("/task 999999999", "没有#999999999"),
        ("/report", "请写编号和内容"),
        ("/report 77 已完成", "没有#77"),
        ("77号已完成60%", "是哪一项"),
        ("/summary 市体育局", "没有名为"),
        ("/nonsense", "没有/nonsense"),
        ("天气不错", "编号"),
        ("/remind", "没有权限"),
    ],
)
async def test_each_gets_its_sentence(
    office: Office, education: Phone, text: str, fragment: str
) -> None:
    await education.say(text)
    answer = (await education.heard())[-1]
    assert fragment in answer["text"]


async def test_a_report_as_long_as_telegram_carries_is_kept_whole(
    office: Office, education: Phone
) -> None:
    words = "1号完成60%，" + "进展顺利，" * 800
    await education.say(words[:4096])
    await education.sees("#1", "60%")
    assert timeline(office, 1)[-1]["text"] == words[:4096]


async def test_a_reply_to_a_foreign_message_is_asked_about(
    office: Office, education: Phone
) -> None:
    mine = await education.say("记一下")
    await education.say("已完成60%", reply_to=mine)
    await education.sees("是哪一项的进展")


async def test_a_file_is_named_beside_the_words_that_came_with_it(
    office: Office, education: Phone
) -> None:
    await send(education, "自查表.xlsx", b"PK\x03\x04", "1号已完成60%，附自查表")
    await education.sees("#1", "60%")
    assert [line["text"] for line in timeline(office, 1)[-2:]] == [
        "1号已完成60%，附自查表 〔文件〕",
        "自查表.xlsx",
    ]


async def test_old_buttons_and_nonsense_are_refused_gently(
    office: Office, education: Phone
) -> None:
    await education.say("/task 1")
    card = await education.sees("#1")
    for data in ("0s:1", "1zz", "x" * 64, "1s:zzzzzzzzzzzzz", "1v!nowhere"):
        assert "按钮已失效" in await press_data(education, card, data)
    assert data_of(card, "签收")
    assert task(office, 1)["parts"][0]["state"] == "issued"


async def test_a_press_for_a_task_that_does_not_exist(office: Office, education: Phone) -> None:
    await education.say("/task 1")
    card = await education.sees("#1")
    for data in ("1s:zzz", "1o:zzzzzzzz", "1c:zz", "1y:zz", "1e:zz", "1k:zz", "1sa:zz"):
        assert await press_data(education, card, data)
    failed = await office.app.read(lambda session: session.scalars(FAILED).all())
    assert failed == []


async def test_a_contact_may_not_act_for_another_department(
    office: Office, education: Phone
) -> None:
    builder = await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    for text in ("1号已办结", "/report 1 已办结", "/task 1", "/log 1"):
        await builder.say(text)
    assert not any(line["department"] == "市住房城乡建设局" for line in timeline(office, 1))
