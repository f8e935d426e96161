"""An audience that writes down what it hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import DeliveryFailed

if TYPE_CHECKING:
    from bot.generation.engine import Outlook


class RecordingAudience:
    def __init__(self, *, first_id: int = 9000, is_deaf: bool = False) -> None:
        self.heard: list[str] = []
        self.outlooks: list[Outlook] = []
        self.is_deaf = is_deaf
        self._next_id = first_id

    async def say(self, text: str) -> tuple[int, ...]:
        if self.is_deaf:
            raise DeliveryFailed
        self.heard.append(text)
        self._next_id += 1
        return (self._next_id,)

    async def told_to_wait(self, outlook: Outlook) -> None:
        self.outlooks.append(outlook)
