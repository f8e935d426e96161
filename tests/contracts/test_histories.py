"""Every kind of history keeps the same promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.turns import ALICE, BOB, said, turn

if TYPE_CHECKING:
    from tests.contracts.conftest import Keeping


async def test_an_unknown_channel_has_no_turns(keeping: Keeping) -> None:
    assert await keeping.histories.read(1) == ()


async def test_turns_come_back_as_they_were_oldest_first(keeping: Keeping) -> None:
    turns = (
        turn(said(1, "żółw 🐢 'quoted' \\ %s", guild_id=5, parent_id=6), "ok.", 11, 12, 13),
        turn(said(2, author_id=BOB), None),
        turn(said(3), "yes.", 14),
    )
    for one in turns:
        await keeping.histories.append(one)
    assert await keeping.histories.read(1) == turns


async def test_only_the_newest_turns_are_read(keeping: Keeping) -> None:
    for number in range(1, 9):
        await keeping.histories.append(turn(said(number)))
    read = await keeping.histories.read(1)
    assert [one.utterance.message_id for one in read] == [4, 5, 6, 7, 8]


async def test_appending_a_message_again_replaces_its_turn_in_place(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1), "a long answer", 11, 12))
    await keeping.histories.append(turn(said(2)))
    await keeping.histories.append(turn(said(1, "hello again"), None))
    assert await keeping.histories.read(1) == (
        turn(said(1, "hello again"), None),
        turn(said(2)),
    )


async def test_channels_do_not_mix_even_with_equal_message_ids(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1, "one", channel_id=1)))
    await keeping.histories.append(turn(said(1, "two", channel_id=2)))
    await keeping.histories.forget_messages(1, {1})
    assert await keeping.histories.read(1) == ()
    assert [one.utterance.text for one in await keeping.histories.read(2)] == ["two"]


async def test_a_sent_reply_knows_its_messages(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1)))
    await keeping.histories.sent(1, 1, (11, 12))
    await keeping.histories.sent(1, 99, (13,))
    assert await keeping.histories.read(1) == (turn(said(1), "i see.", 11, 12),)


async def test_an_edit_replaces_the_words_and_takes_the_reply_along(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1), "i see.", 11, 12))
    assert await keeping.histories.edit(1, 1, "changed")
    assert await keeping.histories.read(1) == (turn(said(1, "changed"), None),)


async def test_an_edit_without_new_words_changes_nothing(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1), "i see.", 11))
    assert await keeping.histories.edit(1, 1, "hello")
    assert await keeping.histories.read(1) == (turn(said(1), "i see.", 11),)


async def test_an_edit_to_nothing_forgets_the_turn(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1)))
    assert await keeping.histories.edit(1, 1, "")
    assert await keeping.histories.read(1) == ()


async def test_editing_an_unknown_message_says_so(keeping: Keeping) -> None:
    assert not await keeping.histories.edit(1, 1, "changed")


async def test_a_deleted_utterance_takes_its_reply_along(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1), "i see.", 11))
    await keeping.histories.append(turn(said(2), "yes.", 12))
    await keeping.histories.forget_messages(1, {1, 77})
    assert await keeping.histories.read(1) == (turn(said(2), "yes.", 12),)


async def test_a_deleted_part_of_a_reply_takes_only_the_reply(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1), "i see.", 11))
    await keeping.histories.append(turn(said(2), "a long reply", 12, 13))
    await keeping.histories.append(turn(said(3), "kept", 14, 15))
    await keeping.histories.forget_messages(1, [11, 13])
    assert await keeping.histories.read(1) == (
        turn(said(1), None),
        turn(said(2), None),
        turn(said(3), "kept", 14, 15),
    )


async def test_a_channel_goes_with_its_threads(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1, channel_id=1)))
    await keeping.histories.append(turn(said(2, channel_id=7, parent_id=1)))
    await keeping.histories.append(turn(said(3, channel_id=8, parent_id=2)))
    assert await keeping.histories.forget_channel(1) == 2
    assert await keeping.histories.read(1) == ()
    assert await keeping.histories.read(7) == ()
    assert len(await keeping.histories.read(8)) == 1


async def test_a_guild_goes_with_all_its_channels(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1, channel_id=1, guild_id=5)))
    await keeping.histories.append(turn(said(2, channel_id=2, guild_id=6)))
    await keeping.histories.append(turn(said(3, channel_id=3)))
    await keeping.histories.forget_guild(5)
    assert await keeping.histories.read(1) == ()
    assert len(await keeping.histories.read(2)) == len(await keeping.histories.read(3)) == 1


async def test_a_person_is_forgotten_everywhere_and_others_stay(keeping: Keeping) -> None:
    await keeping.histories.append(turn(said(1, author_id=ALICE, channel_id=1, guild_id=5)))
    await keeping.histories.append(turn(said(2, author_id=BOB, channel_id=1, guild_id=5)))
    await keeping.histories.append(turn(said(3, author_id=ALICE, channel_id=2)))
    assert await keeping.histories.forget_author(ALICE) == 2
    assert await keeping.histories.read(1) == (
        turn(said(2, author_id=BOB, channel_id=1, guild_id=5)),
    )
    assert await keeping.histories.read(2) == ()
