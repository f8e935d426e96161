"""The policy for links and for invitations to other guilds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.safety.verdict import Action, Match, Side, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.safety.verdict import Passage

CHECK_NAME: Final = "links"
INVITE: Final = "invite"
LINK: Final = "link"

_BETWEEN: Final = r"[\s\u200b-\u200f\u2060\ufeff\\]{0,3}"
_DOT: Final = rf"{_BETWEEN}(?:\.|\(?dot\)?|\u3002|\uff0e){_BETWEEN}"
_INVITE: Final = re.compile(
    rf"(?<!\w)(?:discord{_DOT}gg|discord(?:app)?{_DOT}com{_BETWEEN}/{_BETWEEN}invite"
    rf"|dsc{_DOT}gg|invite{_DOT}gg){_BETWEEN}/{_BETWEEN}[\w-]{{2,32}}",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"(?<!\w)(?:https?://|www\.)([^\s/?#<>()]{1,253})[^\s<>()]{0,2000}", re.IGNORECASE
)


def _invites() -> Mapping[Side, Action]:
    return {Side.UTTERANCE: Action.LOG, Side.REPLY: Action.WITHHOLD, Side.NAME: Action.REFUSE}


def _links() -> Mapping[Side, Action]:
    return {Side.UTTERANCE: Action.ALLOW, Side.REPLY: Action.MASK, Side.NAME: Action.REFUSE}


@dataclass(frozen=True, slots=True)
class LinkPolicy:
    """What links lead to. By default people may post them; the model, which makes them up, not.

    Attributes:
        invites: The action for an invitation to a guild, by side.
        links: The action for any other link, by side.
        allowed_hosts: Hosts whose links, and those of their subdomains, are always let through.
    """

    invites: Mapping[Side, Action] = field(default_factory=_invites)
    links: Mapping[Side, Action] = field(default_factory=_links)
    allowed_hosts: frozenset[str] = frozenset()


class LinkCheck:
    """Finds links and invitations and does what the policy says."""

    def __init__(self, *, policy: LinkPolicy | None = None) -> None:
        self._policy = policy or LinkPolicy()

    async def check(self, passage: Passage) -> Verdict:
        """Judge the links in ``passage``."""
        matches = [match for match in self._matches(passage) if match.action is not Action.ALLOW]
        text = passage.text
        for match in reversed(matches):
            if match.action is Action.MASK:
                text = f"{text[: match.start]}[{match.category}]{text[match.end :]}"
        return Verdict.of(text, matches)

    def _matches(self, passage: Passage) -> list[Match]:
        side, policy = passage.side, self._policy
        invites = policy.invites.get(side, Action.ALLOW)
        links = policy.links.get(side, Action.ALLOW)
        found = [
            Match(CHECK_NAME, INVITE, INVITE, *one.span(), invites)
            for one in _INVITE.finditer(passage.text)
        ]
        for one in _LINK.finditer(passage.text):
            start, end = one.span()
            is_free = all(end <= other.start or other.end <= start for other in found)
            if is_free and not self._is_allowed(one[1]):
                found.append(Match(CHECK_NAME, LINK, LINK, start, end, links))
        return sorted(found, key=lambda match: match.start)

    def _is_allowed(self, authority: str) -> bool:
        host = authority.rpartition("@")[2].partition(":")[0].casefold()
        labels = host.split(".")
        return any(
            ".".join(labels[place:]) in self._policy.allowed_hosts for place in range(len(labels))
        )
