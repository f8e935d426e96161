"""The command line: run, demo, chat, check, safety."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from bot import safety_cli
from bot.bootstrap import begin_logging, model_choice, open_companion
from bot.diagnosis import diagnose
from bot.doctor import exit_code, usable_folder, usable_token
from bot.errors import SettingsInvalid, StartupError
from bot.generation.checkpoint import find_checkpoint
from bot.generation.loading import convert_model
from bot.generation.worker import THREAD_NAME
from bot.terminal import chat as converse, screen_for
from config.settings import SettingsProblem, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from config.settings import Settings

log = logging.getLogger(__name__)

DEMO_PORT = 8765
CRASHED = 70  # EX_SOFTWARE of sysexits.h


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the process's exit code.

    A start that fails is one line on stderr that says what is wrong and how to cure it; the codes
    are those of `bot.errors`.
    """
    options = _parser().parse_args(arguments)
    command: Callable[[Settings, argparse.Namespace], int] = options.command
    try:
        settings = load_settings()
        usable_folder(settings.data_dir)
        begin_logging(settings, quietly=command in QUIET)
        return command(settings, options)
    except SettingsProblem as problem:
        return _report(SettingsInvalid(str(problem), cure="See .env.example."))
    except StartupError as error:
        return _report(error)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0
    except Exception:
        log.exception("Confab has crashed")
        return CRASHED


def run(settings: Settings, _: argparse.Namespace) -> int:
    """Live on Discord until SIGTERM or SIGINT."""
    token = usable_token(settings.discord_token)
    asyncio.run(_live(settings, token))
    return 0


async def _live(settings: Settings, token: str) -> None:
    from bot.client import ConfabClient

    stop = _stop_signal()
    async with open_companion(settings, stop=stop) as companion:
        client = ConfabClient(
            services=companion.services,
            tree_hashes=companion.store.tree_hashes,
            shutdown_s=settings.shutdown_s,
        )
        await client.serve(token, stop=stop)


def demo(settings: Settings, options: argparse.Namespace) -> int:
    """Open a simulated Discord in the browser until SIGTERM or SIGINT."""
    from bot.demo import run_demo

    async def show() -> None:
        await run_demo(
            settings,
            port=options.port,
            open_browser=not options.no_browser,
            stop=_stop_signal(),
        )

    asyncio.run(show())
    return 0


def chat(settings: Settings, _: argparse.Namespace) -> int:
    """Talk in the terminal."""

    async def talk() -> None:
        async with open_companion(settings) as companion:
            await converse(companion.services.dialogue, screen_for(sys.stdin, sys.stdout))

    with _while_it_is_read():
        asyncio.run(talk())
    return 0


def check(settings: Settings, _: argparse.Namespace) -> int:
    """Look at everything that a start needs, and print what was found."""
    findings = asyncio.run(diagnose(settings))
    console = Console()
    for finding in findings:
        mark = "[green]ok[/green]  " if finding.error is None else "[red]fail[/red]"
        console.print(f"{mark} [bold]{finding.subject}[/bold]: ", end="", highlight=False)
        console.print(finding.remark, markup=False, highlight=False, soft_wrap=True)
    return exit_code(findings)


def safety(_: Settings, options: argparse.Namespace) -> int:
    """Judge lines of text."""
    with _while_it_is_read():
        safety_cli.run_safety(options, stdin=sys.stdin, stdout=sys.stdout, stderr=sys.stderr)
    return 0


def convert(settings: Settings, options: argparse.Namespace) -> int:
    """Convert a checkpoint for the fast engine, with a progress bar."""
    choice = model_choice(settings)
    checkpoint = find_checkpoint(
        options.model or settings.model, cache=choice.cache, starter=choice.starter
    )
    console = Console(stderr=True)
    with Progress(console=console) as bar:
        task = bar.add_task(checkpoint.name, total=1.0)
        folder = convert_model(
            choice,
            checkpoint,
            lambda what, part: bar.update(task, description=what, completed=part),
        )
    sys.stdout.write(f"{folder}\n")
    return 0


@contextmanager
def _while_it_is_read() -> Iterator[None]:
    """End quietly when whoever reads the output, such as `head`, has read enough."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered would fail again at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stop_signal() -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


QUIET = frozenset({chat, check, safety})  # a person reads their output


def _report(error: StartupError) -> int:
    sys.stderr.write(f"confab: {error}\n")
    return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="A companion for Discord.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: object, help_text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_text, description=f"{help_text}.")
        sub.set_defaults(command=command)
        return sub

    add("run", run, "live on Discord with DISCORD_TOKEN")
    show = add("demo", demo, "open a simulated Discord in the browser")
    show.add_argument("--port", type=int, default=DEMO_PORT, help="default: %(default)s")
    show.add_argument("--no-browser", action="store_true", help="only print the address")
    add("chat", chat, "talk in the terminal; reads lines from a pipe, too")
    add("check", check, "look at everything that a start needs")
    judge = add("safety", safety, "judge lines of text, one JSON verdict a line")
    safety_cli.add_arguments(judge)
    new = add("convert", convert, "convert a checkpoint for the fast engine")
    new.add_argument("model", nargs="?", help="a folder or a hub name; default: MODEL")
    return parser


def _leave(code: int) -> None:
    """End the process, without waiting for the threads of a model that is still being loaded."""
    sys.stdout.flush()
    sys.stderr.flush()
    if any(thread.name == THREAD_NAME for thread in threading.enumerate()):
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    _leave(main())
