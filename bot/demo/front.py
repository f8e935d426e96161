"""The demo's one address: all channels behind it, and what Discord's own app would do."""

from __future__ import annotations

import asyncio
import html
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, web

from bot.demo.mentions import mention_names
from bot.errors import PortTaken

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from bot.demo.simulated import Room, SimulatedDiscord

HOST = "127.0.0.1"
_CAPABILITY = "X-Simcord-Capability"
_CONTEXT = "X-Simcord-Context"
_TYPED = frozenset({"send_message", "edit_message"})
_UPLOAD_BYTES = 27 * 1024 * 1024  # a little over what the preview page accepts
_OURS = {"demo.js": "application/javascript", "demo.css": "text/css"}


class Front:
    """Serves the preview pages of all rooms under one address.

    The pages know one channel each and send what is typed as it is. This stands in front of them:
    it adds the list of channels, turns @Name into mentions, shows that the bot is typing, and
    lets one person act at a time, which is all that SimCord can do.
    """

    def __init__(self, *, discord: SimulatedDiscord) -> None:
        self._discord = discord
        self._rooms = {room.slug: room for room in discord.rooms}
        self._turn = asyncio.Lock()
        self._acting: Room | None = None
        self._requests_before = 0
        self._client: ClientSession | None = None
        self._runner: web.AppRunner | None = None
        self._hosts: frozenset[str] = frozenset()

    async def start(self, port: int) -> str:
        """Listen on ``port`` (0 for a free one) of the loopback and return the address.

        Raises:
            PortTaken: Another program listens there.
        """
        app = web.Application(middlewares=[self._guard], client_max_size=_UPLOAD_BYTES)
        app.router.add_get("/", self._start_page)
        app.router.add_get("/favicon.ico", self._no_icon)
        app.router.add_get("/demo/typing", self._typing)
        app.router.add_get("/demo/{name:demo\\.(?:js|css)}", self._own_file)
        for slug in self._rooms:
            app.router.add_get(f"/{slug}", self._page)
        app.router.add_post("/api/action", self._act)
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._client = ClientSession(auto_decompress=False)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, port).start()
        except OSError as error:
            await self.stop()
            raise PortTaken(
                f"Port {port} is taken.", cure="Choose another one with --port, or 0 for any."
            ) from error
        bound = self._runner.addresses[0][1]
        self._hosts = frozenset({f"{HOST}:{bound}", f"localhost:{bound}"})
        return f"http://{HOST}:{bound}/"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._client is not None:
            await self._client.close()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse pages of other origins: whoever can reach this can speak as Alice."""
        origin = request.headers.get("Origin")
        foreign = origin is not None and origin.removeprefix("http://") not in self._hosts
        if request.host not in self._hosts or foreign:
            raise web.HTTPForbidden
        return await handler(request)

    async def _start_page(self, _request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/{next(iter(self._rooms))}")

    async def _no_icon(self, _request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _own_file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        text = files("bot.demo").joinpath("page", name).read_text(encoding="utf-8")
        return web.Response(
            text=text, content_type=_OURS[name], headers={"Cache-Control": "no-store"}
        )

    async def _page(self, request: web.Request) -> web.Response:
        room = self._rooms[request.path.removeprefix("/")]
        reply = await self._ask(room, request, path="/")
        page = reply.text or ""
        page = page.replace("<title>SimCord Preview</title>", self._head(room), 1)
        page = page.replace("<body>", f"<body>{self._room_list(room)}", 1)
        reply.text = page
        return reply

    def _head(self, room: Room) -> str:
        return (
            f"<title>{html.escape(room.label)} | Confab demo</title>"
            f'<meta name="confab-room" content="{room.slug}">'
            f'<meta name="confab-capability" content="{html.escape(room.preview.capability)}">'
            '<link rel="stylesheet" href="/demo/demo.css"><script src="/demo/demo.js"></script>'
        )

    def _room_list(self, current: Room) -> str:
        links = {
            is_direct: "".join(
                f'<a href="/{room.slug}"{" aria-current=page" if room is current else ""}>'
                f"{html.escape(room.label)}</a>"
                for room in self._rooms.values()
                if room.is_direct is is_direct
            )
            for is_direct in (False, True)
        }
        return (
            '<nav id="confab-rooms" aria-label="Channels"><strong>Confab demo</strong>'
            f"<h2>Text channels</h2>{links[False]}<h2>Direct messages</h2>{links[True]}"
            "<p>Everything here is simulated and stays on this machine.</p></nav>"
            '<p id="confab-typing" role="status" hidden>Confab is typing…</p>'
        )

    async def _typing(self, request: web.Request) -> web.Response:
        room = self._rooms.get(request.query.get("room", ""))
        types = (
            room is not None
            and room is self._acting
            and self._discord.types_in(room, since=self._requests_before)
        )
        return web.json_response({"typing": types})

    async def _act(self, request: web.Request) -> web.Response:
        room = self._room(request)
        async with self._turn:
            self._discord.face(room)
            self._acting = room
            self._requests_before = len(self._discord.env.http_requests)
            try:
                if request.content_type != "application/json":
                    return await self._ask(room, request, body=await request.read())
                return await self._act_typed(room, request)
            finally:
                self._acting = None

    async def _act_typed(self, room: Room, request: web.Request) -> web.Response:
        action = await request.json()
        if action.get("kind") in _TYPED and isinstance(action.get("content"), str):
            action["content"] = mention_names(action["content"], self._discord.user_ids)
        reply = await self._ask(room, request, body=json.dumps(action).encode())
        if not _came_late(reply):
            return reply
        # Somebody else spoke while this one waited for its turn: that is no reason to refuse it.
        state = json.loads(
            (await self._ask(room, request, method="GET", path="/api/state")).text or ""
        )
        action["published_revision"] = state.get("publishedRevision")
        return await self._ask(room, request, body=json.dumps(action).encode())

    async def _pass_on(self, request: web.Request) -> web.Response:
        is_api = request.path.startswith("/api/")
        room = self._room(request) if is_api else self._discord.rooms[0]
        return await self._ask(room, request, body=await request.read())

    def _room(self, request: web.Request) -> Room:
        for room in self._rooms.values():
            if request.headers.get(_CAPABILITY) == room.preview.capability:
                return room
        raise web.HTTPUnauthorized

    async def _ask(
        self,
        room: Room,
        request: web.Request,
        *,
        method: str | None = None,
        path: str | None = None,
        body: bytes | None = None,
    ) -> web.Response:
        """Return what the room's own page server answers."""
        assert self._client is not None  # noqa: S101  # start() has been called
        kept = (_CAPABILITY, _CONTEXT, "Content-Type")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        base = room.preview.url.partition("/#")[0]
        async with self._client.request(
            method or request.method, base + (path or request.path_qs), data=body, headers=headers
        ) as reply:
            passed = {
                name: value
                for name, value in reply.headers.items()
                if name.startswith("X-") or name in _PASSED_BACK
            }
            return web.Response(status=reply.status, body=await reply.read(), headers=passed)


_PASSED_BACK = frozenset(
    {
        "Cache-Control",
        "Content-Disposition",
        "Content-Security-Policy",
        "Content-Type",
        "Pragma",
        "Referrer-Policy",
    }
)


def _came_late(reply: web.Response) -> bool:
    receipt: Any = json.loads(reply.text or "null")
    return isinstance(receipt, dict) and any(
        item.get("code") == "stale-revision" for item in receipt.get("diagnostics", ())
    )
