"""Memory from a sentence to an answer: learnt, corrected, recalled and forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.memory.fact import Fact, FactKind, Owner
from bot.memory.lexicon import load_lexicon
from bot.memory.long_term import LongTermMemory
from bot.memory.merge import MAX_FACTS
from bot.memory.questions import load_questions
from tests.fakes.facts import MemoryFacts
from tests.fakes.turns import ALICE, BOB, NOON, said

if TYPE_CHECKING:
    from datetime import datetime

    from bot.conversation.utterance import Utterance

GUILD, OTHER_GUILD = 5, 6


class Person:
    """Says things, a minute apart, and hears what memory has to say about them."""

    def __init__(self, author_id: int = ALICE, guild_id: int | None = GUILD) -> None:
        self.facts = MemoryFacts()
        self.now = NOON
        self.memory = LongTermMemory(
            facts=self.facts,
            words=load_lexicon(),
            questions=load_questions(),
            clock=lambda: self.now,
        )
        self.author_id = author_id
        self.guild_id = guild_id
        self.last_id = 0

    async def says(self, text: str, **where: int | None) -> None:
        await self.memory.learn(self.utterance(text, **where))

    async def asks(self, text: str, **where: int | None) -> str | None:
        return (await self.memory.recall(self.utterance(text, **where))).answer

    async def hears(self, text: str, **where: int | None) -> tuple[str, ...]:
        return (await self.memory.recall(self.utterance(text, **where))).lines

    async def knows(self) -> set[str]:
        owner = Owner(self.author_id, self.guild_id or 1)
        return {kept.fact.text for kept in (await self.memory.show(owner)).facts}

    def utterance(self, text: str, **where: int | None) -> Utterance:
        self.last_id += 1
        self.now += timedelta(minutes=1)
        place: dict[str, Any] = {"author_id": self.author_id, "guild_id": self.guild_id, **where}
        return said(self.last_id, text, at=self.now, **place)

    def waits(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


@pytest.fixture
def person() -> Person:
    return Person()


async def test_a_name_and_a_subject_are_known_after_other_talk(person: Person) -> None:
    await person.says("Hi! My name is Jackson and I study biology.")
    for text in ("The weather is fine.", "I like tea.", "Tell me a joke.", "That was good."):
        await person.says(text)
    assert "Jackson" in str(await person.asks("what's my name?"))
    assert "you study biology" in str(await person.asks("What do I study?")).lower()


async def test_answers_are_worded_in_more_than_one_way(person: Person) -> None:
    await person.says("I live in Warsaw.")
    answers = {await person.asks("where do I live?") for _ in range(10)}
    assert len(answers) >= 3
    assert all("ou live in Warsaw" in str(answer) for answer in answers)


async def test_what_was_never_told_is_not_known(person: Person) -> None:
    assert "your name" in str(await person.asks("what is my name?"))
    assert "favorite color" in str(await person.asks("what's my favourite colour?"))
    assert await person.asks("what do you know about me?")
    assert "where you study" in str(await person.asks("where do I study?"))
    assert await person.asks("what is my car's name?") is None


async def test_a_newer_fact_replaces_what_it_contradicts(person: Person) -> None:
    await person.says("I live in Warsaw.")
    await person.says("I moved to Oslo.")
    await person.says("I like tea.")
    await person.says("I don't like tea anymore.")
    assert await person.knows() == {"i live in Oslo.", "i don't like tea."}


async def test_a_denial_takes_the_fact_away(person: Person) -> None:
    await person.says("My name is Bob. I have a dog. I live in Rome.")
    await person.says("My name isn't Bob.")
    await person.says("My dog died last week.")
    await person.says("I don't live in Paris.")
    assert await person.knows() == {"i live in Rome."}


async def test_saying_it_again_does_not_double_it(person: Person) -> None:
    await person.says("I like Tea")
    await person.says("i like tea.")
    assert await person.knows() == {"i like tea."}


async def test_a_vaguer_statement_does_not_cost_a_pet_its_name(person: Person) -> None:
    await person.says("My dog is called Rex.")
    await person.says("I have a dog.")
    assert "Rex" in str(await person.asks("what's my dog's name?"))


async def test_facts_stay_with_one_person_in_one_guild(person: Person) -> None:
    await person.says("My name is Jackson.")
    assert "Jackson" not in str(await person.asks("what's my name?", guild_id=OTHER_GUILD))
    assert "Jackson" not in str(await person.asks("what's my name?", author_id=BOB))
    assert "Jackson" not in str(await person.asks("what's my name?", guild_id=None))
    assert "Jackson" in str(await person.asks("what's my name?", channel_id=99))


async def test_direct_messages_are_a_home_of_their_own() -> None:
    person = Person(guild_id=None)
    await person.says("My name is Jackson.")
    assert "Jackson" in str(await person.asks("what's my name?"))
    assert "Jackson" not in str(await person.asks("what's my name?", channel_id=2))


async def test_a_fact_comes_back_when_the_talk_is_about_it(person: Person) -> None:
    await person.says("I love jazz. My dog is called Rex. I live in Warsaw.")
    person.waits(hours=1)
    assert await person.hears("Do you play any jazz?") == ("i love jazz.",)
    assert await person.hears("The weather is awful today") == ("i live in Warsaw.",)
    assert await person.hears("Tell me a story") == ()


async def test_no_more_than_two_lines_come_back(person: Person) -> None:
    await person.says("I love jazz, rock, opera and folk.")
    person.waits(hours=1)
    assert len(await person.hears("jazz or rock or opera or folk")) == 2


async def test_what_is_still_in_sight_is_not_repeated(person: Person) -> None:
    await person.says("I love jazz.")
    assert await person.hears("jazz is great") == ()
    assert await person.hears("jazz is great", channel_id=2) == ("i love jazz.",)


async def test_a_fact_that_was_just_used_gives_way(person: Person) -> None:
    await person.says("I love jazz. I love rock. I love opera.")
    person.waits(hours=1)
    first = await person.hears("jazz, rock or opera")
    second = await person.hears("jazz, rock or opera")
    assert set(first) != set(second)


async def test_stale_plans_are_not_brought_up(person: Person) -> None:
    await person.says("I'm flying to Japan next week.")
    person.waits(days=2)
    assert await person.hears("my trip to Japan") == ("i am flying to Japan next week.",)
    person.waits(days=20)
    assert await person.hears("my trip to Japan") == ()


async def test_a_deleted_message_takes_its_facts_along(person: Person) -> None:
    await person.says("My name is Jackson.")
    await person.memory.unlearn({1})
    assert await person.knows() == set()


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        ("forget that", {"my name is Jackson.", "i like tea.", "my dog is called Rex."}),
        ("forget my name", {"i like tea.", "my dog is called Rex.", "i live in Oslo."}),
        (
            "forget that I like tea",
            {"my name is Jackson.", "my dog is called Rex.", "i live in Oslo."},
        ),
        ("forget everything about me", set()),
    ],
)
async def test_people_can_ask_to_be_forgotten(person: Person, wish: str, left: set[str]) -> None:
    await person.says("My name is Jackson. I like tea.")
    await person.says("My dog is called Rex.")
    await person.says("I live in Oslo.")
    answer = str(await person.asks(wish))
    assert "orgotten" in answer or "no longer know" in answer
    await person.says(wish)
    assert await person.knows() == left


async def test_there_may_be_nothing_to_forget(person: Person) -> None:
    answer = str(await person.asks("forget my name"))
    assert "nothing" in answer or "didn't know" in answer


async def test_memory_that_is_off_neither_learns_nor_recalls(person: Person) -> None:
    owner = Owner(ALICE, GUILD)
    await person.says("My name is Jackson.")
    await person.memory.switch(owner, off=True)
    await person.says("I live in Oslo.")
    assert await person.asks("what's my name?") is None
    assert await person.knows() == {"my name is Jackson."}
    await person.memory.switch(owner, off=False)
    assert "Jackson" in str(await person.asks("what's my name?"))


async def test_a_fact_can_be_added_by_command_in_any_words(person: Person) -> None:
    owner = Owner(ALICE, GUILD)
    await person.memory.add(owner, "I live in Oslo.", channel_id=1)
    added = await person.memory.add(owner, "tabs beat spaces!", channel_id=1)
    assert added == (
        Fact(FactKind.NOTE, "tabs beat spaces", "tabs beat spaces", "tabs beat spaces.", 1.0),
    )
    assert await person.knows() == {"i live in Oslo.", "tabs beat spaces."}


@pytest.mark.parametrize("text", ["", "  . ", "x" * 200])
async def test_a_fact_by_command_has_bounds(person: Person, text: str) -> None:
    with pytest.raises(ValueError, match="characters"):
        await person.memory.add(Owner(ALICE, GUILD), text, channel_id=1)


async def test_facts_can_be_forgotten_one_by_one_or_all(person: Person) -> None:
    owner = Owner(ALICE, GUILD)
    await person.says("I like tea. I like jazz.")
    first = (await person.memory.show(owner)).facts[0]
    assert await person.memory.forget(owner, first.fact_id) == 1
    assert await person.memory.forget(owner) == 1
    assert await person.knows() == set()


async def test_what_is_known_is_bounded_and_the_longest_unused_goes(person: Person) -> None:
    for number in range(MAX_FACTS + 5):
        await person.says(f"I like thing{number}.")
    known = await person.knows()
    assert len(known) == MAX_FACTS
    assert "i like thing0." not in known
    assert f"i like thing{MAX_FACTS + 4}." in known


async def test_likes_are_listed_together(person: Person) -> None:
    await person.says("I like tea, jazz and chess. I hate rain. My favorite food is sushi.")
    answer = str(await person.asks("what do I like?"))
    assert "ou like chess, jazz and tea" in answer
    assert "rain" not in answer
    assert "rain" in str(await person.asks("what don't I like?"))
    assert "sushi" in str(await person.asks("what's my favourite food?"))


async def test_a_gone_channel_or_guild_takes_what_was_told_there(person: Person) -> None:
    await person.says("I like tea.", channel_id=1)
    await person.says("I like jazz.", channel_id=2)
    await person.memory.forget_channel(1)
    assert await person.knows() == {"i like jazz."}
    await person.memory.forget_guild(GUILD)
    assert await person.knows() == set()
