"""The lists that come with Confab, against evasions and against innocent text."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks import evasions
from bot.safety.entries import Category
from bot.safety.glyphs import BREAK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.safety.lexicon import Lexicon
    from bot.safety.pattern import CompiledList
    from bot.safety.shipped import ShippedLists

    Disguise = Callable[[str, random.Random], str]

DATA = Path(__file__).parent.parent / "data"
CORPUS = Path(__file__).parents[2] / "training" / "corpus" / "dialogues"
WORDS = Path("/usr/share/dict/words")
CARRIERS = ("{}", "well {} then", "you are such a {}", "i said {}, ok?")


@pytest.fixture(scope="module")
def compiled(shipped: ShippedLists, lexicon: Lexicon) -> CompiledList:
    return lexicon.compile(shipped.entries, shipped.exceptions)


def targets(shipped: ShippedLists, *, inflected: bool) -> Iterator[str]:
    for entry in shipped.entries:
        can_inflect = not entry.is_exact and len(entry.words) == 1
        if entry.words != ("1488",) and (can_inflect or not inflected):
            yield " ".join(entry.words)


def recall(
    name: str, disguise: Disguise, texts: Iterable[str], lexicon: Lexicon, compiled: CompiledList
) -> float:
    results = []
    for text in texts:
        rng = random.Random(f"{name} {text}")
        said = rng.choice(CARRIERS).format(disguise(text, rng))
        results.append(bool(lexicon.search(said, [compiled])))
    return sum(results) / len(results)


def test_every_category_has_entries(shipped: ShippedLists) -> None:
    listed = {entry.category for entry in shipped.entries}
    assert listed == set(Category) - {Category.CUSTOM}
    assert len(shipped.ordinary) > 30_000


@pytest.mark.parametrize("name", evasions.SINGLE)
def test_one_evasion_does_not_hide_a_word(
    name: str, shipped: ShippedLists, lexicon: Lexicon, compiled: CompiledList
) -> None:
    texts = targets(shipped, inflected=name == "inflected")
    assert recall(name, evasions.SINGLE[name], texts, lexicon, compiled) >= 0.99


@pytest.mark.parametrize("names", evasions.PAIRS, ids="+".join)
def test_two_evasions_at_once_do_not_hide_a_word(
    names: tuple[str, str], shipped: ShippedLists, lexicon: Lexicon, compiled: CompiledList
) -> None:
    texts = islice(targets(shipped, inflected="inflected" in names), None, None, 3)

    def both(text: str, rng: random.Random) -> str:
        return evasions.pair(text, names, rng)

    assert recall("+".join(names), both, texts, lexicon, compiled) >= 0.95


def test_a_word_cut_over_two_utterances_is_found(
    shipped: ShippedLists, lexicon: Lexicon, compiled: CompiledList
) -> None:
    def cut(text: str, rng: random.Random) -> str:
        return BREAK.join(evasions.over_two(text, rng))

    texts = targets(shipped, inflected=False)
    assert recall("over two", cut, texts, lexicon, compiled) >= 0.99


@pytest.mark.parametrize(
    "text", ["kill your self", "Hang your self!", "I will kill u", "im gonna kill u", "i'll k1ll u"]
)
def test_a_threat_in_the_spelling_of_chats_is_found(
    text: str, lexicon: Lexicon, compiled: CompiledList
) -> None:
    assert [hit.entry.category for hit in lexicon.search(text, [compiled])] == [Category.THREAT]


def test_the_hand_written_innocent_lines_pass(lexicon: Lexicon, compiled: CompiledList) -> None:
    lines = (DATA / "innocent.txt").read_text(encoding="utf-8").splitlines()
    flagged = [line for line in lines if line[:1] != "#" and lexicon.search(line, [compiled])]
    assert flagged == []


def test_hardly_any_ordinary_word_is_flagged(lexicon: Lexicon, compiled: CompiledList) -> None:
    if not WORDS.exists():
        pytest.skip("the system's word list (Debian: wamerican) is not installed")
    meant = set((DATA / "meant.txt").read_text(encoding="utf-8").split())
    words = [
        word
        for word in WORDS.read_text(encoding="utf-8").split()
        if word.casefold().removesuffix("'s") not in meant
    ]
    flagged = [word for word in words if lexicon.search(word, [compiled])]
    assert len(flagged) <= len(words) / 1000, flagged


def test_hardly_any_ordinary_chat_line_is_flagged(lexicon: Lexicon, compiled: CompiledList) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the training corpus is not here")
    lines = [
        part.strip()
        for path in sorted(CORPUS.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("you:", "bot:"))
        for part in line[4:].split("|")
    ]
    flagged = [
        line
        for line in lines
        if any(
            hit.entry.category is not Category.SELF_HARM for hit in lexicon.search(line, [compiled])
        )
    ]
    assert len(flagged) <= len(lines) / 1000, flagged
