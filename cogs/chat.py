"""Brings what people say to the dialogue: messages, /chat and "Reply to this"."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.conversation.addressing import Addressing
from bot.conversation.plain_text import plain_text
from bot.errors import DeliveryFailed, StoreUnavailable
from bot.outcome import APOLOGIES, OutcomeKind
from cogs._arrivals import Arrivals
from cogs._changes import ChangesCog
from cogs._delivery import Courier
from cogs._inbound import Inbound, Received, place_of_interaction
from cogs._outbound import InteractionAudience, MessageAudience
from cogs._typing import typing_in

if TYPE_CHECKING:
    from bot.client import ConfabClient
    from bot.conversation.utterance import Utterance
    from bot.dialogue import Dialogue
    from bot.doorway import Doorway

log = logging.getLogger(__name__)

LONGEST_QUESTION = 1500
DECIDE_WITHIN_S = 1.5  # Discord gives a command three seconds until it is answered or deferred
ONLY_WORDS = "I can only read words, but I'd love to hear about it. What is it?"
NOT_HERE = "I'm not allowed to talk with you here. A server admin can change that in `/settings`."
MENTION_ME = "I can't read a message that mentions my role. Please mention me by my name."
STOPPING = "I'm about to restart. Please ask me again in a minute."
NO_WORDS_THERE = "There are no words in that message that I could reply to."
NOT_THEIR_WORDS = "Who wrote that does not want me to use their words."
NOT_TO_BOTS = "I only reply to what people wrote."


class ChatCog(commands.Cog):
    """Takes what is said to us to the dialogue, in the order in which it was sent."""

    def __init__(
        self,
        *,
        client: discord.Client,
        dialogue: Dialogue,
        inbound: Inbound,
        arrivals: Arrivals,
        courier: Courier,
        doorway: Doorway,
    ) -> None:
        self._client = client
        self._dialogue = dialogue
        self._inbound = inbound
        self._arrivals = arrivals
        self._courier = courier
        self._doorway = doorway

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is for us."""
        me = self._client.user
        if me is None or not self._doorway.is_open or not self._inbound.concerns_us(message, me):
            return
        with self._doorway.passage():
            received = await self._arrivals.receive(message, me)
            log.debug("received message=%d addressing=%s", message.id, received.addressing)
            if received.utterance is None and not _is_hidden(received, message):
                return
            if _may_speak(message):
                await self._answer(received.utterance, message)
            else:
                self._courier.note_closed(message.channel.id)

    async def _answer(self, utterance: Utterance | None, message: discord.Message) -> None:
        audience = MessageAudience(message, courier=self._courier)
        try:
            if utterance is not None and utterance.text:
                async with typing_in(message.channel):
                    await self._converse(utterance, audience)
            else:
                await self._say(ONLY_WORDS if utterance else MENTION_ME, audience)
        finally:
            await audience.tidy()

    @app_commands.command()
    @app_commands.describe(text="What you want to say to me.")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def chat(
        self,
        interaction: discord.Interaction,
        text: app_commands.Range[str, 1, LONGEST_QUESTION],
    ) -> None:
        """Talk with me, here or anywhere you have me installed."""
        utterance = self._inbound.spoken(interaction, text)
        if await self._lets_in(interaction, has_words=bool(utterance.text)):
            await self._reply_to(interaction, utterance)

    async def reply_to_this(
        self, interaction: discord.Interaction, message: discord.Message
    ) -> None:
        """Answer a message that somebody points at."""
        me = self._client.user
        if me is None or message.author.bot:
            await interaction.response.send_message(NOT_TO_BOTS, ephemeral=True)
        elif await self._lets_in(interaction, has_words=bool(plain_text(message.content))):
            utterance = await self._inbound.utterance(message, me)
            place = place_of_interaction(interaction)  # the message's own is unknown elsewhere
            await self._reply_to(interaction, replace(utterance, place=place))

    async def _lets_in(self, interaction: discord.Interaction, *, has_words: bool) -> bool:
        """Defer a command's answer, or say privately why there is none.

        Raises:
            StoreUnavailable: Whether we may talk here was not known in Discord's three seconds.
        """
        refusal = await self._refusal(interaction, has_words=has_words)
        if refusal:
            await interaction.response.send_message(refusal, ephemeral=True)
        else:
            await interaction.response.defer(thinking=True)
        return not refusal

    async def _refusal(self, interaction: discord.Interaction, *, has_words: bool) -> str:
        if not self._doorway.is_open:
            return STOPPING
        if not has_words:
            return NO_WORDS_THERE
        try:
            async with asyncio.timeout(DECIDE_WITHIN_S):
                return "" if await self._inbound.admits(interaction) else NOT_HERE
        except TimeoutError:
            raise StoreUnavailable from None

    async def _reply_to(self, interaction: discord.Interaction, utterance: Utterance) -> None:
        audience = InteractionAudience(interaction, courier=self._courier)
        with self._doorway.passage():
            try:
                kind = await self._converse(utterance, audience)
                if kind is OutcomeKind.OPTED_OUT and utterance.author_id != interaction.user.id:
                    await self._say(NOT_THEIR_WORDS, audience)
            finally:
                await audience.tidy()

    async def _converse(
        self, utterance: Utterance, audience: MessageAudience | InteractionAudience
    ) -> OutcomeKind:
        try:
            outcome = await self._dialogue.converse(utterance, audience)
        except DeliveryFailed:
            log.info("reply undelivered message=%d", utterance.message_id)
        except Exception:
            log.exception("turn broke message=%d", utterance.message_id)
            await self._say(APOLOGIES[OutcomeKind.FAILED], audience)
        else:
            log.info("turn ended message=%d outcome=%s", utterance.message_id, outcome.kind)
            return outcome.kind
        return OutcomeKind.FAILED

    async def _say(self, text: str, audience: MessageAudience | InteractionAudience) -> None:
        with suppress(DeliveryFailed):
            await audience.say(text)


def _is_hidden(received: Received, message: discord.Message) -> bool:
    """Return whether Discord kept the words from us: a role mention does not share them."""
    is_role_call = bool(message.role_mentions) and not message.mentions
    return received.addressing is Addressing.NOTHING_SAID and is_role_call and not message.content


def _may_speak(message: discord.Message) -> bool:
    """Return whether we may send where a message was sent, as far as is known."""
    channel = message.channel
    if message.guild is None or isinstance(channel, discord.PartialMessageable):
        return True
    try:
        permissions = channel.permissions_for(message.guild.me)
    except discord.ClientException:  # a thread whose channel is not known
        return True
    if isinstance(channel, discord.Thread):
        return permissions.send_messages_in_threads
    return permissions.send_messages


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    services = bot.services
    inbound = Inbound(
        options=services.options,
        safety=services.safety,
        reads_content=services.reads_content,
        answers_bots=services.answers_bots,
    )
    arrivals = Arrivals(inbound=inbound)
    cog = ChatCog(
        client=bot,
        dialogue=services.dialogue,
        inbound=inbound,
        arrivals=arrivals,
        courier=Courier(),
        doorway=services.doorway,
    )
    await bot.add_cog(cog)
    await bot.add_cog(
        ChangesCog(client=bot, dialogue=services.dialogue, inbound=inbound, arrivals=arrivals)
    )
    bot.tree.add_command(
        app_commands.ContextMenu(
            name="Reply to this",
            callback=cog.reply_to_this,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
        )
    )
