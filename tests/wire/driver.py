"""People on the stand-in Discord as tests speak of them: who says what where, and what is heard."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from tests.wire.world import EVERYONE_MAY, Received

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.wire.standin import StandIn
    from tests.wire.world import Channel, Json, Person, World

PATIENCE_S = 20.0


class Control(Protocol):
    """Calls one of the stand-in's public coroutines by its name, here or in another process."""

    async def __call__(self, action: str, **parameters: Any) -> Any: ...


class LocalControl:
    """A stand-in on the test's own event loop."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in

    async def __call__(self, action: str, **parameters: Any) -> Any:
        return await getattr(self._stand_in, action)(**parameters)


class Discord:
    """What tests do on Discord and hear there.

    Args:
        world: The guilds, channels and people; the same on the stand-in.
        control: The way to the stand-in.
    """

    def __init__(self, *, world: World, control: Control) -> None:
        self.world = world
        self.control = control
        self._heard: Counter[int] = Counter()

    async def say(
        self, place: Channel, person: Person, text: str, *, mentions: tuple[Person, ...] = ()
    ) -> int:
        """Let ``person`` write ``text``; return the message's id."""
        return await self._post(place, person, text, mentions=mentions)

    async def mention(self, place: Channel, person: Person, text: str) -> int:
        """Let ``person`` write ``text`` after the bot's mention."""
        bot = self.world.bot
        return await self._post(place, person, f"<@{bot.id}> {text}", mentions=(bot,))

    async def reply_to(
        self, message_id: int, place: Channel, person: Person, text: str, *, pings: bool = True
    ) -> int:
        """Let ``person`` answer a message of the bot, with its ping left on or off."""
        mentions = (self.world.bot,) if pings else ()
        return await self._post(place, person, text, mentions=mentions, reply_to=message_id)

    async def dm(self, person: Person, text: str) -> int:
        """Let ``person`` write to the bot directly."""
        return await self._post(self.world.dm_with(person), person, text)

    async def slash(
        self,
        words: str,
        *,
        place: Channel,
        person: Person,
        permissions: int = EVERYONE_MAY,
        **options: object,
    ) -> int:
        """Let ``person`` use a slash command such as ``"settings show"``."""
        interaction: int = await self.control(
            "slash",
            channel=place.id,
            person=person.id,
            words=words,
            options=options,
            permissions=permissions,
        )
        return interaction

    async def edit(self, message_id: int, text: str) -> None:
        await self.control("edit", message=message_id, text=text)

    async def delete(self, message_id: int) -> None:
        await self.control("delete", message=message_id)

    async def cut(self, *, refusals: int = 0) -> None:
        """Break the gateway connection without a word; the next ``refusals`` attempts fail."""
        await self.control("cut", refusals=refusals)

    async def invalidate(self) -> None:
        """End the session: op 9."""
        await self.control("invalidate")

    async def forget_sessions(self) -> None:
        """Let nobody who was connected resume."""
        await self.control("forget_sessions")

    async def ask_to_reconnect(self) -> None:
        """Send op 7."""
        await self.control("reconnect")

    async def fail(self, status: int, **fault: Any) -> None:
        """Let the next sends (or what ``fault`` names) fail with ``status``."""
        await self.control("fail", status=status, **fault)

    async def limit_sends(self, limit: int = 5, per_s: float = 5.0) -> None:
        """Take ``limit`` sends per channel in ``per_s`` seconds, with Discord's headers."""
        await self.control("limit_sends", limit=limit, per_s=per_s)

    async def ready(self, *, timeout_s: float = PATIENCE_S) -> None:
        """Return when the bot is connected, with a new session or a resumed one."""
        async with asyncio.timeout(timeout_s):
            await self.control("is_ready")

    async def reply_within(self, place: Channel, timeout_s: float = PATIENCE_S) -> Received:
        """Return the next thing the bot says in ``place`` that no call has returned before."""
        index = self._heard[place.id]
        self._heard[place.id] += 1
        try:
            async with asyncio.timeout(timeout_s):
                return _received(await self.control("next_reply", channel=place.id, index=index))
        except (TimeoutError, asyncio.CancelledError):
            self._heard[place.id] -= 1
            raise

    async def received(self, place: Channel | None = None) -> list[Received]:
        """Return everything the bot has said, in ``place`` or anywhere."""
        entries = [_received(entry) for entry in await self.control("received")]
        return [e for e in entries if place is None or e.channel_id == place.id]

    async def counts(self) -> Mapping[str, int]:
        """Return how many identifies, resumes, refused sends and typing calls there were."""
        counts: dict[str, int] = await self.control("counts")
        return counts

    async def _post(
        self,
        place: Channel,
        person: Person,
        text: str,
        *,
        mentions: tuple[Person, ...] = (),
        reply_to: int | None = None,
    ) -> int:
        message_id: int = await self.control(
            "say",
            channel=place.id,
            person=person.id,
            text=text,
            mentions=[mentioned.id for mentioned in mentions],
            reply_to=reply_to,
        )
        return message_id


def _received(entry: Json) -> Received:
    return Received(**{**entry, "pings": tuple(entry["pings"])})
