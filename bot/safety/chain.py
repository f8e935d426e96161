"""Asks the checks one after another and puts their verdicts together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from bot.safety.verdict import Verdict, strongest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.safety.decisions import DecisionLog
    from bot.safety.verdict import Match, Passage, SafetyCheck


class SafetyChain:
    """A check made of checks.

    The first that does not let the text pass ends the round. A text masked by one check is what
    the next one sees, so those that mask come last.

    Args:
        checks: In the order in which they are asked.
        decisions: Where whatever was not simply let through is noted.
    """

    def __init__(
        self, *, checks: Sequence[SafetyCheck], decisions: DecisionLog | None = None
    ) -> None:
        self._checks = tuple(checks)
        self._decisions = decisions

    async def check(self, passage: Passage) -> Verdict:
        """Judge ``passage`` by all checks in order."""
        matches: list[Match] = []
        current = passage
        for check in self._checks:
            verdict = await check.check(current)
            matches.extend(verdict.matches)
            if verdict.text != current.text:
                current = dataclasses.replace(current, text=verdict.text)
            if not verdict.passes:
                break
        verdict = Verdict(
            strongest(match.action for match in matches), current.text, tuple(matches)
        )
        if matches and self._decisions is not None:
            self._decisions.record(passage, verdict)
        return verdict
