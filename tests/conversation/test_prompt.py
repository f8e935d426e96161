"""A prompt never outgrows the model, keeps the persona and the newest words, and ends in eos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from bot.conversation.prompt import Prompt, compose
from bot.generation.tokenizer import load_codec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.prompt import TokenCodec

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "reference" / "blenderbot-400M-distill"
STARTER = ROOT / "models" / "starter"
POSITIONS = 128

MESSAGES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200).map(
        lambda text: " ".join(text.split()) or "well"
    ),
    min_size=1,
    max_size=13,
).map(lambda messages: tuple(messages if len(messages) % 2 else messages[1:]))
PERSONAS = st.lists(
    st.sampled_from(["i like tea.", "i live by the sea.", "i am " + "very " * 20 + "old."]),
    max_size=5,
).map(tuple)


class LetterCodec:
    """One id a letter: sums are easy to see."""

    eos_id = 2
    delimiter_ids = (32, 32)
    ends_with_eos = True

    def encode(self, text: str) -> list[int]:
        return [ord(letter) for letter in f" {text}"]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(map(chr, ids))


def shown(prompt: Prompt, positions: int) -> str:
    codec = LetterCodec()
    return codec.decode(compose(prompt, codec, positions=positions)[:-1])


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            REFERENCE,
            id="reference",
            marks=pytest.mark.skipif(
                not REFERENCE.is_dir(), reason="needs ../shared/reference's vocabulary"
            ),
        ),
        pytest.param(STARTER, id="starter"),
    ],
)
def codec(request: pytest.FixtureRequest) -> TokenCodec:
    return load_codec(request.param)


@settings(max_examples=1000)
@given(messages=MESSAGES, persona=PERSONAS)
def test_a_thousand_random_conversations_fit(
    codec: TokenCodec, messages: tuple[str, ...], persona: tuple[str, ...]
) -> None:
    ids = compose(Prompt(messages, persona), codec, positions=POSITIONS)
    newest = codec.encode(messages[-1])
    room = POSITIONS // 2 - len(codec.delimiter_ids) - 1

    assert len(ids) <= POSITIONS
    assert ids[-1] == codec.eos_id
    assert codec.eos_id not in ids[:-1]
    kept = newest[-room:]
    assert ids[-1 - len(kept) : -1] == kept


def test_the_format_is_parlais() -> None:
    prompt = Prompt(("hi", "hello!", "how are you?"), ("i am old.", "i like tea."))

    assert shown(prompt, 128) == (
        " your persona: i am old.\nyour persona: i like tea.   hi   hello!   how are you?"
    )


def test_the_oldest_whole_turns_go_first() -> None:
    prompt = Prompt(("first", "second", "third", "fourth", "now"))

    assert shown(prompt, 30) == " third   fourth   now"
    assert shown(prompt, 23) == " third   fourth   now"
    assert shown(prompt, 21) == " now"


def test_a_long_utterance_loses_its_left_end() -> None:
    assert shown(Prompt(("old", "reply", "a very long utterance")), 10) == "utterance"


def test_the_persona_stays_when_turns_go() -> None:
    prompt = Prompt(("the first", "the second", "now"), ("i am old.",))

    assert shown(prompt, 50) == " your persona: i am old.   now"


def test_a_persona_gets_at_most_half_the_room_in_whole_lines() -> None:
    prompt = Prompt(("now",), ("short.", "much longer than that."))

    assert shown(prompt, 60) == " your persona: short.   now"
