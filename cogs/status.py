"""/status and /model: how Confab is doing and what it runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.generation.engine import Engine, EngineHealth, ModelCard
from cogs._admin import administers, for_admins
from cogs._delivery import Courier
from cogs._private import privately

if TYPE_CHECKING:
    from bot.client import ConfabClient

NO_MODEL = "No model is loaded right now. I keep trying to load it."


class StatusCog(commands.Cog):
    """Reads the pulse of the engine and of the connection."""

    model = for_admins()(app_commands.Group(name="model", description="What I think with."))

    def __init__(
        self,
        *,
        client: discord.AutoShardedClient,
        engine: Engine,
        uptime_s: Callable[[], float],
        resident_bytes: Callable[[], int | None],
        courier: Courier,
    ) -> None:
        self._client = client
        self._engine = engine
        self._uptime_s = uptime_s
        self._resident_bytes = resident_bytes
        self._courier = courier

    @override
    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        return await administers(interaction)

    @app_commands.command()
    @for_admins()
    async def status(self, interaction: discord.Interaction) -> None:
        """Show how I am doing: model, line, connection, memory."""
        async with privately(interaction, courier=self._courier) as caller:
            health, card = self._engine.health(), self._engine.card
            guilds = _count(len(self._client.guilds), "server")
            lines = [
                f"**Model** {_model(card)}",
                f"**Engine** {_engine(health)}",
                f"**Line** {_line(health)}",
                f"**Discord** {_latency(self._client.latency)}, in {guilds}",
                f"**Running for** {duration(self._uptime_s())}",
                f"**Memory** {_memory(self._resident_bytes())}",
            ]
            await caller.say("\n".join(lines))

    @model.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show which model I run and how."""
        async with privately(interaction, courier=self._courier) as caller:
            card = self._engine.card
            await caller.say(NO_MODEL if card is None else _described(card))


def duration(seconds: float) -> str:
    """Return a span of time in its two largest units."""
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if days:
        return f"{_count(days, 'day')} {_count(hours % 24, 'hour')}"
    if hours:
        return f"{_count(hours, 'hour')} {_count(minutes % 60, 'minute')}"
    return _count(minutes, "minute") if minutes else f"{seconds:.0f} seconds"


def _model(card: ModelCard | None) -> str:
    return f"{card.name} ({card.engine}, {card.precision}, {card.device})" if card else "none"


def _engine(health: EngineHealth) -> str:
    restarts = f", {_count(health.restarts, 'restart')}" if health.restarts else ""
    replies = "1 reply" if health.answered == 1 else f"{health.answered} replies"
    return f"{health.state}, {replies}{restarts}"


def _line(health: EngineHealth) -> str:
    pace = f", about {health.typical_s:.1f} s a reply" if health.typical_s else ""
    return f"{health.waiting} waiting, {health.running} being answered{pace}"


def _latency(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if math.isfinite(seconds) else "not connected"


def _memory(resident: int | None) -> str:
    return "unknown" if resident is None else f"{resident / 2**20:.0f} MB"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _described(card: ModelCard) -> str:
    return "\n".join(
        [
            f"**{card.name}**",
            f"**Architecture** {card.architecture}, {card.parameters:,} weights",
            f"**Engine** {card.engine}, {card.precision}, on {card.device}",
            f"**Longest conversation it sees** {card.positions} tokens",
        ]
    )


async def setup(bot: ConfabClient) -> None:
    """Add the cog to ``bot``."""
    services = bot.services
    await bot.add_cog(
        StatusCog(
            client=bot,
            engine=services.engine,
            uptime_s=services.uptime_s,
            resident_bytes=services.resident_bytes,
            courier=Courier(),
        )
    )
