"""What /safety answers, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.safety.entries import DEFAULT_ACTIONS, Category

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.safety.audit import AuditRecord
    from bot.safety.decisions import Decision
    from bot.safety.guild_lists import GuildRules
    from bot.safety.list_file import ListFile
    from bot.safety.verdict import Match, Verdict

MOST_SHOWN = 40
MOST_PROBLEMS = 5
MOST_MATCHES = 8
AROUND = 12


def shown(text: str) -> str:
    """Return ``text`` as code, whatever is in it."""
    return f"`{text.replace('`', chr(0x2BB))}`"


def described_rules(rules: GuildRules) -> str:
    """Return a guild's rules."""
    levels = "\n".join(
        f"- {_words(one)}: {_words(rules.levels.get(one, DEFAULT_ACTIONS[one]))}"
        + (" (chosen here)" if one in rules.levels else "")
        for one in Category
    )
    parts = [
        _listed("Added here", rules.added),
        _listed("Exceptions", rules.exceptions),
        _listed("Removed here", rules.removed),
        f"**Levels**\n{levels}",
    ]
    return "\n\n".join(parts)


def described_import(file: ListFile) -> str:
    """Return what was in a file."""
    taken = f"{len(file.added)} entries, {len(file.exceptions)} exceptions"
    lines = [f"Taken in: {taken}, {len(file.removed)} removals."]
    lines += [f"- left out, {problem}" for problem in file.problems[:MOST_PROBLEMS]]
    if len(file.problems) > MOST_PROBLEMS:
        lines.append(f"- and {len(file.problems) - MOST_PROBLEMS} lines more")
    return "\n".join(lines)


def described_verdict(text: str, verdict: Verdict) -> str:
    """Return a verdict with what matched, why and where."""
    if not verdict.matches:
        return "Nothing matches: I would let it through."
    lines = [f"I would do this: **{_words(verdict.action)}**."]
    lines += [_described_match(text, match) for match in verdict.matches[:MOST_MATCHES]]
    return "\n".join(lines)


def described_decisions(decisions: Sequence[Decision]) -> str:
    """Return decisions by ids; no text, nor what matched."""
    if not decisions:
        return "Nothing was stopped or noted here since my last start."
    return "\n".join(
        f"#{one.number} <t:{one.at:.0f}:R> {_words(one.action)}: "
        f"{', '.join(map(_words, one.categories))} ({one.side.value}"
        + (f" of <@{one.author_id}>" if one.author_id else "")
        + f" in <#{one.channel_id}>)"
        for one in decisions
    )


def described_changes(records: Sequence[AuditRecord]) -> str:
    """Return who changed what."""
    if not records:
        return "Nobody has changed anything here."
    return "\n".join(
        f"<t:{one.at:.0f}:R> <@{one.user_id}> {one.change.value} {shown(one.subject)}"
        for one in records
    )


def _described_match(text: str, match: Match) -> str:
    before = text[max(0, match.start - AROUND) : match.start]
    after = text[match.end : match.end + AROUND]
    place = f"{before}[{text[match.start : match.end]}]{after}".replace("\n", " ")
    return (
        f"- {shown(match.entry)}, {_words(match.category)} ({_words(match.check)}), "
        f"letters {match.start + 1} to {match.end}: {shown(place)}, "
        f"leads to {_words(match.action)}"
    )


def _listed(title: str, texts: Collection[str]) -> str:
    some = ", ".join(shown(text) for text in sorted(texts)[:MOST_SHOWN])
    more = (
        f" and {len(texts) - MOST_SHOWN} more (`/safety export`)" if len(texts) > MOST_SHOWN else ""
    )
    return f"**{title}** ({len(texts)}): {some}{more}" if texts else f"**{title}:** none"


def _words(name: str) -> str:
    return name.replace("_", " ")
