"""The HTTP side: who the bot is, channels, messages, typing and commands, with faults on top."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.wire import payloads
from tests.wire.faults import When
from tests.wire.posting import Refused, post_from

if TYPE_CHECKING:
    from tests.wire.faults import Fault, Faults
    from tests.wire.gateway import Gateway
    from tests.wire.inbox import Inbox
    from tests.wire.world import Channel, Json, World

BASE = "/api/v10"


def answer(body: Any, *, status: int = 200, headers: Any = None) -> web.Response:
    """Return JSON as exactly ``application/json``: with a charset discord.py reads it as text."""
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        content_type="application/json",
        headers=headers,
    )


class Rest:
    """Discord's HTTP API, as far as a bot that talks needs it."""

    def __init__(
        self, *, world: World, gateway: Gateway, inbox: Inbox, faults: Faults, token: str
    ) -> None:
        self.world = world
        self.gateway = gateway
        self.inbox = inbox
        self.faults = faults
        self.token = token
        self.requests: list[tuple[str, str, float]] = []
        self.typing_seen = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        message = f"{BASE}/channels/{{channel}}/messages/{{message}}"
        commands = f"{BASE}/applications/{{application}}/commands"
        guild_commands = f"{BASE}/applications/{{application}}/guilds/{{guild}}/commands"
        return [
            web.get(f"{BASE}/users/@me", self._me),
            web.post(f"{BASE}/users/@me/channels", self._open_dm),
            web.get(f"{BASE}/users/{{user}}", self._user),
            web.get(f"{BASE}/oauth2/applications/@me", self._application),
            web.get(f"{BASE}/applications/@me", self._application),
            web.get(f"{BASE}/gateway/bot", self._gateway),
            web.get(f"{BASE}/channels/{{channel}}", self._channel),
            web.post(f"{BASE}/channels/{{channel}}/typing", self._typing),
            web.post(f"{BASE}/channels/{{channel}}/messages", self._send),
            web.get(message, self._fetch),
            web.patch(message, self._edit),
            web.delete(message, self._delete),
            web.get(commands, self._commands),
            web.put(commands, self._overwrite_commands),
            web.get(guild_commands, self._commands),
            web.put(guild_commands, self._overwrite_commands),
        ]

    @web.middleware
    async def guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Note, authorise, fail or limit a request before it is handled."""
        path = request.path.removeprefix(BASE)
        self.requests.append((request.method, path, time.monotonic()))
        if self._is_unauthorised(request):
            return answer({"message": "401: Unauthorized", "code": 0}, status=401)
        fault = self.faults.next_for(request.method, path)
        if fault is not None and fault.when is When.BEFORE:
            return failure(fault)
        is_send = request.method == "POST" and path.endswith("/messages")
        is_within, headers = self.faults.admit_send(path) if is_send else (True, {})
        if not is_within:
            return too_many(float(headers["X-RateLimit-Reset-After"]), headers)
        try:
            response: web.StreamResponse = await handler(request)
        except Refused as refusal:
            response = answer(
                {"message": str(refusal), "code": refusal.code}, status=refusal.status
            )
        if fault is not None:
            return failure(fault)
        response.headers.update(headers)
        return response

    def _is_unauthorised(self, request: web.Request) -> bool:
        path = request.path.removeprefix(BASE)
        if not request.path.startswith(BASE) or path.startswith(("/interactions", "/webhooks")):
            return False
        return request.headers.get("Authorization") != f"Bot {self.token}"

    def _place(self, request: web.Request) -> Channel:
        channel = self.world.channels.get(int(request.match_info["channel"]))
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        return channel

    async def _me(self, _: web.Request) -> web.Response:
        return answer(payloads.user(self.world.bot))

    async def _user(self, request: web.Request) -> web.Response:
        return answer(payloads.user(self.world.people[int(request.match_info["user"])]))

    async def _open_dm(self, request: web.Request) -> web.Response:
        person = self.world.people[int((await request.json())["recipient_id"])]
        return answer(payloads.channel(self.world.dm_with(person)))

    async def _application(self, _: web.Request) -> web.Response:
        return answer(payloads.application(self.world))

    async def _gateway(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return answer({"url": self.gateway.url, "shards": 1, "session_start_limit": limit})

    async def _channel(self, request: web.Request) -> web.Response:
        return answer(payloads.channel(self._place(request)))

    async def _typing(self, request: web.Request) -> web.Response:
        self.world.typing.append((self._place(request).id, time.monotonic()))
        self.typing_seen.set()
        return web.Response(status=204)

    async def _send(self, request: web.Request) -> web.Response:
        place, body = self._place(request), await body_of(request)
        if earlier := self.world.said_by_nonce(place.id, body.get("nonce")):
            return answer(payloads.message(earlier))
        post = post_from(self.world, place, body)
        self.inbox.note(post, body)
        content = payloads.message(post)
        await self.gateway.dispatch("MESSAGE_CREATE", content)
        return answer(content)

    async def _fetch(self, request: web.Request) -> web.Response:
        post = self.world.posts.get(int(request.match_info["message"]))
        if post is None or post.is_deleted:
            raise Refused(404, 10008, "Unknown Message")
        return answer(payloads.message(post))

    async def _edit(self, request: web.Request) -> web.Response:
        post = self.world.posts.get(int(request.match_info["message"]))
        if post is None or post.is_deleted:
            raise Refused(404, 10008, "Unknown Message")
        body = await body_of(request)
        post.content, post.is_edited = body.get("content", post.content), True
        self.inbox.note(post, body, is_edit=True)
        content = payloads.message(post)
        await self.gateway.dispatch("MESSAGE_UPDATE", content)
        return answer(content)

    async def _delete(self, request: web.Request) -> web.Response:
        post = self.world.posts[int(request.match_info["message"])]
        post.is_deleted = True
        return web.Response(status=204)

    async def _commands(self, request: web.Request) -> web.Response:
        return answer(self.world.commands.get(_scope(request), []))

    async def _overwrite_commands(self, request: web.Request) -> web.Response:
        registered = [
            {
                "id": str(self.world.next_id()),
                "application_id": str(self.world.bot.id),
                "version": str(self.world.next_id()),
                "type": 1,
                "description": "",
                **command,
            }
            for command in await request.json()
        ]
        self.world.commands[_scope(request)] = registered
        return answer(registered)


def failure(fault: Fault) -> web.Response:
    """Return the answer of a request that fails on request."""
    if fault.status == 429:
        headers = {"Retry-After": str(fault.retry_after_s), "X-RateLimit-Scope": "shared"}
        if fault.has_via:
            headers["Via"] = "1.1 google"
        body: Json = {"message": "limited", "retry_after": fault.retry_after_s, "global": False}
        return answer(body, status=429, headers=headers)
    return answer({"message": "fault", "code": fault.code}, status=fault.status)


def too_many(retry_after_s: float, headers: Any) -> web.Response:
    """Return Discord's 429 for a full bucket."""
    body = {"message": "You are being rate limited.", "retry_after": retry_after_s, "global": False}
    extra = {"Retry-After": f"{retry_after_s:.3f}", "Via": "1.1 google", **headers}
    return answer(body, status=429, headers=extra)


async def body_of(request: web.Request) -> Json:
    """Return the JSON of a body, also of one that carries files."""
    if not request.content_type.startswith("multipart/"):
        return await request.json() if request.can_read_body else {}
    form = await request.post()
    payload = form["payload_json"]
    assert isinstance(payload, str)
    body: Json = json.loads(payload)
    files = [part for name, part in form.items() if name.startswith("files[")]
    return {**body, "files": [getattr(part, "filename", "") for part in files]}


def _scope(request: web.Request) -> int | None:
    guild = request.match_info.get("guild")
    return int(guild) if guild else None
