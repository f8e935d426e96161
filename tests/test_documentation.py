"""What is documented is what there is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
import pytest

from config.settings import ROOT, Settings, load_settings
from docs.reference import documents, env_example, filled_in, startup_errors

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_env_example_holds_every_setting_with_its_meaning_and_default() -> None:
    shipped = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert shipped == env_example(), "run python -m docs.reference"


def test_a_copy_of_env_example_changes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / ".env"
    every_line = re.sub(r"(?m)^#(?=[A-Z_]+=)", "", env_example())
    copy.write_text(every_line, encoding="utf-8")

    settings = load_settings(copy)

    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert settings.model_dump() == defaults


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_generated_blocks_are_up_to_date(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text == filled_in(text), "run python -m docs.reference"


@pytest.mark.parametrize("block", ["programs", "commands", "settings", "options", "exit codes"])
def test_the_readme_holds_every_generated_block(block: str) -> None:
    assert README.count(f"<!-- {block} -->") == README.count(f"<!-- /{block} -->") == 1


def test_no_two_failures_to_start_share_an_exit_code() -> None:
    codes = [kind.exit_code for kind in startup_errors()]

    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_the_readme_links_every_document() -> None:
    names = [path.name for path in (ROOT / "docs").glob("*.md")]

    assert [name for name in names if f"(docs/{name})" not in README] == []


def test_every_make_target_that_people_use_is_in_the_readme() -> None:
    targets = re.findall(
        r"(?m)^((?!help)[a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8")
    )

    assert [target for target in targets if f"make {target}" not in README] == []


def test_the_invitation_asks_for_exactly_the_permissions_that_are_listed() -> None:
    text = (ROOT / "docs" / "discord-setup.md").read_text(encoding="utf-8")
    asked = re.search(r"permissions=(\d+)", text)
    needed = discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        read_message_history=True,
    )

    assert asked is not None
    assert int(asked[1]) == needed.value
