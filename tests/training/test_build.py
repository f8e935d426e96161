import json
import re
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from bot.generation.tokenizer import load_codec
from training.build import BuildOrder, build, load_lessons, plain
from training.corpus import Corpus
from training.dialogue import CorpusInvalid

HOME = Path("training/corpus")
ORDER = BuildOrder(lessons=300, checks=40, vocabulary=600)


def write_dialogues(folder: Path) -> Path:
    data = folder / "mine"
    data.mkdir()
    lines = [
        f"you: tell me about number {n} | number {n}, please\nbot: The number {n} is a fine one!\n"
        f"you: thanks, i'm {{name}}\nbot: You are welcome, {{name}}, ask me about {n} again.\n"
        for n in range(40)
    ]
    (data / "numbers.txt").write_text("\n".join(lines), encoding="utf-8")
    return data


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus.load(write_dialogues(tmp_path), home=HOME, reserved=["Ada"])


def test_the_same_seed_builds_the_same_files_byte_for_byte(corpus: Corpus, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    build(corpus, ORDER, first)
    build(corpus, ORDER, second)

    assert {p.name for p in first.iterdir()} == {p.name for p in second.iterdir()}
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_another_seed_builds_other_lessons(corpus: Corpus, tmp_path: Path) -> None:
    first = json.loads(build(corpus, ORDER, tmp_path / "1").read_text())
    other = BuildOrder(seed=2, lessons=300, checks=40, vocabulary=600)
    second = json.loads(build(corpus, other, tmp_path / "2").read_text())

    assert first["sha256"]["train.seen.npy"] != second["sha256"]["train.seen.npy"]


def test_lessons_are_in_the_format_of_the_big_models(corpus: Corpus, tmp_path: Path) -> None:
    build(corpus, ORDER, tmp_path / "out")
    lessons, checks = load_lessons(tmp_path / "out")
    codec = load_codec(tmp_path / "out")
    seen, reply = lessons.batch(range(len(lessons)))

    assert len(checks) > 0
    assert seen.shape[1] <= 128
    for row in (*seen, *reply):
        ids = row[row != 0].tolist()
        assert ids[-1] == codec.eos_id == 2
        assert ids.count(2) == 1


def test_the_tokenizer_has_the_ids_of_blenderbot(corpus: Corpus, tmp_path: Path) -> None:
    build(corpus, ORDER, tmp_path / "out")
    tokenizer = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json"))
    text = "My name is Xóchitl, 3 + 4 = 7 \U0001f600"

    assert [tokenizer.token_to_id(t) for t in ("<pad>", "<s>", "</s>", "<unk>")] == [0, 1, 2, 3]
    assert tokenizer.encode(text).ids[-1] == 2
    assert tokenizer.decode(tokenizer.encode(text).ids).strip() == text
    assert tokenizer.get_vocab_size() == 600


def test_two_spaces_join_messages_as_written_out(corpus: Corpus, tmp_path: Path) -> None:
    build(corpus, ORDER, tmp_path / "out")
    tokenizer = Tokenizer.from_file(str(tmp_path / "out" / "tokenizer.json"))
    codec = load_codec(tmp_path / "out")
    joined = "  ".join(f" {message}" for message in ("hello", "Hi! How are you?", "fine"))
    ids = [*codec.encode("hello"), *codec.delimiter_ids, *codec.encode("Hi! How are you?")]
    ids += [*codec.delimiter_ids, *codec.encode("fine"), 2]

    assert tokenizer.encode(joined).ids == ids


def test_a_folder_without_dialogues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusInvalid, match="no dialogue"):
        Corpus.load(tmp_path, home=HOME)


def test_no_held_out_name_stands_in_the_corpus() -> None:
    names = Path("training/heldout/names.txt").read_text(encoding="utf-8").splitlines()[1:]
    texts = [path.read_text(encoding="utf-8").lower() for path in HOME.rglob("*.txt")]

    assert len(names) == 20
    assert not [name for name in names if any(name.lower() in text for text in texts)]


def test_no_single_utterance_shares_a_sentence_with_the_corpus() -> None:
    singles = Path("training/heldout/single.txt").read_text(encoding="utf-8").splitlines()[1:]
    written = {
        plain(sentence)
        for path in (HOME / "dialogues").glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        for wording in line.partition(": ")[2].split(" | ")
        for sentence in (wording, *re.split(r"[.!?]+", wording))
    }

    assert len(singles) == 60
    assert not [single for single in singles if plain(single) in written]
