"""What goes into the engine and what comes out: plain values, no tensor and no Discord."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict

from bot.errors import RequestInvalid

if TYPE_CHECKING:
    from bot.conversation.prompt import Prompt

SHORTEST_OUTPUT = 2  # the start token and one more


@dataclass(frozen=True, slots=True)
class DecodingParams:
    """How a reply is searched for, with transformers' names and meanings.

    Lengths count the decoder's start token, as transformers does: ``min_length=20`` allows eos
    from the 21st id on. Defaults are transformers' own, a checkpoint brings its values.

    Attributes:
        num_beams: Beams searched side by side; 1 is greedy or sampling.
        do_sample: Draw tokens instead of taking the best.
        min_length: No eos before this many ids.
        max_length: The longest output in ids, eos forced as its last where the model says so.
        length_penalty: Exponent of the length that a beam's score is divided by.
        early_stopping: Stop as soon as ``num_beams`` hypotheses are finished.
        no_repeat_ngram_size: No n-gram of the reply occurs twice; 0 allows all.
        encoder_no_repeat_ngram_size: No n-gram of the input occurs in the reply; 0 allows all.
        repetition_penalty: Above 1, tokens already said become less likely.
        temperature: Divides the scores before sampling.
        top_k: Sample among the k likeliest; 0 for all.
        top_p: Sample among the likeliest that reach this probability together.
        seed: Makes sampling repeatable; None draws anew each time.
        forced_eos: Whether the last id of an output of ``max_length`` is eos.
    """

    num_beams: int = 1
    do_sample: bool = False
    min_length: int = 0
    max_length: int = 20
    length_penalty: float = 1.0
    early_stopping: bool = False
    no_repeat_ngram_size: int = 0
    encoder_no_repeat_ngram_size: int = 0
    repetition_penalty: float = 1.0
    temperature: float = 1.0
    top_k: int = 50
    top_p: float = 1.0
    seed: int | None = None
    forced_eos: bool = True


class DecodingOverrides(TypedDict, total=False):
    """The decoding parameters that differ from the checkpoint's own."""

    num_beams: int
    do_sample: bool
    min_length: int
    max_length: int
    length_penalty: float
    early_stopping: bool
    no_repeat_ngram_size: int
    encoder_no_repeat_ngram_size: int
    repetition_penalty: float
    temperature: float
    top_k: int
    top_p: float
    seed: int | None


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One reply asked for.

    Attributes:
        prompt: The conversation that the reply answers.
        channel_id: Requests of one channel are answered in their order.
        asker_id: The line is fair between askers.
        overrides: Decoding parameters that differ from the model's defaults.
        deadline_s: Seconds from admission after which the asker is told that it took too long.
    """

    prompt: Prompt
    channel_id: int
    asker_id: int
    overrides: DecodingOverrides = field(default_factory=DecodingOverrides)
    deadline_s: float = 60.0


class FinishReason(StrEnum):
    """Why a reply ended."""

    EOS = "eos"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class GenerationResult:
    """One reply.

    Attributes:
        text: The reply, readable, without special tokens.
        finish_reason: Why it ended.
        prompt_tokens: Input ids, eos counted.
        new_tokens: Output ids without the start token, eos counted.
        score: The winning beam's length-penalised log-probability; None when sampled or greedy.
        output_ids: The output ids without the start token.
    """

    text: str
    finish_reason: FinishReason
    prompt_tokens: int
    new_tokens: int
    score: float | None = None
    output_ids: tuple[int, ...] = ()


def params_of(request: GenerationRequest, defaults: DecodingParams) -> DecodingParams:
    """Return the model's ``defaults`` with the request's overrides applied.

    A guild that likes long replies may ask for more than the owner's longest: the latter holds.
    """
    params = replace(defaults, **request.overrides)
    return replace(params, min_length=min(params.min_length, params.max_length))


def check_params(params: DecodingParams, *, positions: int) -> None:
    """Refuse parameters that no BlenderBot of this size can run.

    Raises:
        RequestInvalid: A parameter is out of bounds; the text names it.
    """
    bounds = {
        "num_beams": params.num_beams >= 1,
        "max_length": SHORTEST_OUTPUT <= params.max_length <= positions,
        "min_length": 0 <= params.min_length <= params.max_length,
        "temperature": params.temperature > 0,
        "top_p": 0 < params.top_p <= 1,
        "top_k": params.top_k >= 0,
        "repetition_penalty": params.repetition_penalty > 0,
        "no_repeat_ngram_size": params.no_repeat_ngram_size >= 0,
        "encoder_no_repeat_ngram_size": params.encoder_no_repeat_ngram_size >= 0,
    }
    wrong = [name for name, holds in bounds.items() if not holds]
    if wrong:
        msg = f"Out of bounds: {', '.join(f'{n}={getattr(params, n)}' for n in wrong)}."
        raise RequestInvalid(msg)
