"""Short ways to say things in tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.conversation.utterance import Place, Turn, Utterance

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ALICE, BOB = 100, 200


def said(  # noqa: PLR0917  # the parts of an utterance, in their order
    message_id: int,
    text: str = "hello",
    author_id: int = ALICE,
    channel_id: int = 1,
    guild_id: int | None = None,
    parent_id: int | None = None,
    at: datetime | None = None,
) -> Utterance:
    return Utterance(
        message_id=message_id,
        author_id=author_id,
        place=Place(channel_id, guild_id, parent_id),
        text=text,
        said_at=at or NOON + timedelta(seconds=message_id),
    )


def turn(utterance: Utterance, reply: str | None = "i see.", *reply_ids: int) -> Turn:
    return Turn(utterance, reply, reply_ids)
