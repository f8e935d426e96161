"""The command line: one line and an exit code for every start that fails."""

from __future__ import annotations

import asyncio
import errno
import io
import logging
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot import __main__ as command_line, bootstrap
from bot.__main__ import main
from bot.errors import StartupError
from config.settings import Settings
from tests.generation.checkpoints import save_blenderbot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"

# A model whose download goes on in a thread of its own for much longer than the test may take.
SLOW_START = """
import time
from concurrent.futures import ThreadPoolExecutor
from bot import __main__ as command_line, bootstrap

def load(choice):
    with ThreadPoolExecutor() as pool:
        print("loading", flush=True)
        pool.submit(time.sleep, 120).result()

bootstrap.load_model = load
command_line._leave(command_line.main())
"""


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_blenderbot(tmp_path_factory.mktemp("model"))


@pytest.fixture(autouse=True)
def _own_world(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MODEL", str(model_folder))
    monkeypatch.setenv("ENGINE", "transformers")
    monkeypatch.chdir(tmp_path)
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_a_pipe_gets_one_reply_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("hello\nhow are you\n"))

    assert main(["chat"]) == 0

    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize("arguments", [["chat"], ["safety"], ["safety", "--file", "lines.txt"]])
def test_a_reader_that_has_read_enough_ends_it_quietly(
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    lines = "hello\n" * (1 if arguments == ["chat"] else 1000)
    (tmp_path / "lines.txt").write_text(lines, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    reader, writer = os.pipe()
    os.close(reader)

    with os.fdopen(writer, "w", encoding="utf-8") as unread:
        monkeypatch.setattr(sys, "stdout", unread)
        assert main(arguments) == 0

    assert "confab" not in capsys.readouterr().err.lower()


def test_the_doctor_finds_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check"])

    out = capsys.readouterr().out
    assert code == 11
    assert "DISCORD_TOKEN is not set" in out
    assert "database: sqlite opens" in out
    assert "model:" in out


def test_the_doctor_finds_nothing_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("MESSAGE_CONTENT", "true")

    assert main(["check"]) == 0
    assert "must be switched on" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("variable", "value", "cure"),
    [
        ("SAFETY_WORDS", "/no/where.txt", "Name a text file in UTF-8"),
        ("SAFETY_THRESHOLDS", "toxic=2", "such as toxic=0.9"),
        ("PERSONA", "nobody", "Choose one of: barista"),
    ],
)
def test_the_doctor_names_a_setting_that_a_start_would_refuse(
    variable: str,
    value: str,
    cure: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv(variable, value)

    assert main(["check"]) == 10

    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("fail")]
    assert variable in line
    assert cure in line


@pytest.mark.parametrize(
    ("variable", "value", "code", "words"),
    [
        ("DISCORD_TOKEN", "", 11, "DISCORD_TOKEN is not set"),
        ("DISCORD_TOKEN", "abc", 11, "does not look like a bot token"),
        ("NUM_BEAMS", "0", 10, "NUM_BEAMS cannot be used"),
        ("DATA_DIR", "/proc/nowhere", 16, "/proc/nowhere cannot be written"),
    ],
)
def test_a_start_that_fails_is_one_line(
    variable: str,
    value: str,
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, value)

    assert main(["run"]) == code

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("confab: ")
    assert words in line


def test_a_model_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODEL", "/no/where")
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)

    assert main(["run"]) == 14
    assert "no model folder /no/where" in capsys.readouterr().err


def test_a_full_disk_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: Path) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bootstrap, "local_key", refuse)

    assert main(["chat"]) == 16
    assert "cannot be written (No space left on device)" in capsys.readouterr().err


def test_a_crash_is_logged_and_ends_with_a_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(command_line, "screen_for", crash)

    assert main(["chat"]) == 70


def test_an_interrupt_is_a_normal_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "screen_for", interrupt)

    assert main(["chat"]) == 0


def test_a_signal_ends_a_start_that_still_loads_its_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "slow.py").write_text(SLOW_START, encoding="utf-8")
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    command = [sys.executable, str(tmp_path / "slow.py"), "run"]

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 0


async def test_a_signal_asks_for_an_orderly_stop() -> None:
    stop = command_line._stop_signal()

    os.kill(os.getpid(), signal.SIGTERM)

    async with asyncio.timeout(5):
        await stop.wait()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)


def test_every_failure_has_a_code_of_its_own() -> None:
    codes = [error.exit_code for error in StartupError.__subclasses__()]

    assert len(set(codes)) == len(codes)
    assert not {0, 1, 2, command_line.CRASHED} & set(codes)
