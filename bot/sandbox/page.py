"""The page: its files, and everything it draws in one request.

The page waits on GET /sandbox/screen, which answers as soon as anything changes, so it
needs neither a timer nor an open stream.
"""

import asyncio
from importlib.resources import files

from aiohttp import web

from bot.sandbox.chat import World
from bot.sandbox.clock import Clock, Play
from bot.sandbox.control import shown, whole
from bot.sandbox.groups import shown as shown_group
from bot.sandbox.methods_settings import commands_for

# A few requests in a burst of changes are plenty for a page.
SETTLE_SECONDS = 0.05
MAX_WAIT_SECONDS = 25.0

_FILES = {
    "page.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "page_message.js": "text/javascript",
    "page_phone.js": "text/javascript",
    "page_words.js": "text/javascript",
}
_POLICY = "default-src 'self'; img-src 'self' data: blob:"


def add_page(app: web.Application) -> None:
    """Serve the page at `/` and its files beside it."""

    def serve(name: str) -> None:
        async def handler(_request: web.Request) -> web.Response:
            text = files("bot.sandbox").joinpath(name).read_text("utf-8")
            headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
            return web.Response(
                text=text, content_type=_FILES[name], charset="utf-8", headers=headers
            )

        app.router.add_get("/" if name == "page.html" else f"/{name}", handler)

    for name in _FILES:
        serve(name)


async def screen(
    world: World, clock: Clock, play: Play, request: web.Request
) -> dict[str, object]:
    """All phones at once: what changed since `after`, waiting up to `wait` seconds for it.

    `toasts` likewise numbers the toasts already seen, and `seen` anything else: people, the
    clock, the story.
    """
    after = whole(request.query.get("after"), "after", 0)
    toasts = whole(request.query.get("toasts"), "toasts", 0)
    wait = min(whole(request.query.get("wait"), "wait", 0), MAX_WAIT_SECONDS)
    seen = whole(request.query.get("seen"), "seen", -1)
    if wait and seen == world.beats and await world.pulse.wait(wait):
        await asyncio.sleep(SETTLE_SECONDS)
    return {
        "seen": world.beats,
        "next": world.changes,
        "toasts_next": world.toasts.last,
        "bot": {"name": world.bot.name, "username": world.bot.username, "id": world.bot.id},
        "clock": clock.shown(),
        "play": play.shown(),
        "people": [
            shown(person)
            | {
                "commands": commands_for(world, person.id, person.language),
                "messages": world.screen(person, after),
                "keyboard": world.reply_keyboards.get(person.id),
            }
            for person in world.people.values()
        ],
        "groups": [shown_group(group) for group in world.groups.values()],
        "toasts": world.toasts.since(toasts),
        "reactions": [
            {"chat": chat, "message_id": number, "reaction": given}
            for (chat, number), given in world.reactions.items()
            if given
        ],
    }
