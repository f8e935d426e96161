import random
import re
from pathlib import Path

from training.corpus import Corpus
from training.dialogue import Dialogue, Exchange
from training.sampling import Recipe, Sample, Sampler
from training.slots import SlotLists

LISTS = SlotLists(
    {
        "name": ["Ada", "Bo", "Cy", "Di"],
        "food": ["soup", "bread", "rice"],
        "city": ["Rome", "Oslo", "Lima"],
    }
)
MEAL = Dialogue(
    "food",
    (),
    (
        Exchange(("i cooked {food} today", "guess what i cooked"), ("How did it turn out?",)),
        Exchange(("it was good",), ("Nothing beats good {food}.",)),
        Exchange(("see you in {city}",), ("Until then!",)),
    ),
)
MEETING = Dialogue(
    "recall",
    (),
    (
        Exchange(("i'm {name}",), ("Hello, {name}!",)),
        Exchange(("what's my name?",), ("You are {name}.",)),
    ),
    gap=1,
)
UNTOLD = Dialogue("names", (), (Exchange(("hi",), ("Hello, {name}!",)),))


def draw(
    dialogues: list[Dialogue], *, count: int = 300, naming: float = 0.5, persona: float = 0.25
) -> list[Sample]:
    rng = random.Random(1)
    sampler = Sampler(
        dialogues,
        lists=LISTS,
        personas=("i like tea.", "i am calm.", "i am old."),
        recipe=Recipe(naming=naming, persona=persona),
    )
    return [sampler.draw(rng) for _ in range(count)]


def test_what_a_reply_says_back_always_stands_in_what_is_shown() -> None:
    for sample in draw([MEAL, MEETING]):
        shown = " ".join(sample.prompt.messages).lower()
        said = re.search(r"good (\w+)\.|You are (\w+)\.|Hello, (\w+)!", sample.reply)
        if said:
            word = next(group for group in said.groups() if group)
            assert word.lower() in shown


def test_a_lesson_ends_with_the_person_and_alternates() -> None:
    assert all(len(sample.prompt.messages) % 2 == 1 for sample in draw([MEAL, MEETING]))


def test_turns_of_other_dialogues_are_woven_into_the_gap() -> None:
    recalled = [s for s in draw([MEAL, MEETING]) if s.reply.startswith("You are")]

    assert {len(sample.prompt.messages) for sample in recalled} == {3, 5, 7, 9}


def test_a_name_that_nobody_told_is_never_a_lesson() -> None:
    replies = {sample.reply for sample in draw([MEAL, UNTOLD], naming=0.2)}

    assert not any(reply.startswith("Hello,") for reply in replies)


def test_persona_lines_are_shown_by_the_way() -> None:
    shares = [bool(sample.prompt.persona) for sample in draw([MEAL], persona=0.5, count=400)]

    assert 0.4 < sum(shares) / len(shares) < 0.6


def test_the_same_seed_draws_the_same_lessons() -> None:
    assert draw([MEAL, MEETING]) == draw([MEAL, MEETING])


def test_the_corpus_in_the_repository_can_be_drawn_from() -> None:
    home = Path("training/corpus")
    corpus = Corpus.load(home, home=home)
    sampler = Sampler(corpus.train, lists=corpus.lists, personas=corpus.personas)
    rng = random.Random(1)

    for _ in range(500):
        sample = sampler.draw(rng)
        assert "{" not in " ".join((*sample.prompt.messages, sample.reply))


def test_remembered_facts_stand_before_the_newest_utterance() -> None:
    sampler = Sampler(
        [MEAL], lists=LISTS, facts=("my name is {name}.",), recipe=Recipe(remembered=1.0)
    )
    sample = sampler.draw(random.Random(1))
    fact, utterance = sample.prompt.messages[-1].split("\n")

    assert re.fullmatch(r"my name is \w+\.", fact)
    assert utterance
