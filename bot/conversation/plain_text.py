"""Chat markup as the plain line of words that a BlenderBot was trained on."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_CHARACTERS = 4000  # a Discord message's own limit with Nitro

_CUSTOM_EMOJI = re.compile(r"<a?:(\w{2,32}):\d{5,20}>")
_MENTION = re.compile(r"<(@!?|@&|#)(\d{5,20})>")
_TIMESTAMP = re.compile(r"<t:-?\d{1,13}(?::[tTdDfFR])?>")
_COMMAND_MENTION = re.compile(r"</([\w \-]{1,100}):\d{5,20}>")
_MASKED_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(<?https?://[^\s)>]{1,2000}>?\)")
_LINK = re.compile(r"<?https?://([^\s/>?#]{1,253})[^\s>]{0,2000}>?")
_FENCE = re.compile(r"```(?:[\w+-]{1,20}\n)?")
_EMPHASIS = re.compile(
    r"(?<!\w)(\*{1,3}|_{1,3}|~~|\|\|)(?=\S)|(?<=\S)(\*{1,3}|_{1,3}|~~|\|\|)(?!\w)"
)
_LINE_MARK = re.compile(r"^\s*(?:>{1,3}|#{1,3}|-#|[-*])\s+", re.MULTILINE)
_CONTROL_TOKEN = re.compile(r"</?s>|<(?:pad|unk|mask)>|__\w{1,12}__", re.IGNORECASE)
_PERSONA_MARK = re.compile(r"\b(your|partner'?s?) persona\s*:", re.IGNORECASE)


def plain_text(text: str, *, names: Mapping[int, str] | None = None) -> str:
    """Return ``text`` as one readable line for the model; it may be empty.

    Mentions become the names given in ``names``, custom emoji their name, links their host, and
    Markdown only its words. Nothing that is left can forge a turn or a control token: there are
    no newlines, no double spaces, no ``</s>``, ``<mask>`` or ``your persona:``.
    """
    names = names or {}
    line = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
    line = _CUSTOM_EMOJI.sub(r" \1 ", line)
    line = _MENTION.sub(_name_of(names), line)
    line = _TIMESTAMP.sub("then", line)
    line = _COMMAND_MENTION.sub(r"/\1", line)
    line = _MASKED_LINK.sub(r"\1", line)
    line = _LINK.sub(r"\1", line)
    line = _LINE_MARK.sub("", line)
    line = _FENCE.sub(" ", line).replace("`", "")
    line = _EMPHASIS.sub("", line)
    line = _without_forgeries(line)
    return " ".join(line.split())


def _name_of(names: Mapping[int, str]) -> Callable[[re.Match[str]], str]:
    def name(match: re.Match[str]) -> str:
        kind, snowflake = match.groups()
        fallback = {"#": "that channel", "@&": "everyone there"}.get(kind, "someone")
        return names.get(int(snowflake), fallback)

    return name


def _without_forgeries(line: str) -> str:
    """Take out control characters, control tokens and persona marks until none is left."""
    line = "".join(
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs", "Co", "Cn"} else c for c in line
    )
    while True:
        cleaned = _PERSONA_MARK.sub(r"\1 persona", _CONTROL_TOKEN.sub(" ", line))
        if cleaned == line:
            return line
        line = cleaned
