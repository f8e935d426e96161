"""What every keeper of guild lists does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.safety.entries import Category
from bot.safety.guild_lists import GuildLists, GuildRules
from bot.safety.verdict import Action

if TYPE_CHECKING:
    from tests.contracts.conftest import Keeping

RULES = GuildRules(
    added=frozenset({"foo", "=bar", "*baz*", "two words"}),
    removed=frozenset({"ass"}),
    exceptions=frozenset({"scunthorpe"}),
    levels={Category.SLUR: Action.LOG, Category.CUSTOM: Action.ALLOW},
)


@pytest.fixture
def guild_lists(keeping: Keeping) -> GuildLists:
    return keeping.guild_lists


async def test_a_guild_without_rules_has_the_default_ones(guild_lists: GuildLists) -> None:
    assert await guild_lists.load(1) == GuildRules()


async def test_what_is_saved_is_loaded_for_that_guild_alone(guild_lists: GuildLists) -> None:
    await guild_lists.save(1, RULES)
    assert await guild_lists.load(1) == RULES
    assert await guild_lists.load(2) == GuildRules()


async def test_saving_replaces(guild_lists: GuildLists) -> None:
    await guild_lists.save(1, RULES)
    await guild_lists.save(1, GuildRules(added=frozenset({"only"})))
    assert await guild_lists.load(1) == GuildRules(added=frozenset({"only"}))


async def test_a_forgotten_guild_has_no_rules(guild_lists: GuildLists) -> None:
    await guild_lists.save(1, RULES)
    await guild_lists.forget(1)
    await guild_lists.forget(2)
    assert await guild_lists.load(1) == GuildRules()
