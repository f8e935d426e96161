"""A demo on a free port, with the real client and an engine that says what it is told to."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession

from bot.demo.front import Front
from bot.demo.simulated import SimulatedDiscord, open_discord
from tests.demo.visitor import Visitor
from tests.fakes.services import Parts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass
class Demo:
    parts: Parts
    discord: SimulatedDiscord
    front: Front
    address: str
    session: ClientSession

    async def visitor(self, path: str = "/") -> Visitor:
        visitor = Visitor(self.session, self.address)
        await visitor.enter(path)
        return visitor


@asynccontextmanager
async def open_fake_demo(parts: Parts) -> AsyncIterator[Demo]:
    async def answer_all(guild_id: int, channel_id: int) -> None:
        options = await parts.options.read(guild_id)
        always_on = options.model_copy(update={"always_on_channels": (channel_id,)})
        await parts.options.write(guild_id, always_on)

    async with (
        open_discord(parts.client(), patience_s=20, answer_all=answer_all) as discord,
        ClientSession() as session,
    ):
        front = Front(discord=discord)
        try:
            yield Demo(parts, discord, front, await front.start(0), session)
        finally:
            await front.stop()


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    async with open_fake_demo(Parts(reads_content=True)) as demo:
        yield demo
