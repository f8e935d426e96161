"""Written dialogues as values, so that a person can write them in plain files."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LINE = re.compile(r"(persona|you|bot): (.+)")
_SLOT = re.compile(r"\{([a-z]+\d?)\}")
_GAP = "..."


class CorpusInvalid(ValueError):
    """A corpus file does not follow the format; the text names the file and the line."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn as it was written: alternative wordings of an utterance and of its reply."""

    said: tuple[str, ...]
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A written conversation.

    Attributes:
        topic: The name of the file that holds it.
        persona: Lines that Confab goes by, such as ``"i like tea."``.
        exchanges: Its turns, oldest first.
        gap: Index of the exchange before which turns of other dialogues may be woven in
            (the line ``...`` in the file), or None.
    """

    topic: str
    persona: tuple[str, ...]
    exchanges: tuple[Exchange, ...]
    gap: int | None = None

    @property
    def fingerprint(self) -> str:
        """A digest of its words, the same wherever the dialogue stands."""
        words = "\n".join(" | ".join((*e.said, *e.replies)) for e in self.exchanges)
        return hashlib.sha256(words.encode()).hexdigest()


def slots_of(text: str) -> frozenset[str]:
    """Return the names of the slots in a line, such as ``{"food", "food2"}``."""
    return frozenset(_SLOT.findall(text))


def read_folder(folder: Path) -> list[Dialogue]:
    """Return the dialogues of every ``*.txt`` in ``folder``, in the order of the file names.

    Raises:
        CorpusInvalid: A line is out of place.
    """
    return [d for path in sorted(folder.glob("*.txt")) for d in read_file(path)]


def read_file(path: Path) -> list[Dialogue]:
    """Return the dialogues of one file.

    Raises:
        CorpusInvalid: A line is out of place.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        return [_dialogue(path.stem, block) for block in _blocks(lines)]
    except CorpusInvalid as error:
        raise CorpusInvalid(f"{path.name}: {error}") from None


def _blocks(lines: Iterable[str]) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if line.startswith("#"):
            continue
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _dialogue(topic: str, block: list[tuple[int, str]]) -> Dialogue:
    persona: list[str] = []
    said: list[tuple[str, ...]] = []
    replies: list[tuple[str, ...]] = []
    gap: int | None = None
    for number, line in block:
        if line == _GAP and len(said) == len(replies) > 0:
            gap = len(said)
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise CorpusInvalid(f"line {number}: not 'persona:', 'you:' or 'bot:': {line[:60]}")
        speaker, words = found.groups()
        side = {"persona": persona, "you": said, "bot": replies}[speaker]
        if not _in_place(speaker, len(said), len(replies)):
            raise CorpusInvalid(f"line {number}: '{speaker}:' is out of turn")
        if side is persona:
            persona.append(words)
        else:
            (said if speaker == "you" else replies).append(_wordings(words))
    if not replies or len(said) != len(replies):
        raise CorpusInvalid(f"line {block[-1][0]}: a dialogue ends with a 'bot:' line")
    turns = tuple(Exchange(*pair) for pair in zip(said, replies, strict=True))
    return Dialogue(topic, tuple(persona), turns, gap)


def _in_place(speaker: str, said: int, replies: int) -> bool:
    match speaker:
        case "persona":
            return said == 0
        case "you":
            return said == replies
        case _:
            return said == replies + 1


def _wordings(words: str) -> tuple[str, ...]:
    return tuple(wording.strip() for wording in words.split(" | "))
