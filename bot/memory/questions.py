"""Plain questions about a fact, and plain wishes to have one forgotten, told from small talk."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.memory.clauses import straight_quotes
from bot.memory.fact import FactKind
from config.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

QUESTIONS: Final = ROOT / "config" / "memory" / "questions.toml"
_WH: Final = ("what", "where", "who", "how old", "when", "which")


@dataclass(frozen=True, slots=True)
class Question:
    """Something a person asks about themselves.

    Attributes:
        kind: What it is about; None asks for everything that is known.
        key: Which fact of that kind; None for all of them.
        opening: How the text of a fact that answers begins, with ``|`` between choices.
    """

    kind: FactKind | None
    key: str | None = None
    opening: str = ""


@dataclass(frozen=True, slots=True)
class ForgetWish:
    """Something a person wants to have forgotten.

    Attributes:
        kind: What it is about; None for any kind.
        words: Words that the facts hold; empty for all of that kind.
        only_latest: What the latest message taught and nothing else.
    """

    kind: FactKind | None = None
    words: str = ""
    only_latest: bool = False


_ADDRESS = re.compile(
    r"^(?:(?:hey|hi|hello|yo|so|ok|okay|well|and|but|now|um|uh|btw|by the way|please|confab|bot|"
    r"buddy|"
    r"quick question|quiz|question|guess|i forgot|i forget|just|also|then|wait|"
    r"test|honestly|actually|sorry)\b[\s,:!.]*)+"
)
_RECALL = re.compile(
    r"^(?:(?:do|can|could|would|will|did|are) you (?:still |even |actually |please |maybe |"
    r"able to )*"
    r"(?:remember|know|recall|tell me|say|remind me|guess|happen to know|able to tell me)|"
    r"(?:please )?(?:tell me|remind me)(?: of| about)?|have i (?:ever )?told you|"
    r"did i (?:ever )?tell you|have you forgotten|did you forget|"
    r"(?:you )?remember|you know|i bet you (?:don'?t )?know)(?: (?:again|of|about))?\b\s*"
)
_TAIL = re.compile(
    r"(?:[\s,]+(?:again|please|now|btw|by the way|by any chance|anyway|exactly|then|still|though|"
    r"confab|bot|buddy|currently|right now|these days|at the moment|do you (?:still )?(?:know|"
    r"remember)|"
    r"did i say|do you think|or not|i told you|i said|i mentioned))+$"
)
_PETS: Final = r"(?P<key>(?:guinea )?[a-z]+?)"
_KIN_NAME = re.compile(
    rf"(?:what(?:'s| is|s| was) )?(?:the name of my {_PETS}|"
    rf"my (?P<key2>(?:guinea )?[a-z]+?)'?s name)|"
    rf"what(?:'s| is|s) my (?P<key3>(?:guinea )?[a-z]+?) (?:called|named)"
)
_FAVOURITE = re.compile(
    r"(?:what(?:'s| is|s| are| was) |"
    r"which (?P<which>[a-z ]+) is )?my favou?rite (?P<of>[a-z]+(?: [a-z]+)?)"
)
_FORGET = re.compile(
    r"^(?:please |can you |could you |you can |now |just |ok(?:ay)?,? |confab,? |i want you to )*"
    r"(?:forget|don'?t remember|delete|erase|unlearn)(?: about)?\s+(?P<what>.+?)(?:,? please)?$"
)
_FORGET_LATEST = re.compile(r"that|this|what i (?:just )?(?:said|told you)|my last message")
_FORGET_ALL = re.compile(
    r"(?:everything|all)(?: (?:that )?(?:you (?:know|remember|learned|learnt)|"
    r"i (?:have )?(?:ever )?told you|i said))?"
    r"(?: about me)?|me|(?:all )?(?:the )?facts about me|(?:about )?me completely"
)


class QuestionBook:
    """Tells the plain questions and wishes it knows from everything else.

    Args:
        table: For each question the pattern that must match it whole.
    """

    def __init__(self, table: Sequence[tuple[re.Pattern[str], Question]]) -> None:
        self._table = table

    def asked(self, text: str) -> Question | None:
        """Return what ``text`` plainly asks about its author, or None when it is anything else."""
        core = _core(text)
        recalled = _RECALL.sub("", core)
        is_recall = recalled != core
        if not is_recall and not text.rstrip().endswith("?") and not core.startswith(_WH):
            return None
        for candidate in (core, recalled, _TAIL.sub("", recalled), _TAIL.sub("", core)):
            if question := self._match(candidate, is_recall=is_recall):
                return question
        return None

    def forget_wish(self, text: str) -> ForgetWish | None:
        """Return what ``text`` plainly wants forgotten, or None."""
        found = _FORGET.fullmatch(_core(text))
        if not found:
            return None
        what = found["what"]
        if _FORGET_LATEST.fullmatch(what):
            return ForgetWish(only_latest=True)
        if _FORGET_ALL.fullmatch(what):
            return ForgetWish()
        if question := self._match(what, is_recall=True):
            return ForgetWish(question.kind, words=question.key or "")
        told = re.fullmatch(r"(?:that |about )?(?:i|i'm|my) (?P<words>.+)", what)
        return ForgetWish(words=told["words"]) if told else None

    def _match(self, core: str, *, is_recall: bool) -> Question | None:
        if core == "me" and not is_recall:
            return None
        for pattern, question in self._table:
            if pattern.fullmatch(core):
                return question
        if found := _FAVOURITE.fullmatch(core):
            of = found["of"].replace("colour", "color")
            return Question(FactKind.TASTE, f"favorite {of}")
        if found := _KIN_NAME.fullmatch(core):
            return Question(FactKind.PET, found["key"] or found["key2"] or found["key3"])
        return None


def load_questions(path: Path = QUESTIONS) -> QuestionBook:
    """Read the questions that are answered without the model."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    return QuestionBook([(re.compile("|".join(e["patterns"])), _question(e)) for e in entries])


def _question(entry: dict[str, str]) -> Question:
    kind = None if entry["kind"] == "everything" else FactKind(entry["kind"])
    return Question(kind, entry.get("key"), entry.get("opening", ""))


def _core(text: str) -> str:
    line = straight_quotes(text.lower()).strip(" ?!.…")
    while True:
        shorter = _TAIL.sub("", _ADDRESS.sub("", line)).strip(" ,?!.")
        if shorter in (line, ""):
            return line
        line = shorter
