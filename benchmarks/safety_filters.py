"""The word filters that are compared: Confab's, a popular package, and the two obvious ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from better_profanity import Profanity

from bot.safety.glyphs import BREAK
from bot.safety.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.safety.entries import Entry
    from bot.safety.shipped import ShippedLists


class Filter(Protocol):
    """Tells whether something is in a text.

    Attributes:
        name: Its name in the table.
        share: What part of a sample it is given: 1 is all, 10 every tenth.
    """

    name: str
    share: int

    def flags(self, utterances: Sequence[str]) -> bool:
        """Tell whether utterances of one author, one after the other, hold a listed word."""
        ...


class Confab:
    """The lexicon with the shipped lists and, if asked for, more entries."""

    name = "Confab"
    share = 1

    def __init__(self, shipped: ShippedLists, further: Iterable[Entry] = ()) -> None:
        self._lexicon = Lexicon(ordinary=shipped.ordinary)
        entries = (*shipped.entries, *further)
        self._lists = [self._lexicon.compile(entries, shipped.exceptions)]

    def flags(self, utterances: Sequence[str]) -> bool:
        """Search the utterances as one text with breaks."""
        return bool(self._lexicon.search(BREAK.join(utterances), self._lists))


class BetterProfanity:
    """better-profanity 0.7 with the same entries; 120 ms a message, so it gets samples."""

    name = "better-profanity"
    share = 10

    def __init__(self, texts: Iterable[str]) -> None:
        self._profanity = Profanity()
        self._profanity.load_censor_words(sorted(texts))

    def flags(self, utterances: Sequence[str]) -> bool:
        """Search each utterance."""
        return any(self._profanity.contains_profanity(one) for one in utterances)


class Substring:
    """Looks for each entry anywhere in the text, in small letters."""

    name = "substring"
    share = 1

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)

    def flags(self, utterances: Sequence[str]) -> bool:
        """Search each utterance."""
        return any(text in one.lower() for one in utterances for text in self._texts)


class WholeWord:
    """Looks for each entry between word boundaries, as one regular expression."""

    name = "whole word"
    share = 1

    def __init__(self, texts: Iterable[str]) -> None:
        self._pattern = re.compile(
            r"\b(?:" + "|".join(map(re.escape, texts)) + r")\b", re.IGNORECASE
        )

    def flags(self, utterances: Sequence[str]) -> bool:
        """Search each utterance."""
        return any(self._pattern.search(one) is not None for one in utterances)
