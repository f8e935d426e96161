"""From dialogues to what a model learns from: a stretch of conversation and the reply to it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from bot.conversation.prompt import Prompt
from training.dialogue import slots_of
from training.wording import Filling

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from training.dialogue import Dialogue, Exchange
    from training.slots import SlotLists

# How far back a lesson reaches, as shares of lessons: up to three turns, two, one.
_THREE_TURNS, _TWO_TURNS, _ONE_TURN = 0.12, 0.22, 0.6
# A newest utterance of fewer words says too little without the turn before it.
_TELLING_WORDS = 4
_AFTER_THE_GAP = 0.7
# What people begin with must be answered without any hint: such turns come more often.
_OPENINGS, _SECONDS = 0.35, 0.15
_PERSONAL = frozenset({"name", "name2", "petname", "petname2"})


@dataclass(frozen=True, slots=True)
class Sample:
    """One lesson: what is seen and what is to be said."""

    prompt: Prompt
    reply: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How often which kind of lesson comes; shares of 1.

    Attributes:
        naming: Dialogues in which a name is given, or a fact asked for later (files named in
            ``naming_topics``); drawn beyond their number, since copying takes practice.
        naming_topics: Those files.
        introduced: Other lessons before which somebody has said their name.
        wandering: Other lessons that follow on an unrelated topic.
        persona: Lessons that show persona lines which the reply does not need.
        remembered: Lessons whose newest utterance comes with facts told on another day, a line
            each before it, as long-term memory puts them back.
    """

    naming: float = 0.14
    naming_topics: tuple[str, ...] = ("recall",)
    introduced: float = 0.08
    wandering: float = 0.18
    persona: float = 0.12
    remembered: float = 0.08


class Sampler:
    """Draws lessons; the same random generator gives the same ones."""

    def __init__(
        self,
        dialogues: Sequence[Dialogue],
        *,
        lists: SlotLists,
        personas: Sequence[str] = (),
        facts: Sequence[str] = (),
        recipe: Recipe | None = None,
    ) -> None:
        self._recipe = recipe or Recipe()
        self._lists = lists
        self._personas = tuple(personas)
        self._facts = tuple(facts)
        topics = self._recipe.naming_topics
        self._naming = [d for d in dialogues if d.topic in topics]
        self._others = [d for d in dialogues if d.topic not in topics]
        self._openings = [d for d in self._naming if "name" in slots_of(d.exchanges[0].said[0])]
        self._weights = list(accumulate(len(d.exchanges) for d in self._others))

    def draw(self, rng: random.Random) -> Sample:
        """Return one lesson."""
        while True:
            sample = self._try(rng)
            if sample is not None:
                return sample

    def _try(self, rng: random.Random) -> Sample | None:
        recipe = self._recipe
        naming = self._naming and (not self._others or rng.random() < recipe.naming)
        if naming:
            dialogue = rng.choice(self._naming)
        else:
            dialogue = rng.choices(self._others, cum_weights=self._weights)[0]
        target = _target(dialogue, rng)
        told = _tell(dialogue, target, self._lists, rng)
        if told is None:
            return None
        before, messages, reply, filling = told
        uses = _mentioned(dialogue.exchanges, self._lists)
        chance = rng.random()
        if before is not None:
            woven = self._stray(rng, rng.choice((0, 1, 1, 2, 2, 3)), avoid=uses)
            messages = [*messages[:before], *woven, *messages[before:]]
        elif not naming and chance < recipe.introduced:
            messages = [*self._introduction(rng), *messages]
        elif not naming and chance < recipe.introduced + recipe.wandering:
            messages = [*self._stray(rng, 1, avoid=uses), *messages]
        if rng.random() < recipe.remembered:
            messages[-1] = "\n".join([*self._remembered(filling, rng), messages[-1]])
        persona = tuple(map(filling.filled, dialogue.persona)) or self._persona(rng)
        return Sample(Prompt(tuple(messages), persona), reply)

    def _stray(self, rng: random.Random, turns: int, *, avoid: frozenset[str]) -> list[str]:
        """Return the messages of some turns of another dialogue, without the slots to avoid."""
        for _ in range(10 if turns and self._others else 0):
            dialogue = rng.choices(self._others, cum_weights=self._weights)[0]
            last = min(turns, len(dialogue.exchanges)) - 1
            if avoid & _mentioned(dialogue.exchanges[: last + 1], self._lists):
                continue
            filling = Filling(self._lists, rng)
            chosen = dialogue.exchanges[: last + 1]
            return [line for e in chosen for line in _turn(e, filling, rng)]
        return []

    def _remembered(self, filling: Filling, rng: random.Random) -> list[str]:
        """Return facts about the person; a slot that the dialogue has is told the same way."""
        count = min(len(self._facts), rng.choice((1, 1, 2)))
        return [filling.filled(line) for line in rng.sample(self._facts, count)]

    def _introduction(self, rng: random.Random) -> list[str]:
        if not self._openings:
            return []
        first = rng.choice(self._openings).exchanges[0]
        return _turn(first, Filling(self._lists, rng), rng)

    def _persona(self, rng: random.Random) -> tuple[str, ...]:
        if not self._personas or rng.random() >= self._recipe.persona:
            return ()
        return tuple(rng.sample(self._personas, rng.choice((1, 2, 2, 3))))


