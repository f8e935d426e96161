"""Which dialogues are never trained on: chosen by their words, before any slot is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from training.dialogue import Dialogue

HELD_OUT_PER_CENT = 3


def is_held_out(dialogue: Dialogue) -> bool:
    """Claim a dialogue for the held-out side.

    The choice hangs on the dialogue's own words alone, so that adding dialogues never moves
    another one across the line.
    """
    return int(dialogue.fingerprint[:8], 16) % 100 < HELD_OUT_PER_CENT


def divide(dialogues: Iterable[Dialogue]) -> tuple[list[Dialogue], list[Dialogue]]:
    """Return the dialogues to train on and those held out.

    A dialogue that shares a reply with one held out is left out of both: it would tell.
    """
    everything = list(dialogues)
    held = [d for d in everything if is_held_out(d)]
    told = {reply for d in held for e in d.exchanges for reply in e.replies}
    train = [
        d
        for d in everything
        if not is_held_out(d) and told.isdisjoint(r for e in d.exchanges for r in e.replies)
    ]
    return train, held
