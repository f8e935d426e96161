from pathlib import Path

import pytest
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from bot.generation.exported import is_exported
from tests.training.conftest import TINY as DIALOGUES
from tests.training.test_trainer import TINY as SHAPE
from training import commands


@pytest.fixture(autouse=True)
def tiny_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "Shape", lambda: SHAPE)


def run(*arguments: object) -> int:
    return commands.main([str(argument) for argument in arguments])


def test_from_dialogues_to_a_persona_of_ones_own(tmp_path: Path) -> None:
    data, build, first = tmp_path / "mine.d", tmp_path / "build", tmp_path / "first"
    data.mkdir()
    (data / "numbers.txt").write_text(DIALOGUES, encoding="utf-8")
    out = ("--data", data, "--out", build, "--lessons", 300, "--vocabulary", 600)
    assert run("build", *out) == 0
    train = ("--build", build, "--steps", 5, "--batch", 8, "--workers", 1)
    assert run("train", *train, "--out", first) == 0

    base = first / "model"
    tuned = tmp_path / "tuned"
    assert run("build", "--data", data, "--base", base, "--out", build, "--lessons", 100) == 0
    assert run("train", *train, "--base", base, "--out", tuned, "--resume") == 0

    assert run("export", "--model", tuned / "model", "--out", tmp_path / "mine") == 0

    model = AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "mine")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "mine")
    assert is_exported(tmp_path / "mine")
    assert type(model).__name__ == "BlenderbotForConditionalGeneration"
    assert model.generation_config.encoder_no_repeat_ngram_size == 0
    assert tokenizer("hello")["input_ids"][-1] == 2
    assert tokenizer("hello")["input_ids"] == AutoTokenizer.from_pretrained(base)("hello").input_ids


def test_a_mistake_in_a_dialogue_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("me: hello\n", encoding="utf-8")

    assert run("build", "--data", tmp_path, "--out", tmp_path / "out") == 1
    assert capsys.readouterr().out.startswith("training: mine.txt: line 1: not 'persona:'")
