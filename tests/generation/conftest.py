"""Checkpoints that every test of generation shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from tests.generation.checkpoints import save_blenderbot, save_small
from tests.generation.toy import train

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session", autouse=True)
def one_torch_thread() -> None:
    # The networks are so small that a second thread only waits, and on a busy machine long.
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def blenderbot_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_blenderbot(tmp_path_factory.mktemp("blenderbot"))


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def trained_blenderbot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(save_blenderbot(tmp_path_factory.mktemp("trained-blenderbot")))


@pytest.fixture(scope="session")
def trained_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(save_small(tmp_path_factory.mktemp("trained-small")))
