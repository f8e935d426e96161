"""What one guild changes about the lists, and where that is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.safety.entries import Category
    from bot.safety.verdict import Action

MOST_ENTRIES: Final = 5_000


@dataclass(frozen=True, slots=True)
class GuildRules:
    """One guild's own entries and choices; the default changes nothing.

    Attributes:
        added: Entries in their canonical form.
        removed: Shipped entries that do not count here.
        exceptions: What is innocent here although an entry covers it.
        levels: What a category leads to instead of its default.
    """

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    exceptions: frozenset[str] = frozenset()
    levels: Mapping[Category, Action] = field(default_factory=dict)


class GuildLists(Protocol):
    """Keeps the rules of every guild; tests/contracts/guild_lists.py says how."""

    async def load(self, guild_id: int) -> GuildRules:
        """Return the guild's rules, the default ones if it has none.

        Raises:
            StoreUnavailable: They cannot be read now.
        """
        ...

    async def save(self, guild_id: int, rules: GuildRules) -> None:
        """Replace the guild's rules.

        Raises:
            StoreUnavailable: They cannot be written now; the old ones hold.
        """
        ...

    async def forget(self, guild_id: int) -> None:
        """Drop the guild's rules, if it has any."""
        ...


class InMemoryGuildLists:
    """Guild lists that last as long as the program."""

    def __init__(self) -> None:
        self._rules: dict[int, GuildRules] = {}

    async def load(self, guild_id: int) -> GuildRules:
        """Return the guild's rules, the default ones if it has none."""
        return self._rules.get(guild_id, GuildRules())

    async def save(self, guild_id: int, rules: GuildRules) -> None:
        """Replace the guild's rules."""
        self._rules[guild_id] = rules

    async def forget(self, guild_id: int) -> None:
        """Drop the guild's rules, if it has any."""
        self._rules.pop(guild_id, None)
