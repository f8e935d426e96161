"""Shows that a reply is being thought about, without ever standing in its way."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import discord

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

log = logging.getLogger(__name__)

RENEW_S = 8.0  # Discord shows the mark for about ten seconds


@asynccontextmanager
async def typing_in(channel: discord.abc.Messageable) -> AsyncIterator[None]:
    """Keep the typing mark up in ``channel``; its failures stay here."""
    task = asyncio.create_task(_keep_typing(channel), name="typing")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _keep_typing(channel: discord.abc.Messageable) -> None:
    try:
        while True:
            await channel.typing()
            await asyncio.sleep(RENEW_S)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.debug("no typing mark error=%s", type(error).__name__)
