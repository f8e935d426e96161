"""What the bot has said, in order, for tests to wait on and, on disk, to outlive a kill."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from tests.wire.posting import pings
from tests.wire.world import Received

if TYPE_CHECKING:
    from pathlib import Path

    from tests.wire.world import Json, Post, World

EPHEMERAL = 1 << 6


class Inbox:
    """Every message, edit and interaction answer of the bot.

    Args:
        world: Keeps the list.
        journal: A file that each entry is written to before Discord's answer goes out.
    """

    def __init__(self, *, world: World, journal: Path | None = None) -> None:
        self._world = world
        self._journal = journal
        self._changed = asyncio.Event()

    def note(
        self, post: Post, body: Json, *, is_interaction: bool = False, is_edit: bool = False
    ) -> None:
        """Keep what was just received."""
        received = Received(
            message_id=post.id,
            channel_id=post.channel.id,
            content=post.content,
            reply_to=post.reply_to.id if post.reply_to else None,
            pings=() if is_edit else pings(post, body),
            at_s=time.monotonic(),
            is_ephemeral=bool(post.flags & EPHEMERAL),
            is_interaction=is_interaction,
            is_edit=is_edit,
        )
        self._world.received.append(received)
        if self._journal is not None:
            with self._journal.open("a", encoding="utf-8") as journal:
                journal.write(json.dumps(asdict(received)) + "\n")
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for(self, channel_id: int, index: int) -> Received:
        """Return the words number ``index`` received in a channel."""
        while True:
            heard = [r for r in self._world.received if r.channel_id == channel_id and r.content]
            if len(heard) > index:
                return heard[index]
            await self._changed.wait()

    async def has_received(self, count: int) -> None:
        """Return when the bot has said ``count`` things in all."""
        while len(self._world.received) < count:
            await self._changed.wait()
