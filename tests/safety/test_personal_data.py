from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from bot.safety.personal_data import PersonalDataCheck, passes_luhn
from bot.safety.verdict import Action, Passage, Side

CHECK = PersonalDataCheck()
DISCORD_TOKEN = ".".join(("MTE" + "x" * 21, "GaBcDe", "y" * 38))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to ann.lee+x@mail.example.org!", "write to [email address]!"),
        ("call +48 601 234 567 now", "call [phone number] now"),
        ("call (555) 010-9999, ok", "call [phone number], ok"),
        ("my number is 0171 2345678.", "my number is [phone number]."),
        ("card 4111 1111 1111 1111", "card [card number]"),
        ("card 4111-1111-1111-1111.", "card [card number]."),
        (f"token {DISCORD_TOKEN} here", "token [token] here"),
        ("key sk-" + "a" * 30, "key [token]"),
        ("ghp_" + "a" * 36, "[token]"),
        ("I live at 221b Baker Street, London", "I live at [street address], London"),
        ("at 12 Long Hill Rd now", "at [street address] now"),
        ("server 192.168.0.17 is up", "server [internet address] is up"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [bank account]"),
        ("a@b.co and c@d.org", "[email address] and [email address]"),
    ],
)
async def test_personal_data_in_a_reply_is_masked(text: str, masked: str) -> None:
    verdict = await CHECK.check(Passage(text, Side.REPLY))
    assert verdict.text == masked
    assert verdict.action is Action.MASK
    assert all(0 <= match.start < match.end <= len(text) for match in verdict.matches)


@pytest.mark.parametrize(
    "text",
    [
        "hello there",
        "in 2026 it was 1,234,567 people",
        "on 2026-11-22 or 22.11.2026 at 10:30",
        "1234 5678",
        "pi is 3.14159265358979",
        "the score was 3-1, 4-4 and 5-5",
        "user 123456789012345678",
        "version 1.2.3.4567",
        "999.999.999.999",
        "I have 5 cats in 3 rooms",
        "20 Little Piggies went home",
        "@everyone look",
    ],
)
async def test_ordinary_numbers_stay(text: str) -> None:
    assert (await CHECK.check(Passage(text, Side.REPLY))).text == text


async def test_what_people_write_is_theirs() -> None:
    text = "my mail is ann@mail.org"
    verdict = await CHECK.check(Passage(text, Side.UTTERANCE))
    assert (verdict.action, verdict.text) == (Action.ALLOW, text)


@given(text=st.text(st.sampled_from("a1@. -+()/eyJAKIA_"), max_size=200))
async def test_no_text_fails(text: str) -> None:
    verdict = await CHECK.check(Passage(text, Side.REPLY))
    assert verdict.passes


@pytest.mark.parametrize(
    "piece", ["1 ", "eyJ.", "a@", "a.", "1-", "+1", "1.", "A1 ", "eyJa", "12 Aa "]
)
async def test_a_hostile_reply_takes_milliseconds(piece: str) -> None:
    passage = Passage((piece * 4000)[:4000], Side.REPLY)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        await CHECK.check(passage)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1


def test_the_check_digit_is_checked() -> None:
    assert passes_luhn([4, 5, 3, 9, 1, 4, 8, 8, 0, 3, 4, 3, 6, 4, 6, 7])
    assert not passes_luhn([4, 5, 3, 9, 1, 4, 8, 8, 0, 3, 4, 3, 6, 4, 6, 8])
