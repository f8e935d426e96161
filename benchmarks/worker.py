"""A way in a process of its own: its memory is its own, and rounds can be interleaved."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from benchmarks.loop_lag import LoopLag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from benchmarks.ways import Way

MEBIBYTE = 1024


class Worker:
    """A process that has loaded one way.

    Args:
        kind: ``transformers`` or ``ours``.
        folder: The checkpoint, or the converted one.
        options: What the way's constructor takes.
    """

    def __init__(self, kind: str, folder: Path, **options: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        arguments = (other, kind, folder, options, time.time())
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        self.started: dict[str, float] = self._receive()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pipe.send(("stop",))
        self._process.join()

    def answer(self, prompts: Sequence[list[int]], beams: int) -> list[float]:
        """Return when each reply was there."""
        ends: list[float] = self._ask("answer", prompts, beams)
        return ends

    def reply(self, prompt: list[int]) -> list[int]:
        """Return a reply's ids."""
        ids: list[int] = self._ask("reply", prompt)
        return ids

    def lag(self, prompts: Sequence[list[int]], beams: int, where: str) -> dict[str, float]:
        """Return the event loop's lateness while a reply is made ``inline`` or in a ``thread``."""
        late: dict[str, float] = self._ask("lag", prompts, beams, where)
        return late

    def memory(self) -> dict[str, int]:
        """Return the process's resident and its largest resident memory, in MiB."""
        sizes: dict[str, int] = self._ask("memory")
        return sizes

    def _ask(self, *command: Any) -> Any:
        self._pipe.send(command)
        return self._receive()

    def _receive(self) -> Any:
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _serve(
    pipe: Connection, kind: str, folder: Path, options: dict[str, Any], spawned: float
) -> None:
    try:
        way, started = _load(kind, folder, options, spawned)
    except Exception as error:  # noqa: BLE001 - handed to the asking process
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))
        return
    pipe.send(started)
    while True:
        name, *arguments = pipe.recv()
        if name == "stop":
            return
        if name == "memory":
            pipe.send(_memory())
        elif name == "lag":
            pipe.send(asyncio.run(_lag(way, *arguments)))
        else:
            pipe.send(getattr(way, name)(*arguments))


def _load(
    kind: str, folder: Path, options: dict[str, Any], spawned: float
) -> tuple[Way, dict[str, float]]:
    running = time.time()
    if kind == "transformers":
        import torch
        import transformers

        from benchmarks.ways import Transformers as Chosen

        torch.set_num_threads(os.cpu_count() or 1)
        log: Any = transformers.logging
        log.set_verbosity_error()
        log.disable_progress_bar()
    else:
        from benchmarks.ways import Ours as Chosen  # type: ignore[assignment]  # the other way
    imported, resident = time.time(), _memory()["resident"]
    way: Way = Chosen(folder, **options)
    loaded = time.time()
    way.reply([5, 6, 2])
    return way, {
        "python_s": running - spawned,
        "import_s": imported - running,
        "load_s": loaded - imported,
        "first_reply_s": time.time() - loaded,
        "whole_s": time.time() - spawned,
        "imported_mib": resident,
        "resident_mib": _memory()["resident"],
    }


def _memory() -> dict[str, int]:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - not a file
        lines = dict(line.split(":", 1) for line in status)
    sizes = {"resident": "VmRSS", "peak": "VmHWM"}
    return {name: int(lines[key].split()[0]) // MEBIBYTE for name, key in sizes.items()}


async def _lag(way: Way, prompts: list[list[int]], beams: int, where: str) -> dict[str, float]:
    async with LoopLag() as meter:
        await asyncio.sleep(0.05)
        if where == "inline":
            way.answer(prompts, beams)
        else:
            await asyncio.to_thread(way.answer, prompts, beams)
    return asdict(meter.lag)
