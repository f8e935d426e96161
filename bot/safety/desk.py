"""Where a guild's admins see and change what safety does for them; `/safety` translates to it."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.errors import ListEntryInvalid, StoreUnavailable
from bot.safety.audit import AuditRecord, Change
from bot.safety.entries import parse_entry
from bot.safety.guild_lists import MOST_ENTRIES
from bot.safety.list_file import parsed, written
from bot.safety.verdict import Passage, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.safety.audit import AuditTrail
    from bot.safety.decisions import Decision, DecisionLog
    from bot.safety.entries import Category
    from bot.safety.guild_lists import GuildLists, GuildRules
    from bot.safety.keywords import KeywordCheck
    from bot.safety.list_file import ListFile
    from bot.safety.verdict import Action, SafetyCheck, Verdict

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Admin:
    """Who changes rules, and whose."""

    guild_id: int
    user_id: int


class SafetyDesk:
    """Reads and changes guilds' rules, one change after another.

    Args:
        guild_lists: Where the rules are kept.
        keywords: Told of each change.
        trial: Judges a sentence for a test, without a trace.
        decisions: What was decided lately.
        audit: Keeps who changed what.
        shipped: The texts of the shipped entries.
        clock: Seconds since 1970.
    """

    def __init__(  # noqa: PLR0913  # all that an admin can see or change
        self,
        *,
        guild_lists: GuildLists,
        keywords: KeywordCheck,
        trial: SafetyCheck,
        decisions: DecisionLog,
        audit: AuditTrail,
        shipped: frozenset[str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._guild_lists = guild_lists
        self._keywords = keywords
        self._trial = trial
        self._decisions = decisions
        self._audit = audit
        self._shipped = shipped
        self._clock = clock
        self._one_change = asyncio.Lock()

    async def rules(self, guild_id: int) -> GuildRules:
        """Return the guild's rules."""
        return await self._guild_lists.load(guild_id)

    async def add(self, admin: Admin, line: str) -> str:
        """Add an entry, or take back that a shipped one was removed; return its text.

        Raises:
            ListEntryInvalid: It cannot be used, or the list is full.
        """
        text = parse_entry(line).text

        def change(rules: GuildRules) -> GuildRules:
            if text in self._shipped:
                return replace(rules, removed=rules.removed - {text})
            return replace(rules, added=rules.added | {text})

        await self._change(admin, change, Change.ADDED, text)
        return text

    async def remove(self, admin: Admin, line: str) -> bool:
        """Remove an entry of the guild's or a shipped one; tell whether there was one."""
        text = parse_entry(line).text
        rules = await self.rules(admin.guild_id)
        if text not in rules.added | self._shipped or text in rules.removed:
            return False

        def change(rules: GuildRules) -> GuildRules:
            removed = rules.removed | ({text} & self._shipped)
            return replace(rules, added=rules.added - {text}, removed=removed)

        await self._change(admin, change, Change.REMOVED, text)
        return True

    async def excuse(self, admin: Admin, line: str, *, is_excused: bool = True) -> str:
        """Add or take away an exception; return its text.

        Raises:
            ListEntryInvalid: It cannot be used, or the list is full.
        """
        text = parse_entry(line).text

        def change(rules: GuildRules) -> GuildRules:
            exceptions = rules.exceptions - {text}
            return replace(rules, exceptions=exceptions | {text} if is_excused else exceptions)

        await self._change(admin, change, Change.EXCUSED, text)
        return text

    async def take_in(self, admin: Admin, lines: Iterable[str]) -> ListFile:
        """Add everything that a file asks for; say what was in it.

        Raises:
            ListEntryInvalid: The list would be too full; nothing has changed.
        """
        file = parsed(lines)

        def change(rules: GuildRules) -> GuildRules:
            return replace(
                rules,
                added=rules.added | (file.added - self._shipped),
                removed=(rules.removed | (file.removed & self._shipped)) - file.added,
                exceptions=rules.exceptions | file.exceptions,
            )

        await self._change(admin, change, Change.IMPORTED, str(len(file)))
        return file

    async def weigh(self, admin: Admin, category: Category, action: Action | None) -> None:
        """Decide what ``category`` leads to in the guild; None takes the default again."""

        def change(rules: GuildRules) -> GuildRules:
            levels = {one: at for one, at in rules.levels.items() if one is not category}
            return replace(rules, levels=levels if action is None else {**levels, category: action})

        await self._change(admin, change, Change.WEIGHED, f"{category}={action or 'default'}")

    async def export(self, guild_id: int) -> str:
        """Return the guild's own rules as a file."""
        return written(await self.rules(guild_id))

    async def test(self, guild_id: int, text: str, side: Side = Side.UTTERANCE) -> Verdict:
        """Judge ``text`` as if it were said in the guild."""
        return await self._trial.check(Passage(text, side, guild_id))

    def decisions(self, guild_id: int, most: int = 10) -> list[Decision]:
        """Return the guild's last decisions, newest first."""
        return self._decisions.recent(guild_id, most)

    async def changes(self, guild_id: int, most: int = 10) -> list[AuditRecord]:
        """Return who changed the guild's rules lately, newest first."""
        return await self._audit.recent(guild_id, most)

    async def forget(self, guild_id: int) -> None:
        """Drop the rules of a guild that has gone."""
        async with self._one_change:
            await self._guild_lists.forget(guild_id)
            self._keywords.refresh(guild_id)

    async def _change(
        self, admin: Admin, change: Callable[[GuildRules], GuildRules], kind: Change, subject: str
    ) -> None:
        async with self._one_change:
            rules = change(await self._guild_lists.load(admin.guild_id))
            held = len(rules.added) + len(rules.removed) + len(rules.exceptions)
            if held > MOST_ENTRIES:
                raise ListEntryInvalid(subject, f"does not fit: {MOST_ENTRIES} is the most")
            await self._guild_lists.save(admin.guild_id, rules)
            self._keywords.refresh(admin.guild_id)
        log.info("safety rules %s guild=%d user=%d", kind, admin.guild_id, admin.user_id)
        record = AuditRecord(admin.guild_id, admin.user_id, kind, subject, self._clock())
        try:
            await self._audit.record(record)
        except StoreUnavailable:
            log.warning("safety change not in the audit trail guild=%d", admin.guild_id)
