"""Which few facts are worth their tokens before a reply."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.memory.fact import FactKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.conversation.utterance import Utterance
    from bot.memory.fact import KeptFact
    from bot.memory.lexicon import Lexicon

LINES: Final = 2
WORDS: Final = 18  # about 24 of the model's 128 tokens
STALE_PLAN: Final = timedelta(days=14)
STILL_IN_SIGHT: Final = timedelta(minutes=2)  # told so lately that the history shows it
JUST_USED: Final = timedelta(minutes=10)

_MEMORY_DAYS: Final = 30.0


def content_words(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the words of ``text`` that can find a fact, each once, at most twelve."""
    words = re.findall(r"[^\W_]+", text.lower())
    return tuple(dict.fromkeys(w for w in words if len(w) > 1 and w not in lexicon.everyday))[:12]


def choose(
    facts: Sequence[KeptFact], utterance: Utterance, *, now: datetime, lexicon: Lexicon
) -> tuple[KeptFact, ...]:
    """Return the facts to put before ``utterance``, best first, within the budget.

    A fact must have to do with what was said: by a word of it, or by what the words are about.
    Among those, the newer and the more used come first, but none again right away.
    """
    said = set(re.findall(r"\w+", utterance.text.lower()))
    scored = [
        (score, kept)
        for kept in facts
        if _may_be_shown(kept, utterance, now)
        and (score := _score(kept, said & lexicon.hints[kept.fact.kind], now)) > 0
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1].fact_id))
    chosen: list[KeptFact] = []
    words = 0
    for _, kept in scored[:LINES]:
        words += len(kept.fact.text.split())
        if words <= WORDS:
            chosen.append(kept)
    return tuple(chosen)


def _may_be_shown(kept: KeptFact, utterance: Utterance, now: datetime) -> bool:
    source = kept.source
    if source.message_id == utterance.message_id:
        return False
    if kept.fact.kind is FactKind.PLAN and now - source.told_at > STALE_PLAN:
        return False
    is_here = source.channel_id == utterance.place.channel_id
    return not (is_here and now - source.told_at < STILL_IN_SIGHT)


def _score(kept: KeptFact, hints: set[str], now: datetime) -> float:
    """Return how much a fact is worth now; 0 when it has nothing to do with what was said."""
    is_about = bool(hints)
    if not kept.is_match and not is_about:
        return 0.0
    days = (now - kept.source.told_at) / timedelta(days=1)
    recency = math.exp(-max(days, 0.0) / _MEMORY_DAYS)
    habit = min(math.log1p(kept.uses), 2.0)
    was_just_used = kept.used_at is not None and now - kept.used_at < JUST_USED
    score = 2.0 * kept.is_match + 1.0 * is_about + 0.5 * recency + 0.1 * habit
    return score * kept.fact.confidence * (0.4 if was_just_used else 1.0)
