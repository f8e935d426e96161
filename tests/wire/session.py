"""One gateway session: numbered events that outlive a connection, so that it can be resumed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from aiohttp import web

    from tests.wire.world import Json

GUILD_MESSAGES = 1 << 9
DIRECT_MESSAGES = 1 << 12
MESSAGE_CONTENT = 1 << 15


class Connection:
    """A websocket with the socket under it, which can be cut without a word."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self.socket = socket
        self._transport = transport

    async def send(self, payload: Json) -> None:
        if not self.socket.closed:
            await self.socket.send_str(json.dumps(payload))

    def cut(self) -> None:
        self._transport.abort()


class Session:
    """What one identify began; events are kept while nobody is connected."""

    def __init__(self, session_id: str, *, intents: int) -> None:
        self.id = session_id
        self.intents = intents
        self.connection: Connection | None = None
        self._sent: list[Json] = []

    @property
    def sequence(self) -> int:
        return len(self._sent)

    async def dispatch(self, event: str, content: Json) -> None:
        payload = {"op": 0, "t": event, "s": self.sequence + 1, "d": content}
        self._sent.append(payload)
        if self.connection is not None:
            await self.connection.send(payload)

    async def resume(self, connection: Connection, after: int) -> None:
        """Replay what came after sequence number ``after``, then go on there."""
        position = after
        while position < len(self._sent):
            await connection.send(self._sent[position])
            position += 1
        self.connection = connection
        await self.dispatch("RESUMED", {})

    def wants(self, event: str, content: Json) -> bool:
        if not event.startswith("MESSAGE_"):
            return True
        is_direct = "guild_id" not in content
        return bool(self.intents & (DIRECT_MESSAGES if is_direct else GUILD_MESSAGES))

    def may_read(self, content: Json, bot_id: int) -> bool:
        """Whether Discord shows this session the text of a message."""
        return (
            bool(self.intents & MESSAGE_CONTENT)
            or "guild_id" not in content
            or content.get("author", {}).get("id") == str(bot_id)
            or any(person["id"] == str(bot_id) for person in content.get("mentions", ()))
        )
