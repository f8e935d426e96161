from __future__ import annotations

import pytest

from bot.safety.links import LinkCheck, LinkPolicy
from bot.safety.verdict import Action, Passage, Side


@pytest.mark.parametrize(
    "text",
    [
        "join discord.gg/abcDEF",
        "discord . gg / abc",
        "discord(dot)gg/abc",
        "https://discord.com/invite/abc",
        "DISCORDAPP.COM/invite/x-y",
        "discord\u200b.gg/abc",
    ],
)
async def test_an_invite_is_noticed_and_never_said(text: str) -> None:
    check = LinkCheck()
    assert (await check.check(Passage(text, Side.UTTERANCE))).action is Action.LOG
    reply = await check.check(Passage(text, Side.REPLY))
    assert Action.WITHHOLD in {match.action for match in reply.matches}


async def test_links_that_a_model_makes_up_are_masked() -> None:
    reply = await LinkCheck().check(
        Passage("see https://x.example/a?b=1 and www.y.org.", Side.REPLY)
    )
    assert reply.text == "see [link] and [link]"
    assert reply.action is Action.MASK


async def test_people_may_post_links() -> None:
    verdict = await LinkCheck().check(Passage("https://x.example", Side.UTTERANCE))
    assert (verdict.action, verdict.matches) == (Action.ALLOW, ())


async def test_allowed_hosts_pass_with_their_subdomains_alone() -> None:
    check = LinkCheck(policy=LinkPolicy(allowed_hosts=frozenset({"wikipedia.org"})))
    said = "https://en.wikipedia.org:443/wiki https://a@evil.org/wikipedia.org https://notwikipedia.org"
    verdict = await check.check(Passage(said, Side.REPLY))
    assert verdict.text == "https://en.wikipedia.org:443/wiki [link] [link]"


async def test_a_policy_can_refuse_links() -> None:
    check = LinkCheck(policy=LinkPolicy(links={Side.UTTERANCE: Action.REFUSE}, invites={}))
    assert not (await check.check(Passage("http://x.org", Side.UTTERANCE))).passes
    assert (await check.check(Passage("discord.gg/abc", Side.UTTERANCE))).passes
    assert (await check.check(Passage("http://x.org", Side.REPLY))).action is Action.ALLOW
