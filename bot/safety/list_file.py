"""A guild's rules as a text file: what `/safety export` writes and `/safety import` reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import ListEntryInvalid
from bot.safety.entries import entry_lines, parse_entry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.safety.guild_lists import GuildRules

_REMOVED: Final = "-"
_EXCEPTION: Final = "!"
_HEADER: Final = """\
# The words of this server. One entry a line: word, =exact word, word*, *word*, a phrase.
# ! before an exception, - before a shipped entry that does not count here.
"""


@dataclass(frozen=True, slots=True)
class ListFile:
    """What a file asks for.

    Attributes:
        added: Entries to add.
        removed: Shipped entries to remove.
        exceptions: Exceptions to add.
        problems: What is wrong with lines that cannot be used.
    """

    added: frozenset[str]
    removed: frozenset[str]
    exceptions: frozenset[str]
    problems: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.added) + len(self.removed) + len(self.exceptions)


def written(rules: GuildRules) -> str:
    """Return ``rules`` as a file that ``parsed`` reads back; levels are not in it."""
    lines = [
        *sorted(rules.added),
        *(_EXCEPTION + text for text in sorted(rules.exceptions)),
        *(_REMOVED + text for text in sorted(rules.removed)),
    ]
    return _HEADER + "".join(f"{line}\n" for line in lines)


def parsed(lines: Iterable[str]) -> ListFile:
    """Read a file; a plain list of words will do."""
    found: dict[str, set[str]] = {"": set(), _REMOVED: set(), _EXCEPTION: set()}
    problems: list[str] = []
    for number, line in entry_lines(lines):
        mark = line[0] if line[0] in {_REMOVED, _EXCEPTION} else ""
        try:
            found[mark].add(parse_entry(line.removeprefix(mark)).text)
        except ListEntryInvalid as error:
            problems.append(f"line {number}: {error}")
    return ListFile(
        added=frozenset(found[""]),
        removed=frozenset(found[_REMOVED]),
        exceptions=frozenset(found[_EXCEPTION]),
        problems=tuple(problems),
    )
