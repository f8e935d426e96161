"""The doctor names what would stop a start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.doctor import Finding, examine, exit_code, usable_folder, usable_token
from bot.errors import FolderNotWritable, ModelNotFound, TokenMissing

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"


def test_a_token_of_the_right_form_is_used() -> None:
    assert usable_token(SecretStr(TOKEN)) == TOKEN


@pytest.mark.parametrize("token", [None, SecretStr("abc"), SecretStr("Bot " + TOKEN)])
def test_a_missing_or_malformed_token_is_named(token: SecretStr | None) -> None:
    with pytest.raises(TokenMissing, match="DISCORD_TOKEN"):
        usable_token(token)


def test_a_folder_is_made(tmp_path: Path) -> None:
    assert usable_folder(tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(FolderNotWritable, match="file"):
        usable_folder(tmp_path / "file")


def test_a_finding_holds_the_error_and_the_exit_code() -> None:
    def fail() -> str:
        raise ModelNotFound("No model.", cure="Get one.")

    good, bad = examine("token", lambda: "fine"), examine("model", fail)

    assert good == Finding("token", "fine")
    assert bad.remark == "No model. Get one."
    assert exit_code([good, bad]) == ModelNotFound.exit_code
    assert exit_code([good]) == 0
