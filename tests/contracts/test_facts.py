"""Every kind of memory keeps the same promises about facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.memory.fact import Fact, FactKind, Owner, Source
from tests.fakes.turns import ALICE, BOB, NOON, said, turn

if TYPE_CHECKING:
    from tests.contracts.conftest import Keeping

HERE = Owner(ALICE, 5)
ELSEWHERE = Owner(ALICE, 6)
TEA = Fact(FactKind.TASTE, "tea", "tea", "i like tea.")
JAZZ = Fact(FactKind.TASTE, "jazz", "jazz", "i love jazz concerts.", 0.5)
WARSAW = Fact(FactKind.HOME, "", "Warsaw", "i live in Warsaw.")


def source(message_id: int = 1, channel_id: int = 1, parent_id: int | None = None) -> Source:
    return Source(message_id, channel_id, parent_id, NOON + timedelta(seconds=message_id))


async def texts(keeping: Keeping, owner: Owner = HERE) -> list[str]:
    return [kept.fact.text for kept in (await keeping.facts.of(owner)).facts]


async def test_facts_come_back_as_they_were_newest_first(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source(1))
    await keeping.facts.keep(HERE, [JAZZ], source(2, channel_id=7, parent_id=1))
    newest, oldest = (await keeping.facts.of(HERE)).facts
    assert (newest.fact, newest.owner) == (JAZZ, HERE)
    assert newest.source == source(2, channel_id=7, parent_id=1)
    assert (newest.uses, newest.used_at) == (0, None)
    assert oldest.fact == TEA


async def test_facts_belong_to_one_person_in_one_guild(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source())
    assert await texts(keeping, ELSEWHERE) == []
    assert await texts(keeping, Owner(BOB, 5)) == []
    found = await keeping.facts.of(ELSEWHERE, ("tea",))
    assert found.facts == ()


async def test_a_fact_takes_the_place_of_one_about_the_same(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [WARSAW, TEA], source(1))
    oslo = Fact(FactKind.HOME, "", "Oslo", "i live in Oslo.")
    await keeping.facts.keep(HERE, [oslo], source(2))
    await keeping.facts.keep(ELSEWHERE, [WARSAW], source(3))
    assert await texts(keeping) == ["i live in Oslo.", "i like tea."]


async def test_words_find_facts_in_other_forms_too(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA, JAZZ, WARSAW], source())
    known = await keeping.facts.of(HERE, ("concerts", "tea", "nothing", "or"))
    assert {kept.fact.value for kept in known.facts if kept.is_match} == {"tea", "jazz"}
    assert not any(kept.is_match for kept in (await keeping.facts.of(HERE)).facts)


async def test_facts_are_dropped_by_number_only_from_their_owner(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source(1))
    number = (await keeping.facts.of(HERE)).facts[0].fact_id
    await keeping.facts.keep(ELSEWHERE, [], source(2), drop={number})
    assert await keeping.facts.forget(ELSEWHERE, {number}) == 0
    assert await texts(keeping) == ["i like tea."]
    await keeping.facts.keep(HERE, [JAZZ], source(3), drop={number})
    assert await texts(keeping) == ["i love jazz concerts."]


async def test_use_is_counted(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source())
    number = (await keeping.facts.of(HERE)).facts[0].fact_id
    await keeping.facts.note_use([number], NOON)
    await keeping.facts.note_use([number], NOON + timedelta(days=1))
    kept = (await keeping.facts.of(HERE)).facts[0]
    assert (kept.uses, kept.used_at) == (2, NOON + timedelta(days=1))


async def test_all_of_an_owners_facts_can_go(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA, JAZZ], source())
    await keeping.facts.keep(ELSEWHERE, [TEA], source())
    assert await keeping.facts.forget(HERE) == 2
    assert await texts(keeping, ELSEWHERE) == ["i like tea."]


async def test_what_a_deleted_message_told_goes(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source(1))
    await keeping.facts.keep(HERE, [JAZZ], source(2))
    await keeping.facts.keep(HERE, [WARSAW], source(0))
    assert await keeping.facts.unlearn({1, 0, 99}) == {HERE}
    assert await keeping.facts.unlearn({1}) == set()
    assert await texts(keeping) == ["i love jazz concerts.", "i live in Warsaw."]


async def test_what_was_told_in_a_channel_goes_with_it_and_its_threads(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source(1, channel_id=1))
    await keeping.facts.keep(HERE, [JAZZ], source(2, channel_id=7, parent_id=1))
    await keeping.facts.keep(HERE, [WARSAW], source(3, channel_id=2))
    assert await keeping.facts.forget_channel(1) == {HERE}
    assert await texts(keeping) == ["i live in Warsaw."]


async def test_a_guilds_facts_go_with_it(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source())
    await keeping.facts.keep(ELSEWHERE, [TEA], source())
    await keeping.facts.forget_guild(5)
    assert await texts(keeping) == []
    assert await texts(keeping, ELSEWHERE) == ["i like tea."]


async def test_a_person_is_forgotten_everywhere(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source())
    await keeping.facts.keep(ELSEWHERE, [TEA, JAZZ], source())
    await keeping.facts.keep(Owner(BOB, 5), [TEA], source())
    assert len(await keeping.facts.of_author(ALICE)) == 3
    assert await keeping.facts.forget_author(ALICE) == 3
    assert await keeping.facts.of_author(ALICE) == ()
    assert await texts(keeping, Owner(BOB, 5)) == ["i like tea."]


async def test_an_answer_does_not_outlive_the_fact_it_quotes(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [WARSAW], source(1))
    answered = turn(said(2, "where do I live?", guild_id=5), "You live in WARSAW, 100%.", 12)
    elsewhere = turn(said(3, "hi", channel_id=3, guild_id=6), "Warsaw is nice.", 13)
    others = turn(said(4, "hi", BOB, guild_id=5), "Warsaw is nice.", 14)
    for one in (answered, elsewhere, others):
        await keeping.histories.append(one)
    await keeping.facts.unlearn({1})
    assert await keeping.histories.read(1) == (
        turn(said(2, "where do I live?", guild_id=5), None),
        others,
    )
    assert await keeping.histories.read(3) == (elsewhere,)


async def test_a_fact_that_is_told_again_blanks_no_reply(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source(1))
    answered = turn(said(2, "I like Tea", guild_id=5), "Tea is nice.", 12)
    await keeping.histories.append(answered)
    await keeping.facts.keep(HERE, [replace(TEA, value="Tea", text="i love tea.")], source(2))
    assert await keeping.histories.read(1) == (answered,)


async def test_only_replies_with_the_value_as_whole_words_are_blanked(keeping: Keeping) -> None:
    age = Fact(FactKind.AGE, "", "20", "i am 20.")
    await keeping.facts.keep(HERE, [age], source(1))
    born = turn(said(2, "hi", guild_id=5), "Somebody born in 2020?", 12)
    quoted = said(3, "how old am I?", guild_id=5)
    for one in (born, turn(quoted, "You are 20!", 13)):
        await keeping.histories.append(one)
    await keeping.facts.keep(HERE, [replace(age, value="21", text="i am 21.")], source(4))
    assert await keeping.histories.read(1) == (born, turn(quoted, None))


async def test_memory_can_be_switched_off_and_on(keeping: Keeping) -> None:
    await keeping.facts.keep(HERE, [TEA], source())
    await keeping.facts.switch(HERE, off=True)
    await keeping.facts.switch(HERE, off=True)
    known = await keeping.facts.of(HERE, ("tea",))
    assert known.is_off
    assert len(known.facts) == 1
    assert not (await keeping.facts.of(ELSEWHERE)).is_off
    await keeping.facts.switch(HERE, off=False)
    assert not (await keeping.facts.of(HERE)).is_off
