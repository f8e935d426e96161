"""One turn, from an utterance to a delivered reply: the pipeline that every way in shares."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.conversation.history import alternate
from bot.conversation.prompt import Prompt
from bot.conversation.utterance import Turn
from bot.errors import (
    DeadlineExceeded,
    DeliveryFailed,
    EngineDead,
    QueueFull,
    RequestFailed,
    StoreUnavailable,
)
from bot.generation.request import DecodingOverrides, GenerationRequest
from bot.ports import Recollection
from bot.safety.verdict import Passage, Side
from bot.turn_order import TurnOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.conversation.utterance import Place, Utterance
    from bot.generation.engine import Engine
    from bot.ports import Audience, Consent, Histories, Memory, OptionsRepository, Personas, Tact
    from bot.safety.verdict import SafetyCheck, Verdict
    from config.guild_options import Length

log = logging.getLogger(__name__)

LONG_WAIT_S = 10.0  # Discord's typing mark lasts about as long; a longer line is told

LENGTHS: dict[Length, DecodingOverrides] = {
    "short": {"min_length": 0, "max_length": 24},
    "usual": {},
    "long": {"min_length": 30},
}


class OutcomeKind(StrEnum):
    """How a turn ended."""

    REPLIED = "replied"
    REFUSED = "refused"
    WITHHELD = "withheld"
    OPTED_OUT = "opted_out"
    LINE_FULL = "line_full"
    TOO_SLOW = "too_slow"
    FAILED = "failed"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended and what was said.

    Attributes:
        kind: How it ended.
        text: What was delivered; empty when nothing was.
        reply_ids: The messages that carry it.
    """

    kind: OutcomeKind
    text: str = ""
    reply_ids: tuple[int, ...] = ()


