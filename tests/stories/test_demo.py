"""The demo as a stranger meets it: one command, one page, one story."""

import json
import re
import subprocess
import sys
from pathlib import Path

import aiohttp

from bot.demo import Show
from bot.stage import Stage, has_button
from bot.story import SCENES
from bot.story.cast import CAST, CITY, COORDINATOR, GROUP
from bot.story.scene import opens
from bot.story.tips import TIPS


def test_the_story_plays_without_a_browser(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--play", "--json"]
    played = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    told = json.loads(played.stdout)
    names = [step["name"] for step in told["steps"]]
    assert [step["name"] for step in told["steps"] if not step["ok"]] == []
    assert played.returncode == 0, played.stderr
    assert len(names) > 2 * len(SCENES)
    assert len(set(names)) == len(names)
    assert all(name.isascii() for name in names), "steps are named in English"
    moments = [step["at"] for step in told["steps"]]
    assert moments == sorted(moments)
    summary = told["summary"]
    assert sum(summary["classes"].values()) == summary["total"]
    assert summary["classes"]["done"] == 2
    assert (summary["overdue"], summary["extended"]) == (1, 1)
    assert summary["left"] > 0


async def test_the_page_stands_with_its_cast_and_their_tasks(tmp_path: Path) -> None:
    async with Show(tmp_path) as show, aiohttp.ClientSession() as http:
        async with http.get(show.sandbox.url) as page:
            assert page.status == 200
            assert "<html" in await page.text()
        stage = Stage(show.sandbox.url, http)
        people = (await stage.get("people"))["items"]
        assert [person["name"] for person in people] == [actor.name for actor in CAST]
        stage.people = {person["name"]: person["id"] for person in people}
        await stage.say(COORDINATOR, "/summary")
        shown = await stage.hears(COORDINATOR, "落实情况")
        assert f"共{show.summary()['total']}项" in shown["text"]
        clock = await stage.get("clock")
        assert clock["movable"]
        assert clock["now"].startswith("2026-09-07T09:00:00+08:00")
        groups = (await stage.get("groups"))["items"]
        assert [group["title"] for group in groups] == [GROUP]
        stage.groups = {GROUP: groups[0]["id"]}
        said = [str(message.get("text")) for message in await stage.screen(CITY, GROUP)]
        assert any("【交办】" in words and "市城市管理局" in words for words in said)


async def test_what_the_page_says_to_try_can_be_tried(tmp_path: Path) -> None:
    async with Show(tmp_path) as show:
        stage, tried = show.stage, 0
        assert show.sandbox.tips == TIPS
        for tip in TIPS:
            group = GROUP if GROUP in tip["zh"] else None
            for number in re.findall(r"〔(\d+)〕", tip["zh"]):
                card = await opens(stage, tip["person"], int(number), group=group)
                for label in re.findall(r"点〔(\D+?)〕", tip["zh"]):
                    assert has_button(card, label), (label, card)
                    tried += 1
        assert tried == 4
        education = TIPS[0]["person"]
        await stage.press(education, "全部签收", within="【交办】")
        words = re.findall(r"再写：(.+?)。", TIPS[0]["zh"])
        await stage.say(education, words[0])
        await stage.hears(education, "请核对", "60%", "经费未到位", button="无误")


async def test_the_clock_sleeps_and_wakes_to_one_reminder(tmp_path: Path) -> None:
    async with Show(tmp_path) as show:
        name = CAST[1].name
        await show.stage.mark(name)
        await show.stage.post("clock", to="2026-09-24T09:05", asleep=True)
        reminded = [
            message for message in await show.stage.screen(name) if "待办提醒" in str(message)
        ]
        assert len(reminded) == 1
