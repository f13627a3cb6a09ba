"""What a scene is, and how it is judged."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.stage import Json, MissedCueError, Stage, has_button, text_of

READING_SECONDS = 0.2
"""Nobody presses before a message has been read; by then the bot knows its number."""

Note = Callable[[str, bool], Awaitable[None]]
"""Told of each check: what was looked for, in English, and whether it held."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One captioned step; the caption in both languages."""

    zh: str
    en: str
    play: Callable[[Stage, Note], Awaitable[None]]


async def held(waited: Awaitable[object]) -> bool:
    """Whether what somebody waits for comes."""
    try:
        await waited
    except MissedCueError:
        return False
    return True


async def opens(
    stage: Stage, name: str, number: int, button: str = "", group: str | None = None
) -> Json:
    """Somebody opens the card of a task and waits until it offers what they want to press."""
    await stage.say(name, f"/task {number}", group=group)
    return await stage.hears(name, f"#{number} ", "状态", button=button, group=group)


async def confirms(stage: Stage, name: str, within: str) -> None:
    """Somebody reads what was understood, confirms it, and waits until it counts."""
    await asyncio.sleep(READING_SECONDS)
    await stage.press(name, "无误", within=within)
    await stage.sees_no_button(name, "已记入反馈", "无误")


async def stands(stage: Stage, name: str, *fragments: str, button: str = "") -> bool:
    """Whether a message on somebody's phone shows all of these words, and such a button."""
    return any(
        all(words in text_of(message) for words in fragments)
        and (not button or has_button(message, button))
        for message in await stage.screen(name)
    )
