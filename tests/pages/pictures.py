"""Draw the pictures of the README: `python -m tests.pages.pictures` with a Chromium on PATH.

It serves the demo, presses Play in a real browser, and takes the page and one phone when
the story has been told.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bot.demo import Show
from tests.pages.conftest import NAMES, QUIET

PICTURES = Path(__file__).parent / "pictures"
STORY_SECONDS = 300


async def draw(chromium: str) -> None:
    """Play the story and take the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with Show(Path(folder)) as show, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
            context = await browser.new_context(
                viewport={"width": 1480, "height": 900}, locale="zh-CN", device_scale_factor=1
            )
            page = await context.new_page()
            await page.goto(show.sandbox.url)
            await page.click("#play")
            async with asyncio.timeout(STORY_SECONDS):
                while not show.sandbox.play.finished:
                    if show.sandbox.play.error:
                        raise RuntimeError(show.sandbox.play.error)
                    await page.wait_for_timeout(500)
            await page.locator("#cast button").first.click()
            await page.wait_for_timeout(4000)  # until the toasts have faded
            await _take(page)
            await browser.close()


async def _take(page: Page) -> None:
    await page.screenshot(path=PICTURES / "demo.png")
    await page.locator(".phone").nth(2).screenshot(path=PICTURES / "contact.png")


def main() -> int:
    """Exit code 1 without a browser."""
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    found = os.environ.get("DUBAN_TEST_CHROMIUM") or on_path
    if found is None:
        sys.stderr.write(f"no Chromium: none of {', '.join(NAMES)} on PATH\n")
        return 1
    asyncio.run(draw(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
