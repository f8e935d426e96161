"""What a sentence teaches about its speaker, and what it must not."""

from __future__ import annotations

import pytest

from bot.memory.extract import Extractor
from bot.memory.fact import MAX_CHARACTERS, Denial, Fact
from bot.memory.lexicon import load_lexicon
from tests.memory.sentences import TAUGHT, TEACHES_NOTHING


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_lexicon())


def shown(statement: Fact | Denial) -> str:
    if isinstance(statement, Fact):
        return statement.text
    key = f": {statement.key}" if statement.key else ""
    value = f" {statement.value}" if statement.value else ""
    return f"not {statement.kind}{key}{value}"


def test_the_tables_are_long() -> None:
    assert len(TAUGHT) + len(TEACHES_NOTHING) >= 150
    assert not set(TAUGHT) & set(TEACHES_NOTHING)


@pytest.mark.parametrize(("sentence", "facts"), TAUGHT.items())
def test_a_statement_teaches(extractor: Extractor, sentence: str, facts: tuple[str, ...]) -> None:
    assert tuple(map(shown, extractor.extract(sentence))) == facts


@pytest.mark.parametrize("sentence", TEACHES_NOTHING)
def test_what_is_no_statement_teaches_nothing(extractor: Extractor, sentence: str) -> None:
    assert extractor.extract(sentence) == ()


def test_a_fact_that_is_too_long_for_a_prompt_is_not_kept(extractor: Extractor) -> None:
    long = "i like " + " ".join(["pneumonoultramicroscopicsilicovolcanoconiosis"] * 4)
    assert len(long) > MAX_CHARACTERS
    assert extractor.extract(long) == ()


@pytest.mark.parametrize("text", ["i like " + "a" * 4000, "my name is " * 300, "and i " * 600])
def test_long_chatter_is_read_in_no_time(extractor: Extractor, text: str) -> None:
    extractor.extract(text)
