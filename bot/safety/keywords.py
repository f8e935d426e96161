"""The check for listed words: shipped lists, each guild's own, and words split over utterances."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import StoreUnavailable
from bot.safety.entries import action_for, parse_list
from bot.safety.guild_lists import GuildRules
from bot.safety.verdict import Action, Match, Side, Verdict

if TYPE_CHECKING:
    from bot.safety.guild_lists import GuildLists
    from bot.safety.lexicon import Hit, Lexicon
    from bot.safety.pattern import CompiledList
    from bot.safety.shipped import ShippedLists
    from bot.safety.verdict import Passage
    from bot.safety.window import UtteranceWindow

log = logging.getLogger(__name__)

CHECK_NAME: Final = "keywords"


@dataclass(frozen=True, slots=True)
class _GuildFilter:
    rules: GuildRules
    own: CompiledList | None


class KeywordCheck:
    """Looks for listed words in what people and the bot say.

    Args:
        lexicon: Reads and matches.
        shipped: The lists that every guild starts from.
        guild_lists: Where the guilds' own rules are kept.
        window: The recent utterances; None checks each by itself.
        most_guilds: How many guilds' compiled lists are kept at hand.
    """

    def __init__(
        self,
        *,
        lexicon: Lexicon,
        shipped: ShippedLists,
        guild_lists: GuildLists,
        window: UtteranceWindow | None = None,
        most_guilds: int = 256,
    ) -> None:
        self._lexicon = lexicon
        self._shipped = lexicon.compile(shipped.entries, shipped.exceptions)
        self._guild_lists = guild_lists
        self._window = window
        self._most_guilds = most_guilds
        self._filters: OrderedDict[int, _GuildFilter] = OrderedDict()
        self._changes = 0

    async def check(self, passage: Passage) -> Verdict:
        """Judge ``passage`` by the lists of its guild."""
        guild = await self._filter(passage.guild_id)
        lists = [self._shipped] if guild.own is None else [self._shipped, guild.own]
        window = self._window if passage.side is Side.UTTERANCE and passage.author_id else None
        before = window.before(passage) if window is not None else ""
        hits = self._lexicon.search(before + passage.text, lists)
        verdict = Verdict.of(
            passage.text,
            [
                match
                for hit in hits
                if hit.end > len(before)
                and (match := _match(hit, guild.rules, passage.side, len(before))) is not None
            ],
        )
        if window is not None and verdict.passes:
            window.remember(passage)
        elif window is not None:
            window.forget(passage)
        return verdict

    def refresh(self, guild_id: int) -> None:
        """Read the guild's rules anew at its next passage; called when they have changed."""
        self._changes += 1
        self._filters.pop(guild_id, None)

    async def _filter(self, guild_id: int | None) -> _GuildFilter:
        if guild_id is None:
            return _GuildFilter(GuildRules(), None)
        if guild_id in self._filters:
            self._filters.move_to_end(guild_id)
            return self._filters[guild_id]
        changes = self._changes
        try:
            rules = await self._guild_lists.load(guild_id)
        except StoreUnavailable:
            log.warning("guild lists not readable, default ones hold guild=%d", guild_id)
            return _GuildFilter(GuildRules(), None)
        compiled = await asyncio.to_thread(self._compile, rules) if _has_lists(rules) else None
        if changes == self._changes:
            self._filters[guild_id] = _GuildFilter(rules, compiled)
        if len(self._filters) > self._most_guilds:
            self._filters.popitem(last=False)
        return _GuildFilter(rules, compiled)

    def _compile(self, rules: GuildRules) -> CompiledList:
        entries, _ = parse_list(sorted(rules.added))
        exceptions, _ = parse_list(sorted(rules.exceptions))
        return self._lexicon.compile(entries, exceptions)


def _has_lists(rules: GuildRules) -> bool:
    return bool(rules.added or rules.exceptions)


def _match(hit: Hit, rules: GuildRules, side: Side, offset: int) -> Match | None:
    """Return what a hit means to this guild; None if it does not count there."""
    category = hit.entry.category
    action = action_for(category, side, rules.levels)
    if hit.entry.text in rules.removed or action is Action.ALLOW:
        return None
    start = max(0, hit.start - offset)
    return Match(CHECK_NAME, category, hit.entry.text, start, hit.end - offset, action)
