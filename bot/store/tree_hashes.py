"""Which commands Discord has been told of, so that a start syncs only what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from bot.errors import StoreUnavailable
from bot.store.tables import tree_hashes

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database


class SqlTreeHashes:
    """The hash of each application's command tree that was synced last."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def read(self, application_id: int) -> str | None:
        """Return the hash; None when it is unknown, which costs one sync."""

        async def query(connection: AsyncConnection) -> str | None:
            found = select(tree_hashes.c.hash).where(tree_hashes.c.scope == str(application_id))
            return (await connection.execute(found)).scalar()

        try:
            return await self._database.read(query)
        except StoreUnavailable:
            return None

    async def write(self, application_id: int, tree_hash: str) -> None:
        """Keep the hash of the tree that has just been synced.

        Raises:
            StoreUnavailable: The database does not answer; nothing has changed.
        """

        async def change(connection: AsyncConnection) -> None:
            scope = str(application_id)
            await connection.execute(delete(tree_hashes).where(tree_hashes.c.scope == scope))
            await connection.execute(insert(tree_hashes).values(scope=scope, hash=tree_hash))

        await self._database.write(change)
