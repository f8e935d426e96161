"""Remembers the last decisions, without a word of what was said, so that admins can ask why."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.safety.verdict import Action, Passage, Side, Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """One text that was not simply let through.

    Attributes:
        number: Counts up from 1 since the start.
        at: When, in seconds since 1970.
        guild_id: Where.
        channel_id: Where there.
        author_id: Whose text; None for the bot's.
        side: Whether it was an utterance, a reply or a name.
        action: What was done.
        checks: Which checks matched.
        categories: Why.
    """

    number: int
    at: float
    guild_id: int | None
    channel_id: int
    author_id: int | None
    side: Side
    action: Action
    checks: tuple[str, ...]
    categories: tuple[str, ...]


class DecisionLog:
    """The last decisions of all guilds, oldest dropped first.

    Args:
        most: How many are kept.
        clock: Seconds since 1970.
    """

    def __init__(self, *, most: int = 2_000, clock: Callable[[], float] = time.time) -> None:
        self._decisions: deque[Decision] = deque(maxlen=most)
        self._clock = clock
        self._count = 0

    def __len__(self) -> int:
        return len(self._decisions)

    def record(self, passage: Passage, verdict: Verdict) -> None:
        """Keep what was decided about ``passage``."""
        self._count += 1
        self._decisions.append(
            Decision(
                number=self._count,
                at=self._clock(),
                guild_id=passage.guild_id,
                channel_id=passage.channel_id,
                author_id=passage.author_id,
                side=passage.side,
                action=verdict.action,
                checks=tuple(sorted({match.check for match in verdict.matches})),
                categories=tuple(sorted({match.category for match in verdict.matches})),
            )
        )

    def recent(self, guild_id: int, most: int = 10) -> list[Decision]:
        """Return the guild's last decisions, newest first."""
        own = (one for one in reversed(self._decisions) if one.guild_id == guild_id)
        return [one for one, _ in zip(own, range(most), strict=False)]

    def forget_author(self, author_id: int) -> int:
        """Drop what is about one person; return how many decisions went."""
        kept = [one for one in self._decisions if one.author_id != author_id]
        dropped = len(self._decisions) - len(kept)
        self._decisions = deque(kept, maxlen=self._decisions.maxlen)
        return dropped
