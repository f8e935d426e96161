"""In float32 the fast engine's replies are transformers' replies, id for id."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings, strategies as st
from transformers import AutoModelForSeq2SeqLM

from bot.errors import RequestInvalid
from bot.generation.checkpoint import open_checkpoint
from bot.generation.export import convert
from bot.generation.onnx_model import OnnxModel
from bot.generation.transformers_model import generate_arguments
from tests.generation.toy import source_batch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.generation.request import DecodingParams, GenerationResult

LENGTHS = (3, 5, 8, 11, 14, 17, 20, 25, 30, 40)
INPUTS_EACH = 50


@dataclass(frozen=True)
class Pair:
    """A trained toy model run by transformers and by us."""

    network: Any
    model: OnnxModel

    def expected(self, inputs: torch.Tensor, params: DecodingParams) -> list[list[int]]:
        """Return the reference's replies to inputs of one length, cut after eos."""
        with torch.inference_mode():
            output = self.network.generate(input_ids=inputs, **generate_arguments(params))
        return [_until_eos(row) for row in output[:, 1:].tolist()]


def _until_eos(ids: list[int]) -> list[int]:
    return ids[: ids.index(2) + 1] if 2 in ids else ids


@pytest.fixture(scope="module", params=["trained_blenderbot", "trained_small"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder: Path = request.getfixturevalue(request.param)
    loader: Any = AutoModelForSeq2SeqLM
    exported = convert(
        open_checkpoint(folder), cache=tmp_path_factory.mktemp("cache"), precision="float32"
    )
    model = OnnxModel(open_checkpoint(exported), overrides={}, threads=1, capacity=16)
    return Pair(network=loader.from_pretrained(folder, dtype=torch.float32).eval(), model=model)


@dataclass(frozen=True)
class Case:
    inputs: list[list[int]]
    expected: list[list[int]]
    params: DecodingParams


@pytest.fixture(scope="module", params=[10, 1], ids=["beam 10", "greedy"])
def case(request: pytest.FixtureRequest, pair: Pair) -> Case:
    params = replace(pair.model.defaults, num_beams=request.param)
    generator = torch.Generator().manual_seed(7)
    batches = [source_batch(generator, INPUTS_EACH, length) for length in LENGTHS]
    return Case(
        inputs=[row for batch in batches for row in batch.tolist()],
        expected=[reply for batch in batches for reply in pair.expected(batch, params)],
        params=params,
    )


def test_500_replies_alone_are_equal(pair: Pair, case: Case) -> None:
    replies = [list(pair.model.reply(ids, case.params).output_ids) for ids in case.inputs]

    assert len(replies) == 500
    assert replies == case.expected


def test_500_replies_that_join_and_leave_at_any_step_are_equal(pair: Pair, case: Case) -> None:
    order = list(range(len(case.inputs)))
    random.Random(3).shuffle(order)

    replies = joined(pair.model, [case.inputs[index] for index in order], [case.params])

    assert replies == [case.expected[index] for index in order]


def joined(
    model: OnnxModel, inputs: Sequence[list[int]], params: Sequence[DecodingParams]
) -> list[list[int]]:
    """Return the replies of requests that come at random, with parameters in turn."""
    dice = random.Random(5)
    results: dict[int, GenerationResult] = {}
    waiting, started = list(range(len(inputs))), 0
    while len(results) < len(inputs):
        while waiting and started - len(results) < model.capacity and dice.random() < 0.6:
            key = waiting.pop(0)
            model.start_ids(key, inputs[key], params[key % len(params)])
            started += 1
        results.update(model.step())
    return [list(results[key].output_ids) for key in range(len(inputs))]


options = st.fixed_dictionaries(
    {
        "num_beams": st.sampled_from([1, 2, 3, 5, 10]),
        "min_length": st.integers(0, 12),
        "max_length": st.integers(12, 40),
        "length_penalty": st.sampled_from([-1.0, 0.0, 0.65, 1.0, 2.0]),
        "early_stopping": st.booleans(),
        "no_repeat_ngram_size": st.integers(0, 4),
        "encoder_no_repeat_ngram_size": st.integers(0, 4),
        "repetition_penalty": st.sampled_from([1.0, 0.8, 1.3]),
        "forced_eos": st.booleans(),
    }
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(chosen=options, length=st.integers(2, 30), seed=st.integers(0, 10_000))
def test_every_option_means_what_it_does_in_transformers(
    pair: Pair, chosen: dict[str, Any], length: int, seed: int
) -> None:
    params = replace(pair.model.defaults, **chosen)
    inputs = source_batch(torch.Generator().manual_seed(seed), 4, length)

    replies = [list(pair.model.reply(row, params).output_ids) for row in inputs.tolist()]

    assert replies == pair.expected(inputs, params)


def test_requests_with_different_parameters_share_steps(pair: Pair) -> None:
    defaults = pair.model.defaults
    params = [
        replace(defaults, num_beams=1),
        replace(defaults, num_beams=4, max_length=12),
        replace(defaults, num_beams=4, length_penalty=2.0, no_repeat_ngram_size=2),
        replace(defaults, num_beams=10, early_stopping=True),
    ]
    inputs = source_batch(torch.Generator().manual_seed(11), 40, 9)
    expected = [pair.expected(inputs[[k]], params[k % 4])[0] for k in range(40)]

    assert joined(pair.model, inputs.tolist(), params) == expected


def test_a_sampled_batch_mate_changes_no_reply(pair: Pair) -> None:
    inputs = source_batch(torch.Generator().manual_seed(12), 6, 9)
    sampled = replace(pair.model.defaults, num_beams=1, do_sample=True, seed=4)
    alone = pair.model.reply(inputs[0].tolist(), sampled).output_ids

    mixed = joined(
        pair.model, inputs.tolist(), [sampled, replace(pair.model.defaults, num_beams=1)]
    )

    assert tuple(mixed[0]) == alone


def test_a_cancelled_request_is_gone_before_the_next_step(pair: Pair) -> None:
    model = pair.model
    inputs = source_batch(torch.Generator().manual_seed(13), 3, 12)
    expected = pair.expected(inputs, model.defaults)
    for key, ids in enumerate(inputs.tolist()):
        model.start_ids(key, ids, model.defaults)
    model.step()
    model.cancel(0)
    model.cancel(99)

    results: dict[int, GenerationResult] = {}
    while len(results) < 2:
        results.update(model.step())

    assert {k: list(r.output_ids) for k, r in results.items()} == {1: expected[1], 2: expected[2]}
    assert not model.step()


@pytest.mark.parametrize(
    ("ids", "wrong"),
    [
        ([5, 2], {"num_beams": 2, "do_sample": True}),
        ([5, 2], {"num_beams": 65}),
        ([5, 2], {"max_length": 65}),
        ([5, 2], {"temperature": 0.0}),
        ([], {}),
        ([5] * 65, {}),
        ([100_000, 2], {}),
        ([-1, 2], {}),
    ],
)
def test_a_request_that_cannot_be_run_fails_alone(
    pair: Pair, ids: list[int], wrong: dict[str, Any]
) -> None:
    model = pair.model
    healthy = source_batch(torch.Generator().manual_seed(14), 1, 8)
    model.start_ids(1, healthy[0].tolist(), model.defaults)

    with pytest.raises(RequestInvalid):
        model.start_ids(2, ids, replace(model.defaults, **wrong))

    ended = model.step()
    while not ended:
        ended = model.step()
    assert [key for key, _ in ended] == [1]
    assert list(ended[0][1].output_ids) == pair.expected(healthy, model.defaults)[0]
