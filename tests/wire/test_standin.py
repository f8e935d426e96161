"""The stand-in itself, against discord.py as it is: what the other wire tests rest on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord as library
import pytest
from discord import app_commands
from typing_extensions import override

from tests.wire.standin import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.wire.driver import Discord
    from tests.wire.standin import StandIn
    from tests.wire.town import Town


class Parrot(library.AutoShardedClient):
    """Says back what it hears, and counts what the gateway tells it."""

    def __init__(self, *, intents: library.Intents | None = None) -> None:
        none = library.AllowedMentions.none()
        super().__init__(intents=intents or library.Intents.default(), allowed_mentions=none)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []
        self.deleted: list[int] = []
        self.resumed = asyncio.Event()

    @override
    async def setup_hook(self) -> None:
        @self.tree.command(description="Say something back")
        async def chat(interaction: library.Interaction, message: str) -> None:
            await interaction.response.defer()
            await interaction.edit_original_response(content=f"You said: {message}")

        await self.tree.sync()

    async def on_message(self, message: library.Message) -> None:
        if message.author.bot:
            return
        self.heard.append(message.content)
        if message.content:
            text = message.clean_content
            await message.reply(f"You said: {text}", mention_author=True)

    async def on_raw_message_delete(self, event: library.RawMessageDeleteEvent) -> None:
        self.deleted.append(event.message_id)

    async def on_resumed(self) -> None:
        self.resumed.set()


@pytest.fixture
async def parrot(redirected: None, discord: Discord) -> AsyncIterator[Parrot]:
    del redirected
    client = Parrot()
    running = asyncio.create_task(client.start(TOKEN))
    await discord.ready()
    yield client
    await client.close()
    await running


@pytest.mark.usefixtures("parrot")
async def test_a_mention_is_answered_and_pings_the_asker_alone(
    discord: Discord, town: Town
) -> None:
    asked = await discord.mention(town.general, town.ann, "@everyone hello")
    reply = await discord.reply_within(town.general)
    assert reply.content.endswith("hello")
    assert (reply.reply_to, reply.pings) == (asked, (town.ann.id,))


@pytest.mark.usefixtures("parrot")
async def test_a_reply_a_thread_and_a_direct_message_are_answered(
    discord: Discord, town: Town
) -> None:
    await discord.mention(town.thread, town.ann, "one")
    first = await discord.reply_within(town.thread)
    await discord.reply_to(first.message_id, town.thread, town.bob, "two")
    second = await discord.reply_within(town.thread)
    await discord.dm(town.bob, "three")
    third = await discord.reply_within(town.bob_dm)
    assert [second.content, third.content] == ["You said: two", "You said: three"]


@pytest.mark.usefixtures("parrot")
async def test_a_slash_command_is_answered_in_a_guild_and_directly(
    discord: Discord, town: Town
) -> None:
    for place in (town.general, town.ann_dm):
        await discord.slash("chat", place=place, person=town.ann, message="hello")
        reply = await discord.reply_within(place)
        assert reply.content == "You said: hello"
        assert reply.is_interaction


async def test_words_for_others_are_hidden_without_the_content_intent(
    discord: Discord, town: Town, parrot: Parrot
) -> None:
    await discord.say(town.general, town.ann, "not for you")
    await discord.mention(town.general, town.ann, "for you")
    await discord.reply_within(town.general)
    assert parrot.heard == ["", f"<@{town.world.bot.id}> for you"]


async def test_what_is_said_during_a_cut_is_replayed(
    discord: Discord, town: Town, parrot: Parrot
) -> None:
    gone = await discord.say(town.general, town.bob, "never mind")
    await discord.cut()
    await discord.mention(town.general, town.ann, "are you there?")
    await discord.delete(gone)
    reply = await discord.reply_within(town.general)
    await parrot.resumed.wait()
    assert reply.content.endswith("are you there?")
    assert parrot.deleted == [gone]
    assert await discord.counts() == {"identifies": 1, "resumes": 1, "exceeded": 0, "typing": 0}


async def test_op_7_leads_to_a_resume_and_op_9_to_a_new_identify(
    discord: Discord, parrot: Parrot
) -> None:
    await discord.ask_to_reconnect()
    await discord.ready()
    assert (await discord.counts())["resumes"] == 1
    await discord.invalidate()
    await discord.ready()
    assert (await discord.counts())["identifies"] == 2
    assert parrot.resumed.is_set()


async def test_a_stand_in_that_was_stopped_is_found_again(
    discord: Discord, town: Town, parrot: Parrot, stand_in: StandIn
) -> None:
    await stand_in.stop()
    await stand_in.start()
    await discord.ready()
    await discord.mention(town.general, town.ann, "back?")
    assert (await discord.reply_within(town.general)).content.endswith("back?")
    assert not parrot.resumed.is_set()


@pytest.mark.usefixtures("parrot")
@pytest.mark.parametrize("status", [429, 500, 502])
async def test_discord_py_repeats_a_send_that_failed_once(
    discord: Discord, town: Town, status: int
) -> None:
    await discord.fail(status)
    await discord.mention(town.general, town.ann, "again")
    assert (await discord.reply_within(town.general)).content.endswith("again")


@pytest.mark.usefixtures("parrot")
async def test_discord_py_keeps_within_the_limits_it_is_told(discord: Discord, town: Town) -> None:
    await discord.limit_sends(2, 0.5)
    for n in range(5):
        await discord.mention(town.general, town.ann, str(n))
    replies = [await discord.reply_within(town.general) for _ in range(5)]
    assert replies[-1].at_s - replies[0].at_s > 0.8
    assert (await discord.counts())["exceeded"] <= 1


@pytest.mark.usefixtures("redirected")
async def test_the_content_intent_can_be_refused(stand_in: StandIn) -> None:
    stand_in.gateway.grants_message_content = False
    async with Parrot(intents=library.Intents(guilds=True, message_content=True)) as client:
        with pytest.raises(library.PrivilegedIntentsRequired):
            await client.start(TOKEN)


@pytest.mark.usefixtures("redirected")
async def test_a_wrong_token_is_refused() -> None:
    async with Parrot() as client:
        with pytest.raises(library.LoginFailure):
            await client.start("wrong")
