"""Personas that ship, and those that an owner writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.conversation.persona import persona_line
from bot.errors import SettingsInvalid
from bot.store.persona_files import NOBODY, load_personas
from config.settings import PERSONAS

if TYPE_CHECKING:
    from pathlib import Path


def test_several_personas_ship_in_the_form_the_model_was_trained_on() -> None:
    personas = load_personas(PERSONAS)
    assert len(personas) >= 5
    assert NOBODY in personas
    for persona in personas:
        assert persona.summary
        assert all(line == persona_line(line) for line in persona.lines)


def test_an_owners_file_joins_and_replaces(tmp_path: Path) -> None:
    (tmp_path / "barista.toml").write_text('lines = ["I run   a tea shop!"]')
    (tmp_path / "pirate.toml").write_text('summary = "Arr."\nlines = ["i sail."]')
    personas = {persona.name: persona for persona in load_personas(PERSONAS, tmp_path)}
    assert personas["barista"].lines == ("i run a tea shop.",)
    assert personas["pirate"].summary == "Arr."


@pytest.mark.parametrize(
    "written", ["lines = 3", "lines = [3]", "", "lines = [", "lines = ['']", "lines = 'abcdefg'"]
)
def test_a_file_that_is_no_persona_is_named(tmp_path: Path, written: str) -> None:
    (tmp_path / "broken.toml").write_text(written)
    with pytest.raises(SettingsInvalid, match=r"broken\.toml"):
        load_personas(tmp_path)
