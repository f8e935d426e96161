"""Personas as small TOML files, which an owner can read, copy and write."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Final

from bot.conversation.persona import Persona, persona_line
from bot.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NOBODY: Final = Persona(name="none", summary="No persona: only the model itself.")


def load_personas(*folders: Path) -> tuple[Persona, ...]:
    """Return the personas of ``folders`` and ``none``; a later folder replaces an earlier one's.

    Raises:
        SettingsInvalid: A file is not a persona; the text names it and says why.
    """
    found = {NOBODY.name: NOBODY}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            persona = _read(path)
            found[persona.name] = persona
    return tuple(found.values())


def owners_persona(personas: Iterable[Persona], name: str) -> Persona:
    """Return the one of ``personas`` that PERSONA names.

    Raises:
        SettingsInvalid: There is none of that name.
    """
    by_name = {persona.name: persona for persona in personas}
    if name not in by_name:
        raise SettingsInvalid(
            f"PERSONA is {name}, but there is no such persona.",
            cure=f"Choose one of: {', '.join(sorted(by_name))}.",
        )
    return by_name[name]


def _read(path: Path) -> Persona:
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
        return Persona(
            name=path.stem,
            lines=tuple(persona_line(line) for line in fields["lines"]),
            summary=str(fields.get("summary", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsInvalid(
            f"{path} is not a persona: {error}.",
            cure='It has summary = "..." and lines = ["i like tea.", ...]; see config/personas.',
        ) from None
