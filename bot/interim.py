"""Stands in for safety until it has landed; to be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.safety.verdict import Action, Verdict

if TYPE_CHECKING:
    from bot.safety.verdict import Passage


class LetThrough:
    """Passes everything."""

    async def check(self, passage: Passage) -> Verdict:
        """Pass."""
        return Verdict(Action.ALLOW, passage.text)

    def instead(self, verdict: Verdict, *, channel_id: int) -> str:  # noqa: ARG002  # the port's
        """Return a refusal."""
        return "Let's talk about something else."

    def change_topic(self, *, channel_id: int) -> str:  # noqa: ARG002  # the port's
        """Return a topic."""
        return "Let's talk about something else: what made you smile today?"
