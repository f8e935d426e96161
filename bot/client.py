"""The Discord client: what it asks Discord for, what it listens to, how it starts and stops."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sys
from typing import TYPE_CHECKING, Protocol

import aiohttp
import discord
from discord.ext import commands
from typing_extensions import override

from bot.errors import IntentNotGranted, StoreUnavailable, TokenRefused
from cogs._errors import ConfabTree

if TYPE_CHECKING:
    from bot.services import Services

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.chat",
    "cogs.settings",
    "cogs.persona",
    "cogs.reset",
    "cogs.safety",
    "cogs.status",
    "cogs.memory",
    "cogs.privacy",
    "cogs.help",
)
FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 60.0
FIRST_SERVER_ERROR = 500


class TreeHashes(Protocol):
    """Remembers which commands Discord has been told of; syncing again costs a daily quota."""

    async def read(self, application_id: int) -> str | None:
        """Return the hash of the tree that was synced last, or None."""
        ...

    async def write(self, application_id: int, tree_hash: str) -> None:
        """Keep the hash of the tree that has just been synced."""
        ...


class ConfabClient(commands.AutoShardedBot):
    """Confab on Discord.

    Cogs take what they need from ``services`` in their ``setup``. Nothing here starts a task of
    its own; engine and stores are opened before and closed after the client by their owner.

    Args:
        services: What cogs may ask for.
        tree_hashes: Guards the command sync.
        shutdown_s: Seconds that running replies get at a stop.
        extensions: The cogs' modules, loaded in order.
        shard_count: How many shards; None asks Discord. SimCord wants a number.
    """

    def __init__(
        self,
        *,
        services: Services,
        tree_hashes: TreeHashes,
        shutdown_s: float = 20.0,
        extensions: tuple[str, ...] = EXTENSIONS,
        shard_count: int | None = None,
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # no voice here
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=ConfabTree,
            intents=intents_for(reads_content=services.reads_content),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=shard_count,
        )
        self.services = services
        self._tree_hashes = tree_hashes
        self._shutdown_s = shutdown_s
        self._extensions_to_load = extensions

    async def serve(self, token: str, *, stop: asyncio.Event) -> None:
        """Stay on Discord until ``stop`` is set, then close in order.

        A Discord that cannot be reached is tried again, at the start as later.

        Raises:
            TokenRefused: Discord does not accept the token.
            IntentNotGranted: The portal has the message-content intent switched off.
            Exception: What ended the connection; the process should exit non-zero.
        """
        async with self:
            connection = asyncio.create_task(self._stay_connected(token), name="connection")
            stopping = asyncio.create_task(stop.wait(), name="stopping")
            try:
                await asyncio.wait({connection, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not connection.done():
                    await self.close()
                    connection.cancel()
                await asyncio.wait({connection})
            finally:
                stopping.cancel()
                connection.cancel()
            if not connection.cancelled():
                connection.result()

    async def _stay_connected(self, token: str) -> None:
        backoff_s = FIRST_BACKOFF_S
        while True:
            try:
                await self.login(token)
                return await self.connect()
            except discord.LoginFailure as error:
                raise TokenRefused(
                    "Discord does not accept DISCORD_TOKEN.",
                    cure="Reset it in the developer portal (Bot, Reset Token) and paste it again.",
                ) from error
            except discord.PrivilegedIntentsRequired as error:
                raise IntentNotGranted(
                    "MESSAGE_CONTENT=true, but the portal has that intent switched off.",
                    cure="Switch on Bot, Message Content Intent in the developer portal, or set "
                    "MESSAGE_CONTENT=false.",
                ) from error
            except (
                discord.DiscordException,
                aiohttp.ClientError,
                OSError,
                RecursionError,
            ) as error:
                if self.is_closed() or not _may_pass(error):
                    raise
                log.warning(
                    "Discord is not reachable (%s); next try in %.0f s",
                    type(error).__name__,
                    backoff_s,
                )
            await self.http.close()
            self.http.connector = discord.utils.MISSING  # or a new login gets the closed one
            await asyncio.sleep(backoff_s)
            backoff_s = min(2 * backoff_s, LONGEST_BACKOFF_S)

    @override
    async def setup_hook(self) -> None:
        for name in self._extensions_to_load:
            if name not in self.extensions:  # a second login after a lost one finds them loaded
                await self.load_extension(name)
        await self._sync_commands()

    @override
    async def on_message(self, message: discord.Message, /) -> None:
        """Look for no prefix commands: there are none."""

    @override
    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        log.error("listener broke event=%s", event_method, exc_info=sys.exc_info())

    @override
    async def close(self) -> None:
        """Take no new messages, let running replies finish within bounds, then disconnect."""
        left = await self.services.doorway.close(within_s=self._shutdown_s)
        if left:
            log.warning("stopped before every reply was said count=%d", left)
        await super().close()

    async def _sync_commands(self) -> None:
        """Tell Discord of the commands if they have changed; a failure does not stop the start."""
        application_id = self.application_id
        if application_id is None:
            return
        tree_hash = self._tree_hash()
        try:
            if await self._tree_hashes.read(application_id) == tree_hash:
                return
            await self.tree.sync()
            await self._tree_hashes.write(application_id, tree_hash)
        except (discord.DiscordException, StoreUnavailable) as error:
            log.warning("commands not synced error=%s", type(error).__name__)
        else:
            log.info("commands synced count=%d", len(self.tree.get_commands()))

    def _tree_hash(self) -> str:
        commands_ = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        commands_.sort(key=lambda command: (command["type"], command["name"]))
        return hashlib.sha256(json.dumps(commands_, sort_keys=True).encode()).hexdigest()


def intents_for(*, reads_content: bool) -> discord.Intents:
    """Return what Confab listens to: nothing privileged unless ``reads_content``."""
    return discord.Intents(guilds=True, messages=True, message_content=reads_content)


def _may_pass(error: Exception) -> bool:
    """Return whether trying again can help."""
    if isinstance(error, discord.HTTPException):
        return error.status >= FIRST_SERVER_ERROR
    if isinstance(error, RecursionError):  # a shard's first connection, tried 5 s apart for an hour
        return True
    return isinstance(error, discord.GatewayNotFound | aiohttp.ClientError | OSError)
