"""Turns fold into strict alternation, and edits and deletions take their words along."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, strategies as st

from bot.conversation.history import alternate, edited, without, without_author
from bot.conversation.utterance import Turn
from tests.fakes.pipeline import said

ASKED = Turn(said("one", message_id=1), "first", (11,))
UNANSWERED = Turn(said("two", message_id=2, author_id=20))
LAST = Turn(said("three", message_id=3), "third", (13, 14))


def test_utterances_without_a_reply_fold_into_one_message() -> None:
    assert alternate([ASKED, UNANSWERED, LAST], "four") == (
        "one",
        "first",
        "two\nthree",
        "third",
        "four",
    )


def test_the_newest_joins_what_was_not_answered() -> None:
    assert alternate([UNANSWERED], "four") == ("two\nfour",)


@given(st.lists(st.booleans(), max_size=12))
def test_messages_always_alternate_and_start_with_people(answered: list[bool]) -> None:
    turns = [
        Turn(said(f"u{i}", message_id=i), f"r{i}" if is_answered else None)
        for i, is_answered in enumerate(answered)
    ]

    messages = alternate(turns, "now")

    assert len(messages) % 2 == 1
    assert messages[-1].endswith("now")
    assert all(m.startswith("r") for m in messages[1::2])


def test_an_edit_replaces_the_words_and_takes_the_reply() -> None:
    assert edited([ASKED, LAST], 1, "uno") == (Turn(replace(ASKED.utterance, text="uno")), LAST)


def test_an_edit_to_the_same_words_changes_nothing() -> None:
    assert edited([ASKED], 1, "one") == (ASKED,)


def test_an_edit_to_nothing_removes_the_turn() -> None:
    assert edited([ASKED, LAST], 1, "") == (LAST,)


def test_a_deleted_utterance_takes_its_reply() -> None:
    assert without([ASKED, LAST], {1}) == (LAST,)


def test_a_deleted_reply_leaves_the_utterance() -> None:
    assert without([LAST], {14}) == (Turn(LAST.utterance),)


def test_an_author_leaves_with_every_reply_to_them() -> None:
    assert without_author([ASKED, UNANSWERED, LAST], 10) == (UNANSWERED,)
