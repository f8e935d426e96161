"""The reference model answers as transformers does, and says what it cannot run."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM

from bot.conversation.prompt import Prompt, compose
from bot.errors import ModelUnusable, RequestInvalid
from bot.generation.checkpoint import open_checkpoint
from bot.generation.request import DecodingOverrides, GenerationRequest, GenerationResult
from bot.generation.tokenizer import load_codec
from bot.generation.transformers_model import TransformersModel

if TYPE_CHECKING:
    from pathlib import Path


def request(text: str, **overrides: object) -> GenerationRequest:
    return GenerationRequest(
        prompt=Prompt((text,)),
        channel_id=1,
        asker_id=1,
        overrides=DecodingOverrides(**overrides),  # type: ignore[typeddict-item]  # tests vary them
    )


@pytest.fixture(scope="module", params=["blenderbot_folder", "small_folder"])
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue(request.param)
    return path


@pytest.fixture(scope="module")
def model(folder: Path) -> TransformersModel:
    return TransformersModel(open_checkpoint(folder), overrides={})


def answer(model: TransformersModel, *requests: GenerationRequest) -> list[GenerationResult]:
    for key, each in enumerate(requests):
        model.start(key, each)
    outcomes = dict(model.step())
    results = [outcomes[key] for key in range(len(requests))]
    assert all(isinstance(result, GenerationResult) for result in results)
    return [result for result in results if isinstance(result, GenerationResult)]


def test_a_reply_is_what_generate_says(model: TransformersModel, folder: Path) -> None:
    ids = compose(Prompt(("hello there",)), load_codec(folder), positions=64)
    network = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32)
    expected = network.generate(input_ids=torch.tensor([ids]))[0].tolist()[1:]

    (result,) = answer(model, request("hello there"))

    assert list(result.output_ids) == expected
    assert result.prompt_tokens == len(ids)


def test_a_batch_answers_each_as_alone(model: TransformersModel) -> None:
    texts = ["hello there", "i like tea and long walks by the sea.", "tea"]
    alone = [answer(model, request(text))[0].output_ids for text in texts]

    together = answer(model, *(request(text) for text in texts))

    assert [result.output_ids for result in together] == alone


def test_requests_with_other_parameters_share_a_step(model: TransformersModel) -> None:
    results = answer(model, request("tea"), request("tea", num_beams=1, max_length=8))

    assert results[1].new_tokens < 8


def test_sampling_with_a_seed_repeats_itself(model: TransformersModel) -> None:
    sampled = {"num_beams": 1, "do_sample": True, "seed": 7, "top_k": 0}

    first, second = (answer(model, request("tea", **sampled))[0] for _ in range(2))

    assert first.output_ids == second.output_ids


def test_bad_parameters_fail_alone(model: TransformersModel) -> None:
    with pytest.raises(RequestInvalid, match="max_length=65"):
        model.start(1, request("tea", max_length=65))

    assert answer(model, request("tea"))


def test_a_cancelled_request_is_not_answered(model: TransformersModel) -> None:
    model.start(5, request("tea"))
    model.cancel(5)

    assert list(model.step()) == []


def test_a_card_says_what_is_loaded(model: TransformersModel) -> None:
    card = model.card

    assert card.engine == "transformers"
    assert card.device == "cpu"
    assert card.precision == "float32"
    assert card.positions == 64
    assert card.parameters > 1000
    assert model.defaults.num_beams == 3
    assert model.capacity >= 1


def test_a_foreign_tokenizer_breaks_the_contract(
    blenderbot_folder: Path, small_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(small_folder, tmp_path / "mixed")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(blenderbot_folder / name, tmp_path / "mixed" / name)

    with pytest.raises(ModelUnusable, match="tokenizer"):
        TransformersModel(open_checkpoint(tmp_path / "mixed"), overrides={})


def test_a_folder_without_weights_is_named(blenderbot_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(blenderbot_folder, tmp_path / "bare")
    (tmp_path / "bare" / "model.safetensors").unlink()

    with pytest.raises(ModelUnusable, match="bare cannot be loaded"):
        TransformersModel(open_checkpoint(tmp_path / "bare"), overrides={})


def test_closing_frees_the_weights(blenderbot_folder: Path) -> None:
    model = TransformersModel(open_checkpoint(blenderbot_folder), overrides={})

    model.close()

    assert not hasattr(model, "_network")
