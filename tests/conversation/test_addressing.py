"""Who is answered, who is not, and why."""

from __future__ import annotations

import pytest

from bot.conversation.addressing import Addressing, Approach, addressing_of


@pytest.mark.parametrize(
    ("approach", "expected"),
    [
        (Approach(is_direct=True), Addressing.DIRECT_MESSAGE),
        (Approach(mentions_us=True), Addressing.MENTION),
        (Approach(mentions_us=True, replies_to_us=True), Addressing.MENTION),
        (Approach(replies_to_us=True, reads_content=True), Addressing.REPLY),
        (Approach(replies_to_us=True), Addressing.NOT_ADDRESSED),
        (Approach(in_our_thread=True, reads_content=True), Addressing.THREAD),
        (Approach(in_our_thread=True), Addressing.NOT_ADDRESSED),
        (Approach(in_always_on_channel=True, reads_content=True), Addressing.ALWAYS_ON),
        (Approach(in_always_on_channel=True), Addressing.NOT_ADDRESSED),
        (Approach(), Addressing.NOT_ADDRESSED),
        (Approach(from_self=True, is_direct=True), Addressing.OWN_WORDS),
        (Approach(is_system=True, mentions_us=True), Addressing.SYSTEM),
        (Approach(from_bot=True, mentions_us=True), Addressing.OTHER_BOT),
        (Approach(from_bot=True, mentions_us=True, allows_bots=True), Addressing.MENTION),
        (Approach(mentions_us=True, has_text=False), Addressing.NOTHING_SAID),
        (Approach(is_direct=True, has_text=False, has_attachment=True), Addressing.DIRECT_MESSAGE),
        (Approach(has_text=False), Addressing.NOT_ADDRESSED),
    ],
)
def test_an_approach_has_one_reason(approach: Approach, expected: Addressing) -> None:
    assert addressing_of(approach) is expected


def test_some_reasons_are_for_us() -> None:
    assert Addressing.MENTION.is_for_us
    assert not Addressing.OTHER_BOT.is_for_us
