"""The command `safety`: judges lines of text, so that owners can try their lists on old logs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.errors import SettingsInvalid
from bot.safety.entries import Entry, parse_list
from bot.safety.guild_lists import InMemoryGuildLists
from bot.safety.keywords import KeywordCheck
from bot.safety.lexicon import Lexicon
from bot.safety.shipped import ShippedLists, load_shipped_lists
from bot.safety.verdict import Passage, Side

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from bot.safety.verdict import Match, SafetyCheck, Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``python -m bot safety``."""
    parser.add_argument("--file", type=Path, help="read lines from here instead of standard input")
    parser.add_argument("--list", type=Path, help="a word list to add, one entry a line")
    parser.add_argument("--only", action="store_true", help="use --list without the shipped lists")
    parser.add_argument("--reply", action="store_true", help="judge lines as the bot's own")


def run_safety(
    options: argparse.Namespace, *, stdin: TextIO, stdout: TextIO, stderr: TextIO
) -> int:
    """Judge each line and print one JSON object for each; return the exit code.

    Lines of a list that cannot be used are named on ``stderr`` and left out.

    Raises:
        SettingsInvalid: A file cannot be read.
    """
    shipped = load_shipped_lists()
    own = [] if options.list is None else _own_entries(options.list, stderr)
    entries = (*(() if options.only else shipped.entries), *own)
    check = KeywordCheck(
        lexicon=Lexicon(ordinary=shipped.ordinary),
        shipped=ShippedLists(entries, shipped.exceptions, shipped.ordinary),
        guild_lists=InMemoryGuildLists(),
    )
    side = Side.REPLY if options.reply else Side.UTTERANCE
    if options.file is None:
        asyncio.run(judge_lines(stdin, stdout, check=check, side=side))
        return 0
    try:
        with options.file.open(encoding="utf-8", errors="replace") as lines:
            asyncio.run(judge_lines(lines, stdout, check=check, side=side))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SettingsInvalid(f"{options.file} cannot be read.", cure="Check --file.") from error
    return 0


async def judge_lines(
    lines: Iterable[str], stdout: TextIO, *, check: SafetyCheck, side: Side
) -> None:
    """Write the verdict on each line as one JSON object."""
    for number, line in enumerate(lines, start=1):
        verdict = await check.check(Passage(line.rstrip("\r\n"), side))
        stdout.write(json.dumps({"line": number, **described(verdict)}, ensure_ascii=False) + "\n")


def described(verdict: Verdict) -> dict[str, object]:
    """Return a verdict as JSON has it; its strongest match stands at the top."""
    strongest = next((one for one in verdict.matches if one.action is verdict.action), None)
    top = (
        {"category": None, "entry": None, "span": None} if strongest is None else _match(strongest)
    )
    return {
        "verdict": verdict.action.value,
        **top,
        "matches": [{"action": one.action.value, **_match(one)} for one in verdict.matches],
    }


def _match(match: Match) -> dict[str, object]:
    return {"category": match.category, "entry": match.entry, "span": [match.start, match.end]}


def _own_entries(path: Path, stderr: TextIO) -> list[Entry]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f"{path} cannot be read.", cure="Check --list.") from error
    entries, problems = parse_list(lines)
    stderr.writelines(f"{path}: {problem}\n" for problem in problems)
    return entries
