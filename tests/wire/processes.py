"""The bot and the stand-in as processes of their own, to be signalled and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.wire.driver import Discord
from tests.wire.standin import HOST, TOKEN
from tests.wire.town import Town

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 20.0
LOOK_AGAIN_S = 0.05


class Program:
    """A Python module run as a process; what it prints goes to ``log``.

    Args:
        module: Such as ``tests.wire.run_bot``.
        arguments: Its command line.
        folder: Where it runs; no ``.env`` of the developer's is there.
        settings: Its environment, beside what Python needs.
    """

    def __init__(
        self, module: str, *arguments: str, folder: Path, settings: Mapping[str, str]
    ) -> None:
        self.log = folder / f"{module}.log"
        self._command = [sys.executable, "-m", module, *arguments]
        self._folder = folder
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    @property
    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()

    async def start(self) -> None:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with self.log.open("a") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self._folder,
                env={**inherited, "PYTHONPATH": str(ROOT), **self._settings},
                stdout=log,
                stderr=log,
            )

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def ended(self, *, timeout_s: float = PATIENCE_S) -> int:
        """Return the exit status."""
        async with asyncio.timeout(timeout_s):
            return await self.process.wait()

    async def has_said(self, words: str) -> None:
        """Return when ``words`` stand in the log, which only looking again can tell."""
        for _ in range(int(PATIENCE_S / LOOK_AGAIN_S)):
            if any(words in line for line in self.lines):
                return
            await asyncio.sleep(LOOK_AGAIN_S)
        msg = f"{words!r} is not among {self.lines}"
        raise AssertionError(msg)

    async def kill(self) -> None:
        """Kill it with -9, if it still runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()


class BotProcess(Program):
    """The real bot on the stand-in at ``address``.

    Args:
        address: The stand-in's.
        folder: Its data folder is there too and outlives it.
        delay_s: How long the scripted model takes; None for the starter model.
        settings: Further settings by their variable's name.
    """

    def __init__(
        self,
        address: str,
        folder: Path,
        *,
        delay_s: float | None,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        scripted = [] if delay_s is None else ["--scripted-delay", str(delay_s)]
        super().__init__(
            "tests.wire.run_bot",
            *("--address", address, *scripted),
            folder=folder,
            settings={"DISCORD_TOKEN": TOKEN, "DATA_DIR": str(folder / "data"), **settings},
        )


class StandInProcess(Program):
    """The stand-in on a fixed port, with what it received on disk."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port: int = probe.getsockname()[1]
        self.journal = folder / "received.jsonl"
        super().__init__(
            "tests.wire.serve",
            *("--port", str(self.port), "--journal", str(self.journal)),
            folder=folder,
            settings={},
        )

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def driver(self) -> Discord:
        return Discord(world=Town().world, control=RemoteControl(self.address))


class RemoteControl:
    """A stand-in in another process, asked over HTTP; patient while it starts."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def __call__(self, action: str, **parameters: Any) -> Any:
        no_limit = aiohttp.ClientTimeout(total=None)  # whoever asks sets a limit
        async with aiohttp.ClientSession(timeout=no_limit) as session:
            for _ in range(int(PATIENCE_S / LOOK_AGAIN_S)):
                try:
                    return await self._ask(session, action, parameters)
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(LOOK_AGAIN_S)
            return await self._ask(session, action, parameters)

    async def _ask(
        self, session: aiohttp.ClientSession, action: str, parameters: dict[str, Any]
    ) -> Any:
        url = f"{self._address}/control/{action}"
        async with session.post(url, json=parameters) as response:
            response.raise_for_status()
            return await response.json()
