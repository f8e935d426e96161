"""The lines of a word list, and the categories that decide what a match leads to."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.errors import ListEntryInvalid
from bot.safety.verdict import Action, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LONGEST_ENTRY: Final = 60
_EXACT_MARK: Final = "="
_WILDCARD: Final = "*"
_COMMENT_MARK: Final = "#"


class Category(StrEnum):
    """Why an entry is listed."""

    SLUR = "slur"
    SEXUAL = "sexual"
    THREAT = "threat"
    SELF_HARM = "self_harm"
    PROFANITY = "profanity"
    CUSTOM = "custom"


# People may swear in front of the bot; the bot does not swear.
DEFAULT_ACTIONS: Final[Mapping[Category, Action]] = {
    Category.SLUR: Action.REFUSE,
    Category.SEXUAL: Action.CHANGE_TOPIC,
    Category.THREAT: Action.REFUSE,
    Category.SELF_HARM: Action.SUPPORT,
    Category.PROFANITY: Action.LOG,
    Category.CUSTOM: Action.REFUSE,
}
# What /safety level may choose.
LEVELS: Final = (
    Action.ALLOW,
    Action.LOG,
    Action.CHANGE_TOPIC,
    Action.REFUSE,
    Action.SUPPORT,
)


def action_for(category: Category, side: Side, levels: Mapping[Category, Action]) -> Action:
    """Return what a match of ``category`` leads to on ``side``.

    A guild's level replaces the default. A reply is withheld whatever the level but ALLOW and LOG:
    there is nobody to refuse or to support.
    """
    level = levels.get(category)
    action = DEFAULT_ACTIONS[category] if level is None else level
    if action is Action.ALLOW:
        return Action.ALLOW
    if side is Side.UTTERANCE:
        return action
    if action is Action.LOG and level is not None:
        return Action.LOG
    return Action.WITHHOLD if side is Side.REPLY else Action.REFUSE


@dataclass(frozen=True, slots=True)
class Entry:
    """One word or phrase of a list.

    Attributes:
        text: Its canonical form, which also names it.
        words: Its words without marks.
        category: Why it is listed.
        is_exact: Whether inflected forms are left alone.
        open_start: Whether letters may stand before it in the same word.
        open_end: Whether letters may follow it in the same word.
    """

    text: str
    words: tuple[str, ...]
    category: Category
    is_exact: bool = False
    open_start: bool = False
    open_end: bool = False


def parse_entry(line: str, category: Category = Category.CUSTOM) -> Entry:
    """Read one line of a list.

    ``word`` matches the whole word and its inflected forms, ``=word`` that form alone, ``word*``,
    ``*word`` and ``*word*`` also longer words; several words make a phrase.

    Raises:
        ListEntryInvalid: It is too short or too long, or has a wildcard inside.
    """
    text = " ".join(unicodedata.normalize("NFKC", line).casefold().split())
    if len(text) > LONGEST_ENTRY:
        raise ListEntryInvalid(text[:20] + "...", f"is longer than {LONGEST_ENTRY} characters")
    is_exact = text.startswith(_EXACT_MARK)
    bare = text.removeprefix(_EXACT_MARK)
    open_start, open_end = bare.startswith(_WILDCARD), bare.endswith(_WILDCARD)
    bare = bare.strip(_WILDCARD)
    if _WILDCARD in bare:
        raise ListEntryInvalid(text, "has a * that is neither its first nor its last sign")
    if sum(char.isalnum() for char in bare) < 2:  # noqa: PLR2004 - one letter would match anything
        raise ListEntryInvalid(text, "needs at least two letters or digits")
    return Entry(
        text=text,
        words=tuple(bare.split()),
        category=category,
        is_exact=is_exact,
        open_start=open_start,
        open_end=open_end,
    )


def entry_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line that is neither empty nor a comment."""
    for number, line in enumerate(lines, start=1):
        stripped = line.strip().removeprefix("\ufeff")
        if stripped and not stripped.startswith(_COMMENT_MARK):
            yield number, stripped


def parse_list(
    lines: Iterable[str], category: Category = Category.CUSTOM
) -> tuple[list[Entry], list[str]]:
    """Read a list, one entry a line; also return what is wrong with lines that cannot be used."""
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    for number, line in entry_lines(lines):
        try:
            entry = parse_entry(line, category)
        except ListEntryInvalid as error:
            problems.append(f"line {number}: {error}")
        else:
            entries.setdefault(entry.text, entry)
    return list(entries.values()), problems
