"""Whether something said is for Confab, decided from plain facts and with a reason for silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Addressing(StrEnum):
    """Why an utterance is answered, or why it is not."""

    DIRECT_MESSAGE = "direct_message"
    MENTION = "mention"
    REPLY = "reply"
    COMMAND = "command"
    THREAD = "thread"
    ALWAYS_ON = "always_on"

    OWN_WORDS = "own_words"
    SYSTEM = "system"
    OTHER_BOT = "other_bot"
    CROWD_MENTION = "crowd_mention"
    NOT_ADDRESSED = "not_addressed"
    NOTHING_SAID = "nothing_said"
    DENIED = "denied"

    @property
    def is_for_us(self) -> bool:
        """Whether this is a reason to answer."""
        return self in _REASONS_TO_ANSWER


_REASONS_TO_ANSWER = frozenset(
    {
        Addressing.DIRECT_MESSAGE,
        Addressing.MENTION,
        Addressing.REPLY,
        Addressing.COMMAND,
        Addressing.THREAD,
        Addressing.ALWAYS_ON,
    }
)


@dataclass(frozen=True, slots=True)
class Approach:
    """The facts about a message that decide whether it is for us.

    Attributes:
        from_self: Confab wrote it.
        from_bot: Another bot or a webhook wrote it.
        is_system: Discord wrote it (a pin, a join, a boost).
        is_direct: It came in a direct message.
        mentions_us: It mentions Confab by user or by its own role, not by @everyone or @here.
        replies_to_us: It is a native reply to one of our messages.
        in_our_thread: It is in a thread that Confab takes part in.
        in_always_on_channel: The guild chose this channel for answering everything.
        has_text: There are words in it once mentions of us are taken away.
        has_attachment: It carries a file, sticker, poll or voice message.
        reads_content: The message-content intent is on, so plain messages carry text.
        allows_bots: The owner lets other bots talk to Confab.
    """

    from_self: bool = False
    from_bot: bool = False
    is_system: bool = False
    is_direct: bool = False
    mentions_us: bool = False
    replies_to_us: bool = False
    in_our_thread: bool = False
    in_always_on_channel: bool = False
    has_text: bool = True
    has_attachment: bool = False
    reads_content: bool = False
    allows_bots: bool = False


def addressing_of(approach: Approach) -> Addressing:
    """Return why ``approach`` is answered, or why it is met with silence."""
    if approach.from_self:
        return Addressing.OWN_WORDS
    if approach.is_system:
        return Addressing.SYSTEM
    if approach.from_bot and not approach.allows_bots:
        return Addressing.OTHER_BOT
    reason = _reason(approach)
    if reason.is_for_us and not approach.has_text and not approach.has_attachment:
        return Addressing.NOTHING_SAID
    return reason


def _reason(approach: Approach) -> Addressing:
    if approach.is_direct:
        return Addressing.DIRECT_MESSAGE
    if approach.mentions_us:
        return Addressing.MENTION
    if approach.replies_to_us and approach.reads_content:
        return Addressing.REPLY
    if approach.in_always_on_channel and approach.reads_content:
        return Addressing.ALWAYS_ON
    if approach.in_our_thread and approach.reads_content:
        return Addressing.THREAD
    return Addressing.NOT_ADDRESSED
