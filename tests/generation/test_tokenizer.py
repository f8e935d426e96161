"""The ids of prompts are those that the checkpoints were trained with."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st
from tokenizers import Tokenizer, models
from transformers import AutoTokenizer, BlenderbotSmallTokenizer

from bot.conversation.prompt import Prompt, compose
from bot.errors import ModelNotFound, ModelUnusable
from bot.generation.tokenizer import load_codec, load_tokenizer

if TYPE_CHECKING:
    from bot.conversation.prompt import TokenCodec

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"
EXAMPLE = "My name is Jackson, and I'm studying Computer Science"
EXAMPLE_IDS = [863, 1356, 315, 4798, 3087, 19, 298, 281, 476, 1616, 1471, 2713, 2984, 276, 2236]
EXAMPLE_IDS += [1142, 2]
REPLY_IDS = [1, 3490, 287, 2273, 304, 19, 4798, 3087, 21, 714, 361, 304, 538, 287, 361, 517, 304]
REPLY_IDS += [5055, 470, 38, 2]

pytestmark = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="needs the published vocabularies in ../shared/reference"
)


@pytest.fixture(scope="module")
def codec() -> TokenCodec:
    return load_codec(REFERENCE / "blenderbot-400M-distill")


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(REFERENCE / "blenderbot_small-90M" / name, folder / name)
    (folder / "config.json").write_text(json.dumps({"model_type": "blenderbot-small"}))
    return folder


@pytest.fixture(scope="module")
def small_codec(small_folder: Path) -> TokenCodec:
    return load_codec(small_folder)


@pytest.fixture(scope="module")
def hugging_face() -> Any:
    return AutoTokenizer.from_pretrained(REFERENCE / "blenderbot-400M-distill")


@pytest.fixture(scope="module")
def small_hugging_face(small_folder: Path) -> Any:
    return BlenderbotSmallTokenizer.from_pretrained(small_folder)


def test_the_worked_example_encodes_to_its_known_ids(codec: TokenCodec) -> None:
    assert compose(Prompt((EXAMPLE,)), codec, positions=128) == EXAMPLE_IDS


def test_the_worked_example_decodes_to_its_known_text(codec: TokenCodec) -> None:
    text = "Nice to meet you, Jackson. What do you want to do when you graduate?"

    assert codec.decode(REPLY_IDS) == text


def test_parts_without_a_tokenizer_json_still_end_in_eos(tmp_path: Path) -> None:
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(REFERENCE / "blenderbot-400M-distill" / name, tmp_path / name)

    assert load_tokenizer(tmp_path).encode(EXAMPLE).ids == EXAMPLE_IDS
    assert compose(Prompt((EXAMPLE,)), load_codec(tmp_path), positions=128) == EXAMPLE_IDS


def test_a_conversation_has_the_ids_of_parlais_joined_text(
    codec: TokenCodec, hugging_face: Any
) -> None:
    messages = ("hello there", "Hi! How are you?\nI'm fine.", "good, and you")
    joined = "  ".join(f" {message}" for message in messages)

    assert compose(Prompt(messages), codec, positions=128) == hugging_face(joined).input_ids


def test_persona_lines_are_joined_as_in_training(codec: TokenCodec, hugging_face: Any) -> None:
    prompt = Prompt(("hello",), persona=("i like tea.", "i have a cat."))
    text = " your persona: i like tea.\nyour persona: i have a cat.   hello"

    assert compose(prompt, codec, positions=128) == hugging_face(text).input_ids


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_has_the_ids_of_transformers(
    codec: TokenCodec, hugging_face: Any, text: str
) -> None:
    clean = text.encode("utf-8", "replace").decode()
    expected = hugging_face(
        " " + clean.strip(), split_special_tokens=True, add_special_tokens=False
    )

    assert codec.encode(text) == expected.input_ids


@pytest.mark.parametrize("token", ["<s>", "</s>", "<pad>", "<unk>", "<mask>", "a<mask>", "</s> x"])
def test_a_typed_control_token_is_plain_text(codec: TokenCodec, token: str) -> None:
    ids = codec.encode(token)

    assert not {0, 1, 2, 3, 8008} & set(ids)
    assert codec.decode(ids) == token


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_of_the_90m_model_has_the_ids_of_transformers_when_cut_as_parlai_does(
    small_codec: TokenCodec, small_hugging_face: Any, text: str
) -> None:
    words = " ".join(_parlai_words(text.replace("\n", " ")))
    expected = small_hugging_face(words, add_special_tokens=False)["input_ids"]

    assert small_codec.encode(text.replace("\n", " ")) == expected


def _parlai_words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", re.sub("__+", " ", text.lower()))


def test_the_90m_model_joins_messages_with_newlines_and_ends_bare(small_codec: TokenCodec) -> None:
    prompt = Prompt(("hello", "hi\nthere", "well-known"), persona=("i like tea.",))
    ids = compose(prompt, small_codec, positions=512)
    newline = small_codec.delimiter_ids[0]

    assert ids.count(newline) == 4
    assert ids[-1] != small_codec.eos_id
    assert 3 not in ids


@pytest.mark.parametrize("text", ["__start__", "x__end__", "____start____", "__NULL__ __unk__"])
def test_control_words_lose_their_underscores(small_codec: TokenCodec, text: str) -> None:
    ids = small_codec.encode(text)

    assert ids
    assert not {0, 1, 2, 3, 4} & set(ids)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("i ' m fine . how are you ?", "I'm fine. How are you?"),
        ('she said " hello there " ( twice ) !', 'She said "hello there" (twice)!'),
        ("it is 50 % off , i think", "It is 50% off, I think"),
    ],
)
def test_replies_of_the_90m_model_become_sentences(
    small_codec: TokenCodec, said: str, shown: str
) -> None:
    ids = [1, *small_codec.encode(said), small_codec.eos_id]

    assert small_codec.decode(ids) == shown


def test_a_folder_without_a_tokenizer_says_what_to_put_there(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match=r"tokenizer\.json"):
        load_codec(tmp_path)


@pytest.mark.parametrize("content", ["not json", '{"version": "1.0", "model": {"type": "x"}}'])
def test_a_broken_tokenizer_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "tokenizer.json").write_text(content)

    with pytest.raises(ModelUnusable, match="cannot be read"):
        load_codec(tmp_path)


def test_a_tokenizer_of_another_kind_is_refused(tmp_path: Path) -> None:
    Tokenizer(models.WordLevel({"a": 0}, "a")).save(str(tmp_path / "tokenizer.json"))

    with pytest.raises(ModelUnusable, match="byte-level"):
        load_codec(tmp_path)
