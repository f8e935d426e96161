"""A real browser types into the demo and reads what is answered."""

from __future__ import annotations

import re
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.demo.session import open_demo, settings_for
from config.settings import Settings
from tests.demo.conftest import open_fake_demo
from tests.fakes.engine import ScriptedEngine
from tests.fakes.services import Parts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.conversation.prompt import Prompt
    from tests.demo.conftest import Demo

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")


def polite(prompt: Prompt) -> str:
    name = re.search(r"My name is (\w+)", prompt.messages[-1])
    return f"Nice to meet you, {name[1]}!" if name else f"You said: {prompt.messages[-1]}"


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    async with open_fake_demo(Parts(engine=ScriptedEngine(polite), reads_content=True)) as demo:
        yield demo


@asynccontextmanager
async def open_page(address: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page()
        page.set_default_timeout(20_000)
        await page.goto(address)
        yield page
        await browser.close()


@pytest.fixture
async def page(demo: Demo) -> AsyncIterator[Page]:
    async with open_page(demo.address) as page:
        yield page


async def say(page: Page, words: str) -> None:
    composer = page.locator("#channel-composer-input")
    await expect(composer).to_be_visible()
    await composer.fill(words)
    await composer.press("Enter")


async def go_to(page: Page, channel: str, path: str) -> None:
    await page.get_by_role("link", name=channel).click()
    await page.wait_for_url(f"**/{path}*")


async def test_a_typed_mention_is_answered(page: Page) -> None:
    await say(page, "@Confab My name is Jackson, and I'm studying Computer Science")

    answer = page.locator(".channel-message").nth(1)
    await expect(answer).to_contain_text("Nice to meet you, Jackson!")
    await expect(page.locator(".channel-message").first).to_contain_text("@Confab My name")


async def test_the_model_that_ships_answers_to_a_name(tmp_path: Path) -> None:
    settings = settings_for(Settings(data_dir=tmp_path, model="starter"))

    async with open_demo(settings, port=0) as address, open_page(address) as page:
        await say(page, "@Confab My name is Jackson, and I'm studying Computer Science")

        answer = page.locator(".channel-message").nth(1).locator(".message-content")
        await expect(answer.last).to_contain_text("Jackson", timeout=60_000)


async def test_the_lounge_and_a_direct_message_are_one_click_away(page: Page) -> None:
    for channel, path in (("# lounge", "lounge"), ("Alice's DM", "dm")):
        await go_to(page, channel, path)
        await say(page, f"hello {channel}")

        answer = page.locator(".channel-message").nth(1)
        await expect(answer).to_contain_text(f"You said: hello {channel}")


async def test_a_slash_command_is_picked_and_answered(page: Page) -> None:
    composer = page.locator("#channel-composer-input")
    await expect(composer).to_be_visible()
    await composer.press_sequentially("/status")
    await page.get_by_role("option", name="/status").click()
    await page.keyboard.press("Enter")

    await expect(page.locator("#channel-timeline")).to_contain_text("scripted")
    await expect(page.locator("#channel-timeline")).to_contain_text("Only you can see this")


async def test_words_show_at_once_and_the_bot_is_seen_typing(page: Page, demo: Demo) -> None:
    demo.parts.engine.gate.clear()

    await say(page, "@Confab think about it")

    await expect(page.locator("#confab-echo")).to_have_text("@Confab think about it")
    await expect(page.locator("#confab-typing")).to_be_visible()
    demo.parts.engine.gate.set()
    await expect(page.locator(".channel-message")).to_have_count(2)
    await expect(page.locator("#confab-typing")).to_be_hidden()
