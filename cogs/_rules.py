"""Rules about channels, roles and people, as changes of a guild's options and as words."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from config.guild_options import GuildOptions


class Rule(StrEnum):
    """What holds for a channel, a role or a person."""

    ALLOW = "allow"
    DENY = "deny"
    ALWAYS_ON = "always-on"
    NONE = "none"


class Subject(StrEnum):
    """What a rule is about, by the name that the options use."""

    CHANNEL = "channels"
    ROLE = "roles"
    USER = "users"


PREFIXES = {Rule.ALLOW: "allowed", Rule.DENY: "denied", Rule.ALWAYS_ON: "always_on"}
MENTIONS = {Subject.CHANNEL: "<#{}>", Subject.ROLE: "<@&{}>", Subject.USER: "<@{}>"}
TITLES = {
    "allowed_channels": "Only in these channels",
    "denied_channels": "Never in these channels",
    "allowed_roles": "Only people with these roles",
    "denied_roles": "Never people with these roles",
    "allowed_users": "Always these people, whatever their roles",
    "denied_users": "Never these people",
    "always_on_channels": "Answering everything in",
}


def ruled(options: GuildOptions, subject: Subject, snowflake: int, rule: Rule) -> GuildOptions:
    """Return ``options`` with one rule for one subject in place of those it had.

    Raises:
        ValidationError: A list is full.
    """
    changes: dict[str, Any] = {}
    for kind, prefix in PREFIXES.items():
        name = f"{prefix}_{subject}"
        if name not in GuildOptions.model_fields:
            continue
        if (kind, rule) == (Rule.ALLOW, Rule.ALWAYS_ON):
            continue  # without its only channel, an allow list would allow everything
        ids = [other for other in getattr(options, name) if other != snowflake]
        changes[name] = (*ids, snowflake) if kind is rule else tuple(ids)
    return changed(options, **changes)


def changed(options: GuildOptions, **changes: object) -> GuildOptions:
    """Return ``options`` with ``changes``, validated.

    Raises:
        ValidationError: A change breaks a bound.
    """
    return GuildOptions.model_validate({**options.model_dump(), **changes})


def described(options: GuildOptions) -> str:
    """Return ``options`` as lines for the guild's admins."""
    lines = [
        f"**{title}:** {_mentions(name, getattr(options, name))}"
        for name, title in TITLES.items()
        if getattr(options, name)
    ]
    if not lines:
        lines = ["I talk with everybody in every channel that I can see, when spoken to."]
    lines.append(f"**Replies:** {options.length}")
    if options.retention_days is not None:
        lines.append(f"**What was said is forgotten after:** {options.retention_days} days")
    return "\n".join(lines)


def _mentions(name: str, ids: tuple[int, ...]) -> str:
    mention = MENTIONS[Subject(name.rpartition("_")[2])]
    return ", ".join(mention.format(snowflake) for snowflake in ids)
