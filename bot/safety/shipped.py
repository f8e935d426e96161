"""Loads the lists that come with Confab."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from bot.safety.entries import Category, Entry, entry_lines, parse_entry
from bot.safety.ordinary import OrdinaryWords

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_LISTED = (
    Category.SLUR,
    Category.SEXUAL,
    Category.THREAT,
    Category.SELF_HARM,
    Category.PROFANITY,
)


@dataclass(frozen=True, slots=True)
class ShippedLists:
    """Everything that ``config/safety`` holds for the keyword check.

    Attributes:
        entries: Of all categories.
        exceptions: What is innocent although an entry covers it.
        ordinary: Words that no guesswork may turn into others.
    """

    entries: tuple[Entry, ...]
    exceptions: tuple[Entry, ...]
    ordinary: OrdinaryWords


def load_shipped_lists(folder: Traversable | None = None) -> ShippedLists:
    """Read the lists of ``folder``, by default those of the package; a broken line raises."""
    source = resources.files("config").joinpath("safety") if folder is None else folder
    return ShippedLists(
        entries=tuple(
            parse_entry(line, category)
            for category in _LISTED
            for line in read_lines(source, f"{category}.txt")
        ),
        exceptions=tuple(parse_entry(line) for line in read_lines(source, "exceptions.txt")),
        ordinary=OrdinaryWords(read_lines(source, "ordinary.txt")),
    )


def read_lines(folder: Traversable, name: str) -> list[str]:
    """Return the lines of a list file that are neither empty nor comments."""
    text = folder.joinpath(name).read_text(encoding="utf-8")
    return [line for _, line in entry_lines(text.splitlines())]
