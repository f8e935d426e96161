"""What is said when the model's own words are not: refusals, warm words, changes of topic."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from importlib import resources
from typing import TYPE_CHECKING

from bot.safety.flooding import FLOODING
from bot.safety.shipped import read_lines
from bot.safety.verdict import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.resources.abc import Traversable

    from bot.safety.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Phrases:
    """The lines to choose from, each list with at least one.

    Attributes:
        refusals: Kind refusals.
        support: Warm answers to somebody who may be thinking of hurting themselves.
        patience: For somebody who floods.
        openers: Changes of topic, with ``{topic}`` in them.
        topics: Harmless things to talk about.
    """

    refusals: Sequence[str]
    support: Sequence[str]
    patience: Sequence[str]
    openers: Sequence[str]
    topics: Sequence[str]


def load_phrases(folder: Traversable | None = None, *, helpline: str | None = None) -> Phrases:
    """Read the phrases of ``folder``, by default those of the package.

    Args:
        folder: Where the files are.
        helpline: The sentence that names a line of help, instead of the shipped one.
    """
    source = resources.files("config").joinpath("safety") if folder is None else folder
    help_line = helpline or read_lines(source, "helpline.txt")[0]
    return Phrases(
        refusals=read_lines(source, "refusals.txt"),
        support=[
            line.format(helpline=help_line).strip() for line in read_lines(source, "support.txt")
        ],
        patience=read_lines(source, "patience.txt"),
        openers=read_lines(source, "openers.txt"),
        topics=read_lines(source, "topics.txt"),
    )


class Topics:
    """Chooses a phrase: by chance, but the same for the same seed, never one twice in a row.

    Args:
        phrases: What there is to say.
        seed: Decides all choices.
        most_channels: The channel longest quiet is forgotten beyond this many.
    """

    def __init__(self, *, phrases: Phrases, seed: str = "", most_channels: int = 10_000) -> None:
        self._phrases = phrases
        self._seed = seed
        self._most_channels = most_channels
        self._said: OrderedDict[int, tuple[int, dict[str, int]]] = OrderedDict()

    def instead(self, verdict: Verdict, *, channel_id: int) -> str:
        """Return a refusal, a warm word or a change of topic, as the verdict asks for."""
        phrases = self._phrases
        match verdict.action:
            case Action.SUPPORT:
                return self._choose("support", phrases.support, channel_id)
            case Action.REFUSE if any(match.category == FLOODING for match in verdict.matches):
                return self._choose("patience", phrases.patience, channel_id)
            case Action.REFUSE:
                return self._choose("refusals", phrases.refusals, channel_id)
            case _:
                return self.change_topic(channel_id=channel_id)

    def change_topic(self, *, channel_id: int) -> str:
        """Return a harmless change of topic."""
        opener = self._choose("openers", self._phrases.openers, channel_id)
        return opener.format(topic=self._choose("topics", self._phrases.topics, channel_id))

    def _choose(self, kind: str, lines: Sequence[str], channel_id: int) -> str:
        count, last = self._said.pop(channel_id, (0, {}))
        number = self._number(f"{self._seed}/{kind}/{channel_id}/{count}")
        before = last.get(kind)
        if before is None or len(lines) == 1:
            choice = number % len(lines)
        else:
            choice = number % (len(lines) - 1)
            choice += choice >= before
        self._said[channel_id] = (count + 1, {**last, kind: choice})
        if len(self._said) > self._most_channels:
            self._said.popitem(last=False)
        return lines[choice]

    def _number(self, text: str) -> int:
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
