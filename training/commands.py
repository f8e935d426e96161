"""What each command of the workshop takes and does."""

from __future__ import annotations

import argparse
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from bot.errors import StartupError
from bot.generation.tokenizer import load_codec
from training.build import BuildOrder, build, load_lessons
from training.checkpoint import load_checkpoint
from training.console import ConsoleWatcher
from training.corpus import Corpus, read_lines
from training.dialogue import CorpusInvalid
from training.evaluation import Bench, evaluate
from training.pack import pack, ship
from training.plot import plot_curve
from training.shape import Shape, decoding_defaults, load_model, new_model
from training.speaker import Speaker
from training.trainer import Trainer, TrainOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

HOME = Path(__file__).parent
OUT = HOME / "out"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (CorpusInvalid, StartupError, FileNotFoundError, TypeError) as error:
        print(f"training: {error}")  # noqa: T201 # the command line's own voice
        return 1
    return 0


def _build(options: argparse.Namespace) -> None:
    corpus = _corpus(options.data)
    order = BuildOrder(seed=options.seed, lessons=options.lessons, vocabulary=options.vocabulary)
    build(corpus, order, options.out, base=options.base, examination=_singles())


def _train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    random.seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    order = TrainOrder(
        minutes=options.minutes,
        steps=options.steps,
        batch=options.batch,
        workers=options.workers or (1 if device == "cuda" else os.cpu_count() or 1),
        rate=options.rate or (2e-4 if options.base else TrainOrder().rate),
        dropout=options.dropout,
        smoothing=options.smoothing,
        patience=options.patience,
        seed=options.seed,
        check_minutes=options.check_minutes,
        device=device,
    )
    lessons, checks = load_lessons(options.build)
    if options.base:
        model = load_model(options.base)
        decoding = model.generation_config
    else:
        model = new_model(Shape(), vocabulary=_vocabulary(options.build))
        decoding = decoding_defaults()
    options.out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(model, order, folder=options.out)
    if options.resume:
        trainer.resume()
    with ConsoleWatcher() as watcher:
        best = trainer.run(lessons, checks, watcher)
    pack(best, options.out / "model", tokenizer=options.build, decoding=decoding)


def _evaluate(options: argparse.Namespace) -> None:
    corpus = _corpus(options.data)
    model = load_model(options.model)
    _, checks = load_lessons(options.build)
    state = options.run_folder / "checkpoint.pt"
    loss = Trainer(model, TrainOrder(dropout=0.0), folder=options.out).held_out_loss(checks)
    bench = Bench(
        corpus=corpus,
        singles=_singles(),
        names=_reserved_names(),
    )
    decoding = dict(_setting(text) for text in options.decoding)
    speaker = Speaker(model, load_codec(options.model), decoding=decoding)
    report = evaluate(speaker, bench, options.out, held_out_loss=loss)
    if state.is_file():
        plot_curve(load_checkpoint(state)[0].curve, options.out / "curve.png")
    print(report.read_text(encoding="utf-8").split('"fixed_set"')[0])  # noqa: T201 # as above


def _export(options: argparse.Namespace) -> None:
    ship(options.model, options.out)


def _setting(text: str) -> tuple[str, float]:
    key, _, value = text.partition("=")
    number = float(value)
    return key, int(number) if number.is_integer() else number


def _singles() -> tuple[str, ...]:
    return read_lines(HOME / "heldout" / "single.txt")


def _reserved_names() -> tuple[str, ...]:
    return read_lines(HOME / "heldout" / "names.txt")


def _corpus(folder: Path) -> Corpus:
    return Corpus.load(folder, home=HOME / "corpus", reserved=_reserved_names())


def _vocabulary(folder: Path) -> int:
    from tokenizers import Tokenizer  # noqa: PLC0415 # only here

    return Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_build(commands.add_parser("build", help="draw lessons from a corpus of dialogues"))
    _add_train(commands.add_parser("train", help="train a model on what was built"))
    _add_evaluate(commands.add_parser("evaluate", help="report on a model: figures and replies"))
    _add_export(commands.add_parser("export", help="write a model where Confab loads it from"))
    return parser


def _add_build(parser: argparse.ArgumentParser) -> None:
    order = BuildOrder()
    parser.add_argument("--data", type=Path, default=HOME / "corpus", help="corpus or dialogues")
    parser.add_argument("--out", type=Path, default=OUT / "build")
    parser.add_argument("--base", type=Path, help="checkpoint folder whose tokenizer is used")
    parser.add_argument("--lessons", type=int, default=order.lessons)
    parser.add_argument("--vocabulary", type=int, default=order.vocabulary)
    parser.add_argument("--seed", type=int, default=order.seed)
    parser.set_defaults(run=_build)


def _add_train(parser: argparse.ArgumentParser) -> None:
    order = TrainOrder()
    parser.add_argument("--build", type=Path, default=OUT / "build")
    parser.add_argument("--out", type=Path, default=OUT / "run")
    parser.add_argument("--base", type=Path, help="checkpoint folder to go on from")
    parser.add_argument("--minutes", type=float, default=order.minutes)
    parser.add_argument("--steps", type=int, default=0, help="batches, instead of minutes")
    parser.add_argument("--batch", type=int, default=order.batch)
    parser.add_argument("--workers", type=int, help="threads; as many as there are CPU cores")
    parser.add_argument("--rate", type=float, help="highest learning rate")
    parser.add_argument("--dropout", type=float, default=order.dropout)
    parser.add_argument("--smoothing", type=float, default=order.smoothing)
    parser.add_argument("--patience", type=int, default=order.patience, help="0: never stop early")
    parser.add_argument("--check-minutes", type=float, default=order.check_minutes)
    parser.add_argument("--seed", type=int, default=order.seed)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.set_defaults(run=_train)


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, default=OUT / "run" / "model")
    parser.add_argument("--data", type=Path, default=HOME / "corpus")
    parser.add_argument("--build", type=Path, default=OUT / "build")
    parser.add_argument("--run", type=Path, dest="run_folder", default=OUT / "run")
    parser.add_argument("--out", type=Path, default=HOME / "report")
    parser.add_argument("--decoding", nargs="*", default=[], metavar="KEY=VALUE")
    parser.set_defaults(run=_evaluate)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, default=OUT / "run" / "model")
    parser.add_argument("--out", type=Path, required=True)
    parser.set_defaults(run=_export)
