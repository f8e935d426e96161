"""The doctor: looks at everything a start needs and names what would stop it, and the cure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import FolderNotWritable, StartupError, TokenMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pydantic import SecretStr

# Three base64 parts: the bot's id, a time, a signature. Discord has lengthened them before.
_TOKEN = re.compile(r"[\w-]{18,}\.[\w-]{5,}\.[\w-]{20,}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        subject: What was looked at.
        remark: What was found.
        error: What would stop a start; None when all is well.
    """

    subject: str
    remark: str
    error: StartupError | None = None


def usable_token(token: SecretStr | None) -> str:
    """Return the token's text.

    Raises:
        TokenMissing: There is none, or it does not have a token's form.
    """
    if token is None:
        raise TokenMissing(
            "DISCORD_TOKEN is not set.",
            cure="Put the token from the developer portal's Bot page into .env, "
            "or try Confab without one: make demo.",
        )
    text = token.get_secret_value()
    if not _TOKEN.fullmatch(text):
        raise TokenMissing(
            "DISCORD_TOKEN does not look like a bot token.",
            cure="Copy it again from the developer portal: Bot, Reset Token "
            "(not the public key or the client secret).",
        )
    return text


def usable_folder(folder: Path) -> Path:
    """Return ``folder``, made if needed.

    Raises:
        FolderNotWritable: It cannot be made or written.
    """
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise FolderNotWritable(
            f"{folder} cannot be written ({error.strerror}).",
            cure="Make it writable for this user, or set DATA_DIR to another folder.",
        ) from error
    return folder


def examine(subject: str, look: Callable[[], str]) -> Finding:
    """Return what ``look`` finds: its remark, or the error that it raises."""
    try:
        return Finding(subject, look())
    except StartupError as error:
        return Finding(subject, str(error), error)


def exit_code(findings: Sequence[Finding]) -> int:
    """Return 0 when all is well, else the exit code that a start would end with."""
    return next((f.error.exit_code for f in findings if f.error is not None), 0)
