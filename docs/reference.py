"""Commands, settings and exit codes as text, so that documents about them cannot grow stale.

``python -m docs.reference`` rewrites them; a test fails where they differ.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from discord import app_commands
from discord.ext import commands

from bot import errors
from bot.__main__ import _parser as command_line
from config.guild_options import GuildOptions
from config.settings import ROOT, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pydantic.fields import FieldInfo

_ENV_HEADER = """\
# Confab's settings. Copy this file to .env and change what you need: everything has a default,
# and only `run` needs DISCORD_TOKEN. The environment wins over the file.
"""


def env_example() -> str:
    """Return the text of .env.example."""
    parts = [_ENV_HEADER]
    for name, field in Settings.model_fields.items():
        said = " ".join(filter(None, (field.description, _bounds(field))))
        comment = "\n".join(textwrap.wrap(said, 97, initial_indent="# ", subsequent_indent="# "))
        # The token is what a copy is filled in for; the rest shows its default and stays unset.
        mark = "" if name == "discord_token" else "#"
        parts.append(f"{comment}\n{mark}{name.upper()}={_default(field)}\n")
    return "\n".join(parts)


def settings_table() -> str:
    """Return the settings as a Markdown table."""
    rows = (
        f"| `{name.upper()}` | {_code(_default(field))} | {field.description} {_bounds(field)} |"
        for name, field in Settings.model_fields.items()
    )
    return "\n".join(("| Variable | Default | What it does |", "| --- | --- | --- |", *rows))


def options_table() -> str:
    """Return what one guild may change as a Markdown table."""
    rows = (
        f"| `{name}` | {_code(_default(field))} | {field.description} {_bounds(field)} |"
        for name, field in GuildOptions.model_fields.items()
    )
    return "\n".join(("| Option | Default | What it does |", "| --- | --- | --- |", *rows))


def exit_codes_table() -> str:
    """Return the exit codes as a Markdown table."""
    rows = (
        f"| {kind.exit_code} | `{kind.__name__}` | {(kind.__doc__ or '').strip()} |"
        for kind in startup_errors()
    )
    return "\n".join(("| Code | Name | Meaning |", "| --- | --- | --- |", *rows))


def programs_table() -> str:
    """Return the commands of ``python -m bot`` as a Markdown table."""
    rows = (
        f"| `python -m bot {name}` | {(program.description or '').rstrip('.')} |"
        for action in command_line()._actions  # noqa: SLF001  # argparse has no public way
        if isinstance(action.choices, dict)
        for name, program in action.choices.items()
    )
    return "\n".join(("| Command | What it does |", "| --- | --- |", *rows))


def commands_table() -> str:
    """Return the slash commands as a Markdown table."""
    rows = (
        f"| `/{name}` | {'admins' if for_admins else 'everyone'} | {description} |"
        for name, for_admins, description in sorted(slash_commands())
    )
    return "\n".join(("| Command | For | What it does |", "| --- | --- | --- |", *rows))


def slash_commands() -> Iterator[tuple[str, bool, str]]:
    """Yield the name, whether it is for admins, and the description of each slash command."""
    for file in sorted((ROOT / "cogs").glob("[!_]*.py")):
        module = import_module(f"cogs.{file.stem}")
        for _, cog in inspect.getmembers(module, inspect.isclass):
            if issubclass(cog, commands.Cog) and cog.__module__ == module.__name__:
                yield from _commands_of(cog)


def _commands_of(cog: type[commands.Cog]) -> Iterator[tuple[str, bool, str]]:
    prefix = f"{cog.__cog_group_name__} " if cog.__cog_is_app_commands_group__ else ""
    cog_needs = getattr(cog, "__discord_app_commands_default_permissions__", None)
    for root in cog.__cog_app_commands__:
        inside = root.walk_commands() if isinstance(root, app_commands.Group) else (root,)
        for command in inside:
            if isinstance(command, app_commands.Command):
                needs = (command.root_parent or command).default_permissions or cog_needs
                yield prefix + command.qualified_name, needs is not None, command.description


def startup_errors() -> tuple[type[errors.StartupError], ...]:
    """Return every kind of failure to start, by exit code."""
    return tuple(sorted(_kinds(errors.StartupError), key=lambda kind: kind.exit_code))


def filled_in(document: str) -> str:
    """Return ``document`` with each generated block brought up to date."""
    for name, write in _BLOCKS.items():
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = write().replace("\\", r"\\")
        document = block.sub(rf"\g<1>{text}\n\g<2>", document)
    return document


_BLOCKS: dict[str, Callable[[], str]] = {
    "programs": programs_table,
    "commands": commands_table,
    "settings": settings_table,
    "options": options_table,
    "exit codes": exit_codes_table,
}


def _kinds(kind: type[errors.StartupError]) -> Iterator[type[errors.StartupError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _kinds(child)


def _default(field: FieldInfo) -> str:
    match field.default:
        case None | ():
            return ""
        case bool(value):
            return str(value).lower()
        case value:
            return str(value)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _bounds(field: FieldInfo) -> str:
    choices = _choices(field.annotation)
    if choices:
        return f"One of {', '.join(choices)}."
    limits = {type(limit): limit for limit in _limits(field)}
    low = limits.get(Ge) or limits.get(Gt)
    high = limits.get(Le) or limits.get(Lt)
    if low is None or high is None:
        return ""
    least = low.ge if isinstance(low, Ge) else f"above {low.gt}"
    most = high.le if isinstance(high, Le) else f"below {high.lt}"
    return f"From {least} to {most}."


def _limits(field: FieldInfo) -> Iterator[Any]:
    yield from field.metadata
    for part in get_args(field.annotation):
        for extra in getattr(part, "__metadata__", ()):
            yield from getattr(extra, "metadata", ())


def _choices(annotation: Any) -> tuple[str, ...]:
    return tuple(map(str, get_args(annotation))) if get_origin(annotation) is Literal else ()


def main() -> None:
    """Rewrite .env.example and every document with a generated block."""
    (ROOT / ".env.example").write_text(env_example(), encoding="utf-8")
    for path in documents():
        before = path.read_text(encoding="utf-8")
        path.write_text(filled_in(before), encoding="utf-8")


def documents() -> tuple[Path, ...]:
    """Return the documents that may hold generated blocks."""
    return (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


if __name__ == "__main__":
    main()
