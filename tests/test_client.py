"""What the client asks Discord for, how it stays connected and how it stops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from unittest.mock import Mock

import aiohttp
import discord
import pytest
from typing_extensions import override

from bot import client as client_module
from bot.client import ConfabClient
from bot.errors import IntentNotGranted, StoreUnavailable, TokenRefused
from tests.fakes.keeping import MemoryTreeHashes
from tests.fakes.services import Parts
from tests.fakes.world import open_world

if TYPE_CHECKING:
    from collections.abc import Sequence


class ScriptedClient(ConfabClient):
    """A client whose logins and connections end as the test says; None stays connected."""

    def __init__(self, *endings: Exception | None, login: Sequence[Exception] = ()) -> None:
        parts = Parts()
        super().__init__(
            services=parts.services(), tree_hashes=parts.tree_hashes, shutdown_s=1, extensions=()
        )
        self.endings = list(endings)
        self.login_errors = list(login)
        self.logins = 0
        self.connected = asyncio.Event()

    @override
    async def login(self, token: str) -> None:
        assert token == "token"
        self.logins += 1
        if self.login_errors:
            raise self.login_errors.pop(0)

    @override
    async def connect(self, *, reconnect: bool = True) -> None:
        self.connected.set()
        ending = self.endings.pop(0) if self.endings else None
        if ending is not None:
            raise ending
        await asyncio.Event().wait()


async def serve_until_connected(client: ScriptedClient) -> None:
    stop = asyncio.Event()
    serving = asyncio.create_task(client.serve("token", stop=stop))
    await client.connected.wait()
    stop.set()
    await serving


@pytest.fixture
def _no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "FIRST_BACKOFF_S", 0.0)


def http_error(status: int) -> discord.HTTPException:
    return discord.HTTPException(Mock(status=status, reason="because"), "no")


def no_gateway() -> discord.GatewayNotFound:
    return discord.GatewayNotFound()  # type: ignore[no-untyped-call]  # discord.py left it untyped


def test_no_privileged_intent_is_asked_for_by_default() -> None:
    client = Parts().client()
    assert not client.intents.message_content
    assert not client.intents.members
    assert not client.intents.presences
    assert Parts(reads_content=True).client().intents.message_content


def test_nobody_is_pinged_by_default() -> None:
    policy = Parts().client().allowed_mentions
    assert policy is not None
    assert list(policy.to_dict().values()) == [[]]


def test_nothing_is_kept_that_nobody_reads() -> None:
    state = Parts().client()._connection
    assert state.member_cache_flags == discord.MemberCacheFlags.none()
    assert state.max_messages is None


async def test_a_stop_ends_it_in_order() -> None:
    client = ScriptedClient(None)
    await serve_until_connected(client)
    assert client.is_closed()
    assert not client.services.doorway.is_open


@pytest.mark.usefixtures("_no_backoff")
@pytest.mark.parametrize(
    "error",
    [aiohttp.ClientConnectionError(), OSError(), http_error(503), no_gateway(), RecursionError()],
)
async def test_a_discord_out_of_reach_is_tried_again(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    client = ScriptedClient(None, login=[error, error])
    await serve_until_connected(client)
    assert client.logins == 3
    assert caplog.text.count("Discord is not reachable") == 2


async def test_a_refused_token_is_said() -> None:
    client = ScriptedClient(login=[discord.LoginFailure("no")])
    with pytest.raises(TokenRefused):
        await client.serve("token", stop=asyncio.Event())


async def test_an_intent_that_is_switched_off_is_said() -> None:
    client = ScriptedClient(discord.PrivilegedIntentsRequired(0))
    with pytest.raises(IntentNotGranted):
        await client.serve("token", stop=asyncio.Event())


@pytest.mark.parametrize("error", [ZeroDivisionError(), http_error(403)])
async def test_what_ends_the_connection_ends_the_process(error: Exception) -> None:
    client = ScriptedClient(error)
    with pytest.raises(type(error)):
        await client.serve("token", stop=asyncio.Event())
    assert client.is_closed()


async def test_a_stop_lets_a_running_reply_finish_and_says_what_was_cut_off(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Parts().client()
    async with client:
        with client.services.doorway.passage():
            await client.close()
    assert "stopped before every reply was said count=1" in caplog.text


async def test_a_listener_that_breaks_is_logged_by_its_event(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_world(Parts(), check_errors=False) as world:
        world.parts.options.error = ZeroDivisionError()
        await world.alice.send(world.channel, f"{world.me} hello")
        assert "listener broke event=on_message" in caplog.text


async def test_a_sync_that_fails_does_not_stop_the_start_and_is_tried_at_the_next(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Parts()

    async def refuse(_: object) -> list[object]:
        raise http_error(429)

    async with open_world(parts) as world:
        parts.tree_hashes.kept.clear()
        with monkeypatch.context() as patch:
            patch.setattr(discord.app_commands.CommandTree, "sync", refuse)
            await world.env.restart_bot(parts.client())
        assert "commands not synced error=HTTPException" in caplog.text
        assert parts.tree_hashes.kept == {}
        await world.env.restart_bot(parts.client())
        assert len(parts.tree_hashes.kept) == 1


async def test_changed_commands_are_synced_again() -> None:
    parts = Parts()
    async with open_world(parts) as world:
        await world.env.restart_bot(parts.client(extensions=("cogs.chat",)))
        assert len(world.requests("PUT", "/commands")) == 2


async def test_a_store_that_is_away_does_not_stop_the_start() -> None:
    class Away(MemoryTreeHashes):
        @override
        async def read(self, application_id: int) -> str | None:
            raise StoreUnavailable

    async with open_world(Parts(tree_hashes=Away())) as world:
        await world.alice.send(world.channel, f"{world.me} hello")
        assert len(world.said()) == 1


async def test_before_the_login_there_is_nothing_to_sync() -> None:
    client = Parts().client(extensions=())
    await client.setup_hook()
    await client.setup_hook()
    assert client.extensions == {}
