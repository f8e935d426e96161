"""The first connection is tried again, refusals are named, and a stop closes in order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from unittest.mock import create_autospec

import aiohttp
import discord
import pytest

from bot import connection
from bot.connection import stay_connected
from bot.errors import IntentNotGranted, TokenRefused

if TYPE_CHECKING:
    from collections.abc import Callable


class ScriptedClient:
    """Ends with ``error``, or stays until it is closed."""

    def __init__(self, error: Exception | None = None, *, was_ready: bool = False) -> None:
        self.error = error
        self.was_ready = was_ready
        self.closed = asyncio.Event()
        self.started = asyncio.Event()

    async def start(self, token: str) -> None:
        assert token == "token"
        self.started.set()
        if self.error is not None:
            raise self.error
        await self.closed.wait()

    async def close(self) -> None:
        self.closed.set()


def one_after_the_other(*clients: ScriptedClient) -> Callable[[], ScriptedClient]:
    left = list(clients)
    return lambda: left.pop(0)


def http_error(status: int) -> discord.HTTPException:
    response = create_autospec(aiohttp.ClientResponse, instance=True)
    response.status, response.reason = status, "?"
    return discord.HTTPException(response, "")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "FIRST_BACKOFF_S", 0.001)


async def test_a_stop_closes_the_client() -> None:
    client, stop = ScriptedClient(), asyncio.Event()
    running = asyncio.create_task(stay_connected(lambda: client, "token", stop=stop))
    await client.started.wait()

    stop.set()
    await running

    assert client.closed.is_set()


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientConnectionError(),
        OSError(),
        AttributeError("'NoneType' object has no attribute 'sequence'"),
        http_error(503),
        http_error(429),
    ],
)
async def test_a_first_connection_that_fails_is_tried_again(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    good, stop = ScriptedClient(), asyncio.Event()
    clients = one_after_the_other(ScriptedClient(error), ScriptedClient(error), good)
    running = asyncio.create_task(stay_connected(clients, "token", stop=stop))
    async with asyncio.timeout(5):
        await good.started.wait()

    stop.set()
    await running

    assert caplog.text.count("Discord cannot be reached") == 2


async def test_a_refused_token_is_named() -> None:
    with pytest.raises(TokenRefused):
        await stay_connected(
            lambda: ScriptedClient(discord.LoginFailure("no")), "token", stop=asyncio.Event()
        )


async def test_an_intent_that_is_off_is_named() -> None:
    error = discord.PrivilegedIntentsRequired(None)

    with pytest.raises(IntentNotGranted):
        await stay_connected(lambda: ScriptedClient(error), "token", stop=asyncio.Event())


@pytest.mark.parametrize(
    ("error", "was_ready"),
    [(http_error(403), False), (OSError(), True), (ValueError(), False)],
)
async def test_what_will_not_pass_ends_the_process(error: Exception, *, was_ready: bool) -> None:
    with pytest.raises(type(error)):
        await stay_connected(
            lambda: ScriptedClient(error, was_ready=was_ready), "token", stop=asyncio.Event()
        )


async def test_a_client_that_just_ends_is_an_error() -> None:
    client = ScriptedClient(was_ready=True)
    client.closed.set()

    with pytest.raises(ConnectionError):
        await stay_connected(lambda: client, "token", stop=asyncio.Event())


async def test_a_stop_during_the_backoff_ends_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "FIRST_BACKOFF_S", 60)
    client, stop = ScriptedClient(OSError()), asyncio.Event()
    running = asyncio.create_task(stay_connected(lambda: client, "token", stop=stop))
    await client.closed.wait()

    stop.set()

    async with asyncio.timeout(5):
        await running
