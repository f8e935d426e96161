from pathlib import Path

import pytest

from training.build import BuildOrder, build
from training.corpus import Corpus

HOME = Path("training/corpus")
TINY = "\n".join(
    f"you: tell me about number {n} | number {n}, please\nbot: The number {n} is a fine one!\n"
    f"you: thanks, i'm {{name}}\nbot: You are welcome, {{name}}, ask me about {n} again.\n"
    for n in range(40)
)


@pytest.fixture(scope="session")
def tiny_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of a few hundred lessons about numbers."""
    data = tmp_path_factory.mktemp("data")
    (data / "numbers.txt").write_text(TINY, encoding="utf-8")
    out = tmp_path_factory.mktemp("build")
    build(Corpus.load(data, home=HOME), BuildOrder(lessons=300, checks=40, vocabulary=600), out)
    return out
