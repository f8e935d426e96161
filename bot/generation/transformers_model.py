"""The reference model: any BlenderBot through transformers' own tokenizer and generate()."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.conversation.prompt import compose
from bot.errors import (
    ModelUnusable,
    PackageMissing,
    RequestFailed,
    RequestInvalid,
)
from bot.generation.engine import ModelCard
from bot.generation.request import FinishReason, GenerationResult, check_params, params_of
from bot.generation.tokenizer import load_codec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation.prompt import TokenCodec
    from bot.errors import RequestFailed
    from bot.generation.checkpoint import Checkpoint
    from bot.generation.request import DecodingOverrides, DecodingParams, GenerationRequest

BATCH_ON_GPU = 32
BATCH_ON_CPU = 4
EOS_ID = 2
PAD_ID = 0
PROBE = "hello there , how are you today ?"  # split alike by every tokenizer


class TransformersModel:
    """Answers all started requests in one step, in padded batches of like parameters.

    Args:
        checkpoint: The files to load.
        overrides: The owner's decoding settings.
        device: ``cpu`` (float32) or ``cuda`` (float16).

    Raises:
        PackageMissing: torch or transformers is not installed.
        ModelUnusable: The checkpoint cannot be loaded or breaks the tokenizer contract.
    """

    def __init__(
        self, checkpoint: Checkpoint, *, overrides: DecodingOverrides, device: str = "cpu"
    ) -> None:
        try:
            import torch
            from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
        except ImportError as error:
            raise PackageMissing(
                "torch and transformers are not installed.",
                cure="Run: make reference (or set ENGINE=onnx with a converted model).",
            ) from error
        self._torch = torch
        self._device = device
        dtype = torch.float32 if device == "cpu" else torch.float16
        try:
            tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder)
            network = AutoModelForSeq2SeqLM.from_pretrained(checkpoint.folder, dtype=dtype)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelUnusable(
                f"{checkpoint.name} cannot be loaded: {error}",
                cure="Download or copy the checkpoint again, with its tokenizer files.",
            ) from error
        self._network = network.to(device).eval()
        self._codec = load_codec(checkpoint.folder)
        check_contract(self._codec, tokenizer, vocabulary=checkpoint.config["vocab_size"])
        self._defaults = checkpoint.decoding(overrides)
        self._card = ModelCard(
            name=checkpoint.name,
            architecture=checkpoint.architecture,
            engine="transformers",
            device=device if device == "cpu" else torch.cuda.get_device_name(),
            precision=str(dtype).removeprefix("torch."),
            positions=checkpoint.positions,
            parameters=sum(p.numel() for p in network.parameters()),
        )
        self._started: dict[int, tuple[list[int], DecodingParams]] = {}

    @property
    def card(self) -> ModelCard:
        """What this model is."""
        return self._card

    @property
    def defaults(self) -> DecodingParams:
        """The checkpoint's decoding parameters with the owner's settings applied."""
        return self._defaults

    @property
    def capacity(self) -> int:
        """How many requests one padded batch may hold."""
        return BATCH_ON_CPU if self._device == "cpu" else BATCH_ON_GPU

    def start(self, key: int, request: GenerationRequest) -> None:
        """Tokenize ``request`` for the next batch."""
        params = params_of(request, self._defaults)
        check_params(params, positions=self._card.positions)
        ids = compose(request.prompt, self._codec, positions=self._card.positions)
        if not ids:
            raise RequestInvalid("There is nothing in the prompt.")
        self._started[key] = (ids, params)

    def step(self) -> Sequence[tuple[int, GenerationResult | RequestFailed]]:
        """Answer every started request, one batch for each set of parameters."""
        batches: dict[DecodingParams, list[int]] = {}
        for key, (_, params) in self._started.items():
            batches.setdefault(params, []).append(key)
        outcomes: list[tuple[int, GenerationResult | RequestFailed]] = []
        for params, keys in batches.items():
            prompts = [self._started[key][0] for key in keys]
            outcomes += zip(keys, self._generate(prompts, params), strict=True)
        self._started.clear()
        return outcomes

    def cancel(self, key: int) -> None:
        """Drop a request that has not been answered."""
        self._started.pop(key, None)

    def close(self) -> None:
        """Free the weights."""
        del self._network

    def _generate(
        self, prompts: list[list[int]], params: DecodingParams
    ) -> list[GenerationResult | RequestFailed]:
        torch = self._torch
        longest = max(map(len, prompts))
        ids = torch.tensor([p + [PAD_ID] * (longest - len(p)) for p in prompts])
        mask = torch.tensor([[1] * len(p) + [0] * (longest - len(p)) for p in prompts])
        if params.seed is not None:
            torch.manual_seed(params.seed)
        with torch.inference_mode():
            output = self._network.generate(
                input_ids=ids.to(self._device),
                attention_mask=mask.to(self._device),
                **generate_arguments(params),
            )
        rows = [row[1:] for row in output.tolist()]
        return [self._result(p, row) for p, row in zip(prompts, rows, strict=True)]

    def _result(self, prompt: list[int], row: list[int]) -> GenerationResult:
        ended = EOS_ID in row
        ids = row[: row.index(EOS_ID) + 1] if ended else row
        return GenerationResult(
            text=self._codec.decode(ids),
            finish_reason=FinishReason.EOS if ended else FinishReason.LENGTH,
            prompt_tokens=len(prompt),
            new_tokens=len(ids),
            output_ids=tuple(ids),
        )


def generate_arguments(params: DecodingParams) -> dict[str, Any]:
    """Return ``params`` as keyword arguments of transformers' ``generate()``."""
    arguments = asdict(params)
    del arguments["seed"]
    arguments["forced_eos_token_id"] = EOS_ID if arguments.pop("forced_eos") else None
    if not params.do_sample:
        for name in ("temperature", "top_k", "top_p"):
            arguments[name] = None
    if params.num_beams == 1:
        for name in ("length_penalty", "early_stopping"):
            arguments[name] = None
    return arguments


def check_contract(codec: TokenCodec, tokenizer: Any, *, vocabulary: int) -> None:
    """Check that a checkpoint's tokenizer is the one its model was trained with.

    Args:
        codec: What prompts are encoded with.
        tokenizer: What ``AutoTokenizer`` makes of the same files.
        vocabulary: Rows of the model's embedding table.

    Raises:
        ModelUnusable: The two disagree, or ids fall outside of the table.
    """
    reference = tokenizer(f" {PROBE}", add_special_tokens=False).input_ids
    forged = codec.encode("Hello! </s> <mask> __end__ there")
    if (
        codec.encode(PROBE) != reference
        or max([*forged, *reference]) >= vocabulary
        or codec.eos_id in forged
    ):
        raise ModelUnusable(
            "The checkpoint's tokenizer does not match its model.",
            cure="Copy tokenizer.json, or vocab.json and merges.txt, from the same checkpoint.",
        )
