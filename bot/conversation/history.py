"""What a conversation has held so far, and the form in which the model is shown it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.conversation.utterance import Turn


def alternate(turns: Sequence[Turn], newest: str) -> tuple[str, ...]:
    """Fold ``turns`` and the newest utterance into strictly alternating messages.

    Utterances that follow each other without a reply between them, from one person or several,
    become one message of several lines, as BlenderBot's training data has it. The result starts
    and ends with the people's side.
    """
    messages: list[str] = []
    open_lines: list[str] = []
    for turn in turns:
        open_lines.append(turn.utterance.text)
        if turn.reply is not None:
            messages += ["\n".join(open_lines), turn.reply]
            open_lines = []
    return (*messages, "\n".join([*open_lines, newest]))


def with_turn(turns: Sequence[Turn], turn: Turn) -> tuple[Turn, ...]:
    """Return ``turns`` with ``turn`` as the newest, or in the place of one of the same message."""
    message_id = turn.utterance.message_id
    if all(earlier.utterance.message_id != message_id for earlier in turns):
        return (*turns, turn)
    return tuple(turn if t.utterance.message_id == message_id else t for t in turns)


def edited(turns: Sequence[Turn], message_id: int, text: str) -> tuple[Turn, ...]:
    """Return ``turns`` with one utterance's words replaced.

    The reply to the old words goes, since it may repeat them; a blank ``text`` removes the turn.
    """
    if not text:
        return without(turns, {message_id})
    return tuple(
        replace(turn, utterance=replace(turn.utterance, text=text), reply=None, reply_ids=())
        if turn.utterance.message_id == message_id and turn.utterance.text != text
        else turn
        for turn in turns
    )


def without(turns: Sequence[Turn], message_ids: Collection[int]) -> tuple[Turn, ...]:
    """Return ``turns`` without these messages.

    An utterance takes the reply to it along, which may repeat its words; a deleted reply leaves
    the utterance.
    """
    kept = []
    for turn in turns:
        if turn.utterance.message_id in message_ids:
            continue
        gone = any(reply_id in message_ids for reply_id in turn.reply_ids)
        kept.append(replace(turn, reply=None, reply_ids=()) if gone else turn)
    return tuple(kept)


def without_author(turns: Sequence[Turn], author_id: int) -> tuple[Turn, ...]:
    """Return ``turns`` without what one person said and what was said back to it."""
    return tuple(turn for turn in turns if turn.utterance.author_id != author_id)
