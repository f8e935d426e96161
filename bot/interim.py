"""Stands in for safety and memory until they have landed; to be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.ports import Recollection
from bot.safety.verdict import Action, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.conversation.utterance import Utterance
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


class NoMemory:
    """Remembers nothing."""

    async def recall(self, utterance: Utterance) -> Recollection:  # noqa: ARG002  # the port's
        """Return nothing."""
        return Recollection()

    async def learn(self, utterance: Utterance) -> None:
        """Learn nothing."""

    async def unlearn(self, message_ids: Collection[int]) -> None:
        """Forget nothing."""

    async def forget_guild(self, guild_id: int) -> None:
        """Forget nothing."""
