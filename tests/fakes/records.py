"""Everything of one person in the stores in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.privacy import Kept

if TYPE_CHECKING:
    from tests.fakes.facts import MemoryFacts
    from tests.fakes.keeping import MemoryConsent, MemoryHistories


class MemoryRecords:
    def __init__(
        self, histories: MemoryHistories, facts: MemoryFacts, consent: MemoryConsent
    ) -> None:
        self.histories = histories
        self.facts = facts
        self.consent = consent

    async def of(self, user_id: int) -> Kept:
        return Kept(
            turns=tuple(
                turn
                for turns in self.histories.channels.values()
                for turn in turns
                if turn.utterance.author_id == user_id
            ),
            facts=await self.facts.of_author(user_id),
            is_opted_out=await self.consent.is_opted_out(user_id),
            off_in=tuple(o.home_id for o in self.facts.off if o.author_id == user_id),
        )

    async def erase(self, user_id: int) -> tuple[int, int]:
        turns = await self.histories.forget_author(user_id)
        self.facts.off = {owner for owner in self.facts.off if owner.author_id != user_id}
        return turns, await self.facts.forget_author(user_id)

    async def scrub(self) -> None:
        pass
