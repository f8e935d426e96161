"""One demo from its start to its end: companion, client, simulated Discord and front page."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import sys
import webbrowser
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.bootstrap import open_companion
from bot.client import ConfabClient
from bot.demo.front import Front
from bot.demo.simulated import open_discord
from bot.errors import PackageMissing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.bootstrap import Companion
    from config.settings import Settings

log = logging.getLogger(__name__)

# The slowest reply has this long after its deadline to be said, before the page calls it lost.
GRACE_S = 30.0


async def run_demo(
    settings: Settings,
    *,
    port: int,
    open_browser: bool,
    stop: asyncio.Event,
    browse: Callable[[str], bool] | None = None,
) -> None:
    """Serve the demo until ``stop`` is set.

    Its conversations and facts live in a database of their own, so the next demo knows them.

    Args:
        settings: The owner's; the token and the database are left alone.
        port: Where the page listens on the loopback; 0 for any free port.
        open_browser: Whether to open the page.
        stop: Ends the demo.
        browse: Opens an address in a browser; the machine's own where it is None.

    Raises:
        PackageMissing: SimCord is not installed.
        PortTaken: Another program listens on the port.
    """
    if importlib.util.find_spec("simcord") is None:
        raise PackageMissing(
            "The demo needs SimCord, which is not installed.",
            cure="Start it with make demo, or pip install 'confab[demo]'.",
        )
    # SimCord builds clients of its own, of which discord.py warns that they hear nothing.
    logging.getLogger("discord").setLevel(logging.ERROR)
    async with open_demo(settings_for(settings), port=port, stop=stop) as address:
        sys.stdout.write(f"Confab is on a simulated Discord; Ctrl-C ends it.\n{address}\n")
        sys.stdout.flush()
        if open_browser and not await asyncio.to_thread(browse or browse_to, address):
            log.warning("no browser opened; the address above is the demo")
        await stop.wait()


def browse_to(address: str) -> bool:
    """Open ``address`` in the machine's browser and return whether it has one with windows.

    A browser of the terminal would take the terminal over, and Ctrl-C with it.
    """
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(browser) in (webbrowser.GenericBrowser, webbrowser.Elinks):
        return False
    return browser.open(address)


def settings_for(settings: Settings) -> Settings:
    """Return ``settings`` with every intent granted and a database of the demo's own."""
    database = SecretStr(f"sqlite:///{settings.data_dir / 'demo.sqlite3'}")
    return settings.model_copy(update={"message_content": True, "database_url": database})


@asynccontextmanager
async def open_demo(
    settings: Settings, *, port: int, stop: asyncio.Event | None = None
) -> AsyncIterator[str]:
    """Open everything and yield the page's address; close it in the opposite order."""
    async with open_companion(settings, stop=stop) as companion:
        client = ConfabClient(
            services=companion.services,
            tree_hashes=_NothingTold(),
            shutdown_s=settings.shutdown_s,
            shard_count=1,
        )
        async with open_discord(
            client,
            patience_s=settings.deadline_s + GRACE_S,
            answer_all=lambda guild_id, channel_id: _answer_all(companion, guild_id, channel_id),
        ) as discord:
            front = Front(discord=discord)
            try:
                yield await front.start(port)
            finally:
                await front.stop()


class _NothingTold:
    """A simulated Discord begins without commands: it must be told of them every time."""

    async def read(self, application_id: int) -> None:
        """Know of no command that it has been told of."""

    async def write(self, application_id: int, tree_hash: str) -> None:
        """Forget it at once."""


async def _answer_all(companion: Companion, guild_id: int, channel_id: int) -> None:
    options = await companion.services.options.read(guild_id)
    always_on = options.model_copy(update={"always_on_channels": (channel_id,)})
    await companion.services.options.write(guild_id, always_on)
