"""Who Confab is in a conversation: a few first-person lines kept in every prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LINES = 5  # ConvAI2's longest; BlendedSkillTalk has two
MAX_LINE_CHARACTERS = 120

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Persona:
    """A steady character.

    Attributes:
        name: Lower-case identifier, as commands and files use it.
        lines: Such as ``"i like tea."``: lower case, first person, one sentence each.
        summary: One sentence for people who choose between personas.
    """

    name: str
    lines: tuple[str, ...] = ()
    summary: str = ""

    def __post_init__(self) -> None:
        """Refuse what a prompt could not hold.

        Raises:
            ValueError: The name or a line breaks a bound; the text says which and how to mend it.
        """
        if not _NAME.fullmatch(self.name):
            msg = f"{self.name!r} is not a persona name: use a-z, 0-9, - and _, at most 32."
            raise ValueError(msg)
        if len(self.lines) > MAX_LINES:
            msg = f"{self.name} has {len(self.lines)} lines: at most {MAX_LINES} fit in a prompt."
            raise ValueError(msg)
        for line in self.lines:
            if not line or "\n" in line or len(line) > MAX_LINE_CHARACTERS:
                msg = f"{line[:40]!r}: a line has 1 to {MAX_LINE_CHARACTERS} characters."
                raise ValueError(msg)


def persona_line(text: str) -> str:
    """Return ``text`` in the form the model was trained on: lower case, one full stop."""
    line = " ".join(text.split()).lower().rstrip(" .!?")
    return f"{line}." if line else ""
