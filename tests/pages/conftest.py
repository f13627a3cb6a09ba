"""A real Chromium for the page tests; where none is found they skip and say so."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium: DUBAN_TEST_CHROMIUM, else one on the PATH."""
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    found = os.environ.get("DUBAN_TEST_CHROMIUM") or on_path
    if not found:
        pytest.skip(f"no Chromium: none of {', '.join(NAMES)} on PATH, no DUBAN_TEST_CHROMIUM")
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A running browser for the tests of one file."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="module")
async def browser_page(browser: Browser) -> AsyncIterator[Page]:
    """An empty page, 1440 by 900, with nothing stored; a script that fails fails the test.

    Tests that use it are marked `pytest.mark.asyncio(loop_scope="module")`.
    """
    failures: list[str] = []
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="UTC"
    )
    page = await context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    await context.close()
    assert not failures
