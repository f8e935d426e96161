"""The judgement sheet: every reply with a person's verdict, kept when replies stay the same."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_COLUMNS = ("kind", "seen", "reply", "sensible", "specific", "remark")


@dataclass(frozen=True, slots=True)
class Row:
    """A reply to be judged.

    Attributes:
        kind: ``single`` or ``held-out``.
        seen: What stood before it, messages separated by ``" / "``.
        reply: The reply.
        sensible: ``y`` or ``n``: it fits what was said, with the right person and polarity, in
            good grammar. Empty: not judged yet.
        specific: ``y`` or ``n``: it is not a line that would fit anything.
        remark: Why not.
    """

    kind: str
    seen: str
    reply: str
    sensible: str = ""
    specific: str = ""
    remark: str = ""


def read_sheet(path: Path) -> list[Row]:
    """Return the rows of a sheet; none where there is no sheet."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [Row(**row) for row in csv.DictReader(file, delimiter="\t")]


def write_sheet(path: Path, rows: Sequence[Row]) -> None:
    """Write a sheet as tab-separated text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(_COLUMNS)
        table.writerows([getattr(row, column) for column in _COLUMNS] for row in rows)


def carry_over(rows: Sequence[Row], judged: Sequence[Row]) -> list[Row]:
    """Return ``rows`` with the verdicts that the same replies already have."""
    known = {(row.kind, row.seen, row.reply): row for row in judged}
    return [known.get((row.kind, row.seen, row.reply), row) for row in rows]


def score(rows: Sequence[Row], kind: str) -> dict[str, int]:
    """Return how many rows of a kind there are, are judged, and are good in both ways."""
    ours = [row for row in rows if row.kind == kind]
    judged = [row for row in ours if row.sensible and row.specific]
    good = [row for row in judged if row.sensible == row.specific == "y"]
    sensible = [row for row in judged if row.sensible == "y"]
    return {
        "replies": len(ours),
        "judged": len(judged),
        "sensible": len(sensible),
        "sensible_and_specific": len(good),
    }
