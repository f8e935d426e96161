"""An engine without a model: it remembers every prompt and says what it is told to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.generation.engine import EngineHealth, EngineState, ModelCard, Outlook
from bot.generation.request import FinishReason, GenerationResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.conversation.prompt import Prompt
    from bot.generation.request import GenerationRequest

CARD = ModelCard(
    name="scripted",
    architecture="blenderbot",
    engine="scripted",
    device="cpu",
    precision="float32",
    positions=128,
    parameters=0,
)


def echo(prompt: Prompt) -> str:
    return f"You said: {prompt.messages[-1]}"


class ScriptedEngine:
    """Answers at once with ``script(prompt)``; hold the gate to keep requests under way."""

    def __init__(self, script: Callable[[Prompt], str] = echo) -> None:
        self.script = script
        self.requests: list[GenerationRequest] = []
        self.asked: asyncio.Queue[GenerationRequest] = asyncio.Queue()
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.card: ModelCard | None = CARD
        self.cancelled = 0
        self.waiting = 0
        self.typical_s = 0.0

    @property
    def prompts(self) -> list[Prompt]:
        return [request.prompt for request in self.requests]

    @property
    def seen(self) -> str:
        """Every word that any model input has held."""
        return "\n".join("\n".join((*p.persona, *p.messages)) for p in self.prompts)

    async def generate(self, request: GenerationRequest) -> GenerationResult:
        self.requests.append(request)
        self.asked.put_nowait(request)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        text = self.script(request.prompt)
        return GenerationResult(
            text=text, finish_reason=FinishReason.EOS, prompt_tokens=1, new_tokens=1
        )

    def outlook(self) -> Outlook:
        return Outlook(ahead=self.waiting, wait_s=self.waiting * self.typical_s)

    def health(self) -> EngineHealth:
        return EngineHealth(
            state=EngineState.READY,
            waiting=self.waiting,
            running=0,
            typical_s=self.typical_s,
            restarts=0,
            answered=len(self.requests),
        )
