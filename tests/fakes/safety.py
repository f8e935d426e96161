"""A safety check and tact that follow a list of words and say fixed lines."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.safety.audit import InMemoryAuditTrail
from bot.safety.decisions import DecisionLog
from bot.safety.desk import SafetyDesk
from bot.safety.guild_lists import InMemoryGuildLists
from bot.safety.keywords import KeywordCheck
from bot.safety.lexicon import Lexicon
from bot.safety.ordinary import OrdinaryWords
from bot.safety.shipped import ShippedLists
from bot.safety.verdict import Action, Match, Verdict

if TYPE_CHECKING:
    from bot.safety.verdict import Passage

REFUSAL = "Let's keep it kind, please."
TOPIC = "Let's talk about something else: what made you smile today?"


class WordSafety:
    """Refuses every text that holds one of ``words``."""

    def __init__(self, *words: str) -> None:
        self.words = set(words)
        self.passages: list[Passage] = []

    async def check(self, passage: Passage) -> Verdict:
        self.passages.append(passage)
        for word in sorted(self.words):
            start = passage.text.lower().find(word)
            if start >= 0:
                end = start + len(word)
                match = Match("words", "custom", word, start, end, Action.REFUSE)
                return Verdict(Action.REFUSE, passage.text, (match,))
        return Verdict(Action.ALLOW, passage.text)


class FixedTact:
    def instead(self, verdict: Verdict, *, channel_id: int) -> str:  # noqa: ARG002  # the protocol's
        return REFUSAL

    def change_topic(self, *, channel_id: int) -> str:  # noqa: ARG002  # the protocol's
        return TOPIC


def quiet_desk() -> SafetyDesk:
    """Return a desk without shipped lists."""
    nothing = ShippedLists((), (), OrdinaryWords([]))
    guild_lists = InMemoryGuildLists()
    keywords = KeywordCheck(lexicon=_lexicon(), shipped=nothing, guild_lists=guild_lists)
    return SafetyDesk(
        guild_lists=guild_lists,
        keywords=keywords,
        trial=keywords,
        decisions=DecisionLog(),
        audit=InMemoryAuditTrail(),
        shipped=frozenset(),
    )


@cache
def _lexicon() -> Lexicon:
    return Lexicon(ordinary=OrdinaryWords([]))
