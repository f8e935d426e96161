"""Facts in memory: the same promises as the database."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.memory.fact import KeptFact, Owner, quotes
from bot.memory.long_term import Known
from tests.fakes.keeping import MemoryHistories

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from bot.conversation.utterance import Turn
    from bot.memory.fact import Fact, Source


class MemoryFacts:
    def __init__(self, histories: MemoryHistories | None = None) -> None:
        self.histories = histories or MemoryHistories()
        self.kept: list[KeptFact] = []
        self.off: set[Owner] = set()
        self._next_id = 1

    async def of(self, owner: Owner, words: Sequence[str] = ()) -> Known:
        mine = [kept for kept in self.kept if kept.owner == owner]
        mine.sort(key=lambda kept: (kept.source.told_at, kept.fact_id), reverse=True)
        return Known(
            tuple(
                replace(kept, is_match=not set(words).isdisjoint(_words(kept.fact.text)))
                for kept in mine
            ),
            is_off=owner in self.off,
        )

    async def of_author(self, author_id: int) -> tuple[KeptFact, ...]:
        return tuple(kept for kept in self.kept if kept.owner.author_id == author_id)

    async def keep(
        self, owner: Owner, facts: Sequence[Fact], source: Source, *, drop: Collection[int] = ()
    ) -> None:
        places = {(fact.kind, fact.key) for fact in facts}
        self._drop(
            lambda kept: (
                kept.owner == owner
                and (kept.fact_id in drop or (kept.fact.kind, kept.fact.key) in places)
            ),
            told_again={fact.value.lower() for fact in facts},
        )
        for fact in facts:
            self.kept.append(KeptFact(self._next_id, owner, fact, source))
            self._next_id += 1

    async def note_use(self, fact_ids: Collection[int], at: datetime) -> None:
        self.kept = [
            replace(kept, uses=kept.uses + 1, used_at=at) if kept.fact_id in fact_ids else kept
            for kept in self.kept
        ]

    async def forget(self, owner: Owner, fact_ids: Collection[int] | None = None) -> int:
        return self._drop(
            lambda kept: kept.owner == owner and (fact_ids is None or kept.fact_id in fact_ids)
        )

    async def unlearn(self, message_ids: Collection[int]) -> frozenset[Owner]:
        return self._owners(lambda kept: kept.source.message_id in set(message_ids) - {0})

    async def forget_channel(self, channel_id: int) -> frozenset[Owner]:
        return self._owners(
            lambda kept: channel_id in (kept.source.channel_id, kept.source.parent_id)
        )

    async def forget_guild(self, guild_id: int) -> None:
        self._drop(lambda kept: kept.owner.home_id == guild_id)

    async def forget_author(self, author_id: int) -> int:
        return self._drop(lambda kept: kept.owner.author_id == author_id)

    async def switch(self, owner: Owner, *, off: bool) -> None:
        (self.off.add if off else self.off.discard)(owner)

    def _owners(self, is_gone: Callable[[KeptFact], bool]) -> frozenset[Owner]:
        owners = frozenset(kept.owner for kept in self.kept if is_gone(kept))
        self._drop(is_gone)
        return owners

    def _drop(
        self, is_gone: Callable[[KeptFact], bool], *, told_again: Collection[str] = ()
    ) -> int:
        before = len(self.kept)
        for kept in filter(is_gone, self.kept):
            if kept.fact.value.lower() not in told_again:
                self._forget_quotes(kept.owner, kept.fact.value)
        self.kept = [kept for kept in self.kept if not is_gone(kept)]
        return before - len(self.kept)

    def _forget_quotes(self, owner: Owner, value: str) -> None:
        def unquoted(turn: Turn) -> Turn:
            said = turn.utterance
            is_quote = (
                said.author_id == owner.author_id
                and owner.home_id in (said.place.guild_id, said.place.channel_id)
                and quotes(turn.reply or "", value)
            )
            return replace(turn, reply=None, reply_ids=()) if is_quote else turn

        channels = self.histories.channels
        self.histories.channels = {c: tuple(map(unquoted, t)) for c, t in channels.items()}


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
