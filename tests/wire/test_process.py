"""``python -m bot run`` as an owner runs it: a process with settings, signals and an exit code."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import pytest

from tests.wire.processes import BotProcess, StandInProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.wire.conftest import StartBot
    from tests.wire.driver import Discord
    from tests.wire.standin import StandIn
    from tests.wire.town import Town


@pytest.fixture
async def discord_process(tmp_path: Path) -> AsyncIterator[StandInProcess]:
    process = StandInProcess(tmp_path)
    await process.start()
    yield process
    await process.kill()


async def until_typing(stand_in: StandIn) -> None:
    """Return when the bot shows that it is thinking."""
    async with asyncio.timeout(5):
        await stand_in.rest.typing_seen.wait()


async def test_the_process_answers_and_a_cut_in_mid_generation_loses_no_reply(
    discord: Discord, town: Town, stand_in: StandIn, start_bot: StartBot
) -> None:
    bot = await start_bot(delay_s=0.4)
    await discord.ready()
    asked = await discord.mention(town.general, town.ann, "one")
    await until_typing(stand_in)
    await discord.cut()
    first = await discord.reply_within(town.general)
    assert (first.content, first.reply_to) == ("You said: one", asked)
    await discord.ready()
    await discord.reply_to(first.message_id, town.general, town.bob, "two")
    await discord.dm(town.bob, "three")
    await discord.slash("chat", place=town.side, person=town.ann, text="four")
    heard = [await discord.reply_within(place) for place in (town.general, town.bob_dm, town.side)]
    assert [reply.content.split()[-1] for reply in heard] == ["two", "three", "four"]
    assert (await discord.counts())["resumes"] == 1
    bot.send(signal.SIGTERM)
    assert await bot.ended() == 0
    assert len(await discord.received()) == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
async def test_a_stop_lets_the_running_reply_finish_and_takes_no_more(
    discord: Discord, town: Town, stand_in: StandIn, start_bot: StartBot, number: signal.Signals
) -> None:
    bot = await start_bot(delay_s=0.6)
    await discord.ready()
    await discord.mention(town.general, town.ann, "last words")
    await until_typing(stand_in)
    bot.send(number)
    await asyncio.sleep(0.2)  # the signal's way to the other process
    await discord.mention(town.side, town.bob, "too late")
    assert await bot.ended() == 0
    assert [reply.content for reply in await discord.received()] == ["You said: last words"]
    assert not [line for line in bot.lines if "Traceback" in line]


async def test_a_stop_does_not_wait_longer_than_the_owner_allows(
    discord: Discord, town: Town, stand_in: StandIn, start_bot: StartBot
) -> None:
    bot = await start_bot(delay_s=60, settings={"SHUTDOWN_S": "0.2"})
    await discord.ready()
    await discord.mention(town.general, town.ann, "much too slow")
    await until_typing(stand_in)
    bot.send(signal.SIGTERM)
    assert await bot.ended(timeout_s=5) == 0
    assert not [line for line in bot.lines if "Traceback" in line]


@pytest.mark.parametrize(
    ("case", "exit_code", "word"), [("token", 12, "DISCORD_TOKEN"), ("intent", 13, "portal")]
)
async def test_a_refusal_is_one_line_and_an_exit_code(  # a table's columns
    stand_in: StandIn, start_bot: StartBot, case: str, exit_code: int, word: str
) -> None:
    if case == "token":
        stand_in.rest.token = "another"  # the stand-in's
    stand_in.gateway.grants_message_content = False
    bot = await start_bot(settings={"MESSAGE_CONTENT": "true"})
    assert await bot.ended() == exit_code
    *rest, last = bot.lines
    assert last.startswith("confab: ")
    assert word in last
    assert not [line for line in rest if "ERROR" in line or "Traceback" in line]


async def test_a_discord_that_is_not_there_yet_is_waited_for(
    discord: Discord, town: Town, stand_in: StandIn, start_bot: StartBot
) -> None:
    await stand_in.stop()
    bot = await start_bot()
    await bot.has_said("not reachable")
    stand_in.faults.refusals = 1
    await stand_in.start()
    await discord.ready(timeout_s=15)
    await discord.mention(town.general, town.ann, "at last")
    assert (await discord.reply_within(town.general)).content == "You said: at last"
    assert not [line for line in bot.lines if "Traceback" in line]


async def test_a_discord_that_is_killed_costs_no_promised_reply(
    tmp_path: Path, town: Town, discord_process: StandInProcess
) -> None:
    discord, address = discord_process.driver(), discord_process.address
    bot = BotProcess(address, tmp_path, delay_s=0.5)
    await bot.start()
    try:
        await discord.ready()
        await discord.mention(town.general, town.ann, "promised")
        await discord_process.kill()
        await asyncio.sleep(0.6)  # the reply is ready while nobody is there to take it
        await discord_process.start()
        assert (await discord.reply_within(town.general)).content == "You said: promised"
        await discord.ready()
        await discord.mention(town.general, town.ann, "again")
        assert (await discord.reply_within(town.general)).content == "You said: again"
    finally:
        await bot.kill()
    assert len(discord_process.journal.read_text().splitlines()) == 2


async def test_the_starter_model_answers_with_its_own_words(
    discord: Discord, town: Town, start_bot: StartBot
) -> None:
    bot = await start_bot(delay_s=None)
    await discord.ready(timeout_s=60)
    await discord.mention(town.general, town.ann, "My name is Jackson, and I study music.")
    assert "Jackson" in (await discord.reply_within(town.general, 30)).content
    bot.send(signal.SIGTERM)
    assert await bot.ended() == 0
