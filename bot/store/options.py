"""Each guild's options, which a conversation needs even while the database is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from bot.errors import StoreUnavailable
from bot.store.recent import Recent
from bot.store.tables import guild_options
from config.guild_options import GuildOptions

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

REMEMBERED: Final = 10_000


class SqlOptions:
    """Implements ``ports.OptionsRepository``; a lost database leaves what was read last."""

    def __init__(self, *, database: Database) -> None:
        self._database = database
        self._recent: Recent[int, GuildOptions] = Recent(REMEMBERED)

    async def load(self) -> None:
        """Keep in mind what guilds have chosen, for an outage right after the start."""

        async def query(connection: AsyncConnection) -> list[tuple[int, str]]:
            rows = await connection.execute(select(guild_options).limit(REMEMBERED))
            return [(row.guild_id, row.options) for row in rows]

        for guild_id, options in await self._database.read(query):
            self._recent.put(guild_id, GuildOptions.model_validate_json(options))

    async def read(self, guild_id: int | None) -> GuildOptions:
        """Return a guild's options, or the defaults where it has none."""
        if guild_id is None:
            return GuildOptions()

        async def query(connection: AsyncConnection) -> str | None:
            found = select(guild_options.c.options).where(guild_options.c.guild_id == guild_id)
            return (await connection.execute(found)).scalar()

        try:
            written = await self._database.read(query)
        except StoreUnavailable:
            return self._recent.get(guild_id, GuildOptions())
        options = GuildOptions.model_validate_json(written) if written else GuildOptions()
        self._recent.put(guild_id, options)
        return options

    async def write(self, guild_id: int, options: GuildOptions) -> None:
        """Keep a guild's options; durable when this returns.

        Raises:
            StoreUnavailable: The database does not answer; nothing has changed.
        """

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(
                delete(guild_options).where(guild_options.c.guild_id == guild_id)
            )
            await connection.execute(
                insert(guild_options).values(guild_id=guild_id, options=options.model_dump_json())
            )

        await self._database.write(change)
        self._recent.put(guild_id, options)

    async def retention_days(self) -> dict[int, int]:
        """Return the guilds that have chosen how long what was said is kept.

        Raises:
            StoreUnavailable: The database does not answer.
        """

        async def query(connection: AsyncConnection) -> list[tuple[int, str]]:
            rows = await connection.execute(select(guild_options))
            return [(row.guild_id, row.options) for row in rows]

        chosen = {
            guild_id: GuildOptions.model_validate_json(options).retention_days
            for guild_id, options in await self._database.read(query)
        }
        return {guild_id: days for guild_id, days in chosen.items() if days is not None}
