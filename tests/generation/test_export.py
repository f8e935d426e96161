"""Converting gives a whole, checked folder or nothing, and says what is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import torch
from transformers import AutoConfig, AutoModelForSeq2SeqLM, GenerationConfig

from bot.conversation.prompt import Prompt
from bot.errors import FolderNotWritable, ModelNotFound, ModelUnusable, PackageMissing
from bot.generation import export, loading, verification
from bot.generation.architecture import read_architecture
from bot.generation.checkpoint import open_checkpoint
from bot.generation.export import convert
from bot.generation.exported import exported_folder, read_manifest
from bot.generation.loading import ModelChoice, default_threads, load_model
from bot.generation.onnx_model import OnnxModel
from bot.generation.request import GenerationRequest
from bot.generation.weights import open_weights
from tests.generation.checkpoints import SHAPE

if TYPE_CHECKING:
    from pathlib import Path

    from bot.generation.engine import Model

NEWER = {"format": 99, "parameters": 0, "tables": {}}


@pytest.fixture(scope="module", params=["blenderbot_folder", "small_folder"])
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue(request.param)
    return path


@pytest.fixture
def copy(blenderbot_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(blenderbot_folder, tmp_path / "copy")


@pytest.mark.parametrize("precision", ["int8", "float32"])
def test_a_conversion_is_checked_and_named(folder: Path, precision: str, tmp_path: Path) -> None:
    checkpoint = open_checkpoint(folder, name="someone/model", revision="abcdef0123456789")
    told: list[tuple[str, float]] = []

    result = convert(
        checkpoint,
        cache=tmp_path,
        precision=precision,
        progress=lambda what, part: told.append((what, part)),
    )

    assert result.name == f"someone--model--abcdef012345--{precision}--v1"
    figures = json.loads((result / "verification.json").read_text())
    assert figures["replies"] == 20
    assert figures["mean_difference"] < (0.05 if precision == "int8" else 1e-5)
    assert precision == "int8" or figures["equal_replies"] == 20
    parts = [part for _, part in told]
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    assert [path.name for path in tmp_path.iterdir()] == [result.name]


def test_a_converted_model_counts_each_weight_once(folder: Path, tmp_path: Path) -> None:
    loader: Any = AutoModelForSeq2SeqLM
    network = loader.from_pretrained(folder)

    result = convert(open_checkpoint(folder), cache=tmp_path, precision="int8", check=False)

    assert read_manifest(result).parameters == sum(p.numel() for p in network.parameters())


def test_a_conversion_is_done_once(folder: Path, tmp_path: Path) -> None:
    checkpoint = open_checkpoint(folder)
    first = convert(checkpoint, cache=tmp_path, precision="int8", check=False)
    stamp = (first / "weights.bin").stat().st_mtime_ns

    again = convert(checkpoint, cache=tmp_path, precision="int8")

    assert again == first
    assert (again / "weights.bin").stat().st_mtime_ns == stamp
    assert exported_folder(open_checkpoint(first), cache=tmp_path, precision="int8") == first


def test_a_changed_checkpoint_is_another_model(copy: Path, tmp_path: Path) -> None:
    before = exported_folder(open_checkpoint(copy), cache=tmp_path, precision="int8")
    (copy / "generation_config.json").write_text(json.dumps({"num_beams": 2}))

    assert exported_folder(open_checkpoint(copy), cache=tmp_path, precision="int8") != before


def test_an_interrupted_conversion_leaves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(export, "verify", interrupt)

    with pytest.raises(KeyboardInterrupt):
        convert(open_checkpoint(folder), cache=tmp_path, precision="int8")

    assert list(tmp_path.iterdir()) == []


def test_a_conversion_that_another_process_finished_is_taken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = open_checkpoint(folder)
    other = tmp_path / "other"
    done = convert(checkpoint, cache=other, precision="int8", check=False)
    cache = tmp_path / "cache"

    def meanwhile(*_: object) -> dict[str, Any]:
        shutil.copytree(done, cache / done.name)
        return {}

    monkeypatch.setattr(export, "verify", meanwhile)

    assert convert(checkpoint, cache=cache, precision="int8") == cache / done.name


def test_a_result_that_differs_from_the_checkpoint_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_TOLERANCE", {"int8": 0.0})

    with pytest.raises(ModelUnusable, match="differs"):
        convert(open_checkpoint(folder), cache=tmp_path, precision="int8")

    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_without_weights_is_named(copy: Path, tmp_path: Path) -> None:
    (copy / "model.safetensors").unlink()

    with pytest.raises(ModelNotFound, match="no weights"):
        convert(open_checkpoint(copy), cache=tmp_path / "cache", precision="int8")


def test_damaged_weights_are_named(copy: Path, tmp_path: Path) -> None:
    (copy / "model.safetensors").write_bytes(b"x" * 100)

    with pytest.raises(ModelUnusable, match="cannot be read"):
        convert(open_checkpoint(copy), cache=tmp_path / "cache", precision="int8")


def test_weights_with_a_missing_part_are_named(copy: Path, tmp_path: Path) -> None:
    torch.save({"model.shared.weight": torch.zeros(2, 2)}, copy / "pytorch_model.bin")
    (copy / "model.safetensors").unlink()

    with pytest.raises(ModelUnusable, match="no weights called"):
        convert(open_checkpoint(copy), cache=tmp_path / "cache", precision="int8")


def test_sharded_and_pickled_weights_are_the_same(copy: Path) -> None:
    weights = open_weights(copy)
    names = [name for name in ("model.shared.weight", "final_logits_bias") if name in weights]
    expected = {name: weights.read(name) for name in names}
    shards = {name: f"pytorch_model-{k}.bin" for k, name in enumerate(names)}
    for name, shard in shards.items():
        torch.save({name: torch.from_numpy(expected[name]).half()}, copy / shard)
    index = {"weight_map": shards}
    (copy / "pytorch_model.bin.index.json").write_text(json.dumps(index))
    (copy / "model.safetensors").unlink()

    sharded = open_weights(copy)

    for name in names:
        assert abs(sharded.read(name) - expected[name]).max() < 1e-3


def test_a_full_disk_is_seen_beforehand(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(FolderNotWritable, match="MB free"):
        convert(open_checkpoint(folder), cache=tmp_path, precision="int8")


def test_too_little_memory_is_seen_beforehand(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 1000000 kB\nMemFree: 900000 kB\nMemAvailable:       3 kB\n")
    monkeypatch.setattr(export, "_MEMINFO", meminfo)

    with pytest.raises(ModelUnusable, match="free memory"):
        convert(open_checkpoint(folder), cache=tmp_path, precision="int8")


@pytest.mark.parametrize("told", ["MemFree: 3 kB\nMemAvailable: 900000 kB\n", "", None])
def test_memory_that_files_hold_for_now_is_free_and_an_unknown_amount_no_obstacle(
    told: str | None, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meminfo = tmp_path / "meminfo"
    if told is not None:
        meminfo.write_text(told)
    monkeypatch.setattr(export, "_MEMINFO", meminfo)

    assert convert(open_checkpoint(folder), cache=tmp_path, precision="int8", check=False).is_dir()


def test_a_cache_that_is_a_file_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")

    with pytest.raises(FolderNotWritable, match="cannot be written"):
        convert(open_checkpoint(folder), cache=tmp_path / "cache", precision="int8")


@pytest.mark.parametrize(
    ("change", "named"),
    [({"activation_function": "silu"}, "silu"), ({"d_model": None}, "config.json")],
)
def test_a_network_that_cannot_be_run_is_named(change: dict[str, Any], named: str) -> None:
    config = {
        "model_type": "blenderbot",
        "vocab_size": 9,
        "max_position_embeddings": 8,
        **SHAPE,
        **change,
    }

    with pytest.raises(ModelUnusable, match=named):
        read_architecture(config)


def rebuilt(folder: Path, **changes: Any) -> Path:
    config = AutoConfig.from_pretrained(folder)
    for name, value in changes.items():
        setattr(config, name, value)
    torch.manual_seed(2)
    loader: Any = AutoModelForSeq2SeqLM
    network = loader.from_config(config)
    network.generation_config = GenerationConfig.from_pretrained(folder)
    network.save_pretrained(folder)
    return folder


def test_another_activation_is_converted(copy: Path, tmp_path: Path) -> None:
    checkpoint = open_checkpoint(rebuilt(copy, activation_function="relu"))

    result = convert(checkpoint, cache=tmp_path / "cache", precision="float32")

    assert json.loads((result / "verification.json").read_text())["mean_difference"] < 1e-5


def test_a_checkpoint_with_several_tables_is_refused(copy: Path, tmp_path: Path) -> None:
    checkpoint = open_checkpoint(rebuilt(copy, tie_word_embeddings=False))

    with pytest.raises(ModelUnusable, match="a table of its own"):
        convert(checkpoint, cache=tmp_path / "cache", precision="int8")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", "{}"),
        (
            "manifest.json",
            json.dumps(dict.fromkeys(("name", "revision", "precision"), "") | NEWER),
        ),
        ("weights.bin", ""),
        ("decoder.onnx", "x"),
    ],
)
def test_a_damaged_conversion_is_named(
    folder: Path, tmp_path: Path, name: str, content: str
) -> None:
    result = convert(open_checkpoint(folder), cache=tmp_path, precision="int8", check=False)
    (result / name).write_text(content)

    with pytest.raises(ModelUnusable, match="Delete it"):
        OnnxModel(open_checkpoint(result), overrides={}, threads=1, capacity=1)


def choice(folder: Path, cache: Path, **changes: Any) -> ModelChoice:
    return replace(
        ModelChoice(
            model=str(folder),
            engine="auto",
            precision="int8",
            threads=1,
            batch_size=3,
            overrides={"num_beams": 2},
            cache=cache,
            starter=folder,
        ),
        **changes,
    )


def ask(model: Model) -> str:
    request = GenerationRequest(prompt=Prompt(("hello there",)), channel_id=1, asker_id=1)
    model.start(7, request)
    ended = model.step()
    while not ended:
        ended = model.step()
    [(key, result)] = ended
    assert key == 7
    model.close()
    return getattr(result, "text", "")


def test_a_cpu_runs_the_fast_engine_and_both_engines_say_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "has_cuda", lambda: False)
    fast = load_model(choice(folder, tmp_path, precision="float32", threads=0))
    reference = load_model(choice(folder, tmp_path, engine="transformers"))

    assert (fast.card.engine, fast.card.precision) == ("onnx", "float32")
    assert (fast.card.parameters, fast.capacity) == (reference.card.parameters, 3)
    assert fast.defaults == reference.defaults
    assert ask(fast) == ask(reference)


def test_a_converted_model_needs_no_reference_extra(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_model(choice(folder, tmp_path)).close()
    monkeypatch.setitem(__import__("sys").modules, "bot.generation.export", None)

    assert load_model(choice(folder, tmp_path)).card.engine == "onnx"
    with pytest.raises(PackageMissing, match="not converted"):
        load_model(choice(folder, tmp_path, precision="float32"))


def test_a_shipped_conversion_is_run_where_it_lies(folder: Path, tmp_path: Path) -> None:
    shipped = convert(open_checkpoint(folder), cache=tmp_path, precision="int8", check=False)

    model = load_model(choice(shipped, tmp_path / "unused"))

    assert model.card.engine == "onnx"
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (4, 4), (64, 8)])
def test_threads_follow_the_cores_up_to_the_memorys_limit(cores: int, threads: int) -> None:
    assert default_threads(cores) == threads


def test_running_a_converted_model_loads_neither_torch_nor_onnx() -> None:
    lines = (
        "import sys, bot.generation.loading, bot.generation.onnx_model",
        "print([name for name in ('torch', 'transformers', 'onnx') if name in sys.modules])",
    )

    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
