"""The websocket side: hello, identify, resume, heartbeats, and every way a session can end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.wire import payloads
from tests.wire.session import MESSAGE_CONTENT, Connection, Session

if TYPE_CHECKING:
    from tests.wire.faults import Faults
    from tests.wire.world import Json, World

HEARTBEAT_MS = 41_250
AUTHENTICATION_FAILED = 4004
DISALLOWED_INTENTS = 4014
HIDDEN = {"content": "", "embeds": [], "attachments": [], "components": []}


class Gateway:
    """Every session of the one application.

    Args:
        world: What the sessions are told about.
        faults: For refused connections.
        token: The only token that may identify.
    """

    def __init__(self, *, world: World, faults: Faults, token: str) -> None:
        self.world = world
        self.faults = faults
        self.token = token
        self.url = ""
        self.grants_message_content = True
        self.sessions: dict[str, Session] = {}
        self.identifies: list[Json] = []
        self.resumes: list[Json] = []
        self.ready = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket until either side ends it."""
        if self.faults.refuse_connection():
            return web.Response(status=503)
        socket = web.WebSocketResponse(autoclose=False)
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        connection = Connection(socket, request.transport)
        await connection.send({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}})
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._receive(connection, json.loads(frame.data))
        finally:
            self._forget(connection)
        return socket

    async def dispatch(self, event: str, content: Json) -> None:
        """Tell every session; one without the content intent does not see others' words."""
        for session in list(self.sessions.values()):
            if session.wants(event, content):
                shown = content
                if "content" in content and not session.may_read(content, self.world.bot.id):
                    shown = {**content, **HIDDEN}
                with contextlib.suppress(ConnectionError):
                    await session.dispatch(event, shown)

    def cut(self) -> None:
        """Break every connection without a close frame; sessions stay."""
        for session in self.sessions.values():
            if session.connection is not None:
                session.connection.cut()
                session.connection = None
        self.ready.clear()

    async def close(self, code: int) -> None:
        """Close every connection with ``code``; sessions stay."""
        self.ready.clear()
        for session in self.sessions.values():
            if session.connection is not None:
                await session.connection.socket.close(code=code)

    async def ask_to_reconnect(self) -> None:
        self.ready.clear()
        await self._send_to_all({"op": 7, "d": None})

    async def invalidate(self) -> None:
        """End every session: the client has to identify again."""
        self.ready.clear()
        await self._send_to_all({"op": 9, "d": False})
        self.sessions.clear()

    def forget_sessions(self) -> None:
        """Let nobody resume."""
        self.ready.clear()
        self.sessions.clear()

    async def _send_to_all(self, payload: Json) -> None:
        for session in self.sessions.values():
            if session.connection is not None:
                await session.connection.send(payload)

    async def _receive(self, connection: Connection, payload: Json) -> None:
        match payload["op"]:
            case 1:
                await connection.send({"op": 11, "d": None})
            case 2:
                await self._identify(connection, payload["d"])
            case 6:
                await self._resume(connection, payload["d"])
            case _:
                pass

    async def _identify(self, connection: Connection, wish: Json) -> None:
        self.identifies.append(wish)
        if wish["token"] != self.token:
            await connection.socket.close(code=AUTHENTICATION_FAILED)
            return
        if wish["intents"] & MESSAGE_CONTENT and not self.grants_message_content:
            await connection.socket.close(code=DISALLOWED_INTENTS)
            return
        session = Session(secrets.token_hex(8), intents=wish["intents"])
        session.connection = connection
        self.sessions[session.id] = session
        await session.dispatch("READY", self._ready(session, wish))
        for guild in self.world.guilds.values():
            await session.dispatch("GUILD_CREATE", payloads.guild(guild, self.world))
        self.ready.set()

    async def _resume(self, connection: Connection, wish: Json) -> None:
        self.resumes.append(wish)
        session = self.sessions.get(wish["session_id"] or "")
        if session is None:
            await connection.send({"op": 9, "d": False})
            return
        await session.resume(connection, wish["seq"] or 0)
        self.ready.set()

    def _ready(self, session: Session, wish: Json) -> Json:
        guilds = [{"id": str(i), "unavailable": True} for i in self.world.guilds]
        ready: Json = {
            "v": 10,
            "user": payloads.user(self.world.bot),
            "guilds": guilds,
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": str(self.world.bot.id), "flags": 0},
        }
        if "shard" in wish:
            ready["shard"] = wish["shard"]
        return ready

    def _forget(self, connection: Connection) -> None:
        for session in self.sessions.values():
            if session.connection is connection:
                session.connection = None
