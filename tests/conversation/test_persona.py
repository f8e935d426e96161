"""A persona fits into a prompt or is refused with the reason."""

from __future__ import annotations

import pytest

from bot.conversation.persona import Persona, persona_line


@pytest.mark.parametrize(
    ("name", "lines", "reason"),
    [
        ("Big Name", (), "not a persona name"),
        ("ok", ("i am.",) * 6, "at most 5"),
        ("ok", ("x" * 121,), "1 to 120"),
        ("ok", ("two\nlines.",), "1 to 120"),
        ("ok", ("",), "1 to 120"),
    ],
)
def test_what_a_prompt_cannot_hold_is_refused(
    name: str, lines: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        Persona(name, lines)


@pytest.mark.parametrize(
    ("typed", "line"), [("I like  Tea!!", "i like tea."), ("so.", "so."), (" ?", "")]
)
def test_a_line_takes_the_form_of_the_training_data(typed: str, line: str) -> None:
    assert persona_line(typed) == line
