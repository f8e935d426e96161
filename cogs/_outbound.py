"""The only way out: a reply becomes messages that fit Discord and ping nobody but the asker."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import discord

from bot.errors import DeliveryFailed
from cogs._splitting import split

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from io import BytesIO

    from bot.generation.engine import Outlook
    from cogs._delivery import Courier

NO_HISTORY_PERMISSION = 160002  # a native reply needs "Read Message History"


class MessageAudience:
    """Answers a message with native replies.

    Args:
        message: What is answered; its author is the only one who may be pinged.
        courier: Delivers.
    """

    def __init__(self, message: discord.Message, *, courier: Courier) -> None:
        self._message = message
        self._courier = courier
        self._note: asyncio.Task[discord.Message] | None = None

    async def say(self, text: str) -> tuple[int, ...]:
        """Send ``text`` as a reply, and what does not fit into it as further messages.

        Raises:
            DeliveryFailed: A part could not be sent; the parts before it are taken back.
        """
        sent: list[discord.Message] = []
        try:
            for number, part in enumerate(split(text)):
                send = partial(self._reply, part) if number == 0 else partial(self._follow, part)
                sent.append(await self._courier.deliver(self._message.channel.id, send))
        except DeliveryFailed:
            for message in sent:
                await self._take_back(message)
            raise
        return tuple(message.id for message in sent)

    async def told_to_wait(self, outlook: Outlook) -> None:
        """Say the place in line once, without a ping; the note goes when the reply comes."""
        if self._note is None:
            send = partial(self._reply, waiting_line(outlook), pings=False)
            note = self._courier.deliver(self._message.channel.id, send)
            self._note = asyncio.create_task(note)
        with suppress(DeliveryFailed):
            await asyncio.shield(self._note)  # a draft may be given up, not the note half sent

    async def tidy(self) -> None:
        """Take the note about the line away."""
        note, self._note = self._note, None
        if note is not None:
            with suppress(DeliveryFailed):
                await self._take_back(await note)

    async def _reply(self, part: str, *, pings: bool = True) -> discord.Message:
        message = self._message
        mentions = only(message.author) if pings else discord.AllowedMentions.none()
        reference = message.to_reference(fail_if_not_exists=False)
        try:
            return await message.channel.send(
                part, reference=reference, allowed_mentions=mentions, nonce=_nonce(message, part)
            )
        except discord.HTTPException as error:
            if error.code != NO_HISTORY_PERMISSION:
                raise
            return await message.channel.send(part, allowed_mentions=mentions)

    async def _follow(self, part: str) -> discord.Message:
        return await self._message.channel.send(
            part,
            allowed_mentions=discord.AllowedMentions.none(),
            nonce=_nonce(self._message, part),
        )

    async def _take_back(self, message: discord.Message) -> None:
        with suppress(DeliveryFailed):
            await self._courier.deliver(message.channel.id, message.delete)


class InteractionAudience:
    """Answers a deferred command: its response first, follow-ups for what does not fit.

    Args:
        interaction: A command that has been deferred.
        courier: Delivers.
        is_private: Whether only the caller sees the answer.
    """

    def __init__(
        self, interaction: discord.Interaction, *, courier: Courier, is_private: bool = False
    ) -> None:
        self._interaction = interaction
        self._courier = courier
        self._is_private = is_private
        self._has_said = False

    async def say(self, text: str) -> tuple[int, ...]:
        """Put ``text`` where the command's answer belongs.

        Raises:
            DeliveryFailed: A part could not be sent.
        """
        first, *others = split(text)
        ids = [await self._deliver(partial(self._respond, first))]
        self._has_said = True
        ids += [await self._deliver(partial(self._follow, part)) for part in others]
        return tuple(ids)

    async def hand_over(self, name: str, content: BytesIO) -> None:
        """Put a file where the command's answer belongs.

        Raises:
            DeliveryFailed: It could not be sent.
        """
        await self._deliver(partial(self._attach, discord.File(content, filename=name)))
        self._has_said = True

    async def told_to_wait(self, outlook: Outlook) -> None:
        """Say the place in line where the reply will stand."""
        with suppress(DeliveryFailed):
            await self._deliver(partial(self._respond, waiting_line(outlook)))

    async def tidy(self) -> None:
        """Take the answer that never came away: its question was deleted."""
        if not self._has_said:
            with suppress(DeliveryFailed):
                await self._deliver(self._withdraw)

    async def _withdraw(self) -> int:
        await self._interaction.delete_original_response()
        return self._interaction.id

    async def _deliver(self, send: Callable[[], Awaitable[int]]) -> int:
        channel_id = self._interaction.channel_id or self._interaction.user.id
        return await self._courier.deliver(channel_id, send)

    async def _respond(self, part: str) -> int:
        message = await self._interaction.edit_original_response(
            content=part, allowed_mentions=discord.AllowedMentions.none()
        )
        return message.id

    async def _attach(self, file: discord.File) -> int:
        message = await self._interaction.edit_original_response(attachments=[file])
        return message.id

    async def _follow(self, part: str) -> int:
        message = await self._interaction.followup.send(
            part,
            wait=True,
            ephemeral=self._is_private,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        return message.id


def only(person: discord.abc.Snowflake) -> discord.AllowedMentions:
    """Return permission to ping one person and nobody else."""
    return discord.AllowedMentions(everyone=False, roles=False, users=[person], replied_user=True)


def waiting_line(outlook: Outlook) -> str:
    """Return a kind sentence about the line."""
    place = "one person is" if outlook.ahead == 1 else f"{outlook.ahead} people are"
    return f"I heard you; {place} before you. My answer takes about {outlook.wait_s:.0f} seconds."


def _nonce(message: discord.Message, part: str) -> str:
    """Return what makes Discord take a repeated send for the same message."""
    return f"{message.id:x}{hash(part) & 0xFFFFFFFF:x}"
