"""People talk with Confab in a whole, simulated Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import create_autospec

import discord
import pytest
from simcord.backend.models.message import AllowedMentions
from simcord.enums import MessageType
from simcord.interactions import base_payload

from bot.conversation.persona import Persona
from bot.conversation.utterance import Place
from bot.errors import EngineDead
from bot.generation.engine import Outlook
from bot.outcome import APOLOGIES, OutcomeKind
from cogs._outbound import waiting_line
from cogs.chat import (
    MENTION_ME,
    NO_WORDS_THERE,
    NOT_HERE,
    NOT_THEIR_WORDS,
    NOT_TO_BOTS,
    ONLY_WORDS,
    STOPPING,
    _may_speak,
)
from config.guild_options import GuildOptions
from tests.fakes.keeping import MemoryPersonas
from tests.fakes.safety import REFUSAL
from tests.fakes.services import Parts
from tests.fakes.world import open_world

if TYPE_CHECKING:
    from tests.fakes.world import World


def texts(world: World) -> list[str]:
    return [message.content for message in world.said()]


async def test_a_mention_gets_a_native_reply_that_pings_only_the_asker() -> None:
    async with open_world(Parts()) as world:
        question = await world.alice.send(world.channel, f"{world.me} hello there")
        (reply,) = world.said()
        assert reply.content == "You said: hello there"
        assert reply.reference is not None
        assert reply.reference.message_id == question.id
        (policy,) = world.pings()
        assert policy == {"parse": [], "users": [world.alice.id], "replied_user": True}


@pytest.mark.parametrize(
    ("reads_content", "answer"), [(True, "You said: are you there?"), (False, MENTION_ME)]
)
async def test_a_mention_of_our_own_role_is_a_mention_of_us(
    answer: str, *, reads_content: bool
) -> None:
    async with open_world(Parts(reads_content=reads_content)) as world:
        role = next(r for r in world.env.backend.guilds[world.guild.id].roles.values() if r.managed)
        await world.alice.send(world.channel, f"<@&{role.id}>, are you there?")
        assert texts(world) == [answer]


@pytest.mark.parametrize(
    "text", ["no mention", "@everyone hello", "{bob} hello", "{me}", "{me} **"]
)
async def test_what_is_not_for_us_or_empty_is_met_with_silence(text: str) -> None:
    async with open_world(Parts()) as world:
        content = text.format(me=world.me, bob=world.bob.mention)
        await world.alice.send(world.channel, content)
        assert texts(world) == []
        assert world.parts.engine.requests == []


async def test_a_direct_message_is_answered_each_time() -> None:
    async with open_world(Parts()) as world:
        await world.alice.send_dm("hi")
        await world.alice.send_dm("how are you?")
        assert world.parts.engine.prompts[-1].messages == ("hi", "You said: hi", "how are you?")


async def test_a_reply_with_a_ping_needs_no_intent() -> None:
    async with open_world(Parts()) as world:
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.send(world.channel, "and you?", reply_to=world.said()[0])
        assert texts(world)[-1] == "You said: and you?"


@pytest.mark.parametrize("reads_content", [True, False])
async def test_a_reply_without_a_ping_needs_the_intent(*, reads_content: bool) -> None:
    async with open_world(Parts(reads_content=reads_content)) as world:
        await world.alice.send(world.channel, f"{world.me} hello")
        backend, first = world.env.backend, world.said()[0]
        reference = {"channel_id": str(world.channel.id), "message_id": str(first.id)}
        backend.create_message(
            world.channel.id,
            world.alice.id,
            "and you?",
            reference=backend.normalize_message_reference(world.channel.id, reference),
            allowed_mentions=AllowedMentions(replied_user=False),
        )
        await world.env.settle()
        assert len(texts(world)) == (2 if reads_content else 1)


async def test_a_thread_is_a_conversation_of_its_own() -> None:
    async with open_world(Parts()) as world:
        await world.alice.send(world.channel, f"{world.me} in the channel")
        thread = await world.thread()
        await world.alice.send(thread, f"{world.me} in the thread")
        assert world.said(thread)[-1].content == "You said: in the thread"
        assert world.parts.engine.prompts[-1].messages == ("in the thread",)


@pytest.mark.parametrize(("reads_content", "replies"), [(True, 2), (False, 1)])
async def test_a_thread_we_take_part_in_goes_on_without_mentions(
    *, reads_content: bool, replies: int
) -> None:
    async with open_world(Parts(reads_content=reads_content)) as world:
        thread = await world.thread()
        await world.alice.send(thread, "nobody is asked")
        await world.alice.send(thread, f"{world.me} hello")
        assert world.client.user is not None
        world.env.backend.add_thread_member(thread.id, world.client.user.id)  # as Discord does
        await world.alice.send(thread, "and more")
        assert len(world.said(thread)) == replies


async def test_a_forum_post_is_answered_where_we_are_mentioned() -> None:
    async with open_world(Parts()) as world:
        post = await world.thread(world.guild.create_forum_channel("ideas"))
        await world.alice.send(post, f"{world.me} a new idea")
        assert world.said(post)[-1].content == "You said: a new idea"


@pytest.mark.parametrize("reads_content", [True, False])
async def test_an_always_on_channel_needs_the_intent(*, reads_content: bool) -> None:
    parts = Parts(reads_content=reads_content)
    async with open_world(parts) as world:
        options = GuildOptions(always_on_channels=(world.channel.id,))
        await parts.options.write(world.guild.id, options)
        other = world.guild.create_text_channel("other")
        await world.alice.send(world.channel, "hello all")
        await world.alice.send(other, "hello others")
        assert texts(world) == (["You said: hello all"] if reads_content else [])
        assert world.said(other) == []


@pytest.mark.parametrize("answers_bots", [True, False])
async def test_other_bots_and_webhooks_are_answered_only_where_that_is_wanted(
    *, answers_bots: bool
) -> None:
    async with open_world(Parts(answers_bots=answers_bots)) as world:
        robot = world.guild.add_member(world.env.create_user("robot", bot=True))
        await robot.send(world.channel, f"{world.me} beep")
        await world.guild.create_webhook(world.channel).send(f"{world.me} news")
        assert len(texts(world)) == (2 if answers_bots else 0)


async def test_system_messages_are_not_answered() -> None:
    async with open_world(Parts(reads_content=True)) as world:
        options = GuildOptions(always_on_channels=(world.channel.id,))
        await world.parts.options.write(world.guild.id, options)
        first = await world.alice.send(world.channel, "first")
        world.guild.create_system_message(
            world.channel, MessageType.PINS_ADD, author=world.alice, referenced_message=first
        )
        await world.env.settle()
        assert texts(world) == ["You said: first"]


async def test_a_file_without_words_gets_a_friendly_word() -> None:
    async with open_world(Parts()) as world:
        await world.alice.send(world.channel, world.me, attachments=[("cat.png", b"meow")])
        assert texts(world) == [ONLY_WORDS]
        assert world.parts.engine.requests == []


async def test_mentions_become_names_and_a_bad_name_becomes_someone() -> None:
    parts = Parts()
    async with open_world(parts) as world:
        rude = world.guild.add_member(world.env.create_user("rude_one"))
        role = world.guild.create_role("cooks")
        parts.safety.words = {"rude"}
        text = f"{world.me} say hi to {rude.mention}, {world.bob.mention} and {role.mention}"
        await world.alice.send(world.channel, f"{text} in {world.channel.mention}")
        said = parts.engine.prompts[-1].messages[-1]
        assert said == "say hi to someone, bob and cooks in general"


@pytest.mark.parametrize(
    "denial",
    [
        {"denied_channels": "channel"},
        {"allowed_channels": "other"},
        {"denied_users": "alice"},
        {"allowed_roles": "other"},
    ],
)
async def test_lists_are_kept_and_a_thread_inherits_from_its_channel(
    denial: dict[str, str],
) -> None:
    parts = Parts()
    async with open_world(parts) as world:
        ids = {"channel": world.channel.id, "other": 1, "alice": world.alice.id}
        options = GuildOptions(**{name: (ids[what],) for name, what in denial.items()})
        await parts.options.write(world.guild.id, options)
        thread = await world.thread()
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.send(thread, f"{world.me} hello")
        assert [*world.said(), *world.said(thread)] == []
        answer = await world.alice.slash(world.channel, "chat", text="hello")
        assert answer.response is not None
        assert answer.response.content == NOT_HERE
        assert answer.response.ephemeral
        assert parts.engine.requests == []


async def test_a_persona_reaches_the_prompt() -> None:
    parts = Parts(personas=MemoryPersonas(Persona(name="cook", lines=("i cook.",))))
    async with open_world(parts) as world:
        world.parts.personas.chosen[world.guild.id] = Persona(name="cook", lines=("i cook.",))
        await world.alice.send(world.channel, f"{world.me} hello")
        assert parts.engine.prompts[-1].persona == ("i cook.",)


async def test_a_bad_utterance_is_refused_before_the_model() -> None:
    async with open_world(Parts()) as world:
        world.parts.safety.words = {"nasty"}
        await world.alice.send(world.channel, f"{world.me} something nasty")
        assert texts(world) == [REFUSAL]
        assert world.parts.engine.requests == []


async def test_a_long_reply_comes_in_parts_and_only_the_first_pings() -> None:
    parts = Parts()
    parts.engine.script = lambda _: "This is a sentence. " * 250
    async with open_world(parts) as world:
        await world.alice.send(world.channel, f"{world.me} tell me everything")
        assert len(texts(world)) == 3
        assert all(len(text) <= 2000 for text in texts(world))
        assert world.said()[1].reference is None
        assert world.pings()[1:] == [{"parse": []}] * 2
        (turn,) = parts.histories.channels[world.channel.id]
        assert turn.reply_ids == tuple(message.id for message in world.said())


async def test_a_reply_that_mentions_everybody_pings_nobody() -> None:
    parts = Parts()
    parts.engine.script = lambda _: "@everyone <@&1> <@2> @here"
    async with open_world(parts) as world:
        await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.slash(world.channel, "chat", text="hello")
        for policy in world.pings():
            assert isinstance(policy, dict)
            assert policy["parse"] == []
            assert set(policy.get("users", [])) <= {world.alice.id}
        assert not any(message.mention_everyone for message in world.said())


async def test_slash_chat_is_answered_after_it_was_deferred() -> None:
    async with open_world(Parts()) as world:
        answer = await world.alice.slash(world.channel, "chat", text="how are you?")
        assert answer.response is not None
        assert answer.response.content == "You said: how are you?"
        assert not answer.response.ephemeral
        (turn,) = world.parts.histories.channels[world.channel.id]
        assert turn.reply_ids == (answer.response.id,)


async def test_slash_chat_works_in_a_direct_message() -> None:
    async with open_world(Parts()) as world:
        user = world.env.create_user("carol")
        answer = await user.slash("chat", text="hello")
        assert answer.response.content == "You said: hello"


async def test_a_long_answer_to_a_command_goes_on_in_follow_ups() -> None:
    parts = Parts()
    parts.engine.script = lambda _: "This is a sentence. " * 150
    async with open_world(parts) as world:
        answer = await world.alice.slash(world.channel, "chat", text="go on")
        assert len(answer.followups) == 1


async def test_reply_to_this_answers_the_words_of_another_message() -> None:
    async with open_world(Parts()) as world:
        target = await world.bob.send(world.channel, "I love cats")
        answer = await world.alice.context_menu(world.channel, "Reply to this", target)
        assert answer.response is not None
        assert answer.response.content == "You said: I love cats"
        await world.bob.delete(target)
        assert world.parts.histories.channels[world.channel.id] == ()


async def test_reply_to_this_does_not_answer_bots_or_nothing() -> None:
    async with open_world(Parts()) as world:
        robot = world.guild.add_member(world.env.create_user("robot", bot=True))
        beep = await robot.send(world.channel, "beep")
        file = await world.bob.send(world.channel, attachments=[("cat.png", b"meow")])
        answer = await world.alice.context_menu(world.channel, "Reply to this", beep)
        assert answer.response is not None
        assert answer.response.content == NOT_TO_BOTS
        answer = await world.alice.context_menu(world.channel, "Reply to this", file)
        assert answer.response is not None
        assert answer.response.content == NO_WORDS_THERE


async def test_the_ways_to_talk_are_offered_to_user_installed_apps_everywhere() -> None:
    async with open_world(Parts()) as world:
        tree = {
            command.name: command.to_dict(world.client.tree)
            for command in world.client.tree.get_commands()
        }
        for name in ("chat", "Reply to this", "help"):
            assert tree[name]["integration_types"] == [0, 1]
            assert tree[name]["contexts"] == [0, 1, 2]
        assert tree["status"]["integration_types"] == [0]


async def test_reply_to_this_respects_that_the_author_has_opted_out() -> None:
    async with open_world(Parts()) as world:
        world.parts.consent.opted_out = {world.bob.id}
        target = await world.bob.send(world.channel, "I love cats")
        answer = await world.alice.context_menu(world.channel, "Reply to this", target)
        assert answer.response is not None
        assert answer.response.content == NOT_THEIR_WORDS
        answer = await world.bob.slash(world.channel, "chat", text="hello")
        assert answer.response is not None
        assert answer.response.content == APOLOGIES[OutcomeKind.OPTED_OUT]
        assert world.parts.engine.requests == []


async def test_reply_to_this_leaves_nothing_behind_when_the_message_goes_meanwhile() -> None:
    async with open_world(Parts()) as world:
        world.hold()
        target = await world.bob.send(world.channel, "I love cats")
        answer = await world.alice.context_menu(world.channel, "Reply to this", target)
        await world.bob.delete(target)
        assert answer.response is None
        assert world.said() == []


async def test_a_user_installed_app_answers_where_it_is_no_member() -> None:
    async with open_world(Parts()) as world:
        far_away, elsewhere = 4242, 4343
        backend = world.env.backend
        (chat,) = [c for c in await world.client.tree.fetch_commands() if c.name == "chat"]
        option = {"name": "text", "type": 3, "value": "hello from afar"}
        command = {"id": str(chat.id), "name": "chat", "type": 1, "options": [option]}
        record, payload = base_payload(
            backend,
            type=2,
            channel_id=world.channel.id,
            guild_id=world.guild.id,
            user_id=world.alice.id,
            data=command,
        )
        payload["guild_id"] = str(far_away)
        payload["channel"] = {**payload["channel"], "id": str(elsewhere)}
        payload["channel_id"] = str(elsewhere)
        payload["authorizing_integration_owners"] = {"1": str(world.alice.id)}
        backend.emit("INTERACTION_CREATE", payload)
        await world.env.settle()
        assert record.response_kind == "message"
        assert texts(world) == ["You said: hello from afar"]
        (turn,) = world.parts.histories.channels[elsewhere]
        assert turn.utterance.place == Place(channel_id=elsewhere, guild_id=far_away)


async def test_a_dead_engine_is_said_kindly_and_the_next_request_works() -> None:
    async with open_world(Parts()) as world:
        world.parts.engine.error = EngineDead()
        await world.alice.send(world.channel, f"{world.me} hello")
        world.parts.engine.error = None
        await world.alice.send(world.channel, f"{world.me} hello again")
        assert texts(world) == [APOLOGIES[OutcomeKind.FAILED], "You said: hello again"]


async def test_an_unforeseen_error_is_said_kindly_and_logged_with_ids(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_world(Parts()) as world:
        world.parts.engine.error = ZeroDivisionError("secret words")
        question = await world.alice.send(world.channel, f"{world.me} hello")
        assert texts(world) == [APOLOGIES[OutcomeKind.FAILED]]
        assert f"turn broke message={question.id}" in caplog.text


async def test_a_long_line_is_told_and_the_note_goes_when_the_reply_comes() -> None:
    parts = Parts()
    parts.engine.waiting, parts.engine.typical_s = 3, 7.0
    async with open_world(parts) as world:
        gate = world.hold()
        await world.alice.send(world.channel, f"{world.me} hello")
        note = waiting_line(Outlook(ahead=3, wait_s=21.0))
        assert texts(world) == [note]
        gate.set()
        await world.env.settle()
        assert texts(world) == ["You said: hello"]
        assert world.pings()[0] == {"parse": []}


async def test_a_question_that_changes_in_a_long_line_leaves_no_note() -> None:
    parts = Parts()
    parts.engine.waiting, parts.engine.typical_s = 3, 7.0
    async with open_world(parts) as world:
        gate = world.hold()
        question = await world.alice.send(world.channel, f"{world.me} hello")
        await world.alice.edit(question, f"{world.me} goodbye")
        gate.set()
        await world.env.settle()
        assert [reply.content for reply in world.said()] == ["You said: goodbye"]
        assert len(world.requests("POST", "/messages")) == 2


async def test_a_long_line_is_told_to_a_command_in_its_own_answer() -> None:
    parts = Parts()
    parts.engine.waiting, parts.engine.typical_s = 1, 30.0
    async with open_world(parts) as world:
        answer = await world.alice.slash(world.channel, "chat", text="hello")
        assert world.edits() == [waiting_line(Outlook(ahead=1, wait_s=30.0)), "You said: hello"]
        assert answer.response is not None


async def test_while_stopping_nothing_new_is_taken() -> None:
    async with open_world(Parts()) as world:
        await world.client.services.doorway.close(within_s=0)
        await world.alice.send(world.channel, f"{world.me} hello")
        answer = await world.alice.slash(world.channel, "chat", text="hello")
        assert texts(world) == [] or all(m.flags.ephemeral for m in world.said())
        assert answer.response is not None
        assert answer.response.content == STOPPING


async def test_two_channels_and_two_direct_messages_never_mix() -> None:
    async with open_world(Parts()) as world:
        other = world.guild.create_text_channel("other")
        for turn in range(3):
            await world.alice.send(world.channel, f"{world.me} apple{turn}")
            await world.bob.send(other, f"{world.me} banana{turn}")
            await world.alice.send_dm(f"cherry{turn}")
            await world.bob.send_dm(f"damson{turn}")
        fruits = ("apple", "banana", "cherry", "damson")
        for prompt in world.parts.engine.prompts:
            text = " ".join(prompt.messages)
            assert sum(fruit in text for fruit in fruits) == 1
        assert "apple0" in " ".join(world.parts.engine.prompts[-4].messages)


async def test_a_restart_keeps_the_conversation_and_syncs_no_command_twice() -> None:
    parts = Parts()
    async with open_world(parts) as world:
        await world.alice.send(world.channel, f"{world.me} I am Alice")
        await world.env.restart_bot(parts.client())
        await world.alice.send(world.channel, f"{world.me} who am I?")
        assert parts.engine.prompts[-1].messages[0] == "I am Alice"
        assert len(world.requests("PUT", "/commands")) == 1


def test_a_thread_whose_channel_is_unknown_is_tried() -> None:
    message = create_autospec(discord.Message, instance=True)
    message.channel = create_autospec(discord.Thread, instance=True)
    message.channel.permissions_for.side_effect = discord.ClientException
    assert _may_speak(message)
    message.channel = create_autospec(discord.PartialMessageable, instance=True)
    assert _may_speak(message)