APOLOGIES = {
    OutcomeKind.LINE_FULL: "Many people are talking with me right now. Please ask me again soon.",
    OutcomeKind.TOO_SLOW: "That took me too long, sorry. Please ask me again.",
    OutcomeKind.FAILED: "Something went wrong on my side, sorry. Please try again in a moment.",
    OutcomeKind.OPTED_OUT: (
        "You have opted out, so I neither keep nor use your words. `/privacy optin` brings me back."
    ),
}


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is about to be said, and whether the turn is kept."""

    kind: OutcomeKind
    text: str
    is_kept: bool


@dataclass(slots=True)
class _Underway:
    """An utterance that has no delivered reply yet; its words may change or vanish."""

    utterance: Utterance
    retracted: bool = False
    drafting: asyncio.Task[_Draft] | None = None

    def is_retracted(self) -> bool:
        return self.retracted

    def interrupt(self) -> None:
        if self.drafting is not None:
            self.drafting.cancel()


class Dialogue:
    """Turns utterances into delivered replies, one at a time in each channel."""

    def __init__(  # noqa: PLR0913  # one parameter for each part of the pipeline
        self,
        *,
        engine: Engine,
        histories: Histories,
        memory: Memory,
        personas: Personas,
        options: OptionsRepository,
        consent: Consent,
        safety: SafetyCheck,
        tact: Tact,
        deadline_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._histories = histories
        self._memory = memory
        self._personas = personas
        self._options = options
        self._consent = consent
        self._safety = safety
        self._tact = tact
        self._deadline_s = deadline_s
        self._clock = clock
        self._order = TurnOrder()
        self._underway: dict[int, _Underway] = {}

    @property
    def underway(self) -> int:
        """How many utterances have no delivered reply yet."""
        return len(self._underway)

    async def converse(self, utterance: Utterance, audience: Audience) -> Outcome:
        """Answer ``utterance`` to ``audience`` and keep the turn.

        A turn is durable before it is delivered. Nothing is said when the utterance is retracted
        meanwhile; when it is amended meanwhile, the new words are answered.

        Raises:
            DeliveryFailed: The audience could not be reached; the reply is not kept.
        """
        underway = self._underway[utterance.message_id] = _Underway(utterance)
        try:
            async with self._order.turn(utterance.place.channel_id):
                if await self._consent.is_opted_out(utterance.author_id):
                    return await self._apologise(OutcomeKind.OPTED_OUT, audience)
                return await self._take_turn(underway, audience)
        except QueueFull:
            return await self._apologise(OutcomeKind.LINE_FULL, audience)
        except DeadlineExceeded:
            return await self._apologise(OutcomeKind.TOO_SLOW, audience)
        except (RequestFailed, EngineDead) as error:
            log.warning("turn failed message=%d %s", utterance.message_id, type(error).__name__)
            return await self._apologise(OutcomeKind.FAILED, audience)
        finally:
            self._underway.pop(utterance.message_id, None)  # "Reply to this" may ask for one twice

    async def retract(self, channel_id: int, message_ids: Collection[int]) -> None:
        """Forget deleted messages everywhere; those not answered yet are not answered."""
        for message_id in message_ids:
            if underway := self._underway.get(message_id):
                underway.retracted = True
                underway.interrupt()
        await self._forget(channel_id, message_ids)

    async def amend(self, utterance: Utterance) -> None:
        """Take over the new words of an edited message; bad or no words forget it."""
        if underway := self._underway.get(utterance.message_id):
            if underway.utterance.text != utterance.text:
                underway.utterance = utterance
                underway.interrupt()
            return
        await self._take_over(utterance)

    async def reset(self, channel_id: int) -> int:
        """Forget a channel's conversation; return how many turns it had."""
        return await self._histories.forget_channel(channel_id)

    async def leave_channel(self, channel_id: int) -> None:
        """Forget a channel that is gone, its threads, and what was being answered there."""
        self._drop(lambda place: channel_id in (place.channel_id, place.parent_id))
        await self._histories.forget_channel(channel_id)

    async def leave_guild(self, guild_id: int) -> None:
        """Forget everything of a guild that Confab is no longer in."""
        self._drop(lambda place: place.guild_id == guild_id)
        await self._histories.forget_guild(guild_id)
        await self._memory.forget_guild(guild_id)

    def _drop(self, is_gone: Callable[[Place], bool]) -> None:
        for underway in self._underway.values():
            if is_gone(underway.utterance.place):
                underway.retracted = True
                underway.interrupt()

    async def _take_turn(self, underway: _Underway, audience: Audience) -> Outcome:
        """Draft until the words stay the same, then deliver."""
        while not underway.is_retracted():
            utterance = underway.utterance
            underway.drafting = asyncio.ensure_future(self._draft(utterance, audience))
            try:
                draft = await underway.drafting
            except asyncio.CancelledError:
                if underway.is_retracted() or underway.utterance is not utterance:
                    continue
                raise
            return await self._deliver(utterance, draft, underway, audience)
        return Outcome(OutcomeKind.RETRACTED)

    async def _draft(self, utterance: Utterance, audience: Audience) -> _Draft:
        verdict = await self._judge(utterance, utterance.text, Side.UTTERANCE)
        channel_id = utterance.place.channel_id
        if not verdict.passes:
            text = self._tact.instead(verdict, channel_id=channel_id)
            return _Draft(OutcomeKind.REFUSED, text, is_kept=False)
        recollection = await self._recall(utterance)
        reply = recollection.answer or await self._generate(utterance, recollection, audience)
        verdict = await self._judge(utterance, reply, Side.REPLY)
        if not verdict.passes or not verdict.text:
            text = self._tact.change_topic(channel_id=channel_id)
            return _Draft(OutcomeKind.WITHHELD, text, is_kept=False)
        return _Draft(OutcomeKind.REPLIED, verdict.text, is_kept=True)

    async def _generate(
        self, utterance: Utterance, recollection: Recollection, audience: Audience
    ) -> str:
        place = utterance.place
        turns = await self._read(place.channel_id)
        turns = tuple(t for t in turns if t.utterance.message_id != utterance.message_id)
        persona = await self._personas.persona_for(place)
        options = await self._options.read(place.guild_id)
        newest = "\n".join([*recollection.lines, utterance.text])
        outlook = self._engine.outlook()
        if outlook.wait_s > LONG_WAIT_S and outlook.ahead:
            await audience.told_to_wait(outlook)
        result = await self._engine.generate(
            GenerationRequest(
                prompt=Prompt(messages=alternate(turns, newest), persona=persona.lines),
                channel_id=place.channel_id,
                asker_id=utterance.author_id,
                overrides=LENGTHS[options.length],
                deadline_s=self._deadline_s,
            )
        )
        return result.text

    async def _deliver(
        self, utterance: Utterance, draft: _Draft, underway: _Underway, audience: Audience
    ) -> Outcome:
        place = utterance.place
        if draft.is_kept:
            await self._keep(Turn(utterance, draft.text))
        if underway.is_retracted():
            await self._forget(place.channel_id, {utterance.message_id})
            return Outcome(OutcomeKind.RETRACTED)
        try:
            reply_ids = await audience.say(draft.text)
        except DeliveryFailed:
            if draft.is_kept:
                await self._keep(Turn(utterance))
            raise
        if draft.is_kept:
            with suppress(StoreUnavailable):
                await self._histories.sent(place.channel_id, utterance.message_id, reply_ids)
        if underway.is_retracted():
            await self._forget(place.channel_id, {utterance.message_id})
        elif underway.utterance is not utterance:
            await self._take_over(underway.utterance)
        return Outcome(draft.kind, draft.text, reply_ids)

    async def _judge(self, utterance: Utterance, text: str, side: Side) -> Verdict:
        return await self._safety.check(
            Passage(
                text=text,
                side=side,
                guild_id=utterance.place.guild_id,
                channel_id=utterance.place.channel_id,
                author_id=utterance.author_id if side is Side.UTTERANCE else None,
                at_s=self._clock(),
            )
        )

    async def _read(self, channel_id: int) -> tuple[Turn, ...]:
        try:
            return await self._histories.read(channel_id)
        except StoreUnavailable:
            return ()

    async def _recall(self, utterance: Utterance) -> Recollection:
        try:
            return await self._memory.recall(utterance)
        except StoreUnavailable:
            return Recollection()

    async def _keep(self, turn: Turn) -> None:
        """Make a turn durable and learn from it; a database that is away stops neither."""
        try:
            await self._histories.append(turn)
            await self._memory.learn(turn.utterance)
        except StoreUnavailable:
            log.warning("turn not kept message=%d", turn.utterance.message_id)

    async def _take_over(self, utterance: Utterance) -> None:
        """Let an edited message's new words replace the old ones in all that is kept."""
        place = utterance.place
        verdict = await self._judge(utterance, utterance.text, Side.UTTERANCE)
        if not utterance.text or not verdict.passes:
            await self._forget(place.channel_id, {utterance.message_id})
            return
        was_known = await self._histories.edit(
            place.channel_id, utterance.message_id, utterance.text
        )
        if was_known:
            await self._memory.unlearn({utterance.message_id})
            await self._memory.learn(utterance)

    async def _forget(self, channel_id: int, message_ids: Collection[int]) -> None:
        await self._histories.forget_messages(channel_id, message_ids)
        await self._memory.unlearn(message_ids)

    async def _apologise(self, kind: OutcomeKind, audience: Audience) -> Outcome:
        return Outcome(kind, APOLOGIES[kind], await audience.say(APOLOGIES[kind]))
