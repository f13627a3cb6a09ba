"""The sandbox's page in a real Chromium, a real bot behind it: what people see and tap."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.sandbox import create
from bot.sandbox.clock import StepCallback
from tests.pages.chatty import TOKEN, talking
from tests.sandbox.client import Desk

# One browser for all of them: starting one takes longer than the test.
pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICE = ZoneInfo("Asia/Shanghai")
STARTS = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE)
CAPTIONS = [
    {"zh": f"第{n}幕：{words}", "en": f"Scene {n}: {english}"}
    for n, (words, english) in enumerate(
        [
            ("交办", "assigned"),
            ("签收", "signed"),
            ("反馈", "reported"),
            ("提醒", "reminded"),
            ("汇总", "summed up"),
        ],
        start=1,
    )
]


@dataclass(slots=True)
class House:
    """A sandbox whose clock and story are in the test's hands."""

    desk: Desk
    page: Page
    moves: list[object]
    next_step: asyncio.Semaphore
    clock_refuses: list[str]
    people: dict[str, int] = field(default_factory=dict)

    async def enter(self, *names: str) -> None:
        """Give people phones and open the page."""
        for name in names:
            self.people[name] = (await self.desk.post("people", name=name))["id"]
        await self.page.goto(self.desk.sandbox.url)

    def phone(self, name: str) -> Locator:
        return self.page.locator(f'[data-person="{self.people[name]}"]')

    async def type(self, name: str, text: str) -> None:
        box = self.phone(name).locator("textarea")
        await box.fill(text)
        await box.press("Enter")


@pytest_asyncio.fixture(loop_scope="module")
async def house(browser_page: Page) -> AsyncIterator[House]:
    now = [STARTS]
    moves: list[object] = []
    refuses: list[str] = []
    next_step = asyncio.Semaphore(0)

    async def turn(
        target: datetime | str | None, advance: timedelta | None, asleep: bool, /
    ) -> datetime:
        if refuses:
            raise ValueError(refuses.pop())
        moves.append(target or advance)
        now[0] += advance or timedelta(days=1)
        return now[0]

    async def play(step: StepCallback, /) -> None:
        for number, words in enumerate(CAPTIONS, start=1):
            await step(number, words)
            await next_step.acquire()

    sandbox = await create(now=lambda: now[0], clock=turn, play=play).start()
    async with aiohttp.ClientSession() as http, talking(sandbox.url):
        yield House(Desk(sandbox, http), browser_page, moves, next_step, refuses)
        await browser_page.goto("about:blank")
    await sandbox.stop()


async def test_phones_stand_side_by_side_and_each_shows_its_own_chat(house: House) -> None:
    await house.enter("周敏", "王雅琴", "陈立群")
    await house.type("王雅琴", "/start A1")
    await expect(house.phone("王雅琴")).to_contain_text("牵头3项、配合1项")
    await expect(house.phone("周敏")).not_to_contain_text("牵头3项")
    boxes = [await house.phone(name).bounding_box() for name in house.people]
    lefts = [box["x"] for box in boxes if box]
    assert lefts == sorted(lefts)
    assert len({box["y"] for box in boxes if box}) == 1
    assert all(right - left >= 360 for left, right in pairwise(lefts))


async def test_a_phone_tells_whose_it_is(house: House) -> None:
    made = await house.desk.post("people", name="王雅琴", about="市教育局 联络员")
    house.people["王雅琴"] = made["id"]
    await house.enter()
    await expect(house.phone("王雅琴").locator(".owner")).to_have_text("王雅琴市教育局 联络员")


async def test_the_newest_message_stays_in_view_unless_one_reads_back(house: House) -> None:
    await house.enter("王雅琴")
    person = house.people["王雅琴"]
    for n in range(30):
        await house.desk.post("say", person=person, text=f"第{n}句")
    last = house.phone("王雅琴").locator(".text")
    await expect(last.last).to_have_text("已记入反馈：第29句")
    await expect(last.last).to_be_in_viewport()
    await house.page.set_viewport_size({"width": 1440, "height": 640})
    await expect(last.last).to_be_in_viewport()
    messages = house.phone("王雅琴").locator(".messages")
    await messages.evaluate("list => { list.scrollTop = 40 }")
    await expect(last.last).not_to_be_in_viewport()
    await house.desk.post("say", person=person, text="新的一句")
    await expect(last.last).to_have_text("已记入反馈：新的一句")
    assert await messages.evaluate("list => list.scrollTop") == 40


