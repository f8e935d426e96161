"""Log lines that an owner can share: ids are hashed with a local key, secrets never appear."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY_FILE: Final = "log.key"
KEY_BYTES: Final = 32

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_SNOWFLAKE = re.compile(r"(?<![\w.])\d{17,20}(?!\w)")
_TOKEN = re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")
_PASSWORD = re.compile(r"(\w+://[^\s:/@]+:)[^\s@]+(@)")
_TERSE = frozenset({"discord.shard"})  # a lost connection is no mystery: its name will do
_LOUD = {  # the quietest level of other people's libraries; below it they tell words
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncio": logging.INFO,
    "discord": logging.INFO,
    "sqlalchemy": logging.WARNING,
}


class PrivateFormatter(logging.Formatter):
    """Writes a record, its traceback too, without ids, tokens and passwords.

    Args:
        key: Hashes ids, so that one person's lines can be told apart on this machine only.
        withheld: Further texts that must never appear.
    """

    def __init__(self, *, key: bytes, withheld: Iterable[str] = ()) -> None:
        super().__init__(_FORMAT)
        self._key = key
        self._withheld = tuple(text for text in withheld if text)

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(_terse(record))
        for text in self._withheld:
            line = line.replace(text, "[secret]")
        line = _PASSWORD.sub(r"\1[secret]\2", _TOKEN.sub("[secret]", line))
        return _SNOWFLAKE.sub(lambda found: hashed_id(int(found[0]), self._key), line)


def _terse(record: logging.LogRecord) -> logging.LogRecord:
    """Return ``record`` with its error's name in place of a traceback that tells nothing more."""
    if record.name not in _TERSE or not record.exc_info or record.exc_info[0] is None:
        return record
    short = copy(record)
    short.msg, short.args = f"{record.getMessage()} ({record.exc_info[0].__name__})", None
    short.exc_info = short.exc_text = None
    return short


def hashed_id(snowflake: int, key: bytes) -> str:
    """Return the name under which an id stands in logs."""
    return "#" + hashlib.blake2b(str(snowflake).encode(), key=key, digest_size=4).hexdigest()


def local_key(data_dir: Path) -> bytes:
    """Return this installation's key, made at the first start; only its owner can read it.

    A file without a whole key is replaced: hashed without one, an id could be found by trying.

    Raises:
        OSError: It cannot be written.
    """
    path = data_dir / KEY_FILE
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or len(path.read_bytes()) != KEY_BYTES:
        with TemporaryDirectory(prefix=".key-", dir=data_dir) as made:
            whole = Path(made) / KEY_FILE
            with os.fdopen(os.open(whole, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
            whole.replace(path)
    return path.read_bytes()


def start_logging(*, level: str, key: bytes, withheld: Iterable[str] = ()) -> None:
    """Send every log line to stderr; other people's libraries keep words and chatter out of it."""
    handler = logging.StreamHandler()
    handler.setFormatter(PrivateFormatter(key=key, withheld=withheld))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, quietest in _LOUD.items():
        logging.getLogger(name).setLevel(max(quietest, logging.getLevelName(level)))
