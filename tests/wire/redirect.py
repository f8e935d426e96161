"""The two constants that send discord.py to a stand-in, and two of its waits made short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yarl
from discord import Client
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord.state import ConnectionState

if TYPE_CHECKING:
    from collections.abc import Callable

GUILD_READY_S = 0.1  # discord.py waits 2 s for the last guild, and 5 s before a second identify


async def identify_at_once(client: Client, shard_id: int | None, *, initial: bool = False) -> None:
    del client, shard_id, initial


def redirect(address: str, *, replace: Callable[[Any, str, Any], None] = setattr) -> None:
    """Send discord.py to the stand-in at ``address``.

    Args:
        address: Such as ``http://127.0.0.1:4000``.
        replace: How an attribute is set; a test's is undone at its end.
    """
    original = ConnectionState.__init__

    def impatient(state: Any, **options: Any) -> None:
        original(state, **{"guild_ready_timeout": GUILD_READY_S, **options})

    gateway = yarl.URL(address.replace("http://", "ws://")) / "gateway"
    replace(Route, "BASE", f"{address}/api/v10")
    replace(DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
    replace(ConnectionState, "__init__", impatient)
    replace(Client, "_call_before_identify_hook", identify_at_once)
