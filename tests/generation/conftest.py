"""Checkpoints that every test of generation shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.generation.checkpoints import save_blenderbot, save_small

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def blenderbot_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_blenderbot(tmp_path_factory.mktemp("blenderbot"))


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small(tmp_path_factory.mktemp("small"))
