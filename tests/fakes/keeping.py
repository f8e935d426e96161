"""Stores in memory: the same promises as the database, nothing on disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation.history import edited, with_turn, without, without_author
from bot.conversation.persona import Persona
from bot.errors import StoreUnavailable
from bot.memory.recollection import Recollection
from config.guild_options import GuildOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.conversation.utterance import Place, Turn, Utterance
    from bot.memory.fact import Owner

NOBODY = Persona(name="none")


class MemoryHistories:
    def __init__(self, *, turns: int = 20) -> None:
        self.limit = turns
        self.channels: dict[int, tuple[Turn, ...]] = {}
        self.is_down = False

    async def read(self, channel_id: int) -> tuple[Turn, ...]:
        self._check()
        return self.channels.get(channel_id, ())[-self.limit :]

    async def append(self, turn: Turn) -> None:
        self._check()
        channel_id = turn.utterance.place.channel_id
        self.channels[channel_id] = with_turn(self.channels.get(channel_id, ()), turn)

    async def sent(self, channel_id: int, message_id: int, reply_ids: tuple[int, ...]) -> None:
        self._map(
            channel_id,
            lambda turn: (
                replace(turn, reply_ids=reply_ids)
                if turn.utterance.message_id == message_id
                else turn
            ),
        )

    async def edit(self, channel_id: int, message_id: int, text: str) -> bool:
        turns = self.channels.get(channel_id, ())
        self.channels[channel_id] = edited(turns, message_id, text)
        return any(turn.utterance.message_id == message_id for turn in turns)

    async def forget_messages(self, channel_id: int, message_ids: Collection[int]) -> None:
        self.channels[channel_id] = without(self.channels.get(channel_id, ()), message_ids)

    async def forget_channel(self, channel_id: int) -> int:
        return self._drop(lambda place: channel_id in (place.channel_id, place.parent_id))

    async def forget_guild(self, guild_id: int) -> None:
        self._drop(lambda place: place.guild_id == guild_id)

    async def forget_author(self, author_id: int) -> int:
        before = sum(map(len, self.channels.values()))
        self.channels = {c: without_author(t, author_id) for c, t in self.channels.items()}
        return before - sum(map(len, self.channels.values()))

    def _check(self) -> None:
        if self.is_down:
            raise StoreUnavailable

    def _map(self, channel_id: int, change: Callable[[Turn], Turn]) -> None:
        self.channels[channel_id] = tuple(map(change, self.channels.get(channel_id, ())))

    def _drop(self, is_gone: Callable[[Place], bool]) -> int:
        before = sum(map(len, self.channels.values()))
        self.channels = {
            channel_id: tuple(t for t in turns if not is_gone(t.utterance.place))
            for channel_id, turns in self.channels.items()
        }
        return before - sum(map(len, self.channels.values()))


class NoMemory:
    """Recalls what it is given, learns by remembering which utterances it saw."""

    def __init__(self, recollection: Recollection | None = None) -> None:
        self.recollection = recollection or Recollection()
        self.learnt: list[Utterance] = []
        self.unlearnt: set[int] = set()
        self.owners: frozenset[Owner] = frozenset()

    async def recall(self, utterance: Utterance) -> Recollection:  # noqa: ARG002  # the protocol's
        return self.recollection

    async def learn(self, utterance: Utterance) -> None:
        self.learnt.append(utterance)

    async def unlearn(self, message_ids: Collection[int]) -> frozenset[Owner]:
        self.unlearnt |= set(message_ids)
        return self.owners

    async def forget_channel(self, channel_id: int) -> frozenset[Owner]:
        self.learnt = [
            u for u in self.learnt if channel_id not in (u.place.channel_id, u.place.parent_id)
        ]
        return frozenset()

    async def forget_guild(self, guild_id: int) -> None:
        self.learnt = [u for u in self.learnt if u.place.guild_id != guild_id]


class MemoryConsent:
    def __init__(self, *opted_out: int) -> None:
        self.opted_out = set(opted_out)

    async def is_opted_out(self, user_id: int) -> bool:
        return user_id in self.opted_out

    async def opt_out(self, user_id: int) -> None:
        self.opted_out.add(user_id)

    async def opt_in(self, user_id: int) -> None:
        self.opted_out.discard(user_id)


class MemoryPersonas:
    def __init__(self, *personas: Persona) -> None:
        self._personas = {persona.name: persona for persona in (NOBODY, *personas)}
        self.chosen: dict[int, Persona] = {}
        self.own: dict[int, dict[str, Persona]] = {}

    async def persona_for(self, place: Place) -> Persona:
        ids = (place.channel_id, place.parent_id, place.guild_id)
        return next((self.chosen[i] for i in ids if i in self.chosen), NOBODY)

    async def choose(self, place: Place, name: str | None, *, everywhere: bool) -> Persona:
        key = place.guild_id if everywhere and place.guild_id else place.channel_id
        if name is None:
            self.chosen.pop(key, None)
        else:
            known = {p.name: p for p in await self.available(place.guild_id)}
            self.chosen[key] = known[name]
        return await self.persona_for(place)

    async def available(self, guild_id: int | None) -> tuple[Persona, ...]:
        own = self.own.get(guild_id, {}) if guild_id is not None else {}
        return (*self._personas.values(), *own.values())

    async def write(self, guild_id: int, persona: Persona) -> None:
        if persona.name in self._personas:
            raise ValueError(persona.name)
        if len(self.own.get(guild_id, ())) == 25:
            raise ValueError("at most 25")
        self.own.setdefault(guild_id, {})[persona.name] = persona
        self._replace(persona.name, persona)

    async def erase(self, guild_id: int, name: str) -> None:
        del self.own.get(guild_id, {})[name]
        self._replace(name, None)

    def _replace(self, name: str, persona: Persona | None) -> None:
        for key in [key for key, chosen in self.chosen.items() if chosen.name == name]:
            if persona is None:
                del self.chosen[key]
            else:
                self.chosen[key] = persona


class MemoryOptions:
    def __init__(self) -> None:
        self.guilds: dict[int, GuildOptions] = {}
        self.error: Exception | None = None

    async def read(self, guild_id: int | None) -> GuildOptions:
        if self.error is not None:
            raise self.error
        return GuildOptions() if guild_id is None else self.guilds.get(guild_id, GuildOptions())

    async def write(self, guild_id: int, options: GuildOptions) -> None:
        self.guilds[guild_id] = options


class MemoryTreeHashes:
    def __init__(self) -> None:
        self.kept: dict[int, str] = {}

    async def read(self, application_id: int) -> str | None:
        return self.kept.get(application_id)

    async def write(self, application_id: int, tree_hash: str) -> None:
        self.kept[application_id] = tree_hash
