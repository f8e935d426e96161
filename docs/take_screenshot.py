"""The README's picture: a real browser's view of the real demo (python -m docs.take_screenshot)."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.async_api import async_playwright, expect

from config.settings import ROOT

if TYPE_CHECKING:
    from playwright.async_api import Page

PICTURE = ROOT / "docs" / "screenshots" / "demo.png"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
SAYINGS = (
    "@Confab My name is Jackson, and I'm studying Computer Science",
    "@Confab What is my name?",
)


async def main(picture: Path) -> None:
    """Start a demo that knows nobody, talk with it, and write ``picture``."""
    with TemporaryDirectory() as folder:
        await _talk(picture, data_dir=folder)


async def _talk(picture: Path, *, data_dir: str) -> None:
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={"DATA_DIR": data_dir},
    )
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            page = await browser.new_page(viewport={"width": 1000, "height": 560})
            await page.goto(await _address(demo))
            for count, saying in enumerate(SAYINGS, 1):
                await _say(page, saying, messages=2 * count)
            picture.parent.mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=picture)
            await browser.close()
    finally:
        demo.terminate()
        await demo.wait()


async def _address(demo: asyncio.subprocess.Process) -> str:
    assert demo.stdout is not None  # noqa: S101  # it was asked for
    async for line in demo.stdout:
        if line.startswith(b"http"):
            return line.decode().strip()
    raise SystemExit("The demo did not start.")


async def _say(page: Page, saying: str, *, messages: int) -> None:
    composer = page.locator("#channel-composer-input")
    await expect(composer).to_be_visible()
    await composer.fill(saying)
    await composer.press("Enter")
    await expect(page.locator(".channel-message")).to_have_count(messages, timeout=60_000)
    await expect(page.locator("#confab-echo")).to_have_count(0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path, nargs="?", default=PICTURE)
    asyncio.run(main(parser.parse_args().picture))
