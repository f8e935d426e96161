"""Slash commands: what Discord sends for one, and the callback and webhook that answer it."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from tests.wire import payloads
from tests.wire.inbox import EPHEMERAL
from tests.wire.posting import Refused, post_from
from tests.wire.rest import BASE, answer, body_of
from tests.wire.world import EVERYONE_MAY, ChannelKind

if TYPE_CHECKING:
    from tests.wire.gateway import Gateway
    from tests.wire.inbox import Inbox
    from tests.wire.world import Channel, Json, Person, Post, World

ANSWER_WITHIN_S = 3.0
SAYS = 4


@dataclass(slots=True)
class Interaction:
    """One use of a command, until its token is forgotten."""

    id: int
    channel: Channel
    asked_at_s: float
    original: Post | None = None
    is_ephemeral: bool = False
    is_answered: bool = False


class Interactions:
    """Every command in use."""

    def __init__(self, *, world: World, gateway: Gateway, inbox: Inbox) -> None:
        self.world = world
        self.gateway = gateway
        self.inbox = inbox
        self.by_token: dict[str, Interaction] = {}

    def routes(self) -> list[web.RouteDef]:
        webhook = f"{BASE}/webhooks/{{application}}/{{token}}"
        return [
            web.post(f"{BASE}/interactions/{{interaction}}/{{token}}/callback", self._callback),
            web.post(webhook, self._follow_up),
            web.get(f"{webhook}/messages/{{message}}", self._fetch),
            web.patch(f"{webhook}/messages/{{message}}", self._edit),
            web.delete(f"{webhook}/messages/{{message}}", self._delete),
        ]

    async def slash(
        self, place: Channel, person: Person, words: str, options: Json, *, permissions: int
    ) -> int:
        """Let ``person`` use a command such as ``"settings show"``; return the interaction's id."""
        token = secrets.token_hex(16)
        interaction = Interaction(self.world.next_id(), place, time.monotonic())
        self.by_token[token] = interaction
        content: Json = {
            "id": str(interaction.id),
            "application_id": str(self.world.bot.id),
            "type": 2,
            "token": token,
            "version": 1,
            "attachment_size_limit": 10_000_000,
            "data": self._choice(words.split(), options, place.guild_id),
            "channel_id": str(place.id),
            "channel": {**payloads.channel(place), "permissions": str(permissions)},
            "app_permissions": str(EVERYONE_MAY),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 1 if place.kind is ChannelKind.DM else 0,
        }
        if place.guild_id is not None:
            content["guild_id"] = str(place.guild_id)
            content["member"] = payloads.member(person, permissions=permissions)
        else:
            content["user"] = payloads.user(person)
        await self.gateway.dispatch("INTERACTION_CREATE", content)
        return interaction.id

    def _choice(self, words: list[str], options: Json, guild_id: int | None) -> Json:
        """Return the command's data, its options typed as the bot registered them."""
        registered = [*self.world.commands.get(guild_id, []), *self.world.commands.get(None, [])]
        command = next(c for c in registered if c["name"] == words[0])
        choice: Json = {"id": command["id"], "name": words[0], "type": command["type"]}
        level, known = choice, command.get("options", [])
        for word in words[1:]:
            option = next(o for o in known if o["name"] == word)
            step: Json = {"name": word, "type": option["type"], "options": []}
            level["options"] = [step]
            level, known = step, option.get("options", [])
        types = {option["name"]: option["type"] for option in known}
        level["options"] = [
            {"name": name, "type": types[name], "value": value} for name, value in options.items()
        ]
        return choice

    def _find(self, request: web.Request) -> Interaction:
        interaction = self.by_token.get(request.match_info["token"])
        if interaction is None:
            raise Refused(404, 10062, "Unknown interaction")
        return interaction

    async def _callback(self, request: web.Request) -> web.Response:
        interaction, body = self._find(request), await body_of(request)
        if time.monotonic() - interaction.asked_at_s > ANSWER_WITHIN_S:
            raise Refused(404, 10062, "Unknown interaction")
        if interaction.is_answered:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        interaction.is_answered = True
        content = body.get("data") or {}
        interaction.is_ephemeral = bool(content.get("flags", 0) & EPHEMERAL)
        resource: Json = {"type": body["type"]}
        if body["type"] == SAYS:
            interaction.original = self._say(interaction, {**body, **content})
            resource["message"] = payloads.message(interaction.original)
        return answer({"interaction": {"id": str(interaction.id), "type": 2}, "resource": resource})

    async def _follow_up(self, request: web.Request) -> web.Response:
        post = self._say(self._find(request), await body_of(request))
        return answer(payloads.message(post))

    async def _fetch(self, request: web.Request) -> web.Response:
        return answer(payloads.message(self._message(request)))

    async def _edit(self, request: web.Request) -> web.Response:
        interaction, body = self._find(request), await body_of(request)
        if request.match_info["message"] == "@original" and interaction.original is None:
            interaction.original = self._say(interaction, body)
            return answer(payloads.message(interaction.original))
        post = self._message(request)
        post.content, post.is_edited = body.get("content", post.content), True
        self.inbox.note(post, body, is_interaction=True, is_edit=True)
        return answer(payloads.message(post))

    async def _delete(self, request: web.Request) -> web.Response:
        self._message(request).is_deleted = True
        return web.Response(status=204)

    def _message(self, request: web.Request) -> Post:
        name = request.match_info["message"]
        interaction = self._find(request)
        post = interaction.original if name == "@original" else self.world.posts.get(int(name))
        if post is None or post.is_deleted:
            raise Refused(404, 10008, "Unknown Message")
        return post

    def _say(self, interaction: Interaction, body: Json) -> Post:
        post = post_from(self.world, interaction.channel, body)
        post.flags |= EPHEMERAL * interaction.is_ephemeral
        self.inbox.note(post, body, is_interaction=True)
        return post
