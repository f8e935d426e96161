"""One way to SQLite and PostgreSQL that turns their failures into StoreUnavailable."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import exc

from bot.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

log = logging.getLogger(__name__)

T = TypeVar("T")

RETRY_S: Final = 1.0

_OUR_MISTAKES = (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError)


class Database:
    """Runs reads side by side and writes one after another.

    SQLite has one writer anyway; in one order, a write that must wait for a lost database can be
    repeated later without overtaking another. A failed database is left alone for ``RETRY_S``, so
    that an outage costs no conversation its time. One log line opens an outage and one ends it.

    Args:
        writer: The engine for writes; each transaction holds the write lock from its start.
        reader: The engine for reads; the same as ``writer`` on PostgreSQL.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        *,
        writer: AsyncEngine,
        reader: AsyncEngine,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._writing = asyncio.Lock()
        self._away_until: dict[AsyncEngine, float] = {}
        self._underway: set[asyncio.Task[Any]] = set()

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._writer.dialect.name

    @property
    def is_away(self) -> bool:
        """Whether the last thing asked of the database failed."""
        return bool(self._away_until)

    async def read(self, query: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Return what ``query`` finds.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        return await self._to_its_end(self._ask(self._reader, query))

    async def write(self, change: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Make ``change`` as one transaction; it is durable when this returns.

        ``change`` may run twice when a connection is lost, so it must come to the same.

        Raises:
            StoreUnavailable: The database does not answer; nothing has changed.
        """
        return await self._to_its_end(self._write(change))

    async def outside_transaction(self, *statements: str) -> None:
        """Run maintenance that no transaction may hold, such as VACUUM.

        Raises:
            StoreUnavailable: The database does not answer.
        """
        await self._to_its_end(self._maintain(statements))

    async def close(self) -> None:
        """Let what is under way end, then let go of every connection."""
        if self._underway:
            await asyncio.wait(self._underway)
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()

    async def _to_its_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Await ``work``, which goes on when its asker is cancelled.

        A connection that is given up in the middle of a statement would have to be thrown away.
        """
        task = asyncio.ensure_future(work)
        self._underway.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._underway.discard(task)
        if not task.cancelled():
            task.exception()  # its asker may have gone; nobody else would look at it

    async def _write(self, change: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self._writing:
            return await self._ask(self._writer, change)

    async def _maintain(self, statements: Iterable[str]) -> None:
        async with self._writing:
            try:
                async with self._writer.connect() as connection:
                    if self.dialect != "sqlite":  # whose driver begins nothing before these
                        _ = await connection.execution_options(isolation_level="AUTOCOMMIT")
                    for statement in statements:
                        await connection.exec_driver_sql(statement)
            except (exc.DBAPIError, exc.TimeoutError, OSError) as error:
                self._give_up(self._writer, error)
                raise StoreUnavailable from error

    async def _ask(
        self, engine: AsyncEngine, question: Callable[[AsyncConnection], Awaitable[T]]
    ) -> T:
        if self._clock() < self._away_until.get(engine, 0.0):
            raise StoreUnavailable
        try:
            try:
                answer = await _in_transaction(engine, question)
            except exc.DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                answer = await _in_transaction(engine, question)  # the pool is fresh now
        except _OUR_MISTAKES:
            raise
        except (exc.DBAPIError, exc.TimeoutError, OSError) as error:
            self._give_up(engine, error)
            raise StoreUnavailable from error
        self._welcome_back(engine)
        return answer

    def _give_up(self, engine: AsyncEngine, error: Exception) -> None:
        if not self._away_until:
            reason = error.orig if isinstance(error, exc.DBAPIError) else error
            log.error("store away, going on from memory: %s", reason)
        self._away_until[engine] = self._clock() + RETRY_S

    def _welcome_back(self, engine: AsyncEngine) -> None:
        if self._away_until.pop(engine, None) is not None and not self._away_until:
            log.info("store back, writing again")


async def _in_transaction(
    engine: AsyncEngine, question: Callable[[AsyncConnection], Awaitable[T]]
) -> T:
    async with engine.begin() as connection:
        return await question(connection)
