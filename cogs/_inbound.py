"""The only way in: what Discord sends becomes an Utterance, or a reason for silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import discord

from bot.conversation.addressing import Addressing, Approach, addressing_of
from bot.conversation.plain_text import plain_text
from bot.conversation.utterance import Place, Utterance
from cogs._names import Names

if TYPE_CHECKING:
    from bot.ports import OptionsRepository
    from bot.safety.verdict import SafetyCheck

SPOKEN = frozenset({discord.MessageType.default, discord.MessageType.reply})


@dataclass(frozen=True, slots=True)
class Received:
    """What has become of a message.

    Attributes:
        addressing: Why it is answered, or why not.
        utterance: Its words, blank where it only carries a file; None where it is not for us.
    """

    addressing: Addressing
    utterance: Utterance | None = None


class Inbound:
    """Translates messages, edits and commands.

    Args:
        options: Each guild's allow and deny lists and always-on channels.
        safety: Judges the names that mentions stand for.
        reads_content: Whether the message-content intent is used.
        answers_bots: Whether other bots are answered.
    """

    def __init__(
        self,
        *,
        options: OptionsRepository,
        safety: SafetyCheck,
        reads_content: bool,
        answers_bots: bool,
    ) -> None:
        self._options = options
        self._names = Names(safety=safety)
        self._reads_content = reads_content
        self._answers_bots = answers_bots

    def concerns_us(self, message: discord.Message, me: discord.ClientUser) -> bool:
        """Return whether a message may be for us; most are not, so this only looks."""
        if not self._reads_content and message.guild is not None and not _mentions(message, me):
            return False  # the common case, kept short: hundreds of these come in a second
        return addressing_of(self._approach(message, me, in_always_on_channel=True)).is_for_us

    async def receive(self, message: discord.Message, me: discord.ClientUser) -> Received:
        """Return what ``message`` says to us, or why it is met with silence."""
        place = place_of(message.channel, message.guild.id if message.guild else None)
        options = await self._options.read(place.guild_id)
        channel_ids = frozenset({place.channel_id, place.parent_id or place.channel_id})
        approach = self._approach(
            message,
            me,
            in_always_on_channel=not channel_ids.isdisjoint(options.always_on_channels),
        )
        addressing = addressing_of(approach)
        if not addressing.is_for_us:
            return Received(addressing)
        if not options.admits(
            channel_ids=channel_ids,
            role_ids=_role_ids(message.author),
            user_id=message.author.id,
        ):
            return Received(Addressing.DENIED)
        utterance = await self.utterance(message, me)
        addressing = addressing_of(replace(approach, has_text=bool(utterance.text)))
        return Received(addressing, utterance if addressing.is_for_us else None)

    async def admits(self, interaction: discord.Interaction) -> bool:
        """Return whether a command's caller may talk with us where it was called."""
        place = place_of_interaction(interaction)
        options = await self._options.read(place.guild_id)
        return options.admits(
            channel_ids=frozenset({place.channel_id, place.parent_id or place.channel_id}),
            role_ids=_role_ids(interaction.user),
            user_id=interaction.user.id,
        )

    async def utterance(self, message: discord.Message, me: discord.ClientUser) -> Utterance:
        """Return what a message says, without the mention of us that it begins with."""
        names = await self._names.mentioned_in(message)
        return Utterance(
            message_id=message.id,
            author_id=message.author.id,
            place=place_of(message.channel, message.guild.id if message.guild else None),
            text=plain_text(_without_call(message, me), names=names),
            said_at=message.created_at,
        )

    def spoken(self, interaction: discord.Interaction, text: str) -> Utterance:
        """Return what a command's caller says; its id is the interaction's."""
        return Utterance(
            message_id=interaction.id,
            author_id=interaction.user.id,
            place=place_of_interaction(interaction),
            text=plain_text(text),
            said_at=interaction.created_at,
        )

    def may_be_known(self, message: discord.Message, me: discord.ClientUser) -> bool:
        """Return whether an edited message can be part of what is kept."""
        if message.author.id == me.id or message.edited_at is None:
            return False  # Discord also "edits" a message when it unfurls a link
        return message.type in SPOKEN and (self._answers_bots or not _is_bot(message))

    def _approach(
        self, message: discord.Message, me: discord.ClientUser, *, in_always_on_channel: bool
    ) -> Approach:
        return Approach(
            from_self=message.author.id == me.id,
            from_bot=_is_bot(message),
            is_system=message.type not in SPOKEN,
            is_direct=message.guild is None,
            mentions_us=_mentions(message, me),
            replies_to_us=_replies_to(message, me),
            in_our_thread=_in_own_thread(message.channel, me),
            in_always_on_channel=in_always_on_channel,
            has_attachment=carries_file(message),
            reads_content=self._reads_content,
            allows_bots=self._answers_bots,
        )


def place_of(channel: discord.abc.Snowflake, guild_id: int | None) -> Place:
    """Return where a message was said; a thread is a place of its own."""
    parent_id = channel.parent_id if isinstance(channel, discord.Thread) else None
    return Place(channel_id=channel.id, guild_id=guild_id, parent_id=parent_id)


def place_of_interaction(interaction: discord.Interaction) -> Place:
    """Return where a command was called, also in a guild that we are not a member of."""
    channel = interaction.channel or discord.Object(interaction.channel_id or interaction.user.id)
    return place_of(channel, interaction.guild_id)


def carries_file(message: discord.Message) -> bool:
    """Return whether a message holds something that is not words."""
    return bool(message.attachments or message.stickers or message.poll or message.flags.voice)


def _is_bot(message: discord.Message) -> bool:
    return message.author.bot or message.webhook_id is not None


def _role_ids(person: discord.abc.Snowflake) -> frozenset[int]:
    if not isinstance(person, discord.Member):
        return frozenset()
    return frozenset(role.id for role in person.roles)


def _mentions(message: discord.Message, me: discord.ClientUser) -> bool:
    if any(user.id == me.id for user in message.mentions):
        return True
    return any(role.id in _own_role_ids(message) for role in message.role_mentions)


def _own_role_ids(message: discord.Message) -> frozenset[int]:
    """Return the roles that Discord made for us, which people pick instead of our name."""
    if message.guild is None:
        return frozenset()
    return frozenset(role.id for role in message.guild.me.roles if role.managed)


def _replies_to(message: discord.Message, me: discord.ClientUser) -> bool:
    original = message.reference.resolved if message.reference else None
    return isinstance(original, discord.Message) and original.author.id == me.id


def _in_own_thread(channel: object, me: discord.ClientUser) -> bool:
    return isinstance(channel, discord.Thread) and (
        channel.me is not None or channel.owner_id == me.id
    )


def _without_call(message: discord.Message, me: discord.ClientUser) -> str:
    """Take away the mentions of us that the text begins with: "@Confab, hello"."""
    calls = [rf"<@!?{me.id}>", *(f"<@&{role_id}>" for role_id in _own_role_ids(message))]
    return re.sub(rf"^\s*(?:(?:{'|'.join(calls)})[\s,:;.!-]*)+", "", message.content)
