"""What is found and what is not, one spelling at a time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from bot.safety.entries import parse_list
from bot.safety.lexicon import Lexicon
from bot.safety.ordinary import OrdinaryWords

ORDINARY = "as pass hit push it class red skin assets cocky who pen is a i"
LISTED = """
    shit,ass,*fuck*,=spic,go die,kill yourself,redskin,rape,pussy,1488,cock,whore,сука,коньки,कुल
    ,i'll get you,girl
"""
LEXICON = Lexicon(ordinary=OrdinaryWords(ORDINARY.split()))
LIST = LEXICON.compile(
    parse_list(LISTED.split(","))[0], parse_list(["maine coon", "spic and span"])[0]
)


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.entry.text, text[hit.start : hit.end]) for hit in LEXICON.search(text, [LIST])]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("shit", "shit"),
        ("Shit happens", "Shit"),
        ("oh SHIT!", "SHIT"),
        ("shits", "shits"),
        ("shitting", "shitting"),
        ("shi\u0301t\u0301", "shi\u0301t\u0301"),
        ("s\u200bh\u200bi\u200bt", "s\u200bh\u200bi\u200bt"),
        ("ѕһіt", "ѕһіt"),
        ("ｓｈｉｔ", "ｓｈｉｔ"),
        ("5h1t", "5h1t"),
        ("$h!t", "$h!t"),
        ("$h!t!!", "$h!t"),
        ("shiiiiit", "shiiiiit"),
        ("s h i t", "s h i t"),
        ("s.h.i.t", "s.h.i.t"),
        ("s_h_i_t", "s_h_i_t"),
        ("s**hi**t", "s**hi**t"),
        ("||s||h||i||t||", "s||h||i||t"),
        ("s🔥h🔥i🔥t", "s🔥h🔥i🔥t"),
        ("s<:x:12345>hit", "s<:x:12345>hit"),
        ("sh it", "sh it"),
        ("sh1tt1ng", "sh1tt1ng"),
        ("s h 1 t", "s h 1 t"),
        ("shit123", "shit"),
        ("123shit", "shit"),
        ("shlt", "shlt"),
        ("SHIT", "SHIT"),
    ],
)
def test_a_disguised_word_is_found_where_it_stands(text: str, written: str) -> None:
    assert found(text) == [("shit", written)]


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("motherfuckers", "*fuck*"),
        ("a$$", "ass"),
        ("a s s", "ass"),
        ("you are an a s s", "ass"),
        ("such a s s", "ass"),
        ("a s s e s", "ass"),
        ("ki11 y0urself", "kill yourself"),
        ("k i l l y o u r s e l f", "kill yourself"),
        ("kill  yourself", "kill yourself"),
        ("raping", "rape"),
        ("pussies", "pussy"),
        ("red||skin||", "redskin"),
        ("1488", "1488"),
        ("СУКА", "сука"),
        ("cyka", "сука"),
        ("КОНЬКИ", "коньки"),
        ("कुल", "कुल"),
        ("I'll get you", "i'll get you"),
        ("girling", "girl"),
        ("sh\nit fuck", "*fuck*"),
    ],
)
def test_forms_phrases_and_other_scripts_are_found(text: str, entry: str) -> None:
    assert entry in [name for name, _ in found(text)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the class passed",
        "push it",
        "that's hit",
        "that s hit",
        "has hit",
        "as s",
        "as 5",
        "455",
        "A55",
        "the a s s e t s",
        "C l a s s",
        "SPLC",
        "spices",
        "goodie",
        "godie",
        "cocky",
        "who're you",
        "1 4 8 8",
        "labb",
        "spic and span",
        "https://example.com/sh.it/5h1t",
        "Это сосок, как дела",
        "कल",
        "shi",
        "s hit",
        "sh",
        "4*5*5",
        "f u",
        "it's hit",
    ],
)
def test_innocent_text_stays_innocent(text: str) -> None:
    assert found(text) == []


def test_overlapping_findings_of_a_category_are_told_once() -> None:
    both = LEXICON.compile(parse_list(["ass", "asshole", "hole"])[0])
    hits = LEXICON.search("asshole", [both])
    assert [hit.entry.text for hit in hits] == ["asshole"]


def test_an_excuse_covers_only_what_it_says() -> None:
    coons = LEXICON.compile(parse_list(["coon"])[0], parse_list(["maine coon"])[0])
    assert LEXICON.search("my Maine Coon", [coons]) == []
    assert len(LEXICON.search("maine coon and coon", [coons])) == 1


def test_an_empty_list_finds_nothing() -> None:
    assert LEXICON.search("anything at all", [LEXICON.compile([])]) == []


@given(text=st.text(max_size=200))
def test_no_text_fails_and_all_spans_lie_in_it(text: str) -> None:
    for hit in LEXICON.search(text, [LIST]):
        assert 0 <= hit.start < hit.end <= len(text)


@given(
    word=st.sampled_from(["shit", "fuck", "ass", "redskin"]),
    before=st.sampled_from(["", "oh ", "you, ", "🔥"]),
    after=st.sampled_from(["", " there", "!", "..."]),
    marks=st.lists(st.sampled_from(["", "\u0301", "\u200b", "\u0336"]), min_size=7, max_size=7),
)
def test_marks_never_hide_a_word(word: str, before: str, after: str, marks: list[str]) -> None:
    disguised = "".join(a + b for a, b in zip(word, marks, strict=False))
    assert found(before + disguised + after)


@pytest.mark.parametrize(
    "text",
    ["a ss ", "a55 ", "f u c k ", "shit", "k1", "s.h.i.t", "sh!t", "as", "fuck ", "ki", "a\u0301s"],
)
def test_a_hostile_text_is_judged_in_milliseconds(text: str) -> None:
    long = (text * 4000)[:4000]
    LEXICON.search(long, [LIST])
    times = []
    for _ in range(3):
        start = time.perf_counter()
        LEXICON.search(long, [LIST])
        times.append(time.perf_counter() - start)
    # The benchmark holds 5 ms; a test on a shared machine has to be more patient.
    assert min(times) < 0.1
