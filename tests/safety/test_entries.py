from __future__ import annotations

import pytest

from bot.errors import ListEntryInvalid
from bot.safety.entries import Category, action_for, parse_entry, parse_list
from bot.safety.verdict import Action, Side


def test_a_word_is_listed_with_its_forms() -> None:
    entry = parse_entry("  Foo ")
    assert (entry.text, entry.words, entry.is_exact) == ("foo", ("foo",), False)


def test_signs_say_how_much_of_a_word_is_meant() -> None:
    assert parse_entry("=foo").is_exact
    wild = parse_entry("*foo*")
    assert wild.open_start
    assert wild.open_end
    assert parse_entry("two  words").words == ("two", "words")


@pytest.mark.parametrize("line", ["a", "*", "f*o", "x" * 61, "=!", "..."])
def test_a_line_that_cannot_be_used_says_why(line: str) -> None:
    with pytest.raises(ListEntryInvalid, match='"'):
        parse_entry(line)


def test_a_list_skips_comments_and_names_bad_lines() -> None:
    entries, problems = parse_list(["# a list", "", "foo", "f*o", "FOO", "bar"], Category.SLUR)
    assert [entry.text for entry in entries] == ["foo", "bar"]
    assert entries[0].category is Category.SLUR
    assert problems == ['line 4: "f*o" has a * that is neither its first nor its last sign']


@pytest.mark.parametrize(
    ("category", "side", "levels", "action"),
    [
        (Category.SLUR, Side.UTTERANCE, {}, Action.REFUSE),
        (Category.SLUR, Side.REPLY, {}, Action.WITHHOLD),
        (Category.SLUR, Side.NAME, {}, Action.REFUSE),
        (Category.SELF_HARM, Side.UTTERANCE, {}, Action.SUPPORT),
        (Category.PROFANITY, Side.UTTERANCE, {}, Action.LOG),
        (Category.PROFANITY, Side.REPLY, {}, Action.WITHHOLD),
        (Category.PROFANITY, Side.REPLY, {Category.PROFANITY: Action.LOG}, Action.LOG),
        (Category.SLUR, Side.REPLY, {Category.SLUR: Action.ALLOW}, Action.ALLOW),
        (Category.SEXUAL, Side.UTTERANCE, {Category.SEXUAL: Action.LOG}, Action.LOG),
    ],
)
def test_a_category_leads_to_an_action_on_each_side(
    category: Category, side: Side, levels: dict[Category, Action], action: Action
) -> None:
    assert action_for(category, side, levels) is action
