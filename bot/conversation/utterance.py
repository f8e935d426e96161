"""One thing said by one person, and what was said back: the values every other part passes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said, by ids only.

    Attributes:
        channel_id: The channel, thread or direct message: one conversation each.
        guild_id: The guild it belongs to; None in a direct message or a terminal.
        parent_id: The channel or forum that a thread hangs in; None elsewhere.
    """

    channel_id: int
    guild_id: int | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing that one person said, as plain readable text.

    Attributes:
        message_id: The id by which it can be edited or deleted later.
        author_id: Who said it.
        place: Where.
        text: One line, without Markdown, mentions resolved to names.
        said_at: When; timezone-aware.
    """

    message_id: int
    author_id: int
    place: Place
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """An utterance and the reply to it.

    Attributes:
        utterance: What the person said.
        reply: What was said back; None when nothing was, or when it has been taken back.
        reply_ids: The messages that carry the reply, empty until it was sent.
    """

    utterance: Utterance
    reply: str | None = None
    reply_ids: tuple[int, ...] = ()
