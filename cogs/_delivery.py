"""Carries one message to Discord: tries again when Discord stumbles, gives up where it must."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import discord

from bot.errors import DeliveryFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

RETRY_DELAYS_S = (1.0, 4.0, 15.0, 30.0)  # after discord.py's own five tries
REMEMBERED_CHANNELS = 1000
TOO_MANY_REQUESTS = 429
FIRST_SERVER_ERROR = 500

Sent = TypeVar("Sent")


class Courier:
    """Delivers, with patience for faults that pass.

    Args:
        delays_s: How long to wait before each further try.
        sleep: Waits; a fake in tests.
    """

    def __init__(
        self,
        *,
        delays_s: tuple[float, ...] = RETRY_DELAYS_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._delays_s = delays_s
        self._sleep = sleep
        self._closed_to_us: OrderedDict[int, None] = OrderedDict()

    async def deliver(self, channel_id: int, send: Callable[[], Awaitable[Sent]]) -> Sent:
        """Return what ``send`` returns, once it succeeds.

        Raises:
            DeliveryFailed: It did not, or cannot; the log says why.
        """
        delays_s = iter(self._delays_s)
        while True:
            try:
                sent = await send()
            except discord.Forbidden as error:
                self.note_closed(channel_id, code=error.code)
                raise DeliveryFailed from error
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                delay_s = next(delays_s, None)
                if delay_s is None or not _may_pass(error):
                    log.warning("not delivered channel=%d error=%s", channel_id, _name(error))
                    raise DeliveryFailed from error
                log.info("delivery put off channel=%d error=%s", channel_id, _name(error))
                await self._sleep(delay_s)
            else:
                self._closed_to_us.pop(channel_id, None)
                return sent

    def note_closed(self, channel_id: int, *, code: int = 0) -> None:
        """Log once a channel that we may not speak in is found closed."""
        if channel_id not in self._closed_to_us:
            log.warning("may not speak channel=%d code=%d", channel_id, code)
            while len(self._closed_to_us) >= REMEMBERED_CHANNELS:
                self._closed_to_us.popitem(last=False)
        self._closed_to_us[channel_id] = None


def _may_pass(error: Exception) -> bool:
    if not isinstance(error, discord.HTTPException):
        return True
    return error.status == TOO_MANY_REQUESTS or error.status >= FIRST_SERVER_ERROR


def _name(error: Exception) -> str:
    status = f" {error.status}/{error.code}" if isinstance(error, discord.HTTPException) else ""
    return f"{type(error).__name__}{status}"
