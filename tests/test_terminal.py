"""A pipe gets one reply a line, a person gets a prompt."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from typing_extensions import override

from bot.generation.engine import Outlook
from bot.terminal import PersonScreen, PipeScreen, chat, screen_for
from tests.fakes.pipeline import Pipeline

if TYPE_CHECKING:
    import pytest


class Tty(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


async def test_a_pipe_gets_one_reply_a_line_and_nothing_else() -> None:
    pipeline, sink = Pipeline(), io.StringIO()

    await chat(pipeline.dialogue, PipeScreen(io.StringIO("hello\n\n  \nbye\n"), sink))

    assert sink.getvalue() == "You said: hello\nYou said: bye\n"
    assert pipeline.engine.prompts[1].messages == ("hello", "You said: hello", "bye")


async def test_a_person_gets_a_prompt_until_they_quit(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline, sink = Pipeline(), io.StringIO()
    console = Console(file=sink, width=80)
    typed = iter(["hello [b]you[/b]", "/quit"])
    monkeypatch.setattr(console, "input", lambda _: next(typed))

    await chat(pipeline.dialogue, PersonScreen(console))

    assert "Confab You said: hello [b]you[/b]" in sink.getvalue()
    assert "Goodbye!" in sink.getvalue()


async def test_the_end_of_input_ends_the_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_: object) -> str:
        raise EOFError

    console = Console(file=io.StringIO())
    monkeypatch.setattr(console, "input", end)

    await chat(Pipeline().dialogue, PersonScreen(console))


async def test_nobody_waits_in_a_terminals_line() -> None:
    outlook = Outlook(ahead=1, wait_s=9)

    for screen in (PipeScreen(io.StringIO(), io.StringIO()), PersonScreen(Console())):
        await screen.told_to_wait(outlook)


def test_the_screen_fits_what_it_is_connected_to() -> None:
    assert isinstance(screen_for(io.StringIO(), io.StringIO()), PipeScreen)
    assert isinstance(screen_for(Tty(), Tty()), PersonScreen)
