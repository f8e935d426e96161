"""A corpus folder: dialogues, slots and personas, divided before anything is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.dialogue import CorpusInvalid, Dialogue, read_folder
from training.slots import SlotLists
from training.split import divide

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Corpus:
    """What lessons are drawn from.

    Attributes:
        train: The dialogues to learn.
        held_out: Those that only the evaluation sees.
        lists: The values of the slots.
        personas: Persona lines that lessons show by the way.
        facts: What memory may put before an utterance.
    """

    train: tuple[Dialogue, ...]
    held_out: tuple[Dialogue, ...]
    lists: SlotLists
    personas: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    @classmethod
    def load(cls, folder: Path, *, home: Path, reserved: Sequence[str] = ()) -> Corpus:
        """Read ``folder``; what it lacks (slots, personas) comes from the corpus at ``home``.

        ``folder`` may hold its dialogues in ``dialogues/`` or straight. Names in ``reserved``
        are never drawn.

        Raises:
            CorpusInvalid: A file does not follow the format, or there is no dialogue.
        """
        dialogues = folder / "dialogues"
        everything = read_folder(dialogues if dialogues.is_dir() else folder)
        if not everything:
            raise CorpusInvalid(f"there is no dialogue in {folder}")
        rest = folder if (folder / "slots").is_dir() else home
        train, held_out = divide(everything)
        return cls(
            train=tuple(train or everything),
            held_out=tuple(held_out or everything),
            lists=SlotLists.load(rest / "slots", reserved=reserved),
            personas=read_lines(rest / "personas.txt"),
            facts=read_lines(rest / "facts.txt"),
        )


def read_lines(path: Path) -> tuple[str, ...]:
    """Return the lines of a text file that are neither empty nor comments; none without it."""
    if not path.is_file():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
