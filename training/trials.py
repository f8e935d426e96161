"""Can it say a name back, and does it still know it three turns later? Names it never saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation.prompt import Prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.speaker import Speaker

_INTRODUCTIONS = (
    "My name is {name}",
    "hi, i'm {name}",
    "hello, my name is {name} and i like cooking",
    "My name is {name}, and I'm studying biology",
)
_BETWEEN = (
    ("i had a long day at work", "i want to see a film tonight"),
    ("i love soup", "it's raining here"),
)
_QUESTION = "what's my name?"


@dataclass(frozen=True, slots=True)
class Trial:
    """One name's conversation.

    Attributes:
        name: The name that was given.
        messages: The whole conversation; the first reply and the last one count.
        said_back: Whether the first reply names it right.
        recalled: Whether the reply to "what's my name?" does.
    """

    name: str
    messages: tuple[str, ...]
    said_back: bool
    recalled: bool


def try_names(speaker: Speaker, names: Sequence[str]) -> list[Trial]:
    """Introduce each name, talk for two turns, then ask for it."""
    talks: list[list[str]] = [[] for _ in names]
    for turn in range(4):
        for index, name in enumerate(names):
            talks[index].append(_line(index, turn, name))
        prompts = [Prompt(tuple(talk)) for talk in talks]
        for talk, reply in zip(talks, speaker.replies(prompts), strict=True):
            talk.append(reply)
    return [
        Trial(name, tuple(talk), said_back=name in talk[1], recalled=name in talk[-1])
        for name, talk in zip(names, talks, strict=True)
    ]


def _line(index: int, turn: int, name: str) -> str:
    if turn == 0:
        return _INTRODUCTIONS[index % len(_INTRODUCTIONS)].format(name=name)
    return _QUESTION if turn == 3 else _BETWEEN[index % len(_BETWEEN)][turn - 1]  # noqa: PLR2004
