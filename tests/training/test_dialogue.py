from pathlib import Path

import pytest

from training.dialogue import CorpusInvalid, read_file, read_folder, slots_of

WRITTEN = """\
# a comment
persona: i like tea.
you: hi | hello there, i'm {name}
bot: Nice to meet you, {name}! Do you like {drink}?
...
you: yes | no
bot: I see.

you: bye
bot: Goodbye! Shall we talk again?
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "greetings.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_as_dialogues_of_alternative_wordings(tmp_path: Path) -> None:
    first, second = read_file(write(tmp_path, WRITTEN))

    assert first.topic == "greetings"
    assert first.persona == ("i like tea.",)
    assert first.exchanges[0].said == ("hi", "hello there, i'm {name}")
    assert first.gap == 1
    assert second.gap is None
    assert len(second.exchanges) == 1


def test_slots_are_named() -> None:
    assert slots_of("{name} and {food2} and {name}") == {"name", "food2"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("you: hi\nbot: Hello!\nme: what", "line 3: not 'persona:'"),
        ("you: hi\nyou: hello\nbot: Hi!", "line 2: 'you:' is out of turn"),
        ("bot: Hello!", "line 1: 'bot:' is out of turn"),
        ("you: hi\npersona: i am late.\nbot: Hi!", "line 2: 'persona:' is out of turn"),
        ("you: hi\nbot: Hi!\nyou: bye", "line 3: a dialogue ends with a 'bot:' line"),
    ],
)
def test_a_line_out_of_place_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(CorpusInvalid, match=complaint) as caught:
        read_file(write(tmp_path, text))

    assert "greetings.txt" in str(caught.value)


def test_the_corpus_in_the_repository_is_as_large_as_promised() -> None:
    dialogues = read_folder(Path("training/corpus/dialogues"))
    exchanges = [exchange for dialogue in dialogues for exchange in dialogue.exchanges]

    assert len([d for d in dialogues if len(d.exchanges) > 1]) >= 250
    assert len(set(exchanges)) >= 3000
