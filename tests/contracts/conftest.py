from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from bot.conversation.persona import Persona
from bot.safety.audit import InMemoryAuditTrail
from bot.safety.guild_lists import InMemoryGuildLists
from bot.store.engines import store_url
from bot.store.open import open_store
from bot.store.persona_files import NOBODY
from tests.fakes.facts import MemoryFacts
from tests.fakes.keeping import (
    MemoryConsent,
    MemoryHistories,
    MemoryOptions,
    MemoryPersonas,
    MemoryTreeHashes,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.ports import Histories, OptionsRepository, Personas
    from bot.safety.audit import AuditTrail
    from bot.safety.guild_lists import GuildLists
    from bot.store.consent import SqlConsent
    from bot.store.facts import SqlFacts
    from bot.store.tree_hashes import SqlTreeHashes
    from tests.fakes.cluster import Cluster

TURNS = 5
GARDENER = Persona(name="gardener", lines=("i love gardening.",))
PIRATE = Persona(name="pirate", lines=("i sail the sea.",))

_numbers = itertools.count()


@dataclass
class Keeping:
    """Every repository of one kind of store."""

    histories: Histories
    options: OptionsRepository
    personas: Personas
    consent: SqlConsent | MemoryConsent
    tree_hashes: SqlTreeHashes | MemoryTreeHashes
    facts: SqlFacts | MemoryFacts
    guild_lists: GuildLists
    audit: AuditTrail


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def keeping(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Keeping]:
    if request.param == "memory":
        histories = MemoryHistories(turns=TURNS)
        yield Keeping(
            histories=histories,
            options=MemoryOptions(),
            personas=MemoryPersonas(GARDENER, PIRATE),
            consent=MemoryConsent(),
            tree_hashes=MemoryTreeHashes(),
            facts=MemoryFacts(histories),
            guild_lists=InMemoryGuildLists(),
            audit=InMemoryAuditTrail(most=100),
        )
        return
    if request.param == "sqlite":
        url = store_url(None, tmp_path)
    else:
        server: Cluster = request.getfixturevalue("cluster")
        url = server.create_database(f"contract{next(_numbers)}")
    async with open_store(
        url, history_turns=TURNS, cached_channels=10, personas=(NOBODY, GARDENER, PIRATE)
    ) as store:
        yield Keeping(
            histories=store.histories,
            options=store.options,
            personas=store.personas,
            consent=store.consent,
            tree_hashes=store.tree_hashes,
            facts=store.facts,
            guild_lists=store.guild_lists,
            audit=store.audit,
        )
