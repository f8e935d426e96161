"""Keeps one client on Discord: tries the first connection again, and stops it in order."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
import discord

from bot.errors import IntentNotGranted, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 60.0
CLOSING_S = 5.0  # discord.py's own farewell to the gateway


class Client(Protocol):
    """What a connection needs of the discord.py client."""

    async def start(self, token: str) -> None:
        """Log in and stay connected until closed."""
        ...

    async def close(self) -> None:
        """Take nothing new, let running replies finish, disconnect."""
        ...

    @property
    def was_ready(self) -> bool:
        """Whether Discord has accepted this client once."""
        ...


async def stay_connected(
    make_client: Callable[[], Client], token: str, *, stop: asyncio.Event
) -> None:
    """Run a client until ``stop`` is set, then close it in order.

    A first connection that fails is tried again with backoff, with a new client each time:
    discord.py 2.7.1 cannot reuse one whose first gateway connection failed, and dies with an
    AttributeError of its own. Once connected, discord.py reconnects by itself.

    Raises:
        TokenRefused: Discord does not accept the token.
        IntentNotGranted: The message-content intent is switched off in the portal.
        Exception: Whatever ends a client that was connected; the process should end too.
    """
    stopping: asyncio.Task[bool] = asyncio.create_task(stop.wait())
    backoff_s = FIRST_BACKOFF_S
    try:
        while not stop.is_set():
            client = make_client()
            problem = await _run(client, token, stopping)
            if problem is None:
                return
            if client.was_ready or not _is_passing(problem):
                raise problem
            log.warning(
                "Discord cannot be reached (%s); next try in %.0f s", _name(problem), backoff_s
            )
            await asyncio.wait({stopping}, timeout=backoff_s)
            backoff_s = min(2 * backoff_s, LONGEST_BACKOFF_S)
    finally:
        stopping.cancel()


async def _run(client: Client, token: str, stopping: asyncio.Task[bool]) -> Exception | None:
    """Return what ended the client, or None when it was asked to stop."""
    running = asyncio.create_task(client.start(token))
    either: set[asyncio.Task[Any]] = {running, stopping}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await client.close()
        await asyncio.wait({running}, timeout=CLOSING_S)
        running.cancel()
    if stopping.done():
        return None
    try:
        await running
    except discord.LoginFailure as error:
        raise TokenRefused(
            "Discord does not accept DISCORD_TOKEN.",
            cure="Reset it on the developer portal's Bot page and put the new one into .env.",
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise IntentNotGranted(
            "The message-content intent is switched off for this application.",
            cure="Switch on 'Message Content Intent' on the portal's Bot page, "
            "or set MESSAGE_CONTENT=false.",
        ) from error
    except Exception as error:  # noqa: BLE001  # judged by the caller, which raises or retries
        return error
    return ConnectionError("the connection ended")


def _is_passing(problem: Exception) -> bool:
    """Whether a failed first connection may work a little later."""
    if isinstance(problem, discord.HTTPException):
        return problem.status >= 500 or problem.status == 429  # noqa: PLR2004  # HTTP's own
    return isinstance(
        problem,
        (
            aiohttp.ClientError,
            OSError,
            TimeoutError,
            discord.GatewayNotFound,
            discord.ConnectionClosed,
            AttributeError,
        ),
    )


def _name(problem: Exception) -> str:
    return type(problem).__name__
