"""What every keeper of an audit trail does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.safety.audit import AuditRecord, AuditTrail, Change

if TYPE_CHECKING:
    from tests.contracts.conftest import Keeping


def record(guild_id: int, at: float) -> AuditRecord:
    return AuditRecord(guild_id, 5, Change.ADDED, "=foo", at)


@pytest.fixture
def trail(keeping: Keeping) -> AuditTrail:
    return keeping.audit


async def test_a_guild_without_changes_has_no_records(trail: AuditTrail) -> None:
    assert await trail.recent(1, 10) == []


async def test_a_guild_sees_its_own_records_newest_first(trail: AuditTrail) -> None:
    for guild_id, at in ((1, 1.0), (2, 2.0), (1, 3.0)):
        await trail.record(record(guild_id, at))
    assert await trail.recent(1, 10) == [record(1, 3.0), record(1, 1.0)]
    assert await trail.recent(1, 1) == [record(1, 3.0)]


async def test_the_trail_is_bounded(trail: AuditTrail) -> None:
    for at in range(150):
        await trail.record(record(1, float(at)))
    kept = await trail.recent(1, 1000)
    assert len(kept) <= 100
    assert kept[0] == record(1, 149.0)
