from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from bot.errors import ModelNotFound, SettingsInvalid
from bot.safety.classifier import ClassifierCheck, load_classifier, parse_thresholds
from bot.safety.verdict import Action, Passage, Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="classifier") as running:
        yield running


def scores(text: str) -> Mapping[str, float]:
    assert threading.current_thread().name.startswith("classifier")
    return {"toxic": 0.85 if "bad" in text else 0.1, "neutral": 0.9, "threat": 0.6}


@pytest.mark.parametrize(
    ("side", "action"), [(Side.UTTERANCE, Action.REFUSE), (Side.REPLY, Action.WITHHOLD)]
)
async def test_a_high_score_is_acted_upon(
    executor: ThreadPoolExecutor, side: Side, action: Action
) -> None:
    check = ClassifierCheck(classify=scores, executor=executor)
    assert (await check.check(Passage("good", side))).action is Action.ALLOW
    verdict = await check.check(Passage("bad", side))
    assert verdict.action is action
    assert [match.entry for match in verdict.matches] == ["toxic"]


async def test_each_label_has_its_threshold(executor: ThreadPoolExecutor) -> None:
    thresholds = parse_thresholds("Toxic=0.9, threat=0.5")
    check = ClassifierCheck(classify=scores, executor=executor, thresholds=thresholds)
    verdict = await check.check(Passage("bad", Side.UTTERANCE))
    assert [match.entry for match in verdict.matches] == ["threat"]


@pytest.mark.parametrize("text", ["toxic", "toxic=much", "=0.5", "toxic=1.5"])
def test_a_threshold_that_is_none_is_named(text: str) -> None:
    with pytest.raises(SettingsInvalid, match="is no threshold"):
        parse_thresholds(text)


async def test_a_classifier_that_fails_lets_the_lists_decide(
    executor: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(text: str) -> Mapping[str, float]:
        raise RuntimeError(text)

    check = ClassifierCheck(classify=broken, executor=executor)
    assert (await check.check(Passage("bad", Side.REPLY))).passes
    assert "classifier failed" in caplog.text


async def test_a_classifier_that_is_late_lets_the_lists_decide(
    executor: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()

    def slow(text: str) -> Mapping[str, float]:
        release.wait()
        return scores(text)

    check = ClassifierCheck(classify=slow, executor=executor, deadline_s=0.01)
    assert (await check.check(Passage("bad", Side.REPLY))).passes
    release.set()
    assert "classifier late" in caplog.text


@pytest.fixture(
    scope="session", params=["single_label_classification", "multi_label_classification"]
)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a tiny checkpoint that calls whatever holds ``bad`` toxic."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    folder = tmp_path_factory.mktemp("classifier")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "bad", "good", "day"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=0,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=256,
        num_labels=2,
        id2label={0: "neutral", 1: "toxic"},
        label2id={"neutral": 0, "toxic": 1},
        problem_type=request.param,
    )
    torch.manual_seed(0)
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_any_checkpoint_can_be_loaded(checkpoint: Path) -> None:
    classify = load_classifier(str(checkpoint))
    found = classify("a bad day " * 500)
    assert set(found) == {"neutral", "toxic"}
    assert all(0 <= score <= 1 for score in found.values())


def test_a_checkpoint_that_is_not_there_is_named(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    with pytest.raises(ModelNotFound, match="cannot be loaded"):
        load_classifier(str(tmp_path))
