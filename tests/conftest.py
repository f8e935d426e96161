"""What the whole suite shares: its options, and one PostgreSQL for all who need it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.fakes.cluster import Cluster, find_binaries, running_cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

USUAL_KILL_ROUNDS = 2

# Tiny models gain nothing from more threads, and a loaded machine lets them wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kill-rounds",
        type=int,
        default=USUAL_KILL_ROUNDS,
        help="how often the bot is killed with -9 in the middle of fifty conversations",
    )


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    # Not in pytest's own folder: a second pytest closes that to other users, as whom this runs.
    with (
        TemporaryDirectory(prefix="confab-postgresql-") as folder,
        running_cluster(binaries, Path(folder)) as running,
    ):
        yield running
