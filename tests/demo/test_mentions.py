from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bot.demo.mentions import mention_names

IDS = {"Confab": 1, "Alice": 2}


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@Confab hello", "<@1> hello"),
        ("hello @confab!", "hello <@1>!"),
        ("@Confab, meet @ALICE", "<@1>, meet <@2>"),
        ("(@Confab)", "(<@1>)"),
        ("@Confabulous", "@Confabulous"),
        ("me@Confab.org", "me@Confab.org"),
        ("<@1> hello", "<@1> hello"),
        ("@everyone @Bob", "@everyone @Bob"),
        ("say `@Confab` twice: @Confab", "say `@Confab` twice: <@1>"),
        ("```\n@Confab\n```", "```\n@Confab\n```"),
        ("", ""),
    ],
)
def test_a_typed_name_becomes_a_mention(typed: str, sent: str) -> None:
    assert mention_names(typed, IDS) == sent


@given(st.text())
def test_text_without_an_at_sign_is_left_alone(text: str) -> None:
    plain = text.replace("@", "")

    assert mention_names(plain, IDS) == plain
