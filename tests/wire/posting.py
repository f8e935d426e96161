"""What Discord makes of a message that a bot sends: its limits, its reply and whom it pings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.wire.world import Channel, Json, Post, World

LONGEST = 2000
COMPONENTS_V2 = 1 << 15
MENTION = re.compile(r"<@!?(\d+)>")


class Refused(Exception):
    """Discord answers with an error instead."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def post_from(world: World, place: Channel, body: Json) -> Post:
    """Return the message that ``body`` makes in ``place``.

    Raises:
        Refused: It is empty, too long, or a reply to what is gone and must not be.
    """
    content = body.get("content") or ""
    if len(content) > LONGEST:
        raise Refused(400, 50035, "Invalid Form Body: content must be 2000 or fewer in length.")
    if not content and not any(body.get(key) for key in ("embeds", "components", "files")):
        raise Refused(400, 50006, "Cannot send an empty message")
    reference = body.get("message_reference") or {}
    quoted = world.posts.get(int(reference.get("message_id", 0)))
    if reference and (quoted is None or quoted.is_deleted):
        if reference.get("fail_if_not_exists", True):
            raise Refused(400, 50035, "Invalid Form Body: Unknown message")
        quoted = None
    mentioned = [world.people.get(int(i)) for i in MENTION.findall(content)]
    known = tuple(person for person in mentioned if person is not None)
    post = world.post(place, world.bot, content, known, quoted, body.get("flags", 0))
    post.nonce = body.get("nonce") if body.get("enforce_nonce") else None
    post.extra = {key: body[key] for key in ("embeds",) if body.get(key)}
    return post


def pings(post: Post, body: Json) -> tuple[int | str, ...]:
    """Return who is notified by a message: ids, and ``everyone``."""
    allowed = body.get("allowed_mentions")
    if allowed is None:
        allowed = {"parse": ["users", "roles", "everyone"], "replied_user": True}
    parse = set(allowed.get("parse", ()))
    named = {int(i) for i in allowed.get("users", ())}
    found: list[int | str] = [
        person.id for person in post.mentions if "users" in parse or person.id in named
    ]
    if post.reply_to is not None and allowed.get("replied_user"):
        found.append(post.reply_to.author.id)
    if "everyone" in parse and re.search(r"@(everyone|here)", post.content):
        found.append("everyone")
    return tuple(dict.fromkeys(found))
