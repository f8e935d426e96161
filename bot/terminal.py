"""The dialogue in a terminal: a prompt and colours for a person, bare lines for a pipe."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from rich.console import Console

from bot.conversation.plain_text import plain_text
from bot.conversation.utterance import Place, Utterance

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import TextIO

    from bot.dialogue import Dialogue
    from bot.generation.engine import Outlook

HERE = Place(channel_id=1)
ME = 1
FAREWELLS = frozenset({"/quit", "/exit"})


class Screen(Protocol):
    """Where a terminal's lines come from and replies go to."""

    def lines(self) -> AsyncIterator[str]:
        """Yield what is typed, line by line, until the input ends."""
        ...

    async def say(self, text: str) -> tuple[int, ...]:
        """Show a reply."""
        ...

    async def told_to_wait(self, outlook: Outlook) -> None:
        """A terminal has no line to wait in."""
        ...


class PipeScreen:
    """One utterance a line in, one reply a line out, nothing else.

    Args:
        source: Read to its end.
        sink: Flushed after every reply, so that a program on the other side can answer.
    """

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self._source = source
        self._sink = sink

    async def lines(self) -> AsyncIterator[str]:
        """Yield each line of the input."""
        while line := await asyncio.to_thread(self._source.readline):
            yield line

    async def say(self, text: str) -> tuple[int, ...]:
        """Write one line."""
        self._sink.write(" ".join(text.split()) + "\n")
        self._sink.flush()
        return (next_message_id(),)

    async def told_to_wait(self, outlook: Outlook) -> None:
        """Say nothing: a pipe has only replies."""


class PersonScreen:
    """A prompt, colours, and a mark that Confab is thinking."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def lines(self) -> AsyncIterator[str]:
        """Yield what the person types until /quit or the end of input."""
        self._console.print("[dim]Talk with Confab. /quit or Ctrl-D ends it.[/dim]")
        while (line := await self._typed()) is not None:
            yield line
        self._console.print("[dim]Goodbye![/dim]")

    async def say(self, text: str) -> tuple[int, ...]:
        """Show a reply."""
        self._console.print("[bold magenta]Confab[/bold magenta] ", end="")
        self._console.print(text, markup=False, highlight=False)
        return (next_message_id(),)

    async def told_to_wait(self, outlook: Outlook) -> None:
        """Say nothing: nobody else is in a terminal's line."""

    async def _typed(self) -> str | None:
        """Return the next line; its thread is left behind at Ctrl-C, as a key cannot be pressed."""
        line: Future[str | None] = Future()
        threading.Thread(target=self._fill, args=(line,), daemon=True).start()
        return await asyncio.wrap_future(line)

    def _fill(self, line: Future[str | None]) -> None:
        if line.set_running_or_notify_cancel():
            try:
                line.set_result(self._ask())
            except Exception as error:  # noqa: BLE001  # raised where the line is awaited
                line.set_exception(error)

    def _ask(self) -> str | None:
        try:
            line = self._console.input("[bold cyan]You[/bold cyan]    ")
        except EOFError:
            self._console.print()
            return None
        return None if line.strip() in FAREWELLS else line


def screen_for(source: TextIO, sink: TextIO) -> Screen:
    """Return the screen that fits: a person at a terminal, or a pipe."""
    if source.isatty() and sink.isatty():
        return PersonScreen(Console(file=sink))
    return PipeScreen(source, sink)


def next_message_id() -> int:
    """Return an id that is unique on this machine and grows with time, as Discord's do."""
    return time.time_ns() // 1000


async def chat(dialogue: Dialogue, screen: Screen) -> None:
    """Answer every line of ``screen`` until it ends."""
    async for line in screen.lines():
        text = plain_text(line)
        if not text:
            continue
        await dialogue.converse(
            Utterance(
                message_id=next_message_id(),
                author_id=ME,
                place=HERE,
                text=text,
                said_at=datetime.now(UTC),
            ),
            screen,
        )
