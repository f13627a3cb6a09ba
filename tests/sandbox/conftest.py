"""A sandbox on a free port for each test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.sandbox import create
from tests.sandbox.client import Desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    sandbox = await create(now=lambda: datetime.now(UTC)).start()
    async with aiohttp.ClientSession() as http:
        yield Desk(sandbox, http)
    await sandbox.stop()
