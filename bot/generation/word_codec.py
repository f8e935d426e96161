"""The 90M model's tokenizer: ParlAI's lower-cased words, cut by byte pairs, and sentences again."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_END_OF_WORD = "</w>"
_CONTINUES = "@@"
_NEWLINE = "__newln__"
_UNKNOWN = "__unk__"
_END = "__end__"

_WORDS = re.compile(r"\w+|[^\w\s]")
_UNDERSCORES = re.compile(r"__+")
_BEFORE_CLOSING = re.compile(r" +(?=[.,!?;:%)\]])")
_AFTER_OPENING = re.compile(r"(?<=[(\[$#]) +")
_APOSTROPHE = re.compile(r"(?<=\w) ?' ?(?=(?:s|t|m|d|re|ve|ll)\b)")
_QUOTED = re.compile(r'" ([^"]*?) "')
_LONE_I = re.compile(r"\bi\b(?!\.\w)")
_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?\n])) *[a-z]")


class WordCodec:
    """Text to the 90M model's ids as ParlAI made them, and ids to readable sentences.

    transformers' tokenizer splits words differently from the training data, so the text is cut
    by ParlAI's rule before the pairs are merged. Merges pass through pieces that the vocabulary
    lacks, which is why this is not a ``tokenizers`` model.
    """

    def __init__(self, *, vocabulary: dict[str, int], merges: Sequence[tuple[str, str]]) -> None:
        self._vocabulary = vocabulary
        self._words = {index: word for word, index in vocabulary.items()}
        self._ranks = {pair: rank for rank, pair in enumerate(merges)}
        self._unknown = vocabulary[_UNKNOWN]
        self._controls = {
            index
            for word, index in vocabulary.items()
            if word.startswith("__") and word.endswith("__") and len(word) > len("____")
        }
        self._newline = vocabulary[_NEWLINE]
        self._word_ids = lru_cache(maxsize=20_000)(self._cut)

    @classmethod
    def load(cls, folder: Path) -> WordCodec:
        """Read ``vocab.json`` and ``merges.txt``."""
        lines = (folder / "merges.txt").read_text(encoding="utf-8").split("\n")[1:]
        pairs = [line.split() for line in lines if line.strip()]
        vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        return cls(vocabulary=vocabulary, merges=[(left, right) for left, right in pairs])

    @property
    def eos_id(self) -> int:
        """The id that ends a reply."""
        return self._vocabulary[_END]

    @property
    def delimiter_ids(self) -> tuple[int, ...]:
        """ParlAI's newline token."""
        return (self._newline,)

    @property
    def ends_with_eos(self) -> bool:
        """Never: the 90M model was trained without an end on the encoder's side."""
        return False

    def encode(self, text: str) -> list[int]:
        """Return the ids of one message; control words lose their underscores."""
        ids: list[int] = []
        for number, line in enumerate(text.strip().split("\n")):
            if number:
                ids.append(self._newline)
            plain = _UNDERSCORES.sub(" ", line.lower())
            for word in _WORDS.findall(plain):
                ids += self._word_ids(word)
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """Return sentences: punctuation closed up, capitals at their starts."""
        kept = [index for index in ids if index == self._newline or index not in self._controls]
        words = " ".join(self._words.get(index, "") for index in kept)
        return _as_sentences(words.replace(f"{_CONTINUES} ", ""))

    def _cut(self, word: str) -> list[int]:
        pieces = [*word[:-1], word[-1] + _END_OF_WORD]
        while len(pieces) > 1:
            best = min(pairwise(pieces), key=self._rank)
            if best not in self._ranks:
                break
            pieces = _merged(pieces, best)
        pieces[-1] = pieces[-1].removesuffix(_END_OF_WORD)
        named = [*(piece + _CONTINUES for piece in pieces[:-1]), pieces[-1]]
        return [self._vocabulary.get(piece, self._unknown) for piece in named]

    def _rank(self, pair: tuple[str, str]) -> float:
        return self._ranks.get(pair, float("inf"))


def _merged(pieces: list[str], pair: tuple[str, str]) -> list[str]:
    merged: list[str] = []
    index = 0
    while index < len(pieces):
        if tuple(pieces[index : index + 2]) == pair:
            merged.append("".join(pair))
            index += 2
        else:
            merged.append(pieces[index])
            index += 1
    return merged


def _as_sentences(words: str) -> str:
    text = re.sub(rf" *{_NEWLINE} *", "\n", words)
    text = _BEFORE_CLOSING.sub("", text)
    text = _AFTER_OPENING.sub("", text)
    text = _APOSTROPHE.sub("'", text)
    text = _QUOTED.sub(r'"\1"', text)
    text = _LONE_I.sub("I", text)
    return _SENTENCE_START.sub(lambda match: match[0].upper(), text).strip()
