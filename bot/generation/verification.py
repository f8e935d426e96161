"""Whether a converted model still is the checkpoint: its log-probabilities and its replies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.conversation.prompt import Prompt, compose
from bot.errors import ModelUnusable, PackageMissing
from bot.generation.checkpoint import open_checkpoint
from bot.generation.onnx_model import OnnxModel
from bot.generation.transformers_model import generate_arguments

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.generation.checkpoint import Checkpoint

VERIFICATION = "verification.json"
# Mean difference of a log-probability above which a conversion is refused. float32 differs by
# the order of additions only; int8 of a healthy model stays under 0.05.
_TOLERANCE = {"float32": 1e-3, "int8": 0.5}
_THREADS = 2
_BATCH = 4

PROMPTS = (
    "Hello! How are you today?",
    "I just came back from a long walk with my dog.",
    "Do you like coffee or tea?",
    "My name is Jackson, and I'm studying Computer Science.",
    "What did you do last weekend?",
    "I am so tired of all this rain.",
    "Can you recommend me a book?",
    "My sister is getting married next month.",
    "I have been learning to play the piano.",
    "What is your favourite food?",
    "I lost my keys again this morning.",
    "We are moving to a new city in the summer.",
    "Have you ever been to the sea?",
    "I think my cat does not like me.",
    "That film last night was really scary.",
    "Tell me something about yourself.",
    "I got the job!",
    "It is my birthday today.",
    "Why is the sky blue?",
    "Good night, see you tomorrow.",
)


def verify(checkpoint: Checkpoint, folder: Path) -> dict[str, Any]:
    """Return how the model in ``folder`` differs from ``checkpoint`` run by transformers.

    Raises:
        ModelUnusable: It differs more than its precision explains.
        PackageMissing: transformers is not installed.
    """
    model = OnnxModel(open_checkpoint(folder), overrides={}, threads=_THREADS, capacity=_BATCH)
    prompts = [
        compose(Prompt((text,)), model.codec, positions=model.card.positions) for text in PROMPTS
    ]
    replies, expected = _reference(checkpoint, prompts, model)
    differences = np.concatenate(
        [
            np.abs(model.log_probabilities(prompt, reply) - known)
            for prompt, reply, known in zip(prompts, replies, expected, strict=True)
        ]
    )
    own = [list(model.reply(prompt).output_ids) for prompt in prompts]
    precision = model.card.precision
    model.close()
    figures = {
        "precision": precision,
        "tokens": len(differences),
        "mean_difference": float(differences.mean()),
        "p95_difference": float(np.percentile(differences, 95)),
        "largest_difference": float(differences.max()),
        "replies": len(own),
        "equal_replies": sum(a == b for a, b in zip(own, replies, strict=True)),
    }
    if not differences.mean() < _TOLERANCE[precision]:
        raise ModelUnusable(
            f"The converted {checkpoint.name} differs from the checkpoint ({figures}).",
            cure="Set PRECISION=float32 or ENGINE=transformers, and please report this model.",
        )
    return figures


def _reference(
    checkpoint: Checkpoint, prompts: Sequence[list[int]], model: OnnxModel
) -> tuple[list[list[int]], list[np.ndarray[Any, np.dtype[np.float32]]]]:
    """Return transformers' replies, and the log-probability of each of their tokens."""
    try:
        import torch
        from transformers import AutoModelForSeq2SeqLM
    except ImportError as error:
        raise PackageMissing(
            "Checking a converted model needs torch and transformers.",
            cure="Run: make reference.",
        ) from error
    network = AutoModelForSeq2SeqLM.from_pretrained(checkpoint.folder, dtype=torch.float32).eval()
    arguments = generate_arguments(replace(model.defaults, do_sample=False))
    replies, probabilities = [], []
    with torch.inference_mode():
        for prompt in prompts:
            source = torch.tensor([prompt])
            output = network.generate(input_ids=source, **arguments)
            logits = network(input_ids=source, decoder_input_ids=output[:, :-1]).logits[0]
            known = logits.log_softmax(-1).gather(1, output[0, 1:, None])[:, 0]
            replies.append(output[0, 1:].tolist())
            probabilities.append(known.numpy())
    return replies, probabilities
