"""What the whole suite shares: its options, and one PostgreSQL for all who need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.cluster import Cluster, find_binaries, running_cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

USUAL_KILL_ROUNDS = 2


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kill-rounds",
        type=int,
        default=USUAL_KILL_ROUNDS,
        help="how often the bot is killed with -9 in the middle of fifty conversations",
    )


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    with running_cluster(binaries, tmp_path_factory.mktemp("postgresql")) as running:
        yield running
