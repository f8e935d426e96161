"""Every error Confab raises on purpose, so that a caller can catch exactly what it can answer.

ConfabError
├── StartupError            the program cannot start: one line, a cure, an exit code
│   ├── SettingsInvalid         10  a variable is unknown, misspelt or out of bounds
│   ├── TokenMissing            11  DISCORD_TOKEN is not set or not a token
│   ├── TokenRefused            12  Discord does not accept the token
│   ├── IntentNotGranted        13  MESSAGE_CONTENT=true, but the portal has it switched off
│   ├── ModelNotFound           14  no such checkpoint in a folder or on the hub
│   ├── ModelUnusable           15  the checkpoint is not one that Confab can run
│   ├── FolderNotWritable       16  the data folder cannot be written
│   ├── PortTaken               17  another program listens there
│   ├── StoreUnusable           18  the database cannot be opened or is newer than this program
│   └── PackageMissing          19  an optional package is needed for what was asked
├── RequestFailed           this request failed; the next one may work
│   ├── QueueFull               the line is full: refused before any work
│   ├── DeadlineExceeded        not answered in the time it was given
│   ├── RequestCancelled        the asker went away
│   └── RequestInvalid          its parameters or its text cannot be used
├── ListEntryInvalid        a line of a word list cannot be used
├── EngineDead              the model cannot go on; the engine is being restarted
├── DeliveryFailed          a reply could not reach its audience
└── StoreUnavailable        the database does not answer now; the conversation goes on without it
"""

from __future__ import annotations

from typing import ClassVar


class ConfabError(Exception):
    """Base of every error that Confab raises on purpose."""


class StartupError(ConfabError):
    """The program cannot start.

    Attributes:
        problem: What is wrong, naming the thing.
        cure: What the owner can do about it.
        exit_code: The process's exit status, one for each kind of failure.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, problem: str, *, cure: str) -> None:
        super().__init__(f"{problem} {cure}")
        self.problem = problem
        self.cure = cure


class SettingsInvalid(StartupError):
    """A variable is unknown, misspelt or out of bounds."""

    exit_code = 10


class TokenMissing(StartupError):
    """DISCORD_TOKEN is not set or does not have a token's form."""

    exit_code = 11


class TokenRefused(StartupError):
    """Discord does not accept the token."""

    exit_code = 12


class IntentNotGranted(StartupError):
    """A privileged intent is asked for that the developer portal has switched off."""

    exit_code = 13


class ModelNotFound(StartupError):
    """There is no such checkpoint in a folder or on the hub."""

    exit_code = 14


class ModelUnusable(StartupError):
    """The checkpoint is there but is not one that Confab can run."""

    exit_code = 15


class FolderNotWritable(StartupError):
    """A folder that Confab must write to cannot be written."""

    exit_code = 16


class PortTaken(StartupError):
    """Another program listens on the port."""

    exit_code = 17


class StoreUnusable(StartupError):
    """The database cannot be opened, or a newer Confab wrote it."""

    exit_code = 18


class PackageMissing(StartupError):
    """An optional package is needed for what was asked."""

    exit_code = 19


class RequestFailed(ConfabError):
    """This request failed; the next one may work."""


class QueueFull(RequestFailed):
    """The waiting line has no room; nothing was done for this request.

    Attributes:
        waiting: How many requests wait now.
    """

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} requests are waiting already")
        self.waiting = waiting


class DeadlineExceeded(RequestFailed):
    """The reply was not ready in the time that the request was given."""


class RequestCancelled(RequestFailed):
    """The asker went away before the reply was ready."""


class RequestInvalid(RequestFailed):
    """The request's parameters or text cannot be used by this model."""


class EngineDead(ConfabError):
    """The model cannot go on; requests fail until the engine has restarted."""


class DeliveryFailed(ConfabError):
    """A reply could not reach its audience; it counts as never said."""


class StoreUnavailable(ConfabError):
    """The database does not answer now; what needs it degrades instead of failing."""


class ListEntryInvalid(ConfabError):
    """A line of a word list cannot be used; what it says may be shown to its author.

    Attributes:
        entry: The line, shortened.
        problem: What is wrong with it.
    """

    def __init__(self, entry: str, problem: str) -> None:
        super().__init__(f'"{entry}" {problem}')
        self.entry = entry
        self.problem = problem
