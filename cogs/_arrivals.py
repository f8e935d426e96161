"""Keeps messages in the order they were sent while they are being looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.addressing import Addressing
from bot.errors import QueueFull
from bot.turn_order import TurnOrder
from cogs._inbound import Received

if TYPE_CHECKING:
    from collections.abc import Collection

    import discord

    from cogs._inbound import Inbound

MOST_ARRIVING = 100  # messages of one channel that may be looked at at once


class Arrivals:
    """The stretch between Discord's event and the dialogue, where a lookup may take a moment.

    Args:
        inbound: Reads messages.
    """

    def __init__(self, *, inbound: Inbound) -> None:
        self._inbound = inbound
        self._order = TurnOrder(limit=MOST_ARRIVING)
        self._latest: dict[int, discord.Message] = {}

    async def receive(self, message: discord.Message, me: discord.ClientUser) -> Received:
        """Read ``message``; what is changed or taken back meanwhile counts as it is then.

        The caller must hand the result on without awaiting anything before it: that keeps the
        order of a channel's messages.
        """
        self._latest[message.id] = message
        try:
            async with self._order.turn(message.channel.id):
                while (latest := self._latest.get(message.id)) is not None:
                    received = await self._inbound.receive(latest, me)
                    if self._latest.get(message.id) is latest:
                        return received
        except QueueFull:
            return Received(Addressing.NOT_ADDRESSED)
        finally:
            self._latest.pop(message.id, None)
        return Received(Addressing.NOTHING_SAID)

    def replace(self, message: discord.Message) -> bool:
        """Let an edited message take its own place; return whether it was still arriving."""
        is_arriving = message.id in self._latest
        if is_arriving:
            self._latest[message.id] = message
        return is_arriving

    def drop(self, message_ids: Collection[int]) -> None:
        """Let deleted messages not arrive."""
        for message_id in message_ids:
            self._latest.pop(message_id, None)
