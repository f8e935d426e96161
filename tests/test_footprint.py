"""The process's memory, where the system tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.footprint import resident_bytes

if TYPE_CHECKING:
    from pathlib import Path


def test_pages_become_bytes(tmp_path: Path) -> None:
    statm = tmp_path / "statm"
    statm.write_text("900 3 1 1 0 1 0")
    resident = resident_bytes(statm)
    assert resident is not None
    assert resident % 3 == 0


def test_a_system_that_does_not_tell_is_no_error(tmp_path: Path) -> None:
    assert resident_bytes(tmp_path / "absent") is None
