"""Delivery of updates to the bot's webhook, one after the other.

The next update goes out only after the one before was answered with 2xx; anything else is
tried again, slower each time, as the real service does for a reasonable while.
"""

import asyncio
import json
import time

import aiohttp

from bot.sandbox.chat import World

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


async def deliver_forever(world: World) -> None:
    """Post unconfirmed updates whenever a webhook is set; runs until cancelled."""
    pause = _FIRST_PAUSE
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
        while True:
            hook, first = world.updates.webhook, world.updates.first()
            if not hook.url or first is None:
                await world.updates.pulse.wait(3600)
                continue
            number, body = first
            problem = await _post(session, hook.url, hook.secret, body)
            if problem is None:
                world.updates.confirm_before(number + 1)
                pause = _FIRST_PAUSE
                continue
            hook.last_error, hook.last_error_date = problem, int(time.time())
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def _post(
    session: aiohttp.ClientSession, url: str, secret: str, body: dict[str, object]
) -> str | None:
    headers = {"Content-Type": "application/json"}
    if secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = secret
    try:
        async with session.post(
            url, data=json.dumps(body).encode(), headers=headers, allow_redirects=False
        ) as answer:
            if 200 <= answer.status < 300:
                return None
            return f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"Connection failed: {type(error).__name__}"
