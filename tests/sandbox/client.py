"""A sandbox being served, with short words for its control API and for a bot's calls."""

import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox import Sandbox

TOKEN = "42:sandbox"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """Speaks HTTP to a running sandbox, as tests, the page and bots do."""

    sandbox: Sandbox
    http: aiohttp.ClientSession

    async def post(self, path: str, **body: object) -> Json:
        """A control request that must succeed."""
        status, answer = await self.try_post(path, **body)
        assert status < 300, answer
        return answer

    async def try_post(self, path: str, **body: object) -> tuple[int, Json]:
        """A control request, with its status."""
        async with self.http.post(f"{self.sandbox.url}/sandbox/{path}", json=body) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **query: object) -> Json:
        """What the control API tells."""
        params = {key: str(value) for key, value in query.items()}
        url = f"{self.sandbox.url}/sandbox/{path}"
        async with self.http.get(url, params=params) as answer:
            assert answer.status == 200, await answer.text()
            found: Json = await answer.json()
            return found

    async def bot(self, method: str, **parameters: object) -> Json:
        """A Bot API call as JSON; the whole answer, also where it is a refusal."""
        url = f"{self.sandbox.url}/bot{TOKEN}/{method}"
        # Written by hand: aiohttp's own writer would refuse lone surrogates.
        data = json.dumps(parameters).encode()
        headers = {"Content-Type": "application/json"}
        async with self.http.post(url, data=data, headers=headers) as answer:
            body: Json = await answer.json()
            assert answer.status == (200 if body["ok"] else body["error_code"])
            return body

    async def result(self, method: str, **parameters: object) -> Any:
        """The result of a Bot API call that must succeed."""
        body = await self.bot(method, **parameters)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **parameters: object) -> str:
        """The description of a Bot API call that must be refused."""
        body = await self.bot(method, **parameters)
        assert not body["ok"], body
        return str(body["description"])

    async def person(self, name: str = "张三", *, started: bool = True) -> int:
        """Somebody new, who has opened the bot."""
        number = int((await self.post("people", name=name))["id"])
        if started:
            await self.post("say", person=number, text="/start")
            await self.result("getUpdates", offset=-1)
        return number

    async def updates(self, offset: int = 0, **more: object) -> list[Json]:
        """What getUpdates gives at once."""
        found: list[Json] = await self.result("getUpdates", offset=offset, **more)
        return found

    async def last(self, person: int) -> Json:
        """The message that changed last on somebody's screen."""
        found: Json = (await self.get("messages", person=person))["items"][-1]
        return found
