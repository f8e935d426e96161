"""What may never stand in a log line."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from bot.log import PrivateFormatter, hashed_id, local_key, start_logging

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = b"k" * 32
SNOWFLAKE = 123456789012345678
SHAPE = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"


@pytest.fixture
def _loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("discord", "asyncio", "aiosqlite")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def line(message: str, *values: object, withheld: tuple[str, ...] = ()) -> str:
    record = logging.LogRecord("bot.x", logging.INFO, "", 1, message, values, None)
    return PrivateFormatter(key=KEY, withheld=withheld).format(record)


def test_ids_are_hashed_and_the_same_id_looks_the_same() -> None:
    first = line("reply sent channel=%d", SNOWFLAKE)
    assert str(SNOWFLAKE) not in first
    assert hashed_id(SNOWFLAKE, KEY) in first
    assert hashed_id(SNOWFLAKE, KEY) in line("message=%d", SNOWFLAKE)


def test_another_key_gives_another_hash() -> None:
    assert hashed_id(SNOWFLAKE, KEY) != hashed_id(SNOWFLAKE, b"other")


def test_small_numbers_and_decimals_stay_readable() -> None:
    assert "waiting=12 took=1.23456789012345678" in line("waiting=12 took=1.23456789012345678")


@pytest.mark.parametrize(
    "secret", [SHAPE, "postgresql://me:hunter2secret@host/db", "a secret of ours"]
)
def test_secrets_never_appear(secret: str) -> None:
    written = line("connecting with %s", secret, withheld=("a secret of ours", ""))
    assert "[secret]" in written
    assert "hunter2" not in written
    assert SHAPE not in written


def test_a_traceback_is_cleaned_as_well() -> None:
    error = ValueError(SHAPE)
    failure = (ValueError, error, None)
    record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), failure)
    written = PrivateFormatter(key=KEY).format(record)
    assert "ValueError" in written
    assert SHAPE not in written


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    key = local_key(tmp_path / "data")
    assert len(key) == 32
    assert local_key(tmp_path / "data") == key
    assert (tmp_path / "data" / "log.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("left", [b"", bytes(7), bytes(99)])
def test_a_file_that_a_full_disk_left_without_a_key_is_replaced(
    left: bytes, tmp_path: Path
) -> None:
    (tmp_path / "log.key").write_bytes(left)

    key = local_key(tmp_path)

    assert len(key) == 32
    assert local_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["log.key"]


@pytest.mark.usefixtures("_loggers_as_before")
def test_libraries_do_not_get_to_say_words_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(level="DEBUG", key=KEY, withheld=(SHAPE,))
    logging.getLogger("discord.gateway").debug("words")
    logging.getLogger("bot.dialogue").debug("channel=%d", SNOWFLAKE)
    written = capsys.readouterr().err
    assert "words" not in written
    assert hashed_id(SNOWFLAKE, KEY) in written


def test_a_lost_connection_is_one_line() -> None:
    error = (ConnectionResetError, ConnectionResetError(), None)
    record = logging.LogRecord("discord.shard", logging.ERROR, "", 1, "Again in %d s", (5,), error)
    assert PrivateFormatter(key=KEY).format(record).endswith("Again in 5 s (ConnectionResetError)")
