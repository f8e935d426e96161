"""What each guild changes about the word lists, which must hold even in an outage."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from bot.errors import StoreUnavailable
from bot.safety.entries import Category
from bot.safety.guild_lists import GuildRules
from bot.safety.verdict import Action
from bot.store.recent import Recent
from bot.store.tables import guild_rules

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database

REMEMBERED: Final = 1_000


class SqlGuildLists:
    """Implements ``safety.GuildLists``; a lost database leaves the rules that were read last."""

    def __init__(self, *, database: Database) -> None:
        self._database = database
        self._recent: Recent[int, GuildRules] = Recent(REMEMBERED)

    async def load(self, guild_id: int) -> GuildRules:
        """Return the guild's rules, the default ones if it has none.

        Raises:
            StoreUnavailable: They cannot be read now and have not been read before.
        """

        async def query(connection: AsyncConnection) -> str | None:
            found = select(guild_rules.c.rules).where(guild_rules.c.guild_id == guild_id)
            return (await connection.execute(found)).scalar()

        try:
            written = await self._database.read(query)
        except StoreUnavailable:
            known = self._recent.get(guild_id, None)
            if known is None:
                raise
            return known
        rules = GuildRules() if written is None else _read(written)
        self._recent.put(guild_id, rules)
        return rules

    async def save(self, guild_id: int, rules: GuildRules) -> None:
        """Replace the guild's rules.

        Raises:
            StoreUnavailable: They cannot be written now; the old ones hold.
        """

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(delete(guild_rules).where(guild_rules.c.guild_id == guild_id))
            row = {"guild_id": guild_id, "rules": _written(rules)}
            await connection.execute(insert(guild_rules).values(row))

        await self._database.write(change)
        self._recent.put(guild_id, rules)

    async def forget(self, guild_id: int) -> None:
        """Drop the guild's rules, if it has any."""

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(delete(guild_rules).where(guild_rules.c.guild_id == guild_id))

        await self._database.write(change)
        self._recent.drop(guild_id)


def _written(rules: GuildRules) -> str:
    return json.dumps(
        {
            "added": sorted(rules.added),
            "removed": sorted(rules.removed),
            "exceptions": sorted(rules.exceptions),
            "levels": {category.value: level.value for category, level in rules.levels.items()},
        }
    )


def _read(written: str) -> GuildRules:
    """Return the rules; a category or level that is no longer there is left out."""
    fields = json.loads(written)
    levels = {
        Category(category): Action(level)
        for category, level in fields["levels"].items()
        if category in set(Category) and level in set(Action)
    }
    return GuildRules(
        added=frozenset(fields["added"]),
        removed=frozenset(fields["removed"]),
        exceptions=frozenset(fields["exceptions"]),
        levels=levels,
    )
