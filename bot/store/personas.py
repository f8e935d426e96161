"""Which persona speaks where, as chosen by command, over the owner's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, func, insert, select

from bot.conversation.persona import Persona
from bot.errors import StoreUnavailable
from bot.store.persona_files import owners_persona
from bot.store.recent import Recent
from bot.store.tables import guild_personas as own, persona_choices as choices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.utterance import Place
    from bot.store.database import Database

REMEMBERED: Final = 10_000
MOST_OF_ONE_GUILD: Final = 25


class SqlPersonas:
    """Implements ``ports.Personas``.

    Args:
        database: Where choices are kept.
        personas: What there is to choose from.
        default: The name of the owner's persona.

    Raises:
        SettingsInvalid: The owner's persona is none of ``personas``.
    """

    def __init__(self, *, database: Database, personas: Iterable[Persona], default: str) -> None:
        self._database = database
        self._personas = {persona.name: persona for persona in personas}
        self._default = owners_persona(self._personas.values(), default)
        self._recent: Recent[int, Persona] = Recent(REMEMBERED)

    async def available(self, guild_id: int | None) -> tuple[Persona, ...]:
        """Return the personas to choose from, by name; the guild's own are among them.

        Raises:
            StoreUnavailable: The guild's own are not known now.
        """

        async def query(connection: AsyncConnection) -> list[Persona]:
            found = select(own).where(own.c.guild_id == guild_id)
            return [_own(row) for row in await connection.execute(found)]

        written = [] if guild_id is None else await self._database.read(query)
        return tuple(sorted([*self._personas.values(), *written], key=lambda persona: persona.name))

    async def persona_for(self, place: Place) -> Persona:
        """Return the channel's persona, else its parent's, the guild's, the owner's.

        A choice whose persona is no longer there counts as none.
        """
        ids = [i for i in (place.channel_id, place.parent_id, place.guild_id) if i is not None]

        async def query(connection: AsyncConnection) -> dict[int, Persona]:
            written = and_(own.c.guild_id == place.guild_id, own.c.name == choices.c.name)
            found = (
                select(choices.c.place_id, choices.c.name, own.c.summary, own.c.lines)
                .select_from(choices.outerjoin(own, written))
                .where(choices.c.place_id.in_(ids))
            )
            chosen = {row.place_id: self._chosen(row) for row in await connection.execute(found)}
            return {place_id: persona for place_id, persona in chosen.items() if persona}

        try:
            chosen = await self._database.read(query)
        except StoreUnavailable:
            chosen = {i: persona for i in ids if (persona := self._recent.get(i, None))}
        self._remember(ids, chosen)
        return next((chosen[i] for i in ids if i in chosen), self._default)

    async def choose(self, place: Place, name: str | None, *, everywhere: bool) -> Persona:
        """Set (or with None clear) the persona of a channel, or of its whole guild.

        Raises:
            KeyError: There is no persona of that name.
            StoreUnavailable: The database does not answer; nothing has changed.
        """
        if name is not None and name not in {p.name for p in await self.available(place.guild_id)}:
            raise KeyError(name)
        key = place.guild_id if everywhere and place.guild_id else place.channel_id

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(delete(choices).where(choices.c.place_id == key))
            if name is not None:
                row = {"place_id": key, "guild_id": place.guild_id, "name": name}
                await connection.execute(insert(choices).values(row))

        await self._database.write(change)
        return await self.persona_for(place)

    async def write(self, guild_id: int, persona: Persona) -> None:
        """Keep a persona of a guild's own, in the place of one of the same name.

        Raises:
            ValueError: The name is taken by one that every guild has, or there are too many.
            StoreUnavailable: The database does not answer; nothing has changed.
        """
        if persona.name in self._personas:
            raise ValueError(
                f"Every server has a persona called {persona.name}: take another name."
            )
        row = {
            "guild_id": guild_id,
            "name": persona.name,
            "summary": persona.summary,
            "lines": "\n".join(persona.lines),
        }
        ours = own.c.guild_id == guild_id

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(delete(own).where(ours, own.c.name == persona.name))
            kept = (await connection.execute(select(func.count()).where(ours))).scalar_one()
            if kept >= MOST_OF_ONE_GUILD:
                raise ValueError(f"A server has at most {MOST_OF_ONE_GUILD} personas: erase one.")
            await connection.execute(insert(own).values(row))

        await self._database.write(change)

    async def erase(self, guild_id: int, name: str) -> None:
        """Forget a persona of a guild's own; where it was chosen, it is chosen no more.

        Raises:
            KeyError: The guild has written no persona of that name.
            StoreUnavailable: The database does not answer; nothing has changed.
        """

        async def change(connection: AsyncConnection) -> None:
            erased = await connection.execute(
                delete(own).where(own.c.guild_id == guild_id, own.c.name == name)
            )
            if not erased.rowcount:
                raise KeyError(name)
            await connection.execute(
                delete(choices).where(choices.c.guild_id == guild_id, choices.c.name == name)
            )

        await self._database.write(change)

    def _chosen(self, row: Row[*tuple[Any, ...]]) -> Persona | None:
        return self._personas.get(row.name) if row.lines is None else _own(row)

    def _remember(self, ids: Iterable[int], chosen: dict[int, Persona]) -> None:
        for place_id in ids:
            if place_id in chosen:
                self._recent.put(place_id, chosen[place_id])
            else:
                self._recent.drop(place_id)


def _own(row: Row[*tuple[Any, ...]]) -> Persona:
    return Persona(name=row.name, lines=tuple(row.lines.splitlines()), summary=row.summary)
