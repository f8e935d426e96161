"""The command that tries lists on old logs."""

from __future__ import annotations

import argparse
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import SettingsInvalid
from bot.safety_cli import add_arguments, run_safety

if TYPE_CHECKING:
    from pathlib import Path


def run(text: str, *arguments: str) -> tuple[list[dict[str, Any]], str]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    stdout, stderr = io.StringIO(), io.StringIO()
    options = parser.parse_args(arguments)
    assert run_safety(options, stdin=io.StringIO(text), stdout=stdout, stderr=stderr) == 0
    return [json.loads(line) for line in stdout.getvalue().splitlines()], stderr.getvalue()


def test_each_line_gets_one_verdict() -> None:
    verdicts, _ = run("hello\nplease k1ll y0urself\n")
    assert verdicts[0] == {
        "line": 1,
        "verdict": "allow",
        "category": None,
        "entry": None,
        "span": None,
        "matches": [],
    }
    assert verdicts[1]["verdict"] == "refuse"
    assert verdicts[1]["category"] == "threat"
    assert verdicts[1]["entry"] == "kill yourself"
    assert verdicts[1]["span"] == [7, 20]
    assert verdicts[1]["matches"][0]["action"] == "refuse"


def test_lines_are_judged_as_replies_if_asked_for() -> None:
    assert run("oh shit")[0][0]["verdict"] == "log"
    assert run("oh shit", "--reply")[0][0]["verdict"] == "withhold"


def test_a_list_is_added_or_used_alone(tmp_path: Path) -> None:
    own = tmp_path / "list.txt"
    own.write_text("pineapple\nbad*entry\n", encoding="utf-8")
    text = "P!neapple\nkill yourself"
    verdicts, problems = run(text, "--list", str(own))
    assert [one["verdict"] for one in verdicts] == ["refuse", "refuse"]
    assert "line 2" in problems
    verdicts, _ = run(text, "--list", str(own), "--only")
    assert [one["verdict"] for one in verdicts] == ["refuse", "allow"]


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_bytes(b"hello\r\n\xff\xfe odd bytes\nfuck\n")
    verdicts, _ = run("", "--file", str(log))
    assert [one["verdict"] for one in verdicts] == ["allow", "allow", "log"]


@pytest.mark.parametrize("option", ["--file", "--list"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, option: str) -> None:
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        run("", option, str(tmp_path / "missing.txt"))
