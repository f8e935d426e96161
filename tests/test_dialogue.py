"""One turn: what reaches the model, what is said, what is kept, and what never is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from typing_extensions import override

from bot.conversation.persona import Persona
from bot.errors import (
    DeadlineExceeded,
    DeliveryFailed,
    EngineDead,
    QueueFull,
    RequestInvalid,
    StoreUnavailable,
)
from bot.memory.fact import Owner
from bot.memory.recollection import Recollection
from bot.outcome import APOLOGIES, OutcomeKind
from bot.safety.verdict import Side
from config.guild_options import GuildOptions
from tests.fakes.audience import RecordingAudience
from tests.fakes.keeping import MemoryConsent, MemoryPersonas, NoMemory
from tests.fakes.pipeline import Pipeline, said
from tests.fakes.safety import REFUSAL, TOPIC, WordSafety

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.conversation.utterance import Utterance
    from bot.dialogue import Dialogue


class Forgetful(NoMemory):
    """Loses what it knows while it learns for the first time."""

    dialogue: Dialogue

    @override
    async def learn(self, utterance: Utterance) -> None:
        await super().learn(utterance)
        if self.recollection.answer is not None:
            self.recollection = Recollection()
            self.dialogue.redraft_all()


async def until_generating(pipeline: Pipeline) -> None:
    async with asyncio.timeout(5):
        await pipeline.engine.asked.get()


async def test_a_reply_is_delivered_and_kept() -> None:
    pipeline = Pipeline()

    outcome = await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    assert outcome.kind is OutcomeKind.REPLIED
    assert pipeline.audience.heard == ["You said: hello"]
    (turn,) = await pipeline.histories.read(100)
    assert (turn.utterance.text, turn.reply) == ("hello", "You said: hello")
    assert turn.reply_ids == outcome.reply_ids
    assert pipeline.memory.learnt == [said("hello")]


async def test_the_next_prompt_holds_the_turns_before() -> None:
    pipeline = Pipeline()
    await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    await pipeline.dialogue.converse(said("and now?", message_id=2), pipeline.audience)

    assert pipeline.engine.prompts[1].messages == ("hello", "You said: hello", "and now?")


async def test_persona_and_facts_are_in_the_prompt() -> None:
    pipeline = Pipeline(
        personas=MemoryPersonas(Persona("sailor", ("i love the sea.",))),
        memory=NoMemory(Recollection(lines=("my name is Jackson.",))),
    )
    await pipeline.personas.choose(said("").place, "sailor", everywhere=True)

    await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    (prompt,) = pipeline.engine.prompts
    assert prompt.persona == ("i love the sea.",)
    assert prompt.messages == ("my name is Jackson.\nhello",)


async def test_a_sure_answer_needs_no_model() -> None:
    pipeline = Pipeline(memory=NoMemory(Recollection(answer="You are Jackson.")))

    await pipeline.dialogue.converse(said("what's my name?"), pipeline.audience)

    assert pipeline.audience.heard == ["You are Jackson."]
    assert pipeline.engine.requests == []


async def test_a_bad_utterance_never_reaches_model_history_or_memory() -> None:
    pipeline = Pipeline(safety=WordSafety("grok"))

    outcome = await pipeline.dialogue.converse(said("you grok"), pipeline.audience)

    assert outcome.kind is OutcomeKind.REFUSED
    assert pipeline.audience.heard == [REFUSAL]
    assert pipeline.engine.requests == []
    assert await pipeline.histories.read(100) == ()
    assert pipeline.memory.learnt == []


async def test_a_bad_reply_is_withheld_and_the_turn_is_not_kept() -> None:
    pipeline = Pipeline(safety=WordSafety("you said"))

    outcome = await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    assert outcome.kind is OutcomeKind.WITHHELD
    assert pipeline.audience.heard == [TOPIC]
    assert await pipeline.histories.read(100) == ()


async def test_an_empty_reply_becomes_a_change_of_topic() -> None:
    pipeline = Pipeline()
    pipeline.engine.script = lambda _: ""

    await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    assert pipeline.audience.heard == [TOPIC]


async def test_who_opted_out_is_told_so_and_not_used() -> None:
    pipeline = Pipeline(consent=MemoryConsent(10))

    outcome = await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    assert outcome.kind is OutcomeKind.OPTED_OUT
    assert pipeline.audience.heard == [APOLOGIES[OutcomeKind.OPTED_OUT]]
    assert pipeline.engine.requests == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (QueueFull(3), OutcomeKind.LINE_FULL),
        (DeadlineExceeded(), OutcomeKind.TOO_SLOW),
        (RequestInvalid("x"), OutcomeKind.FAILED),
        (EngineDead("x"), OutcomeKind.FAILED),
    ],
)
async def test_a_failure_is_said_kindly_and_the_next_one_works(
    error: Exception, kind: OutcomeKind
) -> None:
    pipeline = Pipeline()
    pipeline.engine.error = error

    outcome = await pipeline.dialogue.converse(said("hello"), pipeline.audience)
    pipeline.engine.error = None
    after = await pipeline.dialogue.converse(said("again", message_id=2), pipeline.audience)

    assert (outcome.kind, after.kind) == (kind, OutcomeKind.REPLIED)
    assert pipeline.audience.heard == [APOLOGIES[kind], "You said: again"]
    assert pipeline.dialogue.underway == 0


async def test_a_deleted_question_is_not_answered() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    asked = asyncio.ensure_future(pipeline.dialogue.converse(said("hello"), pipeline.audience))
    await until_generating(pipeline)

    await pipeline.dialogue.retract(100, {1})

    assert (await asked).kind is OutcomeKind.RETRACTED
    assert pipeline.audience.heard == []
    assert pipeline.engine.cancelled == 1
    assert await pipeline.histories.read(100) == ()
    assert pipeline.memory.unlearnt == {1}


async def test_a_draft_elsewhere_begins_afresh_without_a_deleted_fact() -> None:
    pipeline = Pipeline(memory=NoMemory(Recollection(lines=("my name is Jackson.",))))
    pipeline.memory.owners = frozenset({Owner(10, 7)})
    pipeline.engine.gate.clear()
    here = said("hello", message_id=2, channel_id=101)
    others = said("hi", message_id=3, author_id=11, channel_id=102)
    drafts = [
        asyncio.ensure_future(pipeline.dialogue.converse(one, pipeline.audience))
        for one in (here, others)
    ]
    await until_generating(pipeline)
    await until_generating(pipeline)

    pipeline.memory.recollection = Recollection()
    await pipeline.dialogue.retract(100, {1})
    pipeline.engine.gate.set()
    await asyncio.gather(*drafts)

    assert [prompt.messages for prompt in pipeline.engine.prompts] == [
        ("my name is Jackson.\nhello",),
        ("my name is Jackson.\nhi",),
        ("hello",),
    ]


async def test_an_answer_is_not_said_when_its_fact_goes_while_it_is_kept() -> None:
    memory = Forgetful(Recollection(answer="You are Jackson."))
    pipeline = Pipeline(memory=memory)
    memory.dialogue = pipeline.dialogue

    await pipeline.dialogue.converse(said("what's my name?"), pipeline.audience)

    assert pipeline.audience.heard == ["You said: what's my name?"]


async def test_an_answer_that_was_not_said_is_not_kept_when_the_next_draft_fails() -> None:
    memory = Forgetful(Recollection(answer="You are Jackson."))
    pipeline = Pipeline(memory=memory)
    memory.dialogue = pipeline.dialogue
    pipeline.engine.error = EngineDead("x")

    outcome = await pipeline.dialogue.converse(said("what's my name?"), pipeline.audience)

    assert outcome.kind is OutcomeKind.FAILED
    assert await pipeline.histories.read(100) == ()


async def test_a_question_deleted_while_it_waits_for_its_turn_is_not_answered() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    first = asyncio.ensure_future(pipeline.dialogue.converse(said("one"), pipeline.audience))
    await until_generating(pipeline)
    second = asyncio.ensure_future(
        pipeline.dialogue.converse(said("two", message_id=2), pipeline.audience)
    )
    await asyncio.sleep(0)

    await pipeline.dialogue.retract(100, {2})
    pipeline.engine.gate.set()

    assert (await first).kind is OutcomeKind.REPLIED
    assert (await second).kind is OutcomeKind.RETRACTED
    assert "two" not in pipeline.engine.seen


async def test_a_message_that_is_answered_twice_at_once_can_still_be_deleted() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    twice = [
        asyncio.ensure_future(pipeline.dialogue.converse(said("hello"), pipeline.audience))
        for _ in range(2)
    ]
    await until_generating(pipeline)

    await pipeline.dialogue.retract(100, {1})
    pipeline.engine.gate.set()

    assert [(await each).kind for each in twice] == [OutcomeKind.RETRACTED] * 2
    assert await pipeline.histories.read(100) == ()


async def test_a_message_that_is_answered_again_can_be_deleted_after_the_first_reply() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    first, second = (
        asyncio.ensure_future(pipeline.dialogue.converse(said("hello"), pipeline.audience))
        for _ in range(2)
    )
    await until_generating(pipeline)
    pipeline.engine.gate.set()
    await first
    pipeline.engine.gate.clear()
    await until_generating(pipeline)

    await pipeline.dialogue.retract(100, {1})
    pipeline.engine.gate.set()

    assert (await second).kind is OutcomeKind.RETRACTED
    assert await pipeline.histories.read(100) == ()


async def test_an_edit_under_way_answers_the_new_words() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    asked = asyncio.ensure_future(pipeline.dialogue.converse(said("helo"), pipeline.audience))
    await until_generating(pipeline)

    await pipeline.dialogue.amend(said("hello"))
    await until_generating(pipeline)
    pipeline.engine.gate.set()

    assert (await asked).text == "You said: hello"
    assert [t.utterance.text for t in await pipeline.histories.read(100)] == ["hello"]


async def test_drafts_of_one_utterance_are_judged_as_one() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    asked = asyncio.ensure_future(pipeline.dialogue.converse(said("hello"), pipeline.audience))
    await until_generating(pipeline)

    await pipeline.dialogue.reset(100)
    await until_generating(pipeline)
    pipeline.engine.gate.set()
    await asked

    drafted = [one for one in pipeline.safety.passages if one.side is Side.UTTERANCE]
    assert [one.message_id for one in drafted] == [1, 1]


async def test_an_edit_to_bad_words_under_way_is_refused() -> None:
    pipeline = Pipeline(safety=WordSafety("grok"))
    pipeline.engine.gate.clear()
    asked = asyncio.ensure_future(pipeline.dialogue.converse(said("hello"), pipeline.audience))
    await until_generating(pipeline)

    await pipeline.dialogue.amend(said("grok"))

    assert (await asked).kind is OutcomeKind.REFUSED
    assert "grok" not in pipeline.engine.seen


async def test_an_edit_changes_history_and_memory() -> None:
    pipeline = Pipeline(safety=WordSafety("grok"))
    await pipeline.dialogue.converse(said("i like tea"), pipeline.audience)

    await pipeline.dialogue.amend(said("i like milk"))
    (turn,) = await pipeline.histories.read(100)
    assert (turn.utterance.text, turn.reply) == ("i like milk", None)
    assert pipeline.memory.learnt[-1].text == "i like milk"

    await pipeline.dialogue.amend(said("i grok"))
    assert await pipeline.histories.read(100) == ()


async def test_an_edit_of_something_never_said_to_us_is_not_learnt() -> None:
    pipeline = Pipeline()

    await pipeline.dialogue.amend(said("i like milk"))

    assert pipeline.memory.learnt == []


async def test_a_deleted_reply_leaves_the_question() -> None:
    pipeline = Pipeline()
    outcome = await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    await pipeline.dialogue.retract(100, outcome.reply_ids)

    (turn,) = await pipeline.histories.read(100)
    assert (turn.utterance.text, turn.reply) == ("hello", None)


async def test_words_changed_or_gone_during_delivery_do_not_stay() -> None:
    class Interrupted(RecordingAudience):
        @override
        async def say(self, text: str) -> tuple[int, ...]:
            await pipeline.dialogue.amend(said("new words", message_id=1))
            await pipeline.dialogue.retract(100, {2})
            return await super().say(text)

    pipeline = Pipeline()
    audience = Interrupted()

    await pipeline.dialogue.converse(said("old words"), audience)
    await pipeline.dialogue.converse(said("gone", message_id=2), audience)

    (turn,) = await pipeline.histories.read(100)
    assert (turn.utterance.text, turn.reply) == ("new words", None)


async def test_an_undelivered_reply_is_not_kept() -> None:
    pipeline = Pipeline(audience=RecordingAudience(is_deaf=True))

    with pytest.raises(DeliveryFailed):
        await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    (turn,) = await pipeline.histories.read(100)
    assert turn.reply is None
    assert pipeline.dialogue.underway == 0


async def test_words_deleted_while_a_reply_cannot_be_delivered_stay_deleted() -> None:
    class Lost(RecordingAudience):
        @override
        async def say(self, text: str) -> tuple[int, ...]:
            await pipeline.dialogue.retract(100, {1})
            return await super().say(text)

    pipeline = Pipeline()

    with pytest.raises(DeliveryFailed):
        await pipeline.dialogue.converse(said("secret"), Lost(is_deaf=True))

    assert await pipeline.histories.read(100) == ()
    assert len(pipeline.memory.learnt) == 1


async def test_an_edit_while_a_reply_cannot_be_delivered_is_taken_over() -> None:
    class Lost(RecordingAudience):
        @override
        async def say(self, text: str) -> tuple[int, ...]:
            await pipeline.dialogue.amend(said("new words"))
            return await super().say(text)

    pipeline = Pipeline()

    with pytest.raises(DeliveryFailed):
        await pipeline.dialogue.converse(said("old words"), Lost(is_deaf=True))

    (turn,) = await pipeline.histories.read(100)
    assert turn.utterance.text == "new words"


async def test_an_edit_of_an_edit_that_is_being_taken_over_is_not_lost() -> None:
    class Amended(NoMemory):
        @override
        async def unlearn(self, message_ids: Collection[int]) -> frozenset[Owner]:
            if not self.unlearnt:
                await pipeline.dialogue.amend(said("newest words"))
            return await super().unlearn(message_ids)

    class Interrupted(RecordingAudience):
        @override
        async def say(self, text: str) -> tuple[int, ...]:
            await pipeline.dialogue.amend(said("new words"))
            return await super().say(text)

    pipeline = Pipeline(memory=Amended())

    await pipeline.dialogue.converse(said("old words"), Interrupted())

    (turn,) = await pipeline.histories.read(100)
    assert turn.utterance.text == "newest words"


async def test_an_edit_during_delivery_needs_no_memory() -> None:
    class Away(NoMemory):
        @override
        async def learn(self, utterance: Utterance) -> None:
            raise StoreUnavailable

    class Interrupted(RecordingAudience):
        @override
        async def say(self, text: str) -> tuple[int, ...]:
            await pipeline.dialogue.amend(said("new words"))
            return await super().say(text)

    pipeline = Pipeline(memory=Away())

    outcome = await pipeline.dialogue.converse(said("old words"), Interrupted())

    assert outcome.kind is OutcomeKind.REPLIED


async def test_a_store_that_is_away_does_not_stop_the_talk() -> None:
    pipeline = Pipeline()
    pipeline.histories.is_down = True

    outcome = await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    assert outcome.kind is OutcomeKind.REPLIED


async def test_a_long_line_is_told() -> None:
    pipeline = Pipeline()
    pipeline.engine.waiting, pipeline.engine.typical_s = 4, 5.0

    await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    (outlook,) = pipeline.audience.outlooks
    assert outlook.ahead == 4


async def test_a_guild_chooses_how_long_replies_are() -> None:
    pipeline = Pipeline()
    await pipeline.options.write(7, GuildOptions(length="short"))

    await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    assert pipeline.engine.requests[0].overrides["max_length"] == 24


async def test_one_channel_keeps_its_order_and_others_do_not_wait() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    asked = [
        asyncio.ensure_future(pipeline.dialogue.converse(utterance, pipeline.audience))
        for utterance in (
            said("one", message_id=1),
            said("two", message_id=2),
            said("elsewhere", message_id=3, channel_id=200),
        )
    ]
    await until_generating(pipeline)
    await asyncio.sleep(0.01)

    assert [p.messages[-1] for p in pipeline.engine.prompts] == ["one", "elsewhere"]
    pipeline.engine.gate.set()
    await asyncio.gather(*asked)
    assert pipeline.engine.prompts[2].messages == ("one", "You said: one", "two")


async def test_a_channel_with_too_many_waiting_turns_refuses() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    asked = [
        asyncio.ensure_future(
            pipeline.dialogue.converse(said("hi", message_id=i), pipeline.audience)
        )
        for i in range(20)
    ]
    await until_generating(pipeline)
    await asyncio.sleep(0.01)
    pipeline.engine.gate.set()

    kinds = [outcome.kind for outcome in await asyncio.gather(*asked)]

    assert kinds.count(OutcomeKind.LINE_FULL) == 11


async def test_a_gone_channel_and_guild_leave_nothing() -> None:
    pipeline = Pipeline()
    for message_id, channel_id, parent_id in [(1, 100, None), (2, 101, 100), (3, 300, None)]:
        utterance = said("hi", message_id=message_id, channel_id=channel_id, parent_id=parent_id)
        await pipeline.dialogue.converse(utterance, pipeline.audience)

    await pipeline.dialogue.leave_channel(100)
    assert not await pipeline.histories.read(100)
    assert not await pipeline.histories.read(101)
    assert await pipeline.histories.read(300)

    await pipeline.dialogue.leave_guild(7)
    assert not await pipeline.histories.read(300)
    assert pipeline.memory.learnt == []


async def test_what_is_under_way_in_a_gone_channel_is_dropped() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    asked = asyncio.ensure_future(pipeline.dialogue.converse(said("hi"), pipeline.audience))
    await until_generating(pipeline)

    await pipeline.dialogue.leave_channel(100)

    assert (await asked).kind is OutcomeKind.RETRACTED


async def test_reset_forgets_the_channel() -> None:
    pipeline = Pipeline()
    await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    assert await pipeline.dialogue.reset(100) == 1
    assert await pipeline.histories.read(100) == ()


async def test_cancelling_the_asker_frees_the_engine() -> None:
    pipeline = Pipeline()
    pipeline.engine.gate.clear()
    asked = asyncio.ensure_future(pipeline.dialogue.converse(said("hi"), pipeline.audience))
    await until_generating(pipeline)

    asked.cancel()
    with suppress(asyncio.CancelledError):
        await asked

    assert pipeline.engine.cancelled == 1
    assert pipeline.dialogue.underway == 0


@given(
    st.lists(
        st.tuples(st.sampled_from([100, 200, 300, 400]), st.sampled_from(["say", "del", "edit"])),
        min_size=1,
        max_size=30,
    )
)
async def test_conversations_never_mix(steps: list[tuple[int, str]]) -> None:
    pipeline = Pipeline()
    running = []
    for number, (channel_id, step) in enumerate(steps, 1):
        guild_id = None if channel_id > 200 else 7
        if step == "say":
            utterance = said(
                f"word{channel_id}", message_id=number, channel_id=channel_id, guild_id=guild_id
            )
            running.append(
                asyncio.ensure_future(pipeline.dialogue.converse(utterance, pipeline.audience))
            )
        elif step == "del":
            await pipeline.dialogue.retract(channel_id, {number - 1})
        else:
            await pipeline.dialogue.amend(
                said(
                    f"word{channel_id}",
                    message_id=number - 1,
                    channel_id=channel_id,
                    guild_id=guild_id,
                )
            )
        await asyncio.sleep(0)
    await asyncio.gather(*running)

    for request in pipeline.engine.requests:
        words = " ".join(request.prompt.messages)
        others = {100, 200, 300, 400} - {request.channel_id}
        assert not any(f"word{other}" in words for other in others)


async def test_a_reply_is_not_said_twice_in_one_conversation() -> None:
    pipeline = Pipeline()
    replies = iter(["Tell me more.", "Tell me more.", "What happened then?"])
    pipeline.engine.script = lambda _: next(replies)

    for message_id in (1, 2):
        await pipeline.dialogue.converse(said("so", message_id=message_id), pipeline.audience)

    assert pipeline.audience.heard == ["Tell me more.", "What happened then?"]
    assert pipeline.engine.requests[2].overrides["do_sample"]


async def test_an_edit_to_nothing_is_a_deletion() -> None:
    pipeline = Pipeline()
    await pipeline.dialogue.converse(said("hello"), pipeline.audience)

    await pipeline.dialogue.amend(said(""))

    assert await pipeline.histories.read(100) == ()
