"""What exists on the stand-in, in the JSON that Discord puts on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.wire.world import EVERYONE_MAY, ChannelKind

if TYPE_CHECKING:
    from tests.wire.world import Channel, Guild, Json, Person, Post, World

JOINED = "2026-01-01T00:00:00.000000+00:00"


def user(person: Person) -> Json:
    return {
        "id": str(person.id),
        "username": person.name.lower(),
        "global_name": person.name,
        "discriminator": "0",
        "avatar": None,
        "bot": person.is_bot,
    }


def member(person: Person, *, permissions: int | None = None) -> Json:
    """Return a member with its user, and in interactions with what it may do there."""
    result: Json = {"user": user(person), **bare_member()}
    if permissions is not None:
        result["permissions"] = str(permissions)
    return result


def bare_member() -> Json:
    return {"roles": [], "flags": 0, "joined_at": JOINED, "deaf": False, "mute": False}


def channel(place: Channel) -> Json:
    result: Json = {
        "id": str(place.id),
        "name": place.name,
        "type": int(place.kind),
        "position": 0,
        "flags": 0,
        "permission_overwrites": [],
    }
    if place.guild_id is not None:
        result["guild_id"] = str(place.guild_id)
    if place.kind is ChannelKind.DM and place.recipient is not None:
        return {"id": str(place.id), "type": 1, "flags": 0, "recipients": [user(place.recipient)]}
    if place.kind is ChannelKind.FORUM:
        result["available_tags"] = []
    if place.kind is ChannelKind.THREAD:
        result |= {
            "parent_id": str(place.parent_id),
            "owner_id": str(place.id),
            "message_count": 0,
            "member_count": 1,
            "rate_limit_per_user": 0,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": JOINED,
                "locked": False,
            },
        }
    return result


def everyone(guild_id: int) -> Json:
    colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    return {
        "id": str(guild_id),
        "name": "@everyone",
        "permissions": str(EVERYONE_MAY),
        "position": 0,
        "color": 0,
        "colors": colors,
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def guild(group: Guild, world: World) -> Json:
    inside = [c for c in world.channels.values() if c.guild_id == group.id]
    return {
        "id": str(group.id),
        "name": group.name,
        "owner_id": str(world.owner.id),
        "member_count": len(world.people),
        "members": [member(world.bot)],
        "channels": [channel(c) for c in inside if c.kind is not ChannelKind.THREAD],
        "threads": [channel(c) for c in inside if c.kind is ChannelKind.THREAD],
        "roles": [everyone(group.id)],
        "emojis": [],
        "stickers": [],
        "voice_states": [],
        "presences": [],
        "features": [],
        "preferred_locale": "en-US",
    }


def message(post: Post) -> Json:
    """Return a message; null keys are left out where discord.py wants them absent."""
    result: Json = {
        "id": str(post.id),
        "channel_id": str(post.channel.id),
        "author": user(post.author),
        "content": post.content,
        "mentions": [user(person) for person in post.mentions],
        "mention_roles": [],
        "mention_everyone": False,
        "type": 19 if post.reply_to else 0,
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "tts": False,
        "flags": post.flags,
        "timestamp": _now(),
        "edited_timestamp": _now() if post.is_edited else None,
        **post.extra,
    }
    if post.channel.guild_id is not None and post.author is not None:
        result |= {"guild_id": str(post.channel.guild_id), "member": bare_member()}
    if post.reply_to:
        result["message_reference"] = {
            "type": 0,
            "message_id": str(post.reply_to.id),
            "channel_id": str(post.channel.id),
        }
        quoted = post.reply_to
        result["referenced_message"] = None if quoted.is_deleted else _quoted(quoted)
    return result


def application(world: World) -> Json:
    return {
        "id": str(world.bot.id),
        "name": "Confab",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user(world.owner),
        "verify_key": "0" * 64,
        "flags": 0,
    }


def _quoted(post: Post) -> Json:
    quoted = message(post)
    quoted.pop("referenced_message", None)
    quoted.pop("member", None)
    return quoted


def _now() -> str:
    return datetime.now(UTC).isoformat()
