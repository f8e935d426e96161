"""Long-term memory: facts learnt, recalled, answered with and forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from bot.memory.answers import answer, forgotten
from bot.memory.extract import Extractor
from bot.memory.fact import MAX_CHARACTERS, Denial, Fact, FactKind, Owner, Source
from bot.memory.merge import merge
from bot.memory.recall import choose, content_words
from bot.memory.recollection import Recollection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from bot.conversation.utterance import Utterance
    from bot.memory.fact import KeptFact
    from bot.memory.lexicon import Lexicon
    from bot.memory.questions import ForgetWish, Question, QuestionBook


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of one owner.

    Attributes:
        facts: Newest first.
        is_off: Whether the person has switched memory off here.
    """

    facts: tuple[KeptFact, ...] = ()
    is_off: bool = False


class Facts(Protocol):
    """Where facts are kept. Any method may raise StoreUnavailable, save those that take away."""

    async def of(self, owner: Owner, words: Sequence[str] = ()) -> Known:
        """Return what is kept of ``owner``, marking the facts that match one of ``words``."""
        ...

    async def keep(
        self, owner: Owner, facts: Sequence[Fact], source: Source, *, drop: Collection[int] = ()
    ) -> None:
        """Keep ``facts``, each instead of the one of its kind and key; drop others by number."""
        ...

    async def note_use(self, fact_ids: Collection[int], at: datetime) -> None:
        """Note that facts were recalled."""
        ...

    async def forget(self, owner: Owner, fact_ids: Collection[int] | None = None) -> int | None:
        """Forget facts of ``owner`` by number, or all of them, late but surely.

        Return how many went; None while they have yet to.
        """
        ...

    async def unlearn(self, message_ids: Collection[int]) -> frozenset[Owner]:
        """Forget what these messages told, late but surely; return whose facts are gone already."""
        ...

    async def forget_channel(self, channel_id: int) -> frozenset[Owner]:
        """Forget what was told in a channel and its threads; return as ``unlearn`` does."""
        ...

    async def forget_guild(self, guild_id: int) -> None:
        """Forget what was told in a guild."""
        ...

    async def switch(self, owner: Owner, *, off: bool) -> None:
        """Switch memory off or on for ``owner``."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class LongTermMemory:
    """Implements ``ports.Memory`` and what ``/memory`` offers.

    Args:
        facts: Where they are kept.
        words: The lists by which they are found in what people say.
        questions: The questions that are answered without the model.
        clock: This moment, timezone-aware.
    """

    def __init__(
        self,
        *,
        facts: Facts,
        words: Lexicon,
        questions: QuestionBook,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._facts = facts
        self._words = words
        self._questions = questions
        self._extractor = Extractor(words)
        self._clock = clock

    async def recall(self, utterance: Utterance) -> Recollection:
        """Return facts worth knowing for a reply, or the answer to a plain question about one."""
        owner = Owner.of(utterance.author_id, utterance.place)
        known = await self._facts.of(owner, content_words(utterance.text, self._words))
        if known.is_off:
            return Recollection()
        variant = utterance.message_id
        if wish := self._questions.forget_wish(utterance.text):
            anything = bool(_wished_away(wish, known.facts))
            return Recollection(answer=forgotten(anything=anything, variant=variant))
        question = self._questions.asked(utterance.text)
        if question and (answering := _answering(question, known.facts)) is not None:
            facts = [kept.fact for kept in answering]
            return Recollection(answer=answer(question, facts, variant=variant))
        chosen = choose(known.facts, utterance, now=self._clock(), lexicon=self._words)
        if chosen:
            await self._facts.note_use([kept.fact_id for kept in chosen], self._clock())
        return Recollection(lines=tuple(kept.fact.text for kept in chosen))

    async def learn(self, utterance: Utterance) -> None:
        """Keep the facts that ``utterance`` states; forget what it wants forgotten."""
        owner = Owner.of(utterance.author_id, utterance.place)
        wish = self._questions.forget_wish(utterance.text)
        statements = () if wish else self._extractor.extract(utterance.text)
        if not wish and not statements:
            return
        known = await self._facts.of(owner)
        if wish:
            await self._facts.forget(owner, _wished_away(wish, known.facts))
        elif not known.is_off:
            place = utterance.place
            source = Source(
                utterance.message_id, place.channel_id, place.parent_id, utterance.said_at
            )
            await self._write(owner, known, statements, source)

    async def unlearn(self, message_ids: Collection[int]) -> frozenset[Owner]:
        """Forget the facts that these messages taught; return whose they were."""
        return await self._facts.unlearn(message_ids)

    async def forget_channel(self, channel_id: int) -> frozenset[Owner]:
        """Forget every fact told in a channel and its threads; return whose they were."""
        return await self._facts.forget_channel(channel_id)

    async def forget_guild(self, guild_id: int) -> None:
        """Forget every fact that was told in a guild."""
        await self._facts.forget_guild(guild_id)

    async def show(self, owner: Owner) -> Known:
        """Return what is kept of ``owner``."""
        return await self._facts.of(owner)

    async def add(self, owner: Owner, text: str, *, channel_id: int) -> tuple[Fact, ...]:
        """Keep what a person says about themselves by command, as facts or word for word.

        Raises:
            ValueError: It is empty or too long; the text says which.
        """
        line = " ".join(text.split()).rstrip(".!")
        if not 1 <= len(line) < MAX_CHARACTERS:
            msg = f"A fact has 1 to {MAX_CHARACTERS - 1} characters."
            raise ValueError(msg)
        told = tuple(one for one in self._extractor.extract(line) if isinstance(one, Fact))
        facts = told or (Fact(FactKind.NOTE, line.lower(), line, f"{line}.", 1.0),)
        source = Source(0, channel_id, None, self._clock())
        await self._write(owner, await self._facts.of(owner), facts, source)
        return facts

    async def forget(self, owner: Owner, fact_id: int | None = None) -> int | None:
        """Forget one fact, or all of them; return how many went, None while they have yet to."""
        return await self._facts.forget(owner, None if fact_id is None else {fact_id})

    async def switch(self, owner: Owner, *, off: bool) -> None:
        """Stop or resume learning and recalling for ``owner``; what is kept stays."""
        await self._facts.switch(owner, off=off)

    async def _write(
        self, owner: Owner, known: Known, statements: Sequence[Fact | Denial], source: Source
    ) -> None:
        merged = merge(known.facts, statements)
        if merged.keep or merged.drop:
            await self._facts.keep(owner, merged.keep, source, drop=merged.drop)


def _answering(question: Question, known: Sequence[KeptFact]) -> list[KeptFact] | None:
    """Return the facts that answer, newest first; None when the model had better answer."""
    if question.kind is None:
        return [kept for kept in known if kept.fact.kind is not FactKind.PLAN]
    if question.kind is FactKind.PET and question.key:
        kin = [
            kept
            for kept in known
            if kept.fact.kind in {FactKind.PET, FactKind.FAMILY} and kept.fact.key == question.key
        ]
        return kin or None
    of_kind = [kept for kept in known if kept.fact.kind is question.kind]
    if question.key is not None:
        exact = [kept for kept in of_kind if kept.fact.key == question.key]
        return exact or ([] if question.key else of_kind)
    openings = tuple(question.opening.split("|"))
    return [kept for kept in of_kind if kept.fact.text.startswith(openings)]


def _wished_away(wish: ForgetWish, known: Sequence[KeptFact]) -> set[int]:
    """Return the numbers of the facts that are to be forgotten."""
    told = [kept for kept in known if kept.source.message_id]
    if wish.only_latest:
        latest = max((kept.source.message_id for kept in told), default=0)
        return {kept.fact_id for kept in told if kept.source.message_id == latest}
    wanted = set(wish.words.lower().split())
    if wish.kind is not None:
        return {
            kept.fact_id
            for kept in known
            if kept.fact.kind is wish.kind
            or (wish.kind is FactKind.PET and kept.fact.key in wanted)
        }
    return {kept.fact_id for kept in known if wanted <= set(_words(kept.fact))}


def _words(fact: Fact) -> list[str]:
    return fact.text.lower().rstrip(".").split()
