"""/privacy: everything that is kept of the caller, shown, taken along, deleted or refused."""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import TYPE_CHECKING, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.privacy import Kept, Privacy, Receipt
from cogs._delivery import Courier
from cogs._private import privately

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.client import ConfabClient
    from bot.conversation.utterance import Turn

Sure = Literal["yes, delete everything"]
LARGEST_FILE = 8_000_000  # what Discord takes from anybody, with some room
NOTHING = "I keep nothing of you."
MOST_PLACES = 20
POLICY = """\
**What I keep.** What you say to me and what I answer, where and when; and short facts you told me \
about yourself. Messages that are not for me are not kept.
**Where.** Only on the machine of the person who runs me. Nothing is sent to any company.
**How long.** {days} days, unless this server has chosen otherwise. Delete or edit your message on \
Discord and I forget or follow at once.
**Who sees it.** A conversation stays in its channel. A fact stays with you in the server where \
you told it. Logs hold no words and no ids, only hashes.
**Your say.** `/privacy show`, `/privacy export`, `/privacy delete`, `/privacy optout`, and \
`/memory` for single facts. The whole text is docs/privacy.md of Confab."""


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class PrivacyCog(
    commands.GroupCog, group_name="privacy", group_description="What I keep of you, and your say."
):
    """Translates a person's wishes about what is kept of them."""

    def __init__(self, *, privacy: Privacy, courier: Courier, retention_days: int) -> None:
        self._privacy = privacy
        self._courier = courier
        self._retention_days = retention_days

    @app_commands.command()
    async def policy(self, interaction: discord.Interaction) -> None:
        """Read what I keep, where, for how long, and what you can do about it."""
        async with privately(interaction, courier=self._courier) as caller:
            await caller.say(POLICY.format(days=self._retention_days))

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show how much I keep of you, where and since when."""
        async with privately(interaction, courier=self._courier) as caller:
            kept = await self._privacy.show(interaction.user.id)
            await caller.say(summary(kept, days=self._retention_days))

    @app_commands.command()
    async def export(self, interaction: discord.Interaction) -> None:
        """Get a file with everything I keep of you; only you see it."""
        async with privately(interaction, courier=self._courier) as caller:
            values = await self._privacy.export(interaction.user.id)
            content = json.dumps(values, ensure_ascii=False, indent=1).encode()
            if len(content) > LARGEST_FILE:
                await caller.say("That is more than fits in a message. Please ask my owner for it.")
                return
            await caller.hand_over("confab-privacy.json", io.BytesIO(content))

    @app_commands.command()
    @app_commands.describe(sure="This cannot be undone.")
    async def delete(self, interaction: discord.Interaction, sure: Sure) -> None:  # noqa: ARG002  # choosing it is the confirmation
        """Delete everything I keep of you, in every conversation of every server."""
        async with privately(interaction, courier=self._courier) as caller:
            await caller.say(receipt_text(await self._privacy.delete(interaction.user.id)))

    @app_commands.command()
    async def optout(self, interaction: discord.Interaction) -> None:
        """Keep and use nothing you say from now on, and delete what I have."""
        async with privately(interaction, courier=self._courier) as caller:
            receipt = await self._privacy.opt_out(interaction.user.id)
            await caller.say(
                "From now on I neither keep nor use your words, so I cannot answer you. "
                f"`/privacy optin` brings me back.\n{receipt_text(receipt)}"
            )

    @app_commands.command()
    async def optin(self, interaction: discord.Interaction) -> None:
        """Let me keep and use what you say to me again."""
        async with privately(interaction, courier=self._courier) as caller:
            await self._privacy.opt_in(interaction.user.id)
            await caller.say("Welcome back! I keep and use what you say to me again.")


def summary(kept: Kept, *, days: int) -> str:
    """Return what is kept as people read it."""
    lines = ["You have opted out: I neither keep nor use your words."] if kept.is_opted_out else []
    lines += _conversations(kept.turns)
    if kept.facts:
        lines.append(f"- {len(kept.facts)} facts about you; `/memory show` lists those of a server")
    if kept.turns or kept.facts:
        lines.append(f"That goes by itself after {days} days, or as a server has chosen.")
    if kept.off_in:
        lines.append(f"- memory switched off in {len(kept.off_in)} servers or conversations")
    if kept.changes:
        lines.append(f"- {len(kept.changes)} changes you made to servers' word lists")
    return "\n".join(lines) or NOTHING


def _conversations(turns: Sequence[Turn]) -> list[str]:
    places = Counter(turn.utterance.place.channel_id for turn in turns)
    lines = [
        f"- <#{channel_id}>: {count} of your messages with my replies"
        for channel_id, count in places.most_common(MOST_PLACES)
    ]
    if len(places) > MOST_PLACES:
        lines.append(f"- and in {len(places) - MOST_PLACES} more conversations")
    if turns:
        oldest = min(turn.utterance.said_at for turn in turns)
        lines.append(f"The oldest is from {discord.utils.format_dt(oldest, 'D')}.")
    return lines


def receipt_text(receipt: Receipt) -> str:
    """Return a receipt as people read it."""
    when = discord.utils.format_dt(receipt.at, "f")
    return (
        f"Deleted: {receipt.turns} of your messages with my replies, {receipt.facts} facts. "
        f"What others said stays. Receipt {receipt.number}, {when}."
    )


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    services = bot.services
    await bot.add_cog(
        PrivacyCog(
            privacy=services.privacy, courier=Courier(), retention_days=services.retention_days
        )
    )
