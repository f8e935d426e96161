"""A model is found by name, and what cannot be used is named with its cure."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

import huggingface_hub
import pytest
from huggingface_hub.errors import HFValidationError

from bot.conversation.prompt import Prompt
from bot.errors import FolderNotWritable, ModelNotFound, ModelUnusable
from bot.generation.checkpoint import find_checkpoint, open_checkpoint
from bot.generation.request import DecodingParams, GenerationRequest, params_of

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, **files: dict[str, object]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


CONFIG: dict[str, object] = {
    "model_type": "blenderbot",
    "max_position_embeddings": 32,
    "eos_token_id": 2,
}


def test_decoding_comes_from_the_generation_config(tmp_path: Path) -> None:
    generation: dict[str, object] = {
        "num_beams": 10,
        "max_length": 60,
        "min_length": 20,
        "top_p": None,
        "forced_eos_token_id": 2,
        "pad_token_id": 0,
    }
    folder = write(tmp_path, config=CONFIG, generation_config=generation)

    params = open_checkpoint(folder).decoding({"num_beams": 4})

    assert params == DecodingParams(num_beams=4, max_length=32, min_length=20)


def test_an_old_checkpoint_keeps_decoding_in_its_config(tmp_path: Path) -> None:
    folder = write(tmp_path, config={**CONFIG, "num_beams": 3, "forced_eos_token_id": None})

    params = open_checkpoint(folder).decoding()

    assert (params.num_beams, params.forced_eos) == (3, False)


def test_sampling_takes_the_place_of_the_checkpoints_search(tmp_path: Path) -> None:
    folder = write(tmp_path, config=CONFIG, generation_config={"num_beams": 10})

    assert open_checkpoint(folder).decoding({"do_sample": True}).num_beams == 1


def test_the_owners_longest_reply_holds_for_a_guild_that_likes_them_long(tmp_path: Path) -> None:
    defaults = open_checkpoint(write(tmp_path, config=CONFIG)).decoding({"max_length": 12})
    request = GenerationRequest(
        prompt=Prompt(("hi",)), channel_id=1, asker_id=1, overrides={"min_length": 30}
    )

    params = params_of(request, defaults)

    assert (params.min_length, params.max_length) == (12, 12)


def test_the_starter_goes_by_its_name(tmp_path: Path) -> None:
    starter = write(tmp_path / "starter", config=CONFIG)

    checkpoint = find_checkpoint("starter", cache=tmp_path, starter=starter)

    assert (checkpoint.name, checkpoint.positions) == ("starter", 32)
    assert checkpoint.architecture == "blenderbot"
    assert not checkpoint.has_weights


def test_a_folder_is_a_model(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", config=CONFIG)
    (folder / "model.safetensors").touch()

    checkpoint = find_checkpoint(str(folder), cache=tmp_path, starter=tmp_path)

    assert checkpoint.has_weights
    assert checkpoint.revision == "local"


@pytest.mark.parametrize("model", ["./nowhere", "/no/where", "nowhere", "a/b/c", "~/nowhere"])
def test_a_missing_folder_is_named(model: str, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="There is no model folder"):
        find_checkpoint(model, cache=tmp_path, starter=tmp_path)


def test_a_folder_without_a_config_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="has no config"):
        open_checkpoint(tmp_path)


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="holds a gpt2"):
        open_checkpoint(write(tmp_path, config={"model_type": "gpt2"}))


def test_broken_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")

    with pytest.raises(ModelUnusable, match="not valid JSON"):
        open_checkpoint(tmp_path)


def test_a_hub_name_is_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def download(name: str, **_: object) -> str:
        assert name == "someone/bot"
        return str(write(tmp_path / "snapshots" / "abc123", config=CONFIG))

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)

    checkpoint = find_checkpoint("someone/bot", cache=tmp_path / "models", starter=tmp_path)

    assert (checkpoint.name, checkpoint.revision) == ("someone/bot", "abc123")


@pytest.mark.parametrize(
    "failure",
    [
        ConnectionError(),
        HFValidationError("Repo id must use alphanumeric chars"),
        RuntimeError("Data processing error: connection reset"),  # as hf_xet has it
    ],
)
def test_an_unreachable_hub_names_the_folder_for_the_files(
    failure: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*_: object, **__: object) -> str:
        raise failure

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)

    with pytest.raises(ModelNotFound, match="someone--bot"):
        find_checkpoint("someone/bot", cache=tmp_path, starter=tmp_path)


def test_a_disk_too_full_for_a_download_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)

    with pytest.raises(FolderNotWritable, match=r"no room for someone/bot \(No space left"):
        find_checkpoint("someone/bot", cache=tmp_path, starter=tmp_path)


def test_files_put_there_by_hand_are_used(tmp_path: Path) -> None:
    write(tmp_path / "someone--bot", config=CONFIG)

    assert find_checkpoint("someone/bot", cache=tmp_path, starter=tmp_path).name == "someone/bot"
