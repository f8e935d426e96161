"""What a dialogue needs from the rest, as small protocols that stores and fakes implement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.conversation.persona import Persona
    from bot.conversation.utterance import Place, Turn, Utterance
    from bot.generation.engine import Outlook
    from bot.memory.fact import Owner
    from bot.memory.recollection import Recollection
    from bot.safety.verdict import Verdict
    from config.guild_options import GuildOptions


class Histories(Protocol):
    """Every conversation's turns, one conversation a channel.

    Any method may raise StoreUnavailable; the dialogue then goes on with what it has.
    """

    async def read(self, channel_id: int) -> tuple[Turn, ...]:
        """Return the newest turns of a channel, oldest first, at most as many as are kept."""
        ...

    async def append(self, turn: Turn) -> None:
        """Keep ``turn`` as its channel's newest; it is durable when this returns.

        Appending an utterance that is there already replaces its turn.
        """
        ...

    async def sent(self, channel_id: int, message_id: int, reply_ids: tuple[int, ...]) -> None:
        """Note which messages carry the reply to utterance ``message_id``."""
        ...

    async def edit(self, channel_id: int, message_id: int, text: str) -> bool:
        """Replace an utterance's words; the reply to the old words goes.

        Return whether the utterance was there.
        """
        ...

    async def forget_messages(self, channel_id: int, message_ids: Collection[int]) -> None:
        """Forget utterances with their replies, and replies by themselves."""
        ...

    async def forget_channel(self, channel_id: int) -> int:
        """Forget a channel and the threads that hang in it; return how many turns went."""
        ...

    async def forget_guild(self, guild_id: int) -> None:
        """Forget every conversation of a guild."""
        ...

    async def forget_author(self, author_id: int) -> int:
        """Forget what one person said everywhere, and the replies; return how many turns went."""
        ...


class Memory(Protocol):
    """Facts that people told about themselves; each belongs to one person in one guild."""

    async def recall(self, utterance: Utterance) -> Recollection:
        """Return what is worth knowing for a reply to ``utterance``."""
        ...

    async def learn(self, utterance: Utterance) -> None:
        """Keep the facts that ``utterance`` states, replacing what they contradict."""
        ...

    async def unlearn(self, message_ids: Collection[int]) -> frozenset[Owner]:
        """Forget the facts that these messages taught; return whose they were."""
        ...

    async def forget_channel(self, channel_id: int) -> frozenset[Owner]:
        """Forget every fact told in a channel and its threads; return whose they were."""
        ...

    async def forget_guild(self, guild_id: int) -> None:
        """Forget every fact that was told in a guild."""
        ...


class Consent(Protocol):
    """Who does not want their words kept or used."""

    async def is_opted_out(self, user_id: int) -> bool:
        """Return whether this person has opted out."""
        ...


class Personas(Protocol):
    """Which persona speaks where."""

    async def persona_for(self, place: Place) -> Persona:
        """Return the channel's persona, else the guild's, else the owner's."""
        ...

    async def choose(self, place: Place, name: str | None, *, everywhere: bool) -> Persona:
        """Set (or with None clear) the persona of a channel, or of its whole guild.

        Raises:
            KeyError: There is no persona of that name.
        """
        ...

    async def available(self, guild_id: int | None) -> tuple[Persona, ...]:
        """Return the personas to choose from, by name; the guild's own are among them.

        Raises:
            StoreUnavailable: The guild's own are not known now.
        """
        ...

    async def write(self, guild_id: int, persona: Persona) -> None:
        """Keep a persona of a guild's own, in the place of one of the same name.

        Raises:
            ValueError: The name is taken by one that every guild has, or there are too many.
        """
        ...

    async def erase(self, guild_id: int, name: str) -> None:
        """Forget a persona of a guild's own; where it was chosen, it is chosen no more.

        Raises:
            KeyError: The guild has written no persona of that name.
        """
        ...


class OptionsRepository(Protocol):
    """Each guild's options."""

    async def read(self, guild_id: int | None) -> GuildOptions:
        """Return a guild's options, or the defaults where it has none."""
        ...

    async def write(self, guild_id: int, options: GuildOptions) -> None:
        """Keep a guild's options; durable when this returns."""
        ...


class Tact(Protocol):
    """What is said when the model's own words are not."""

    def instead(self, verdict: Verdict, *, channel_id: int) -> str:
        """Return a refusal, a warm word or a change of topic, as the verdict asks for."""
        ...

    def change_topic(self, *, channel_id: int) -> str:
        """Return a harmless change of topic."""
        ...


class Audience(Protocol):
    """Where a reply goes: a channel, an interaction, a terminal."""

    async def say(self, text: str) -> tuple[int, ...]:
        """Deliver ``text`` and return the ids of the messages that carry it."""
        ...

    async def told_to_wait(self, outlook: Outlook) -> None:
        """Let the asker know that the line is long."""
        ...