def _target(dialogue: Dialogue, rng: random.Random) -> int:
    """Return the index of the exchange whose reply is the lesson; mostly the one after a gap."""
    if dialogue.gap is not None and rng.random() < _AFTER_THE_GAP:
        return rng.randrange(dialogue.gap, len(dialogue.exchanges))
    chance = rng.random()
    if chance < _OPENINGS + _SECONDS:
        return 0 if chance < _OPENINGS else min(1, len(dialogue.exchanges) - 1)
    return rng.randrange(len(dialogue.exchanges))


def _turn(exchange: Exchange, filling: Filling, rng: random.Random) -> list[str]:
    return [
        filling.typed(rng.choice(exchange.said)),
        filling.spoken(rng.choice(exchange.replies)),
    ]


def _mentioned(exchanges: Sequence[Exchange], lists: SlotLists) -> frozenset[str]:
    lines = (line for e in exchanges for line in (*e.said, *e.replies))
    return frozenset().union(*map(lists.rows_in, lines))


def _tell(
    dialogue: Dialogue, target: int, lists: SlotLists, rng: random.Random
) -> tuple[int | None, list[str], str, Filling] | None:
    """Return where the gap is, the messages, the reply, and what fills the slots.

    What the reply says back must stand in the messages: the wordings are chosen for it, and the
    stretch begins early enough. None where a name would have to be guessed.
    """
    exchanges = dialogue.exchanges
    reply = rng.choice(exchanges[target].replies)
    said = {target: rng.choice(exchanges[target].said)}
    answers: dict[int, str] = {}

    def reach_back(to: int) -> None:
        for i in range(to, min(said)):
            said[i] = rng.choice(exchanges[i].said)
            answers[i] = rng.choice(exchanges[i].replies)

    reach_back(_beginning(dialogue, target, said[target], rng))
    for row in sorted(lists.rows_in(reply)):
        told = (*said.values(), *answers.values(), *dialogue.persona)
        if any(row in lists.rows_in(line) for line in told):
            continue
        place = _place_of(row, exchanges[: target + 1], lists)
        if place is not None:
            reach_back(place)
            said[place] = rng.choice([w for w in exchanges[place].said if row in lists.rows_in(w)])
        elif row in _PERSONAL:
            return None
    filling = Filling(lists, rng)
    first, gap = min(said), dialogue.gap
    messages: list[str] = []
    for i in range(first, target):
        messages += [filling.typed(said[i]), filling.spoken(answers[i])]
    messages.append(filling.typed(said[target]))
    before = None if gap is None or not first < gap <= target else 2 * (gap - first)
    return before, messages, filling.spoken(reply), filling


def _place_of(row: str, exchanges: Sequence[Exchange], lists: SlotLists) -> int | None:
    """Return the latest exchange in which the person may have said what the row holds."""
    for i in range(len(exchanges) - 1, -1, -1):
        if any(row in lists.rows_in(wording) for wording in exchanges[i].said):
            return i
    return None


def _beginning(dialogue: Dialogue, target: int, newest: str, rng: random.Random) -> int:
    """Return the first exchange of the stretch: all, the last one or two, or none before."""
    if dialogue.gap is not None and target >= dialogue.gap:
        return 0
    chance = rng.random()
    if chance < _THREE_TURNS:
        return max(0, target - 3)
    if chance < _ONE_TURN or len(newest.split()) < _TELLING_WORDS:
        return max(0, target - 2 if chance < _TWO_TURNS else target - 1)
    return target
