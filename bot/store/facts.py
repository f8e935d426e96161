"""Facts on disk, found by full text; those that must go do so even when the disk is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import (
    Integer,
    Text,
    and_,
    column,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    table,
    true,
    update,
)

from bot.errors import StoreUnavailable
from bot.memory.fact import Fact, FactKind, KeptFact, Owner, Source, quotes
from bot.memory.long_term import Known
from bot.store.tables import facts as f, memory_off, turns as t

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.database import Database
    from bot.store.journal import Journal

# FTS5's table, which only SQLite has: matching is asked of a column of its own name.
_WORDS: Final = table("facts_words", column("rowid", Integer), column("facts_words", Text))


@dataclass(frozen=True, slots=True)
class ForgetFacts:
    """Delete the facts that a condition names, and the replies that quote them.

    Attributes:
        condition: Which facts.
        told_again: Values, in lower case, whose quotes stay since they are still known.
    """

    must_happen: ClassVar[bool] = True
    condition: ColumnElement[bool]
    told_again: frozenset[str] = frozenset()

    async def execute(self, connection: AsyncConnection) -> int:
        """Delete them; the words in the full-text index go by trigger."""
        found = await connection.execute(
            select(f.c.author_id, f.c.home_id, f.c.value).where(self.condition)
        )
        gone = found.all()
        for row in gone:
            if row.value.lower() in self.told_again:
                continue
            await _forget_quotes(connection, Owner(row.author_id, row.home_id), row.value)
        if gone:
            await connection.execute(delete(f).where(self.condition))
        return len(gone)


class SqlFacts:
    """Implements ``memory.Facts``.

    While facts wait to be forgotten because the database was away, none are recalled.
    """

    def __init__(self, *, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def of(self, owner: Owner, words: Sequence[str] = ()) -> Known:
        """Return what is kept of ``owner``, marking the facts that match one of ``words``.

        Raises:
            StoreUnavailable: The database does not answer, or has deletions to catch up with.
        """
        if not await self._journal.drain():
            raise StoreUnavailable

        async def query(connection: AsyncConnection) -> Known:
            search = _search_sqlite if self._database.dialect == "sqlite" else _search_postgresql
            rows = (await connection.execute(search(owner, words))).all()
            found = tuple(_kept(row, is_match=row.is_match) for row in rows if row.id is not None)
            return Known(found, is_off=any(row.is_off for row in rows))

        return await self._database.read(query)

    async def of_author(self, author_id: int) -> tuple[KeptFact, ...]:
        """Return every fact of one person, in every guild; for their eyes only."""

        async def query(connection: AsyncConnection) -> tuple[KeptFact, ...]:
            rows = await connection.execute(
                select(f).where(f.c.author_id == author_id).order_by(f.c.id)
            )
            return tuple(map(_kept, rows))

        return await self._database.read(query)

    async def keep(
        self, owner: Owner, facts: Sequence[Fact], source: Source, *, drop: Collection[int] = ()
    ) -> None:
        """Keep ``facts``, each instead of the one of its kind and key; drop others by number."""

        async def change(connection: AsyncConnection) -> None:
            replaced = [(f.c.kind == fact.kind) & (f.c.key == fact.key) for fact in facts]
            gone = and_(*_is(owner, f), or_(f.c.id.in_(drop), *replaced))
            told_again = frozenset(fact.value.lower() for fact in facts)
            await ForgetFacts(gone, told_again).execute(connection)
            if facts:
                await connection.execute(insert(f), [_row(owner, fact, source) for fact in facts])

        await self._database.write(change)

    async def note_use(self, fact_ids: Collection[int], at: datetime) -> None:
        """Note that facts were recalled."""

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(
                update(f).where(f.c.id.in_(fact_ids)).values(uses=f.c.uses + 1, used_at=at)
            )

        await self._database.write(change)

    async def forget(self, owner: Owner, fact_ids: Collection[int] | None = None) -> int | None:
        """Forget facts of ``owner`` by number, or all of them, late but surely.

        Return how many went; None while they have yet to.
        """
        mine = (f.c.author_id == owner.author_id) & (f.c.home_id == owner.home_id)
        chosen = mine if fact_ids is None else mine & f.c.id.in_(fact_ids)
        return await self._journal.write(ForgetFacts(chosen))

    async def unlearn(self, message_ids: Collection[int]) -> frozenset[Owner]:
        """Forget what these messages told, late but surely; return whose facts are gone already."""
        return await self._forget(f.c.message_id.in_(set(message_ids) - {0}))

    async def forget_channel(self, channel_id: int) -> frozenset[Owner]:
        """Forget what was told in a channel and its threads; return as ``unlearn`` does."""
        return await self._forget(or_(f.c.channel_id == channel_id, f.c.parent_id == channel_id))

    async def forget_guild(self, guild_id: int) -> None:
        """Forget what was told in a guild."""
        await self._journal.write(ForgetFacts(f.c.home_id == guild_id))

    async def forget_author(self, author_id: int) -> int:
        """Forget every fact of one person; return how many went, as far as is known yet."""
        return await self._journal.write(ForgetFacts(f.c.author_id == author_id)) or 0

    async def switch(self, owner: Owner, *, off: bool) -> None:
        """Switch memory off or on for ``owner``."""

        async def change(connection: AsyncConnection) -> None:
            await connection.execute(delete(memory_off).where(*_is(owner, memory_off)))
            if off:
                row = {"author_id": owner.author_id, "home_id": owner.home_id}
                await connection.execute(insert(memory_off).values(row))

        await self._database.write(change)

    async def _forget(self, condition: ColumnElement[bool]) -> frozenset[Owner]:
        """Nobody recalls while the database is away, so it need not say whose facts then wait."""

        async def query(connection: AsyncConnection) -> frozenset[Owner]:
            rows = await connection.execute(select(f.c.author_id, f.c.home_id).where(condition))
            return frozenset(Owner(row.author_id, row.home_id) for row in rows)

        try:
            owners = await self._database.read(query)
        except StoreUnavailable:
            owners = frozenset()
        await self._journal.write(ForgetFacts(condition))
        return owners


def _search_sqlite(owner: Owner, words: Sequence[str]) -> Select[Any]:
    if not words:
        return _search(owner, literal(value=False))
    either = " OR ".join(f'"{word}"' for word in words)
    wanted = f'owner : "{owner_term(owner)}" AND text : ({either})'
    matching = select(_WORDS.c.rowid).where(_WORDS.c.facts_words.op("MATCH")(wanted))
    return _search(owner, f.c.id.in_(matching))


def _search_postgresql(owner: Owner, words: Sequence[str]) -> Select[Any]:
    if not words:
        return _search(owner, literal(value=False))
    wanted = func.to_tsquery("english", " | ".join(words))
    return _search(owner, func.to_tsvector("english", f.c.text).bool_op("@@")(wanted))


def _search(owner: Owner, is_match: ColumnElement[bool]) -> Select[Any]:
    """Return one query for all there is to know, since each costs several changes of thread.

    It has at least one row: without facts, one whose columns are empty but for ``is_off``.
    """
    off = select(memory_off.c.author_id).where(*_is(owner, memory_off)).exists()
    one = select(off.label("is_off")).subquery("switch")
    mine = select(f, is_match.label("is_match")).where(*_is(owner, f)).subquery("mine")
    return (
        select(one.c.is_off, mine)
        .select_from(one.join(mine, true(), isouter=True))
        .order_by(mine.c.told_at.desc(), mine.c.id.desc())
    )


async def _forget_quotes(connection: AsyncConnection, owner: Owner, value: str) -> None:
    """Blank the replies to ``owner`` that quote ``value``: an answer must not outlive its fact."""
    if not value:
        return
    here = or_(t.c.guild_id == owner.home_id, t.c.channel_id == owner.home_id)
    may_quote = t.c.reply.icontains(value, autoescape=True)
    found = await connection.execute(
        select(t.c.id, t.c.reply).where(t.c.author_id == owner.author_id, here, may_quote)
    )
    await connection.execute(
        update(t)
        .where(t.c.id.in_([row.id for row in found if quotes(row.reply, value)]))
        .values(reply=None, reply_id=None, more_reply_ids=None)
    )


def owner_term(owner: Owner) -> str:
    """Return the word by which the full-text index knows an owner."""
    return f"a{owner.author_id}h{owner.home_id}"


def _is(owner: Owner, table: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.author_id == owner.author_id, table.c.home_id == owner.home_id


def _row(owner: Owner, fact: Fact, source: Source) -> dict[str, object]:
    return {
        "author_id": owner.author_id,
        "home_id": owner.home_id,
        "owner": owner_term(owner),
        "kind": fact.kind.value,
        "key": fact.key,
        "value": fact.value,
        "text": fact.text,
        "confidence": fact.confidence,
        "message_id": source.message_id,
        "channel_id": source.channel_id,
        "parent_id": source.parent_id,
        "told_at": source.told_at,
    }


def _kept(row: Row[Any], *, is_match: bool = False) -> KeptFact:
    return KeptFact(
        fact_id=row.id,
        owner=Owner(row.author_id, row.home_id),
        fact=Fact(FactKind(row.kind), row.key, row.value, row.text, row.confidence),
        source=Source(row.message_id, row.channel_id, row.parent_id, row.told_at),
        uses=row.uses,
        used_at=row.used_at,
        is_match=is_match,
    )
