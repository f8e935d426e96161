"""The reader takes any text, in linear time, and its offsets point into what was written."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings, strategies as st

from bot.safety.glyphs import SYMBOLS, Glyphs, lookalikes, vowel_signs
from bot.safety.reading import BREAK_GAP, MARK_GAP, NO_GAP, SOFT_GAP, SPACE_GAP, read

PLAIN = Glyphs(lookalikes=lookalikes(), symbols={})
SYMBOLIC = Glyphs(lookalikes=lookalikes(), symbols=SYMBOLS)
ANY_TEXT = st.text(st.characters(codec=None), max_size=300)
AWKWARD = st.text(st.sampled_from("sS5$hHi1!lLtT7 .*|_<:>x@\n\u200b\u0301'’ﬁ🔥\x1e"), max_size=80)


@pytest.mark.parametrize("glyphs", [PLAIN, SYMBOLIC])
@given(text=ANY_TEXT | AWKWARD)
def test_every_letter_has_an_origin_in_the_text(glyphs: Glyphs, text: str) -> None:
    reading = read(text, glyphs)
    assert len(reading.origins) == len(reading.letters) == len(reading.gaps) - 1
    assert all(0 <= origin < len(text) for origin in reading.origins)
    assert reading.origins == sorted(reading.origins)
    for letter in range(len(reading.letters)):
        start, end = reading.span(letter, letter)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize("glyphs", [PLAIN, SYMBOLIC])
@given(text=ANY_TEXT | AWKWARD)
def test_reading_what_was_read_changes_nothing(glyphs: Glyphs, text: str) -> None:
    once = glyphs.read(text)
    assert glyphs.read(once) == once


@given(text=ANY_TEXT | AWKWARD)
def test_the_skeleton_is_the_letters_without_repetition(text: str) -> None:
    reading = read(text, SYMBOLIC)
    assert len(reading.runs) == len(reading.skeleton) + 1
    assert reading.runs[-1] == len(reading.letters)
    assert all(a != b for a, b in zip(reading.skeleton, reading.skeleton[1:], strict=False))


def test_every_character_reads_as_letters_that_read_as_themselves() -> None:
    glyphs = Glyphs(lookalikes=lookalikes(), symbols=SYMBOLS)
    unstable = [
        code
        for code in range(0x3100)
        if glyphs.read(glyphs.read(chr(code))) != glyphs.read(chr(code))
    ]
    assert unstable == []


@pytest.mark.parametrize(
    "text",
    ["f\u0301" * 2000, "\u200b" * 4000, "<a:" * 1300, "||" * 2000, "\U0010ffff" * 4000, "1" * 4000],
)
def test_a_hostile_text_is_read_in_milliseconds(text: str) -> None:
    glyphs = Glyphs(lookalikes=lookalikes(), symbols=SYMBOLS)
    read(text, glyphs)
    best = min(_seconds(text, glyphs) for _ in range(5))
    assert best < 0.05


def _seconds(text: str, glyphs: Glyphs) -> float:
    start = time.perf_counter()
    reading = read(text, glyphs)
    assert reading.gaps is not None
    return time.perf_counter() - start


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Straße", "strasse"),
        ("ｆｕｌｌ", "fu11"),
        ("ᶠᵘᶜᵏ", "fuck"),
        ("\U0001f175\U0001f184", "fu"),
        ("раура1", "paypa1"),
        ("\u00e9t\u00e9 e\u0301", "etee"),
        ("½ ⒡", "1zf"),
        ("a\u3164b\u200bc", "abc"),
        ("it's", "its"),
    ],
)
def test_letters_are_read_as_what_they_look_like(text: str, letters: str) -> None:
    assert read(text, PLAIN).letters == letters


def test_gaps_tell_what_stands_between_letters() -> None:
    reading = read("a**b.c d\x1ee<:smile:1234>f", PLAIN)
    assert list(reading.gaps)[1:-1] == [MARK_GAP, SOFT_GAP, SPACE_GAP, BREAK_GAP, MARK_GAP]
    assert read("ab", PLAIN).gaps[1] == NO_GAP


def test_a_table_of_glyphs_does_not_grow_without_bound() -> None:
    glyphs = Glyphs(lookalikes={}, symbols={})
    for code in range(0x3400, 0x9000):
        glyphs.read(chr(code))
    assert len(glyphs) <= 20_000


def test_vowel_signs_of_indic_scripts_are_told() -> None:
    assert vowel_signs("\u0915\u0941\u0932") == "\u0941"
    assert vowel_signs("e\u0301") == ""


@settings(max_examples=50)
@given(text=st.text(min_size=1, max_size=20))
def test_words_are_found_around_each_letter(text: str) -> None:
    reading = read(text, PLAIN)
    for letter in range(len(reading.letters)):
        first, last = reading.word_of(letter)
        assert first <= letter <= last
        assert first in reading.is_start
        assert last + 1 in reading.is_start
