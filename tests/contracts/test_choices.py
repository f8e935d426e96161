"""Options, personas, opt-outs and command hashes, the same in every kind of store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.conversation.persona import Persona
from bot.conversation.utterance import Place
from config.guild_options import GuildOptions
from tests.contracts.conftest import GARDENER, PIRATE

if TYPE_CHECKING:
    from tests.contracts.conftest import Keeping

CHANNEL = Place(1, guild_id=5)
THREAD = Place(7, guild_id=5, parent_id=1)


async def test_a_guild_without_options_has_the_defaults(keeping: Keeping) -> None:
    assert await keeping.options.read(5) == GuildOptions()
    assert await keeping.options.read(None) == GuildOptions()


async def test_options_come_back_as_they_were_written_last(keeping: Keeping) -> None:
    await keeping.options.write(5, GuildOptions(denied_users=(1,)))
    options = GuildOptions(allowed_channels=(2**62, 3), length="short", retention_days=7)
    await keeping.options.write(5, options)
    assert await keeping.options.read(5) == options
    assert await keeping.options.read(6) == GuildOptions()


async def test_nobody_speaks_until_a_persona_is_chosen(keeping: Keeping) -> None:
    assert (await keeping.personas.persona_for(CHANNEL)).name == "none"
    assert {p.name for p in await keeping.personas.available(5)} == {"none", "gardener", "pirate"}


async def test_a_channels_persona_comes_before_its_guilds(keeping: Keeping) -> None:
    assert await keeping.personas.choose(CHANNEL, "pirate", everywhere=True) == PIRATE
    assert await keeping.personas.choose(CHANNEL, "gardener", everywhere=False) == GARDENER
    assert await keeping.personas.persona_for(CHANNEL) == GARDENER
    assert await keeping.personas.persona_for(THREAD) == GARDENER
    assert await keeping.personas.persona_for(Place(2, guild_id=5)) == PIRATE
    assert (await keeping.personas.persona_for(Place(3, guild_id=6))).name == "none"


async def test_a_cleared_choice_falls_back(keeping: Keeping) -> None:
    await keeping.personas.choose(CHANNEL, "pirate", everywhere=True)
    await keeping.personas.choose(CHANNEL, "gardener", everywhere=False)
    assert await keeping.personas.choose(CHANNEL, None, everywhere=False) == PIRATE


async def test_an_unknown_persona_cannot_be_chosen(keeping: Keeping) -> None:
    with pytest.raises(KeyError):
        await keeping.personas.choose(CHANNEL, "nobody-knows", everywhere=False)


SAILOR = Persona(name="sailor", lines=("i sail.", "i like rum."), summary="At sea.")


async def test_a_guilds_own_persona_speaks_in_that_guild_alone(keeping: Keeping) -> None:
    await keeping.personas.write(5, SAILOR)
    assert await keeping.personas.choose(CHANNEL, "sailor", everywhere=True) == SAILOR
    assert SAILOR in await keeping.personas.available(5)
    assert SAILOR not in await keeping.personas.available(6)
    assert SAILOR not in await keeping.personas.available(None)
    with pytest.raises(KeyError):
        await keeping.personas.choose(Place(3, guild_id=6), "sailor", everywhere=False)


async def test_a_persona_written_anew_speaks_at_once(keeping: Keeping) -> None:
    await keeping.personas.write(5, SAILOR)
    await keeping.personas.choose(CHANNEL, "sailor", everywhere=False)
    retired = Persona(name="sailor", lines=("i sailed.",))
    await keeping.personas.write(5, retired)
    assert await keeping.personas.persona_for(CHANNEL) == retired


async def test_an_erased_persona_speaks_no_more(keeping: Keeping) -> None:
    await keeping.personas.write(5, SAILOR)
    await keeping.personas.choose(CHANNEL, "sailor", everywhere=False)
    with pytest.raises(KeyError):
        await keeping.personas.erase(6, "sailor")
    await keeping.personas.erase(5, "sailor")
    assert (await keeping.personas.persona_for(CHANNEL)).name == "none"
    with pytest.raises(KeyError):
        await keeping.personas.erase(5, "sailor")


async def test_no_guild_replaces_a_persona_that_all_have(keeping: Keeping) -> None:
    with pytest.raises(ValueError, match="pirate"):
        await keeping.personas.write(5, Persona(name="pirate", lines=("i walk.",)))


async def test_a_guild_has_so_many_personas_and_no_more(keeping: Keeping) -> None:
    for number in range(25):
        await keeping.personas.write(5, Persona(name=f"crew-{number}"))
    with pytest.raises(ValueError, match="at most 25"):
        await keeping.personas.write(5, SAILOR)


async def test_opting_out_holds_until_opting_in(keeping: Keeping) -> None:
    assert not await keeping.consent.is_opted_out(1)
    await keeping.consent.opt_out(1)
    await keeping.consent.opt_out(1)
    assert await keeping.consent.is_opted_out(1)
    assert not await keeping.consent.is_opted_out(2)
    await keeping.consent.opt_in(1)
    assert not await keeping.consent.is_opted_out(1)


async def test_a_command_trees_hash_is_kept(keeping: Keeping) -> None:
    assert await keeping.tree_hashes.read(5) is None
    await keeping.tree_hashes.write(5, "a")
    await keeping.tree_hashes.write(5, "b")
    assert await keeping.tree_hashes.read(5) == "b"
