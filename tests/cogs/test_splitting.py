"""Long replies: nothing is lost, limits are kept, marks stay whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from cogs._splitting import LIMIT, pieces, split

WORDS = st.text(alphabet="abcXYZ éß漢🙂👩‍🚀.!?\n ", min_size=1, max_size=40)
MARKED = st.builds(
    lambda mark, words: f"{mark}{words.strip() or 'x'}{mark}",
    st.sampled_from(["**", "__", "~~", "||", "*", "_", "`", "``"]),
    WORDS,
)
FENCED = st.builds(
    lambda language, words: f"```{language}\n{words}\n```",
    st.sampled_from(["", "py", "c++"]),
    WORDS.filter(lambda words: "`" not in words),
)
ATOMS = st.sampled_from(
    ["<@123456789012345678>", "<:smile:123456789012345678>", "https://example.org/a/b?c=d"]
)
TEXTS = st.lists(WORDS | MARKED | FENCED | ATOMS, max_size=40).map(" ".join)


def bare(text: str) -> str:
    return "".join(text.split())


@given(text=TEXTS | st.text(alphabet="*_`~|\\<> \nab.", max_size=400), limit=st.integers(90, 300))
def test_nothing_is_lost_and_limits_are_kept(text: str, limit: int) -> None:
    parts = list(pieces(text, limit=limit))
    assert all(0 < len(part.text) <= limit for part in parts)
    assert bare("".join(part.body for part in parts)) == bare(text)


@given(text=TEXTS, limit=st.integers(90, 300))
def test_fences_are_closed_in_every_part(text: str, limit: int) -> None:
    assert all(part.count("```") % 2 == 0 for part in split(text, limit=limit))


@given(text=st.lists(WORDS | ATOMS, min_size=1, max_size=60).map(" ".join))
def test_mentions_emoji_and_links_are_never_torn(text: str) -> None:
    whole = re.findall(r"<[@:][^>]+>|https://\S+", text)
    found = re.findall(r"<[@:][^>]+>|https://\S+", "\n".join(split(text, limit=100)))
    assert found == whole


def test_a_short_text_stays_as_it_is() -> None:
    assert split("Hello **you**.") == ("Hello **you**.",)


def test_nothing_said_is_no_message() -> None:
    assert split(" \n ") == ()


def test_the_cut_comes_after_a_sentence() -> None:
    text = "One sentence here. " * 10
    assert all(part.endswith(".") for part in split(text, limit=110))


def test_without_sentences_the_cut_comes_between_words() -> None:
    assert all(set(part.split()) == {"word"} for part in split("word " * 100, limit=100))


def test_bold_goes_on_in_the_next_part() -> None:
    first, second = split("**" + "bold words " * 12 + "end**", limit=120)
    assert first.startswith("**bold")
    assert first.endswith("words**")
    assert second.startswith("**bold")


def test_a_fence_goes_on_in_its_language_and_keeps_its_indentation() -> None:
    code = "".join(f"    line_{number} = {number}\n" for number in range(20))
    parts = split(f"```py\n{code}```", limit=150)
    assert len(parts) > 2
    assert all(part.startswith("```py\n    line") and part.endswith("```") for part in parts)


def test_a_fence_left_open_is_closed() -> None:
    assert split("```\nprint(1)") == ("```\nprint(1)\n```",)


@pytest.mark.parametrize("text", ["2 * 3 * 4", "snake_case_name", "a ` b", "\\*not bold", "5 ** 2"])
def test_what_only_looks_like_markup_is_left_alone(text: str) -> None:
    long = f"{text} " * 60
    assert not any("****" in part or "``" in part for part in split(long, limit=100))
    assert split(text) == (text,)


def test_an_emoji_of_several_characters_is_not_torn() -> None:
    woman = "👩\u200d🚀"
    for limit in range(90, 100):
        assert all(not part.startswith("\u200d") for part in split(woman * 60, limit=limit))


def test_a_monster_word_is_cut_anywhere() -> None:
    assert "".join(split("x" * 5000)) == "x" * 5000
    assert max(map(len, split("https://" + "x" * 400, limit=100))) <= 100
    assert max(map(len, split("https://" + "x" * 5000))) <= LIMIT


def test_crossing_marks_do_not_confuse() -> None:
    text = "**bold *both** rest* " * 20
    assert bare("".join(p.body for p in pieces(text, limit=100))) == bare(text)
