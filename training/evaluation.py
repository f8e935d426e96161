"""The report on a model: figures, and every reply for a person to read."""

from __future__ import annotations

import json
import math
import random
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bot.conversation.prompt import Prompt
from training.metrics import WrittenReplies, distinct, f1, takes_up
from training.sampling import Sample
from training.sheet import Row, carry_over, read_sheet, score, write_sheet
from training.trials import try_names
from training.wording import Filling

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.corpus import Corpus
    from training.dialogue import Dialogue
    from training.slots import SlotLists
    from training.speaker import Speaker
    from training.trials import Trial

# Turns before the one that is answered; more do not fit into the sheet's line.
_SHOWN_TURNS = 2


@dataclass(frozen=True, slots=True)
class Bench:
    """What a model is tried on.

    Attributes:
        corpus: Its held-out dialogues are asked; all of it counts as known by heart.
        singles: Utterances that begin a conversation.
        names: Names that stand nowhere in the corpus.
    """

    corpus: Corpus
    singles: tuple[str, ...]
    names: tuple[str, ...]


def evaluate(speaker: Speaker, bench: Bench, folder: Path, *, held_out_loss: float) -> Path:
    """Write ``report.json`` and ``sheet.tsv`` to ``folder``; verdicts already given are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    singles = [Prompt((utterance,)) for utterance in bench.singles]
    held_out = [s for d in bench.corpus.held_out for s in told(d, bench.corpus.lists)]
    prompts = [*singles, *(sample.prompt for sample in held_out)]
    replies = speaker.replies(prompts)
    kinds = ["single"] * len(singles) + ["held-out"] * len(held_out)
    rows = [
        Row(kind, " / ".join(prompt.messages), reply)
        for kind, prompt, reply in zip(kinds, prompts, replies, strict=True)
    ]
    sheet = folder / "sheet.tsv"
    rows = carry_over(rows, read_sheet(sheet))
    write_sheet(sheet, rows)
    trials = try_names(speaker, bench.names)
    report = {
        "held_out": {
            "loss_per_id": round(held_out_loss, 4),
            "perplexity_per_id": round(math.exp(held_out_loss), 2),
            "f1": round(_agreement(replies[len(singles) :], held_out), 3),
        },
        "replies": {
            **_figures(replies, bench),
            "taking_up_a_word": sum(map(takes_up, replies, (p.messages[-1] for p in prompts))),
        },
        "names": _names(trials),
        "judged": {kind: score(rows, kind) for kind in ("single", "held-out")},
        "fixed_set": {row.seen: row.reply for row in rows if row.kind == "single"},
        "name_conversations": [asdict(trial) for trial in trials],
    }
    path = folder / "report.json"
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def told(dialogue: Dialogue, lists: SlotLists) -> list[Sample]:
    """Return one telling of a dialogue, a prompt and what was written for each of its replies."""
    rng = random.Random(dialogue.fingerprint)
    filling = Filling(lists, rng)
    persona = tuple(map(filling.filled, dialogue.persona))
    messages: list[str] = []
    samples = []
    for exchange in dialogue.exchanges:
        messages.append(filling.filled(exchange.said[0]))
        first = max(0, len(messages) - 1 - 2 * _SHOWN_TURNS)
        prompt = Prompt(tuple(messages[first:]), persona)
        messages.append(filling.spoken(exchange.replies[0]))
        samples.append(Sample(prompt, messages[-1]))
    return samples


def _agreement(replies: Sequence[str], held_out: Sequence[Sample]) -> float:
    pairs = zip(replies, held_out, strict=True)
    return sum(f1(reply, sample.reply) for reply, sample in pairs) / max(1, len(held_out))


def _figures(replies: Sequence[str], bench: Bench) -> dict[str, object]:
    written = WrittenReplies((*bench.corpus.train, *bench.corpus.held_out))
    known = sum(map(written.hold, replies))
    words = [len(reply.split()) for reply in replies]
    return {
        "count": len(replies),
        "different": len(set(replies)),
        "distinct_1": round(distinct(replies, 1), 3),
        "distinct_2": round(distinct(replies, 2), 3),
        "written_in_the_corpus": known,
        "words_on_average": round(sum(words) / len(words), 1),
        "ending_in_a_question": sum(reply.endswith("?") for reply in replies),
    }


def _names(trials: Sequence[Trial]) -> dict[str, object]:
    return {
        "tried": len(trials),
        "said_back": sum(trial.said_back for trial in trials),
        "recalled_three_turns_later": sum(trial.recalled for trial in trials),
        "not_said_back": [trial.name for trial in trials if not trial.said_back],
        "not_recalled": [trial.name for trial in trials if not trial.recalled],
    }
