"""Settings are read once, typed and bounded, and a wrong variable is named."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from config import settings as module
from config.settings import Settings, SettingsProblem, load_settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_need_no_file(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / ".env")

    assert settings.model == "starter"
    assert settings.discord_token is None
    assert settings.decoding_overrides == {}


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUM_BEAMS", "4")
    settings = load_settings(write(tmp_path / ".env", "NUM_BEAMS=2\nMIN_LENGTH=5\n"))

    assert settings.decoding_overrides == {"num_beams": 4, "min_length": 5}


def test_quotes_round_a_token_do_not_matter(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path / ".env", "DISCORD_TOKEN=\"'abc'\"\n"))

    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "abc"
    assert "abc" not in repr(settings)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("DISCORD_TOKN=x", "DISCORD_TOKN.*mean DISCORD_TOKEN"),
        ("FLAVOUR=x", "FLAVOUR, which is no setting"),
        ("NUM_BEAMS=99", "NUM_BEAMS cannot be used: .*20"),
        ("ENGINE=warp", "ENGINE cannot be used"),
        ("MESSAGE_CONTENT=maybe", "MESSAGE_CONTENT cannot be used"),
        ("DATA_DIR=~nobody-at-all/x", "DATA_DIR cannot be used: .*nobody's home"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(SettingsProblem, match=reason):
        load_settings(write(tmp_path / ".env", line))


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("SEED=3\n", encoding="utf-16")

    with pytest.raises(SettingsProblem, match=r"\.env is not in UTF-8"):
        load_settings(path)


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(module, "dotenv_values", refuse)

    with pytest.raises(SettingsProblem, match=r"\.env cannot be read \(Permission denied\)"):
        load_settings(write(tmp_path / ".env", "SEED=3\n"))


def test_a_path_may_begin_at_home(tmp_path: Path) -> None:
    lines = "DATA_DIR=~/x\nSAFETY_WORDS=~/words.txt\n"
    settings = load_settings(write(tmp_path / ".env", lines))

    assert settings.data_dir == Path.home() / "x"
    assert settings.safety_words == Path.home() / "words.txt"


def test_a_misspelt_variable_of_the_environment_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKENS", "x")

    with pytest.raises(SettingsProblem, match="DISCORD_TOKENS: did you mean DISCORD_TOKEN"):
        load_settings(tmp_path / ".env")


def test_the_command_line_wins_over_all(tmp_path: Path) -> None:
    assert load_settings(tmp_path / ".env", model="elsewhere").model == "elsewhere"


def test_empty_variables_mean_the_default(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path / ".env", "SEED=\nMODEL=\n")).seed is None
