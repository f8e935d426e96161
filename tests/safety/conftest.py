from __future__ import annotations

import pytest

from bot.safety.guild_lists import InMemoryGuildLists
from bot.safety.keywords import KeywordCheck
from bot.safety.lexicon import Lexicon
from bot.safety.shipped import ShippedLists, load_shipped_lists
from bot.safety.window import UtteranceWindow


@pytest.fixture(scope="session")
def shipped() -> ShippedLists:
    return load_shipped_lists()


@pytest.fixture(scope="session")
def lexicon(shipped: ShippedLists) -> Lexicon:
    return Lexicon(ordinary=shipped.ordinary)


@pytest.fixture
def guild_lists() -> InMemoryGuildLists:
    return InMemoryGuildLists()


@pytest.fixture
def keywords(
    lexicon: Lexicon, shipped: ShippedLists, guild_lists: InMemoryGuildLists
) -> KeywordCheck:
    return KeywordCheck(
        lexicon=lexicon, shipped=shipped, guild_lists=guild_lists, window=UtteranceWindow()
    )
