"""What to answer: the utterance judged, the prompt put together, the reply judged."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.conversation.history import alternate
from bot.conversation.prompt import Prompt
from bot.errors import StoreUnavailable
from bot.generation.request import DecodingOverrides, GenerationRequest
from bot.memory.recollection import Recollection
from bot.outcome import OutcomeKind
from bot.safety.verdict import Passage, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.conversation.persona import Persona
    from bot.conversation.utterance import Turn, Utterance
    from bot.generation.engine import Engine
    from bot.ports import Audience, Histories, Memory, OptionsRepository, Personas, Tact
    from bot.safety.verdict import SafetyCheck, Verdict
    from config.guild_options import Length

LONG_WAIT_S = 10.0  # Discord's typing mark lasts about as long; a longer line is told

LENGTHS: dict[Length, DecodingOverrides] = {
    "short": {"min_length": 0, "max_length": 24},
    "usual": {},
    "long": {"min_length": 30},
}

# Another way to the reply when the best one has been said before in this conversation.
AFRESH: DecodingOverrides = {"num_beams": 1, "do_sample": True, "top_k": 40, "temperature": 0.9}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be said.

    Attributes:
        kind: How the turn will end.
        text: The words.
        is_kept: Whether the turn goes into history and memory.
    """

    kind: OutcomeKind
    text: str
    is_kept: bool


class Drafter:
    """Finds the words for an utterance; says and keeps nothing itself."""

    def __init__(  # noqa: PLR0913  # one parameter for each part that a draft needs
        self,
        *,
        engine: Engine,
        histories: Histories,
        memory: Memory,
        personas: Personas,
        options: OptionsRepository,
        safety: SafetyCheck,
        tact: Tact,
        deadline_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._histories = histories
        self._memory = memory
        self._personas = personas
        self._options = options
        self._safety = safety
        self._tact = tact
        self._deadline_s = deadline_s
        self._clock = clock

    async def draft(self, utterance: Utterance, audience: Audience) -> Draft:
        """Return what to say to ``utterance``.

        Raises:
            RequestFailed: The engine cannot answer it.
            EngineDead: The engine is down.
        """
        verdict = await self.judge(utterance, utterance.text, Side.UTTERANCE)
        channel_id = utterance.place.channel_id
        if not verdict.passes:
            text = self._tact.instead(verdict, channel_id=channel_id)
            return Draft(OutcomeKind.REFUSED, text, is_kept=False)
        reply = await self._reply(utterance, audience)
        verdict = await self.judge(utterance, reply, Side.REPLY)
        if not verdict.passes or not verdict.text:
            text = self._tact.change_topic(channel_id=channel_id)
            return Draft(OutcomeKind.WITHHELD, text, is_kept=False)
        return Draft(OutcomeKind.REPLIED, verdict.text, is_kept=True)

    async def judge(self, utterance: Utterance, text: str, side: Side) -> Verdict:
        """Return the verdict on ``text``, said where ``utterance`` was."""
        is_theirs = side is Side.UTTERANCE
        return await self._safety.check(
            Passage(
                text=text,
                side=side,
                guild_id=utterance.place.guild_id,
                channel_id=utterance.place.channel_id,
                author_id=utterance.author_id if is_theirs else None,
                at_s=self._clock(),
                message_id=utterance.message_id if is_theirs else None,
            )
        )

    async def suits(self, utterance: Utterance, persona: Persona) -> bool:
        """Return whether ``persona``'s lines pass the safety checks where ``utterance`` was."""
        for line in persona.lines:
            if not (await self.judge(utterance, line, Side.REPLY)).passes:
                return False
        return True

    async def preview(self, utterance: Utterance, persona: Persona) -> str | None:
        """Return what ``persona`` would say to ``utterance`` out of the blue.

        None when the persona's lines do not pass the safety checks where it is to speak. Nothing
        is kept.

        Raises:
            RequestFailed: The engine cannot answer.
            EngineDead: The engine is down.
        """
        if not await self.suits(utterance, persona):
            return None
        verdict = await self.judge(utterance, utterance.text, Side.UTTERANCE)
        channel_id = utterance.place.channel_id
        if not verdict.passes:
            return self._tact.instead(verdict, channel_id=channel_id)
        request = GenerationRequest(
            prompt=Prompt(messages=(utterance.text,), persona=persona.lines),
            channel_id=channel_id,
            asker_id=utterance.author_id,
            deadline_s=self._deadline_s,
        )
        result = await self._engine.generate(request)
        verdict = await self.judge(utterance, result.text, Side.REPLY)
        return verdict.text if verdict.passes else self._tact.change_topic(channel_id=channel_id)

    async def _reply(self, utterance: Utterance, audience: Audience) -> str:
        recollection = await self._recall(utterance)
        if recollection.answer is not None:
            return recollection.answer
        turns = await self._turns_before(utterance)
        request = await self._request(utterance, turns, recollection)
        outlook = self._engine.outlook()
        if outlook.wait_s > LONG_WAIT_S and outlook.ahead:
            await audience.told_to_wait(outlook)
        result = await self._engine.generate(request)
        if result.text in {turn.reply for turn in turns}:
            overrides: DecodingOverrides = {**request.overrides, **AFRESH}
            result = await self._engine.generate(replace(request, overrides=overrides))
        return result.text

    async def _request(
        self, utterance: Utterance, turns: Sequence[Turn], recollection: Recollection
    ) -> GenerationRequest:
        persona = await self._personas.persona_for(utterance.place)
        lines = persona.lines if await self.suits(utterance, persona) else ()
        options = await self._options.read(utterance.place.guild_id)
        newest = "\n".join([*recollection.lines, utterance.text])
        return GenerationRequest(
            prompt=Prompt(messages=alternate(turns, newest), persona=lines),
            channel_id=utterance.place.channel_id,
            asker_id=utterance.author_id,
            overrides=LENGTHS[options.length],
            deadline_s=self._deadline_s,
        )

    async def _turns_before(self, utterance: Utterance) -> tuple[Turn, ...]:
        try:
            turns = await self._histories.read(utterance.place.channel_id)
        except StoreUnavailable:
            return ()
        return tuple(t for t in turns if t.utterance.message_id != utterance.message_id)

    async def _recall(self, utterance: Utterance) -> Recollection:
        try:
            return await self._memory.recall(utterance)
        except StoreUnavailable:
            return Recollection()
