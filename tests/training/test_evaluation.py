import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typing_extensions import override

from bot.conversation.prompt import Prompt
from bot.generation.tokenizer import load_codec
from tests.training.test_trainer import TINY
from training.corpus import Corpus
from training.dialogue import Dialogue, Exchange
from training.evaluation import Bench, evaluate, told
from training.metrics import WrittenReplies, distinct, f1, takes_up
from training.plot import plot_curve
from training.shape import new_model
from training.sheet import Row, carry_over, read_sheet, score, write_sheet
from training.slots import SlotLists
from training.speaker import Speaker
from training.trials import try_names

TALK = Dialogue(
    "talk",
    ("i like {food}.",),
    (
        Exchange(("i like {food}",), ("{food} is good. Is there more?", "Tell me about {food}.")),
        Exchange(("no",), ("Then let us talk of other things!",)),
    ),
)
LISTS = SlotLists({"food": ["plum soup"], "name": ["Ada"]})


class Parrot(Speaker):
    """Says back the first utterance of every conversation."""

    def __init__(self) -> None:
        pass

    @override
    def replies(self, prompts: Sequence[Prompt]) -> list[str]:
        return [f"You said {prompt.messages[0]}." for prompt in prompts]


def test_written_replies_are_known_whatever_their_slots_hold() -> None:
    written = WrittenReplies([TALK])

    assert written.hold("Plum soup is good. Is there more?")
    assert written.hold("Tell me about stone pie.")
    assert not written.hold("Tell me more about stone pie!")
    assert not written.hold("")


def test_distinct_counts_different_words_and_pairs() -> None:
    assert distinct(["a b a b"], 1) == 0.5
    assert distinct(["a b a b"], 2) == pytest.approx(2 / 3)


def test_agreement_counts_common_words_on_both_sides() -> None:
    assert f1("You like plum soup!", "Plum soup, you like it?") == pytest.approx(8 / 9)
    assert f1("Yes.", "No.") == 0


def test_a_word_is_taken_up_whatever_its_case() -> None:
    assert takes_up("Soup is good.", "i like SOUP")
    assert not takes_up("I do it, too.", "i do it")


def test_a_held_out_dialogue_is_asked_turn_by_turn() -> None:
    first, second = told(TALK, LISTS)

    assert first.prompt.messages == ("i like plum soup",)
    assert first.prompt.persona == ("i like plum soup.",)
    assert first.reply == "Plum soup is good. Is there more?"
    assert second.prompt.messages == ("i like plum soup", "Plum soup is good. Is there more?", "no")


def test_verdicts_stay_with_the_replies_they_were_given_for(tmp_path: Path) -> None:
    judged = Row("single", "hi", "Hello!", sensible="y", specific="n", remark="fits anything")
    write_sheet(tmp_path / "sheet.tsv", [judged])
    rows = [Row("single", "hi", "Hello!"), Row("single", "hi", "Goodbye!")]

    carried = carry_over(rows, read_sheet(tmp_path / "sheet.tsv"))

    assert carried == [judged, rows[1]]
    assert score(carried, "single") == {
        "replies": 2,
        "judged": 1,
        "sensible": 1,
        "sensible_and_specific": 0,
    }
    assert read_sheet(tmp_path / "none.tsv") == []


def test_names_are_tried_at_once_and_three_turns_later() -> None:
    trials = try_names(Parrot(), ["Xochitl", "Eskil"])

    assert all(trial.said_back and trial.recalled for trial in trials)
    assert len(trials[0].messages) == 8
    assert trials[0].messages[-2] == "what's my name?"


def test_the_report_shows_figures_and_every_reply(tmp_path: Path) -> None:
    corpus = Corpus((TALK,), (TALK,), LISTS, ())
    bench = Bench(corpus, singles=("hello", "hi"), names=("Xochitl",))

    path = evaluate(Parrot(), bench, tmp_path, held_out_loss=1.0)
    report = json.loads(path.read_text(encoding="utf-8"))

    assert report["held_out"]["perplexity_per_id"] == 2.72
    assert report["names"]["said_back"] == 1
    assert report["replies"]["count"] == 4
    assert report["fixed_set"]["hello"] == "You said hello."
    assert len(read_sheet(tmp_path / "sheet.tsv")) == 4


def test_a_model_answers_a_batch_as_it_answers_one(tiny_build: Path) -> None:
    model = new_model(TINY, vocabulary=600)
    speaker = Speaker(model, load_codec(tiny_build), decoding={"max_length": 12, "num_beams": 2})
    prompts = [sample.prompt for sample in told(TALK, LISTS)]

    assert speaker.replies(prompts) == [speaker.reply(prompt) for prompt in prompts]


def test_the_run_is_drawn(tmp_path: Path) -> None:
    plot_curve([(10, 60.0, 3.0, 3.5), (20, 120.0, 2.5, 3.1)], tmp_path / "curve.png")

    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
