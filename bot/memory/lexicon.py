"""The word lists that keep the rules of memory from taking figures of speech for facts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.memory.fact import FactKind
from config.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

WORDS: Final = ROOT / "config" / "memory" / "words.toml"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists of ``config/memory/words.toml``, which says what each is for."""

    occupations: frozenset[str]
    not_a_trade: frozenset[str]
    pets: frozenset[str]
    relatives: frozenset[str]
    nationalities: frozenset[str]
    languages: frozenset[str]
    not_a_name: frozenset[str]
    not_a_place: frozenset[str]
    not_a_thing: frozenset[str]
    not_a_field: frozenset[str]
    everyday: frozenset[str]
    hints: Mapping[FactKind, frozenset[str]]


def load_lexicon(path: Path = WORDS) -> Lexicon:
    """Read the lists."""
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    hints = {FactKind(kind): frozenset(words) for kind, words in lists.pop("hints").items()}
    return Lexicon(hints=hints, **{name: frozenset(words) for name, words in lists.items()})
