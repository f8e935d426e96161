"""One turn, from an utterance to a delivered reply: the pipeline that every way in shares."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.conversation.utterance import Turn
from bot.drafting import Draft, Drafter
from bot.errors import (
    DeadlineExceeded,
    DeliveryFailed,
    EngineDead,
    QueueFull,
    RequestFailed,
    StoreUnavailable,
)
from bot.memory.fact import Owner
from bot.outcome import APOLOGIES, Outcome, OutcomeKind
from bot.safety.verdict import Side
from bot.turn_order import TurnOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bot.conversation.persona import Persona
    from bot.conversation.utterance import Place, Utterance
    from bot.generation.engine import Engine
    from bot.ports import Audience, Consent, Histories, Memory, OptionsRepository, Personas, Tact
    from bot.safety.verdict import SafetyCheck

log = logging.getLogger(__name__)

DROPPED_WITHIN_S = 10.0  # a reply that is being sent may take this long to be out


@dataclass(slots=True, eq=False)
class _Underway:
    """An utterance that has no delivered reply yet; its words may change or vanish.

    "Reply to this" may ask for one message twice, so each is known by itself.
    """

    utterance: Utterance
    retracted: bool = False
    outdated: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    drafting: asyncio.Task[Draft] | None = None

    def is_retracted(self) -> bool:
        return self.retracted

    def is_outdated(self) -> bool:
        return self.outdated

    def is_to_be_redrafted(self, utterance: Utterance) -> bool:
        """Return whether a draft for ``utterance`` was interrupted rather than given up."""
        return self.retracted or self.outdated or self.utterance is not utterance

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
        self._drafter = Drafter(
            engine=engine,
            histories=histories,
            memory=memory,
            personas=personas,
            options=options,
            safety=safety,
            tact=tact,
            deadline_s=deadline_s,
            clock=clock,
        )
        self._histories = histories
        self._memory = memory
        self._consent = consent
        self._order = TurnOrder()
        self._underway: set[_Underway] = set()

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
        underway = _Underway(utterance)
        self._underway.add(underway)
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
            underway.ended.set()
            self._underway.discard(underway)

    async def retract(self, channel_id: int, message_ids: Collection[int]) -> None:
        """Forget deleted messages everywhere; those not answered yet are not answered."""
        for underway in self._underway:
            if underway.utterance.message_id in message_ids:
                underway.retracted = True
                underway.interrupt()
        await self._forget(channel_id, message_ids)

    async def amend(self, utterance: Utterance) -> None:
        """Take over the new words of an edited message; bad or no words forget it."""
        if not utterance.text:
            await self.retract(utterance.place.channel_id, {utterance.message_id})
            return
        theirs = [u for u in self._underway if u.utterance.message_id == utterance.message_id]
        for underway in theirs:
            if underway.utterance.text != utterance.text:
                underway.utterance = utterance
                underway.interrupt()
        if not theirs:
            await self._take_over(utterance)

    async def preview(self, utterance: Utterance, persona: Persona) -> str | None:
        """Return what ``persona`` would say to ``utterance``, or None if it may not speak there.

        Raises:
            RequestFailed: The engine cannot answer.
            EngineDead: The engine is down.
        """
        return await self._drafter.preview(utterance, persona)

    async def suits(self, utterance: Utterance, persona: Persona) -> bool:
        """Return whether ``persona``'s lines pass the safety checks where ``utterance`` was."""
        return await self._drafter.suits(utterance, persona)

    async def reset(self, channel_id: int) -> int:
        """Forget a channel's conversation; return how many turns it had."""
        count = await self._histories.forget_channel(channel_id)
        self._redraft(lambda u: channel_id in (u.place.channel_id, u.place.parent_id))
        return count

    async def leave_channel(self, channel_id: int) -> None:
        """Forget a channel that is gone, its threads, and what was being answered there."""
        self._drop(lambda place: channel_id in (place.channel_id, place.parent_id))
        await self._histories.forget_channel(channel_id)
        owners = await self._memory.forget_channel(channel_id)
        self._redraft(lambda u: _owner(u) in owners)

    async def leave_guild(self, guild_id: int) -> None:
        """Forget everything of a guild that Confab is no longer in."""
        self._drop(lambda place: place.guild_id == guild_id)
        await self._histories.forget_guild(guild_id)
        await self._memory.forget_guild(guild_id)

    async def drop_author(self, author_id: int) -> None:
        """Answer nothing that a person has said so far; return once none of it is under way."""
        theirs = [u for u in self._underway if u.utterance.author_id == author_id]
        for underway in theirs:
            underway.retracted = True
            underway.interrupt()
        with suppress(TimeoutError):
            async with asyncio.timeout(DROPPED_WITHIN_S):
                for underway in theirs:
                    await underway.ended.wait()

    def redraft_all(self) -> None:
        """Begin every draft afresh, since what it was made from has been forgotten."""
        self._redraft(lambda _utterance: True)

    def _redraft(self, is_meant: Callable[[Utterance], bool]) -> None:
        """Begin drafts afresh whose sources have changed, after they have, so none is stale."""
        for underway in self._underway:
            if is_meant(underway.utterance):
                underway.outdated = True
                underway.interrupt()

    def _drop(self, is_gone: Callable[[Place], bool]) -> None:
        for underway in self._underway:
            if is_gone(underway.utterance.place):
                underway.retracted = True
                underway.interrupt()

    async def _take_turn(self, underway: _Underway, audience: Audience) -> Outcome:
        """Draft until the words stay the same, then deliver."""
        while not underway.is_retracted():
            utterance = underway.utterance
            underway.outdated = False
            underway.drafting = asyncio.ensure_future(self._drafter.draft(utterance, audience))
            try:
                draft = await underway.drafting
            except asyncio.CancelledError:
                if underway.is_to_be_redrafted(utterance):
                    continue
                raise
            if draft.is_kept and not underway.is_retracted():
                await self._keep(Turn(utterance, draft.text))
            channel_id, message_id = utterance.place.channel_id, utterance.message_id
            if underway.is_retracted():
                await self._forget(channel_id, {message_id})
            elif not underway.is_outdated():
                return await self._deliver(utterance, draft, underway, audience)
            elif draft.is_kept:  # another draft may fail; what nobody was told must not stay then
                await self._histories.forget_messages(channel_id, {message_id})
        return Outcome(OutcomeKind.RETRACTED)

    async def _deliver(
        self, utterance: Utterance, draft: Draft, underway: _Underway, audience: Audience
    ) -> Outcome:
        place = utterance.place
        try:
            reply_ids = await audience.say(draft.text)
        except DeliveryFailed:
            if draft.is_kept and not underway.is_retracted():
                await self._keep(Turn(utterance))
            await self._catch_up(utterance, underway)
            raise
        if draft.is_kept:
            with suppress(StoreUnavailable):
                await self._histories.sent(place.channel_id, utterance.message_id, reply_ids)
        await self._catch_up(utterance, underway)
        return Outcome(draft.kind, draft.text, reply_ids)

    async def _catch_up(self, utterance: Utterance, underway: _Underway) -> None:
        """Do to what is kept of ``utterance`` whatever happened to the words meanwhile."""
        while underway.utterance is not utterance and not underway.is_retracted():
            utterance = underway.utterance
            await self._take_over(utterance)
        if underway.is_retracted():
            await self._forget(utterance.place.channel_id, {utterance.message_id})

    async def _keep(self, turn: Turn) -> None:
        """Learn from a turn and make it durable; a database that is away stops neither."""
        with suppress(StoreUnavailable):  # first: behind a turn that waits, nothing is known
            await self._memory.learn(turn.utterance)
        try:
            await self._histories.append(turn)
        except StoreUnavailable:
            log.warning("turn not kept message=%d", turn.utterance.message_id)

    async def _take_over(self, utterance: Utterance) -> None:
        """Let an edited message's new words replace the old ones in all that is kept."""
        place = utterance.place
        verdict = await self._drafter.judge(utterance, utterance.text, Side.UTTERANCE)
        if not verdict.passes:
            await self._forget(place.channel_id, {utterance.message_id})
            return
        was_known = await self._histories.edit(
            place.channel_id, utterance.message_id, utterance.text
        )
        if was_known:
            owners = await self._memory.unlearn({utterance.message_id})
            with suppress(StoreUnavailable):
                await self._memory.learn(utterance)
            self._redraft(lambda u: u.place.channel_id == place.channel_id or _owner(u) in owners)

    async def _forget(self, channel_id: int, message_ids: Collection[int]) -> None:
        await self._histories.forget_messages(channel_id, message_ids)
        owners = await self._memory.unlearn(message_ids)
        self._redraft(lambda u: u.place.channel_id == channel_id or _owner(u) in owners)

    async def _apologise(self, kind: OutcomeKind, audience: Audience) -> Outcome:
        return Outcome(kind, APOLOGIES[kind], await audience.say(APOLOGIES[kind]))


def _owner(utterance: Utterance) -> Owner:
    return Owner.of(utterance.author_id, utterance.place)
