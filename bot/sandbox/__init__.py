"""A local Telegram: the Bot API over HTTP, people to talk to, and a page to watch them.

Rooms, from the inside out: `records` are what the chat is made of, `chat` holds what is
said, `people` and `groups` do what humans do, `updates` queues it for the bot, `api` and the
`methods_*` files do what the bot asks, `faults` break things on order, `control` (which
lists its paths), `server` and `door` let people and bots in, `page` shows it all.

The one rule: nothing here knows the bot it serves. It imports neither tasks nor config nor
any other part of bot, so the bot under test is the bot that runs.
"""

from bot.sandbox.server import ClockHook, PlayHook, Sandbox, create

__all__ = ["ClockHook", "PlayHook", "Sandbox", "create"]
