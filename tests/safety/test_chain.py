from __future__ import annotations

from bot.safety.chain import SafetyChain
from bot.safety.verdict import Action, Match, Passage, Side, Verdict, strongest


class Saying:
    """A check with one answer."""

    def __init__(self, action: Action, replacement: str | None = None) -> None:
        self.action = action
        self.replacement = replacement
        self.seen: list[str] = []

    async def check(self, passage: Passage) -> Verdict:
        self.seen.append(passage.text)
        text = passage.text if self.replacement is None else self.replacement
        return Verdict(self.action, text, (Match("saying", "x", "y", 0, 1, self.action),))


PASSAGE = Passage("hello", Side.REPLY)


async def test_the_strongest_action_wins() -> None:
    verdict = await SafetyChain(checks=[Saying(Action.LOG), Saying(Action.REFUSE)]).check(PASSAGE)
    assert verdict.action is Action.REFUSE
    assert len(verdict.matches) == 2


async def test_nobody_is_asked_after_a_refusal() -> None:
    last = Saying(Action.LOG)
    await SafetyChain(checks=[Saying(Action.WITHHOLD), last]).check(PASSAGE)
    assert last.seen == []


async def test_a_masked_text_is_what_goes_on() -> None:
    last = Saying(Action.LOG)
    verdict = await SafetyChain(checks=[Saying(Action.MASK, "h***o"), last]).check(PASSAGE)
    assert verdict.text == "h***o"
    assert last.seen == ["h***o"]
    assert verdict.passes


async def test_no_checks_allow_everything() -> None:
    assert await SafetyChain(checks=[]).check(PASSAGE) == Verdict(Action.ALLOW, "hello")


def test_actions_are_ordered_from_mild_to_strong() -> None:
    assert strongest([]) is Action.ALLOW
    assert strongest([Action.SUPPORT, Action.REFUSE, Action.LOG]) is Action.SUPPORT
