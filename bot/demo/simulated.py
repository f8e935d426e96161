"""A small Discord in memory: one guild, two people and the channels they talk in."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import available_timezones

from discord import Intents

from bot.demo.clock import WallClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from discord import Client
    from simcord import ChannelHandle, Env, MemberActor, Preview, UserHandle

BOT_NAME = "Confab"
OWNER = "Alice"
MEMBER = "Bob"


@dataclass(frozen=True, slots=True)
class Room:
    """One channel as a page shows it.

    Attributes:
        slug: Its path on the page.
        label: Its name in the list of channels.
        channel_id: The channel.
        preview: The page that serves it.
        is_direct: Whether it is a person's direct messages with the bot.
    """

    slug: str
    label: str
    channel_id: int
    preview: Preview
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class SimulatedDiscord:
    """Everything the front page needs to know.

    Attributes:
        env: SimCord's environment.
        rooms: The channels to choose from; the first one opens at the start.
        user_ids: Who can be mentioned, by name.
    """

    env: Env
    rooms: tuple[Room, ...]
    user_ids: Mapping[str, int]

    def face(self, room: Room) -> None:
        """Make ``room`` the one whose page acts next.

        SimCord allows one preview at a time, because it tells that one when an action has reached
        the bot. Four channels need four; so whoever acts takes the place, one at a time.
        """
        self.env._preview = room.preview  # noqa: SLF001  # no public way to have several previews

    def types_in(self, room: Room, *, since: int) -> bool:
        """Return whether the bot has begun to type in ``room`` after its ``since``-th request."""
        path = f"/channels/{room.channel_id}/typing"
        return any(request.path.endswith(path) for request in self.env.http_requests[since:])


@asynccontextmanager
async def open_discord(
    client: Client,
    *,
    patience_s: float,
    answer_all: Callable[[int, int], Awaitable[None]],
) -> AsyncIterator[SimulatedDiscord]:
    """Connect ``client`` to a simulated Discord, furnish it and serve its channels.

    Args:
        client: The real client; its own tasks are joined after each thing that a person does.
        patience_s: Seconds that one thing may take: more than the longest reply.
        answer_all: Makes a channel always-on; gets the guild's id and the channel's.
    """
    from simcord import Env  # noqa: PLC0415  # optional: PackageMissing comes first

    env = Env(client, check_errors=False, approved_intents=Intents.all(), settle_timeout=patience_s)
    env.backend.edit_bot_profile(BOT_NAME)
    town = _build(env)
    cast("Any", env.backend).clock = WallClock()
    await env.start()
    try:
        await answer_all(town.guild_id, town.lounge.id)
        async with AsyncExitStack() as previews:
            yield await _open_all(env, town, previews)
    finally:
        await env.shutdown()


@dataclass(frozen=True, slots=True)
class _Town:
    """Who and what there is, before anybody speaks."""

    guild_id: int
    owner: UserHandle
    member: UserHandle
    people: tuple[MemberActor, ...]
    general: ChannelHandle
    lounge: ChannelHandle
    direct: tuple[ChannelHandle, ...]


def _build(env: Env) -> _Town:
    """Create everything while SimCord's clock still stands: the same ids in every demo."""
    owner, member = (env.create_user(name.lower(), global_name=name) for name in (OWNER, MEMBER))
    guild = env.create_guild("Confab demo", owner=owner)
    return _Town(
        guild_id=guild.id,
        owner=owner,
        member=member,
        people=(guild.add_member(owner), guild.add_member(member)),
        general=guild.create_text_channel("general", topic=f"Begin with @{BOT_NAME}: it answers."),
        lounge=guild.create_text_channel("lounge", topic="Everything said here is answered."),
        direct=(owner.dm_channel, member.dm_channel),
    )


async def _open_all(env: Env, town: _Town, previews: AsyncExitStack) -> SimulatedDiscord:
    owners, members = town.direct
    discord = SimulatedDiscord(
        env,
        rooms=(
            await _open(env, previews, town.general, town.people, "general", "# general"),
            await _open(env, previews, town.lounge, town.people, "lounge", "# lounge"),
            await _open(env, previews, owners, (town.owner,), "dm", f"{OWNER}'s DM"),
            await _open(env, previews, members, (town.member,), "dm-bob", f"{MEMBER}'s DM"),
        ),
        user_ids={
            BOT_NAME: env.backend.bot_user.id,
            OWNER: town.owner.id,
            MEMBER: town.member.id,
        },
    )
    discord.face(discord.rooms[0])
    return discord


async def _open(
    env: Env,
    previews: AsyncExitStack,
    channel: ChannelHandle,
    viewers: tuple[MemberActor, ...] | tuple[UserHandle, ...],
    slug: str,
    label: str,
) -> Room:
    env._preview = None  # noqa: SLF001  # see SimulatedDiscord.face
    preview = env.preview(channel, viewers=viewers, layout="channel", timezone=_time_zone())
    await previews.enter_async_context(preview)
    return Room(slug, label, channel.id, preview, is_direct=slug.startswith("dm"))


def _time_zone() -> str:
    """Return the machine's time zone by name, or UTC where it has none that is known."""
    *_, area, city = ("UTC", "UTC", *Path("/etc/localtime").resolve().parts)
    name = f"{area}/{city}"
    return name if name in available_timezones() else "UTC"
