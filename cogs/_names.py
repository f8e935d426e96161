"""Turns mentions into names that may be said, since anybody can choose a display name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.safety.verdict import Passage, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    import discord

    from bot.safety.verdict import SafetyCheck

SOMEONE = "someone"


class Names:
    """Looks up who and what a message mentions.

    Args:
        safety: Judges every name before it becomes part of an utterance.
    """

    def __init__(self, *, safety: SafetyCheck) -> None:
        self._safety = safety

    async def mentioned_in(self, message: discord.Message) -> dict[int, str]:
        """Return a name for each id that the text mentions; a bad name becomes "someone"."""
        return {
            snowflake: await self._sayable(name, message)
            for snowflake, name in _mentioned(message)
            if str(snowflake) in message.content
        }

    async def _sayable(self, name: str, message: discord.Message) -> str:
        verdict = await self._safety.check(
            Passage(
                text=name,
                side=Side.NAME,
                guild_id=message.guild.id if message.guild else None,
                channel_id=message.channel.id,
                author_id=message.author.id,
            )
        )
        return verdict.text.strip() or SOMEONE if verdict.passes else SOMEONE


def _mentioned(message: discord.Message) -> Iterator[tuple[int, str]]:
    for user in message.mentions:
        yield user.id, user.display_name
    for role in message.role_mentions:
        yield role.id, role.name
    for channel in message.channel_mentions:
        yield channel.id, channel.name
