"""Which persona speaks where, as chosen by command, over the owner's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from bot.errors import SettingsInvalid, StoreUnavailable
from bot.store.recent import Recent
from bot.store.tables import persona_choices

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.conversation.persona import Persona
    from bot.conversation.utterance import Place
    from bot.store.database import Database

REMEMBERED: Final = 10_000


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
        if default not in self._personas:
            raise SettingsInvalid(
                f"PERSONA is {default}, but there is no such persona.",
                cure=f"Choose one of: {', '.join(sorted(self._personas))}.",
            )
        self._default = self._personas[default]
        self._recent: Recent[int, str] = Recent(REMEMBERED)

    def available(self) -> tuple[Persona, ...]:
        """Return the personas to choose from, by name."""
        return tuple(sorted(self._personas.values(), key=lambda persona: persona.name))

    async def persona_for(self, place: Place) -> Persona:
        """Return the channel's persona, else its parent's, the guild's, the owner's.

        A choice whose persona is no longer there counts as none.
        """
        ids = [i for i in (place.channel_id, place.parent_id, place.guild_id) if i is not None]

        async def query(connection: AsyncConnection) -> dict[int, str]:
            found = select(persona_choices).where(persona_choices.c.place_id.in_(ids))
            return {row.place_id: row.name for row in await connection.execute(found)}

        try:
            chosen = await self._database.read(query)
        except StoreUnavailable:
            chosen = {i: name for i in ids if (name := self._recent.get(i, ""))}
        self._remember(ids, chosen)
        names = (chosen[i] for i in ids if chosen.get(i) in self._personas)
        return self._personas.get(next(names, ""), self._default)

    async def choose(self, place: Place, name: str | None, *, everywhere: bool) -> Persona:
        """Set (or with None clear) the persona of a channel, or of its whole guild.

        Raises:
            KeyError: There is no persona of that name.
            StoreUnavailable: The database does not answer; nothing has changed.
        """
        if name is not None and name not in self._personas:
            raise KeyError(name)
        key = place.guild_id if everywhere and place.guild_id else place.channel_id

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(
                delete(persona_choices).where(persona_choices.c.place_id == key)
            )
            if name is not None:
                await connection.execute(
                    insert(persona_choices).values(place_id=key, guild_id=place.guild_id, name=name)
                )

        await self._database.write(change)
        return await self.persona_for(place)

    def _remember(self, ids: Iterable[int], chosen: dict[int, str]) -> None:
        for place_id in ids:
            if place_id in chosen:
                self._recent.put(place_id, chosen[place_id])
            else:
                self._recent.drop(place_id)
