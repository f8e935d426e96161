from __future__ import annotations

from bot.safety.chain import SafetyChain
from bot.safety.decisions import DecisionLog
from bot.safety.links import LinkCheck
from bot.safety.verdict import Action, Passage, Side


def said(text: str, guild_id: int = 7, author_id: int = 1) -> Passage:
    return Passage(text, Side.UTTERANCE, guild_id, channel_id=3, author_id=author_id)


async def test_decisions_are_kept_without_text() -> None:
    decisions = DecisionLog(clock=lambda: 5.0)
    chain = SafetyChain(checks=[LinkCheck()], decisions=decisions)
    await chain.check(said("hello"))
    await chain.check(said("secret discord.gg/secret"))
    (one,) = decisions.recent(7)
    assert (one.number, one.at, one.action) == (1, 5.0, Action.LOG)
    assert (one.checks, one.categories) == (("links",), ("invite",))
    assert "secret" not in repr(one)


async def test_a_guild_sees_its_own_decisions_newest_first() -> None:
    decisions = DecisionLog()
    chain = SafetyChain(checks=[LinkCheck()], decisions=decisions)
    for guild_id in (7, 8, 7):
        await chain.check(said("discord.gg/abc", guild_id))
    assert [one.number for one in decisions.recent(7)] == [3, 1]
    assert [one.number for one in decisions.recent(7, most=1)] == [3]


async def test_the_log_is_bounded_and_forgets_people() -> None:
    decisions = DecisionLog(most=3)
    chain = SafetyChain(checks=[LinkCheck()], decisions=decisions)
    for author_id in (1, 1, 2, 1):
        await chain.check(said("discord.gg/abc", author_id=author_id))
    assert len(decisions) == 3
    assert decisions.forget_author(1) == 2
    assert len(decisions) == 1
