"""What people change or take back changes everything that is kept, at once."""

from __future__ import annotations

from unittest.mock import create_autospec

import discord

from cogs._arrivals import Arrivals
from cogs._changes import ChangesCog
from cogs._inbound import Inbound
from tests.fakes.services import Parts
from tests.fakes.world import World, open_world


def kept(world: World) -> list[tuple[str, str | None]]:
    """Return what is kept of the channel: utterance and reply."""
    turns = world.parts.histories.channels.get(world.channel.id, ())
    return [(turn.utterance.text, turn.reply) for turn in turns]


async def test_an_edit_replaces_the_words_and_drops_the_reply_to_the_old_ones() -> None:
    async with open_world(Parts()) as world:
        question = await world.alice.send(world.channel, f"{world.me} I live in Rome")
        await world.alice.edit(question, f"{world.me} I live in Oslo")
        assert kept(world) == [("I live in Oslo", None)]
        assert question.id in world.parts.memory.unlearnt
        assert world.parts.memory.learnt[-1].text == "I live in Oslo"


async def test_an_edit_in_a_direct_message_counts_as_well() -> None:
    async with open_world(Parts()) as world:
        carol = world.env.create_user("carol")
        question = await carol.send_dm("I live in Rome")
        await carol.edit(question, "I live in Oslo")
        (turns,) = world.parts.histories.channels.values()
        assert [turn.utterance.text for turn in turns] == ["I live in Oslo"]


async def test_an_edit_to_bad_words_forgets_the_message() -> None:
    async with open_world(Parts()) as world:
        question = await world.alice.send(world.channel, f"{world.me} hello")
        world.parts.safety.words = {"nasty"}
        await world.alice.edit(question, f"{world.me} nasty")
        assert kept(world) == []


async def test_an_edit_that_hides_the_words_from_us_forgets_them() -> None:
    async with open_world(Parts()) as world:
        question = await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.edit(question, "hello everybody else")
        assert kept(world) == []


async def test_an_edit_of_what_was_not_for_us_changes_nothing() -> None:
    async with open_world(Parts(reads_content=True)) as world:
        remark = await world.alice.send(world.channel, "not for you")
        await world.alice.edit(remark, f"{world.me} but this is")
        assert kept(world) == []
        assert world.said() == []


async def test_our_own_edits_are_not_taken_for_a_persons() -> None:
    async with open_world(Parts()) as world:
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.said()[0].edit(content="something else")
        await world.env.settle()
        assert kept(world) == [("hello", "You said: hello")]


async def test_a_deleted_question_takes_its_reply_along() -> None:
    async with open_world(Parts()) as world:
        question = await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.delete(question)
        assert kept(world) == []
        assert question.id in world.parts.memory.unlearnt


async def test_our_deleted_reply_leaves_the_question() -> None:
    async with open_world(Parts()) as world:
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.said()[0].delete()
        await world.env.settle()
        assert kept(world) == [("hello", None)]


async def test_a_bulk_deletion_forgets_every_message_in_it() -> None:
    async with open_world(Parts()) as world:
        questions = [
            await world.alice.send(world.channel, f"{world.me} number {n}") for n in range(3)
        ]
        world.env.backend.bulk_delete_messages(world.channel.id, [q.id for q in questions[:2]])
        await world.env.settle()
        assert kept(world) == [("number 2", "You said: number 2")]


async def test_a_question_deleted_while_it_is_thought_about_is_not_answered() -> None:
    async with open_world(Parts()) as world:
        world.hold()
        question = await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.delete(question)
        assert world.parts.engine.cancelled == 1
        assert world.said() == []
        assert kept(world) == []


async def test_a_question_edited_while_it_is_thought_about_is_answered_as_it_is_now() -> None:
    async with open_world(Parts()) as world:
        gate = world.hold()
        question = await world.alice.send(world.channel, f"{world.me} old words")
        await world.alice.edit(question, f"{world.me} new words")
        gate.set()
        await world.env.settle()
        assert [reply.content for reply in world.said()] == ["You said: new words"]
        assert kept(world) == [("new words", "You said: new words")]


async def test_a_removed_channel_is_forgotten_with_its_threads() -> None:
    async with open_world(Parts()) as world:
        thread = await world.thread()
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.send(thread, f"{world.me} hello")
        world.env.backend.delete_channel(world.channel.id)
        await world.env.settle()
        assert not any(world.parts.histories.channels.values())


async def test_a_removed_thread_is_forgotten_and_its_channel_is_not() -> None:
    async with open_world(Parts()) as world:
        thread = await world.thread()
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.send(thread, f"{world.me} hello")
        world.env.backend.delete_channel(thread.id)
        await world.env.settle()
        assert len(kept(world)) == 1
        assert world.parts.histories.channels[thread.id] == ()


async def test_a_guild_that_removes_us_is_forgotten() -> None:
    async with open_world(Parts()) as world:
        await world.alice.send(world.channel, f"{world.me} hello")
        world.env.backend.remove_guild(world.guild.id)
        await world.env.settle()
        assert not any(world.parts.histories.channels.values())


def edit_of(message: object) -> discord.RawMessageUpdateEvent:
    payload = create_autospec(discord.RawMessageUpdateEvent, instance=True)
    payload.message = message
    assert isinstance(payload, discord.RawMessageUpdateEvent)
    return payload


async def test_an_edit_before_the_login_is_ignored() -> None:
    client = create_autospec(discord.Client, instance=True)
    client.user = None
    inbound = create_autospec(Inbound, instance=True)
    cog = ChangesCog(
        client=client,
        dialogue=Parts().services().dialogue,
        inbound=inbound,
        arrivals=create_autospec(Arrivals, instance=True),
    )
    await cog.on_raw_message_edit(edit_of(create_autospec(discord.Message, instance=True)))
    inbound.may_be_known.assert_not_called()


async def test_an_edit_of_what_is_still_arriving_takes_its_place() -> None:
    arrivals = create_autospec(Arrivals, instance=True)
    arrivals.replace.return_value = True
    inbound = create_autospec(Inbound, instance=True)
    cog = ChangesCog(
        client=create_autospec(discord.Client, instance=True),
        dialogue=Parts().services().dialogue,
        inbound=inbound,
        arrivals=arrivals,
    )
    message = create_autospec(discord.Message, instance=True)
    await cog.on_raw_message_edit(edit_of(message))
    arrivals.replace.assert_called_once_with(message)
    inbound.utterance.assert_not_called()
