"""What is said when a person asks plainly for a fact, worded as a friend would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.memory.fact import FactKind, to_you

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.memory.fact import Fact
    from bot.memory.questions import Question

AT_ONCE: Final = 6

_KNOWN: Final = (
    "I remember: {you}!",
    "You told me that {you}.",
    "Of course I do: {you}.",
    "{You}, if I remember right.",
    "{You}, you said so yourself!",
)
_KNOWN_NAME: Final = (
    "Your name is {value}!",
    "You're {value}, of course.",
    "You told me your name is {value}.",
    "{value}! I would not forget that.",
)
_UNKNOWN: Final = (
    "You haven't told me {topic} yet.",
    "I don't know {topic} yet. Will you tell me?",
    "I'm afraid I don't know {topic}. What should I remember?",
)
_NOTHING: Final = (
    "I don't know anything about you yet. Tell me something!",
    "You haven't told me about yourself yet. What do you like?",
)
_FORGOTTEN: Final = (
    "Okay, I have forgotten that.",
    "Done, I no longer know that.",
    "Forgotten. Tell me again whenever you like.",
)
_NOT_KNOWN: Final = (
    "There was nothing like that for me to forget.",
    "I didn't know that, so it is as good as forgotten.",
)
_TOPICS: Final = {
    FactKind.NAME: "your name",
    FactKind.AGE: "how old you are",
    FactKind.BIRTHDAY: "when your birthday is",
    FactKind.HOME: "where you live",
    FactKind.ORIGIN: "where you are from",
    FactKind.WORK: "what you do for work",
    FactKind.STUDY: "what you study",
    FactKind.TASTE: "what you like",
    FactKind.LANGUAGE: "which languages you speak",
    FactKind.PET: "about your pets",
    FactKind.FAMILY: "about your family",
    FactKind.PLAN: "what you are planning",
    FactKind.NOTE: "that",
}


def answer(question: Question, facts: Sequence[Fact], *, variant: int) -> str:
    """Return what is known about ``question``, or that nothing is.

    Args:
        question: What was asked.
        facts: The facts that answer it, best first.
        variant: Chooses among wordings; the same number gives the same words.
    """
    if not facts:
        return _unknown(question, variant)
    if question.kind is FactKind.NAME:
        return _pick(_KNOWN_NAME, variant).format(value=facts[0].value)
    you = _joined([to_you(fact.text) for fact in facts[:AT_ONCE]])
    return _pick(_KNOWN, variant).format(you=you, You=you[0].upper() + you[1:])


def forgotten(*, anything: bool, variant: int) -> str:
    """Return what is said to somebody who wanted something forgotten."""
    return _pick(_FORGOTTEN if anything else _NOT_KNOWN, variant)


def _unknown(question: Question, variant: int) -> str:
    if question.kind is None:
        return _pick(_NOTHING, variant)
    topic = _TOPICS[question.kind]
    if question.key == "school":
        topic = "where you study"
    elif question.key and question.key.startswith("favorite "):
        topic = f"your {question.key}"
    elif question.key:
        topic = f"your {question.key}'s name"
    return _pick(_UNKNOWN, variant).format(topic=topic)


def _joined(clauses: Sequence[str]) -> str:
    """Join clauses, saying their common beginning once: "you like tea, jazz and chess"."""
    first = clauses[0].split(" ")
    shared = " ".join(first[:2]) + " "
    if len(first) > 2 and all(clause.startswith(shared) for clause in clauses):  # noqa: PLR2004  # "you like" and what
        clauses = [clauses[0], *(clause.removeprefix(shared) for clause in clauses[1:])]
    if len(clauses) == 1:
        return clauses[0]
    return f"{', '.join(clauses[:-1])} and {clauses[-1]}"


def _pick(wordings: Sequence[str], variant: int) -> str:
    return wordings[variant % len(wordings)]
