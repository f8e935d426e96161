"""The stand-in as a whole: one loopback server that can be started, cut, killed and asked."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.wire import payloads
from tests.wire.faults import Fault, Faults
from tests.wire.gateway import Gateway
from tests.wire.inbox import Inbox
from tests.wire.interactions import Interactions
from tests.wire.rest import Rest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.wire.world import Json, Post, World

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ.GaBcDe.stand-in-of-discord-no-real-token"  # fake
HOST = "127.0.0.1"


class StandIn:
    """Discord on loopback.

    Its public coroutines take and return plain values, so that a driver can call them in this
    process or, through the control route, in another.
    """

    def __init__(
        self, *, world: World, journal: Path | None = None, token: str = TOKEN, port: int = 0
    ) -> None:
        self.world = world
        self.faults = Faults()
        self.port = port
        self.inbox = Inbox(world=world, journal=journal)
        self.gateway = Gateway(world=world, faults=self.faults, token=token)
        self.rest = Rest(
            world=world, gateway=self.gateway, inbox=self.inbox, faults=self.faults, token=token
        )
        self.interactions = Interactions(world=world, gateway=self.gateway, inbox=self.inbox)
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def start(self, control: Handler | None = None) -> None:
        """Listen; the port stays the same over restarts.

        Args:
            control: Lets another process call the coroutines below.
        """
        application = web.Application(middlewares=[self.rest.guard])
        application.add_routes([*self.rest.routes(), *self.interactions.routes()])
        application.add_routes([web.get("/gateway", self.gateway.handle)])
        if control is not None:
            application.add_routes([web.post("/control/{action}", control)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = f"ws://{HOST}:{self.port}/gateway"

    async def stop(self, *, forgets: bool = True) -> None:
        """Break every connection and stop listening, as a crash would.

        Args:
            forgets: Whether the sessions are lost, so that no resume is possible.
        """
        if self._runner is None:
            return
        if forgets:
            self.gateway.sessions.clear()
        self.gateway.ready.clear()
        server = self._runner.server
        for connection in list(server.connections if server else ()):
            if connection.transport is not None:
                connection.transport.close()
        await self._runner.cleanup()
        self._runner = None

    # What people do.

    async def say(
        self, channel: int, person: int, text: str, mentions: list[int], reply_to: int | None
    ) -> int:
        world = self.world
        post = world.post(
            world.channels[channel],
            world.people[person],
            text,
            tuple(world.people[i] for i in mentions),
            world.posts[reply_to] if reply_to else None,
        )
        await self._tell("MESSAGE_CREATE", post)
        return post.id

    async def edit(self, message: int, text: str) -> None:
        post = self.world.posts[message]
        post.content, post.is_edited = text, True
        await self._tell("MESSAGE_UPDATE", post)

    async def delete(self, message: int) -> None:
        post = self.world.posts[message]
        post.is_deleted = True
        await self.gateway.dispatch("MESSAGE_DELETE", {**self._where(post), "id": str(post.id)})

    async def slash(
        self, channel: int, person: int, words: str, options: Json, permissions: int
    ) -> int:
        world = self.world
        return await self.interactions.slash(
            world.channels[channel], world.people[person], words, options, permissions=permissions
        )

    # What the network does.

    async def cut(self, refusals: int = 0) -> None:
        self.faults.refusals = refusals
        self.gateway.cut()

    async def close(self, code: int) -> None:
        await self.gateway.close(code)

    async def reconnect(self) -> None:
        await self.gateway.ask_to_reconnect()

    async def invalidate(self) -> None:
        await self.gateway.invalidate()

    async def forget_sessions(self) -> None:
        self.gateway.forget_sessions()

    async def fail(self, **fault: Any) -> None:
        self.faults.pending.append(Fault(**fault))

    async def limit_sends(self, limit: int, per_s: float) -> None:
        self.faults.send_limit, self.faults.send_per_s = limit, per_s

    # What tests ask.

    async def is_ready(self) -> bool:
        await self.gateway.ready.wait()
        return True

    async def next_reply(self, channel: int, index: int) -> Json:
        return asdict(await self.inbox.wait_for(channel, index))

    async def received(self) -> list[Json]:
        return [asdict(entry) for entry in self.world.received]

    async def counts(self) -> dict[str, int]:
        return {
            "identifies": len(self.gateway.identifies),
            "resumes": len(self.gateway.resumes),
            "exceeded": self.faults.exceeded,
            "typing": len(self.world.typing),
        }

    def _where(self, post: Post) -> Json:
        place: Json = {"channel_id": str(post.channel.id)}
        if post.channel.guild_id is not None:
            place["guild_id"] = str(post.channel.guild_id)
        return place

    async def _tell(self, event: str, post: Post) -> None:
        await self.gateway.dispatch(event, payloads.message(post))
