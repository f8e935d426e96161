"""The two seams of generation: what a dialogue awaits, and what the worker thread drives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.errors import RequestFailed
    from bot.generation.request import DecodingParams, GenerationRequest, GenerationResult


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a loaded model is, for ``/model``, ``/status`` and the logs.

    Attributes:
        name: The checkpoint's hub name or folder name.
        architecture: ``blenderbot`` or ``blenderbot-small``.
        engine: ``onnx`` or ``transformers``.
        device: ``cpu`` or the accelerator's name.
        precision: Such as ``int8`` or ``float32``.
        positions: The longest input and output, in ids.
        parameters: How many weights it has.
    """

    name: str
    architecture: str
    engine: str
    device: str
    precision: str
    positions: int
    parameters: int


class Model(Protocol):
    """A model that works in steps; every method is called from one thread only.

    Requests join between two steps and leave when they are finished, so that many share the
    weights that a step reads. A model that cannot do so answers whole batches in one step.
    """

    @property
    def card(self) -> ModelCard:
        """What this model is."""
        ...

    @property
    def defaults(self) -> DecodingParams:
        """The checkpoint's decoding parameters with the owner's settings applied."""
        ...

    @property
    def capacity(self) -> int:
        """How many requests may be under way at once."""
        ...

    def start(self, key: int, request: GenerationRequest) -> None:
        """Tokenize ``request`` and let it take part in the next step under ``key``.

        Raises:
            RequestInvalid: The request cannot be run; nothing else is affected.
        """
        ...

    def step(self) -> Sequence[tuple[int, GenerationResult | RequestFailed]]:
        """Move every request on and return those that ended, each once.

        Raises:
            Exception: Anything raised here means that the model is unusable.
        """
        ...

    def cancel(self, key: int) -> None:
        """Drop a request; its place is free before the next step. Unknown keys are ignored."""
        ...

    def close(self) -> None:
        """Free what the model holds."""
        ...


class EngineState(StrEnum):
    """Where an engine is in its life."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """An engine's pulse.

    Attributes:
        state: Where it is in its life.
        waiting: Requests in the line.
        running: Requests under way.
        typical_s: A reply's usual time at the moment, in seconds; 0 before the first.
        restarts: How often the model died and was loaded again.
        answered: Replies since the start.
    """

    state: EngineState
    waiting: int
    running: int
    typical_s: float
    restarts: int
    answered: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a new request has before it.

    Attributes:
        ahead: Requests that would be answered earlier.
        wait_s: Seconds until its reply is likely ready; 0 when not known yet.
    """

    ahead: int
    wait_s: float


class Engine(Protocol):
    """What a dialogue sees of generation."""

    async def generate(self, request: GenerationRequest) -> GenerationResult:
        """Return the reply to ``request``; cancelling the awaiting task frees its place.

        Raises:
            QueueFull: The line has no room; raised at once.
            DeadlineExceeded: Not answered within ``request.deadline_s``.
            RequestFailed: This request cannot be answered; the next one may.
            EngineDead: The model died under it or is not up.
        """
        ...

    def outlook(self) -> Outlook:
        """Return what a request admitted now would have before it."""
        ...

    def health(self) -> EngineHealth:
        """Return the engine's pulse; never waits."""
        ...

    @property
    def card(self) -> ModelCard | None:
        """The loaded model, or None while there is none."""
        ...