async def test_formatting_is_drawn_and_text_is_never_html(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/start")
    bold = house.phone("王雅琴").locator(".text strong")
    await expect(bold.first).to_have_text("9-18")
    await expect(house.phone("王雅琴").locator(".text code")).to_have_text("0777-5550123")
    await house.type("王雅琴", "<b>&amp;</b><img src=x onerror=alert(1)>")
    own = house.phone("王雅琴").locator(".own .text").last
    await expect(own).to_have_text("<b>&amp;</b><img src=x onerror=alert(1)>")
    assert await own.locator("img, b").count() == 0


async def test_no_empty_line_follows_a_quotation(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/start A1")
    quoting = "理由：\n<blockquote>等待批复</blockquote>\n督查室"
    url = f"{house.desk.sandbox.url}/bot{TOKEN}/sendMessage"
    sent = {"chat_id": house.people["王雅琴"], "text": quoting, "parse_mode": "HTML"}
    await house.desk.http.post(url, json=sent)
    text = house.phone("王雅琴").locator(".text", has_text="等待批复")
    assert await text.inner_text() == "理由：\n等待批复\n督查室"


async def test_twenty_characters_fit_on_a_line(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/start")
    await expect(house.phone("王雅琴").locator(".keyboard")).to_be_visible()
    await house.type("王雅琴", "督" * 20)
    text = house.phone("王雅琴").locator(".own .text", has_text="督" * 20)
    one_line = await text.evaluate("node => node.getClientRects()[0].height")
    await house.type("王雅琴", "督" * 22)
    text = house.phone("王雅琴").locator(".own .text", has_text="督" * 22)
    assert await text.evaluate("node => node.getClientRects()[0].height") == one_line * 2


async def test_buttons_stand_in_rows_with_their_colours(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/remind")
    rows = house.phone("王雅琴").locator(".keyboard .keys")
    await expect(rows).to_have_count(3)
    assert [await row.locator("button").all_inner_texts() for row in await rows.all()] == [
        ["2", "5", "9"],
        ["按计划推进", "下午提醒"],
        ["申请办结", "不属本单位"],
    ]

    async def colours(label: str) -> str:
        key = house.phone("王雅琴").get_by_role("button", name=label)
        script = "key => (({color, backgroundColor: on}) => color + on)(getComputedStyle(key))"
        return str(await key.evaluate(script))

    labels = ("按计划推进", "下午提醒", "申请办结", "不属本单位")
    assert len({await colours(label) for label in labels}) == 4
    boxes = [await key.bounding_box() for key in await rows.nth(1).locator("button").all()]
    widths = [box["width"] for box in boxes if box]
    assert max(widths) - min(widths) < 2


async def test_a_press_shows_its_toast_and_the_message_changes_in_place(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/start")
    phone = house.phone("王雅琴")
    await phone.get_by_role("button", name="全部签收").click()
    await expect(phone.locator(".toast")).to_have_text("已记录：全部签收")
    await expect(phone.locator(".text", has_text="【交办】")).to_contain_text("已签收 09:02")
    await expect(phone.get_by_role("button", name="全部签收")).to_have_count(0)
    await expect(phone.locator(".stamp").last).to_have_text("已编辑 09:00")


async def test_an_alert_stands_until_it_is_confirmed(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/remind")
    phone = house.phone("王雅琴")
    await phone.get_by_role("button", name="不属本单位").click()
    await expect(phone.get_by_role("alertdialog")).to_contain_text("请先说明不属本单位的理由")
    await phone.get_by_role("button", name="确定").click()
    await expect(phone.get_by_role("alertdialog")).to_have_count(0)


async def test_tapping_a_message_replies_to_it(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/remind")
    phone = house.phone("王雅琴")
    await phone.locator(".bubble", has_text="【待办提醒】").click()
    await expect(phone.locator(".reply-bar")).to_contain_text("回复 督办")
    await house.type("王雅琴", "5号已检完")
    await expect(phone.locator(".own .quote")).to_contain_text("【待办提醒】9月24日上午")
    await expect(phone.locator(".text").last).to_have_text("已记入反馈（【待办提醒】）：5号已检完")
    await expect(phone.locator(".reply-bar")).to_be_hidden()


async def test_ones_own_message_can_be_edited(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "完成50%")
    phone = house.phone("王雅琴")
    await phone.locator(".own .bubble").click()
    await phone.locator(".reply-bar").get_by_role("button", name="编辑").click()
    await expect(phone.locator("textarea")).to_have_value("完成50%")
    await house.type("王雅琴", "完成60%")
    await expect(phone.locator(".own .text")).to_have_text("完成60%")
    await expect(phone.locator(".own .stamp")).to_have_text("已编辑 09:00")


async def test_a_question_that_wants_an_answer_opens_the_reply(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/ask")
    phone = house.phone("王雅琴")
    await expect(phone.locator(".reply-bar")).to_contain_text("#5 请说明进展情况。")
    box = phone.locator("textarea")
    await expect(box).to_have_attribute("placeholder", "进展，如：已完成60%")
    await house.type("王雅琴", "已完成60%")
    await expect(phone.locator(".own .quote")).to_contain_text("#5 请说明进展情况。")
    await expect(box).to_have_attribute("placeholder", "输入消息")


async def test_an_answer_given_elsewhere_ends_the_offer_to_reply(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/ask")
    bar = house.phone("王雅琴").locator(".reply-bar")
    await expect(bar).to_contain_text("#5 请说明进展情况。")
    await house.desk.post("say", person=house.people["王雅琴"], text="已完成60%")
    await expect(bar).to_be_hidden()


async def test_a_reply_keyboard_stands_below_and_speaks(house: House) -> None:
    await house.enter("王雅琴")
    await house.type("王雅琴", "/offer")
    below = house.phone("王雅琴").locator(".reply-keyboard")
    await expect(below.get_by_role("button")).to_have_text(["我的任务", "汇总", "超期"])
    await below.get_by_role("button", name="超期").click()
    await expect(house.phone("王雅琴").locator(".own .text").last).to_have_text("超期")


async def test_a_file_goes_to_the_bot_and_comes_back_to_be_saved(
    house: House, tmp_path: Path
) -> None:
    await house.enter("王雅琴")
    ledger = tmp_path / "校车检查台账（9月）.csv"
    ledger.write_text("车牌,结果\n", "utf-8")
    phone = house.phone("王雅琴")
    await phone.locator("textarea").fill("台账请查收")
    await phone.locator('input[type="file"]').set_input_files(ledger)
    await expect(phone.locator(".own .file")).to_contain_text("校车检查台账（9月）.csv")
    await expect(phone.locator(".own .text")).to_have_text("台账请查收")
    size = len(ledger.read_bytes())
    await expect(phone.locator(".message:not(.own) .text")).to_have_text(f"收到{size}字节")
    async with house.page.expect_download() as coming:
        await phone.locator(".message:not(.own) .file").click()
    saved = await coming.value
    assert saved.suggested_filename == "回执.txt"
    assert (await saved.path()).read_bytes() == ledger.read_bytes()
    await phone.locator(".own .text").click()
    await phone.locator(".reply-bar").get_by_role("button", name="编辑").click()
    await expect(phone.locator("textarea")).to_have_value("台账请查收")
    await house.type("王雅琴", "台账已更正")
    await expect(phone.locator(".own .text")).to_have_text("台账已更正")


async def test_a_picture_is_sent_and_drawn_as_a_photo(house: House, tmp_path: Path) -> None:
    await house.enter("王雅琴")
    picture = tmp_path / "现场.png"
    await house.page.screenshot(path=picture)
    phone = house.phone("王雅琴")
    await phone.locator('input[type="file"]').set_input_files(picture)
    image = phone.locator(".own img.photo")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1440


async def test_the_clock_moves_by_its_buttons(house: House) -> None:
    await house.enter("王雅琴")
    face = house.page.locator("#clock-now")
    await expect(face).to_have_text("9月7日 周一 09:00")
    await house.page.get_by_role("button", name="下一工作日").click()
    await expect(face).to_have_text("9月8日 周二 09:00")
    await house.page.get_by_role("button", name="下一提醒").click()
    await expect(face).to_have_text("9月9日 周三 09:00")
    await house.page.get_by_role("button", name="+1 小时").click()
    await expect(face).to_have_text("9月9日 周三 10:00")
    await expect(house.phone("王雅琴").locator(".status-time")).to_have_text("10:00")
    assert house.moves == ["next_working_day", "next_reminder", timedelta(hours=1)]


async def test_the_story_shows_its_five_captions(house: House) -> None:
    await house.enter("王雅琴")
    await house.page.get_by_role("button", name="播放").click()
    for number, words in enumerate(CAPTIONS, start=1):
        await expect(house.page.locator("#story-step")).to_have_text(f"第 {number} 步 / 共 5 步")
        await expect(house.page.locator("#story-caption")).to_have_text(words["zh"])
        await expect(house.page.locator("#story-dots i")).to_have_count(5)
        await expect(house.page.locator("#story-dots .done")).to_have_count(number - 1)
        await expect(house.page.locator("#play")).to_be_disabled()
        house.next_step.release()
    await expect(house.page.locator("#story-step")).to_have_text("播放完毕")
    await expect(house.page.locator("#play")).to_be_enabled()


async def test_the_language_switch_turns_the_page_and_is_remembered(house: House) -> None:
    await house.enter("王雅琴", "陈立群")
    page = house.page
    await page.get_by_role("button", name="播放").click()
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("#story-caption")).to_have_text(CAPTIONS[0]["en"])
    await expect(page.get_by_role("button", name="Next working day")).to_be_visible()
    await expect(house.phone("王雅琴").locator("textarea")).to_have_attribute(
        "placeholder", "Message"
    )
    await page.reload()
    await expect(page.locator("#clock-now")).to_have_text("Mon 7 Sep 09:00")
    await page.get_by_role("button", name="中文").click()
    await expect(page.locator("#clock-now")).to_have_text("9月7日 周一 09:00")


async def test_people_and_groups_are_added_on_the_page(house: House) -> None:
    page = house.page
    await house.enter()
    await page.locator("#nobody-add").click()
    await page.locator("#dialog-name").fill("周敏")
    await page.get_by_role("button", name="确定").click()
    await expect(page.locator(".phone")).to_have_count(1)
    await page.get_by_role("button", name="开始", exact=True).click()
    await expect(page.locator(".phone")).to_contain_text("【交办】")
    await page.get_by_role("button", name="添加人员").click()
    await page.locator("#dialog-name").fill("王雅琴")
    await page.get_by_role("button", name="确定").click()
    await expect(page.locator(".phone")).to_have_count(2)
    await page.get_by_role("button", name="建群").click()
    await page.locator("#dialog-name").fill("督办工作群")
    await page.get_by_role("button", name="确定").click()
    tabs = page.locator(".tab", has_text="督办工作群")
    await expect(tabs).to_have_count(2)
    await tabs.first.click()
    first = page.locator(".phone").first
    await first.locator("textarea").fill("请各位联络员注意时限")
    await first.get_by_role("button", name="发送", exact=True).click()
    await tabs.nth(1).click()
    heard = page.locator(".phone").nth(1).locator(".bubble")
    await expect(heard).to_contain_text("周敏")
    await expect(heard).to_contain_text("请各位联络员注意时限")


async def test_the_command_menu_and_blocking_work(house: House) -> None:
    await house.enter("王雅琴")
    phone = house.phone("王雅琴")
    await phone.get_by_role("button", name="命令菜单").click()
    await phone.get_by_role("button", name="/summary").click()
    await expect(phone.locator(".own .text")).to_have_text("/summary")
    await phone.get_by_role("button", name="停用机器人").click()
    await phone.locator(".panel").get_by_role("button", name="停用机器人").click()
    await expect(phone.locator(".messages")).to_contain_text("收不到它的消息")
    assert (await house.desk.get("faults"))["blocked"] == [house.people["王雅琴"]]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_everything_fits_a_phones_own_width(house: House, language: str) -> None:
    await house.page.set_viewport_size({"width": 360, "height": 740})
    await house.enter("王雅琴", "陈立群")
    await house.page.goto(f"{house.desk.sandbox.url}/?lang={language}")
    await house.type("王雅琴", "/remind")
    keyboard = house.phone("王雅琴").locator(".keyboard")
    await expect(keyboard).to_be_visible()
    outside = await house.page.evaluate(
        """() => [...document.querySelectorAll("header button, header time, .phone:first-child *")]
        .filter((n) => n.checkVisibility() && n.getBoundingClientRect().right > innerWidth)
        .map((n) => n.outerHTML.slice(0, 80))"""
    )
    assert outside == []
    box = await house.phone("王雅琴").bounding_box()
    assert box is not None
    assert box["height"] > 400


@pytest.mark.parametrize("width", [390, 1440])
async def test_what_to_try_leads_to_the_phone_of_whoever_does_it(house: House, width: int) -> None:
    await house.page.set_viewport_size({"width": width, "height": 844})
    await house.enter("甲一", "乙二", "丙三", "丁四", "戊五")
    await expect(house.page.locator("#tips-open")).to_be_hidden()
    house.desk.sandbox.tips = (
        {"person": "戊五", "zh": "点〔不属本单位〕", "en": "Tap 不属本单位"},
        {"person": "甲一", "zh": "发 汇总", "en": "Write 汇总"},
    )
    await house.page.reload()
    await house.page.get_by_role("button", name="试一试").click()
    listed = house.page.locator("#tips-list li")
    await expect(listed).to_have_text(["戊戊五点〔不属本单位〕", "甲甲一发 汇总"])
    box = await house.page.locator("#tips").bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    await listed.first.get_by_role("button").click()
    await expect(house.page.locator("#tips")).to_be_hidden()
    await expect(house.phone("戊五")).to_be_in_viewport(ratio=0.9)


async def test_what_changes_out_of_sight_is_counted(house: House) -> None:
    names = ("甲一", "乙二", "丙三", "丁四", "戊五", "己六")
    await house.enter(*names)
    await expect(house.page.locator(".phone")).to_have_count(6)
    await house.desk.post("say", person=house.people["己六"], text="/start")
    chip = house.page.locator(".chip", has_text="己六")
    await expect(chip.locator(".badge")).to_have_text("1")
    await chip.click()
    await expect(house.phone("己六")).to_be_in_viewport()
    await expect(chip.locator(".badge")).to_have_count(0)


async def test_a_refusal_is_shown_in_words(house: House) -> None:
    await house.enter("王雅琴")
    house.clock_refuses.append("此后没有到期的提醒。")
    await house.page.get_by_role("button", name="下一提醒").click()
    await expect(house.page.get_by_role("alert")).to_have_text("此后没有到期的提醒。")
    await expect(house.page.locator("#clock-now")).to_have_text("9月7日 周一 09:00")
    await expect(house.page.get_by_role("button", name="下一提醒")).to_be_enabled()


async def test_a_link_that_adds_the_bot_says_its_code_in_the_group(house: House) -> None:
    await house.enter("王雅琴")
    name, person = "王雅琴", house.people["王雅琴"]
    await house.type(name, "/start A1")
    link = "https://t.me/duban_sandbox_bot?startgroup=ABCD2345EFGH"
    url = f"{house.desk.sandbox.url}/bot{TOKEN}/sendMessage"
    await house.desk.http.post(url, json={"chat_id": person, "text": link})
    phone = house.phone(name)
    await phone.get_by_role("link", name="startgroup").click()
    await expect(phone).to_contain_text("请先新建一个群")
    group = await house.desk.post("groups", title="校车工作群", members=[person])
    await expect(phone.locator(".tab").filter(has_text="校车工作群")).to_be_visible()
    await phone.get_by_role("link", name="startgroup").click()
    await expect(phone.locator(".tab.here")).to_have_text("校车工作群")
    await expect(phone).to_contain_text("/start@duban_sandbox_bot ABCD2345EFGH")
    said = (await house.desk.get("messages", person=person))["items"][-1]
    assert said["chat"]["id"] == group["id"]
