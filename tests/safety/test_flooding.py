from __future__ import annotations

import pytest

from bot.safety.flooding import FloodingCheck, runs_in_circles
from bot.safety.verdict import Action, Passage, Side


def said(
    text: str, at_s: float = 0.0, *, author_id: int | None = 1, message_id: int | None = None
) -> Passage:
    return Passage(text, Side.UTTERANCE, 7, 3, author_id, at_s, message_id)


async def test_the_same_words_again_and_again_are_refused() -> None:
    check = FloodingCheck(most_alike=2)
    verdicts = [await check.check(said(text)) for text in ("Hi  you", "hi you", "HI YOU", "other")]
    assert [verdict.passes for verdict in verdicts] == [True, True, False, True]
    assert verdicts[2].matches[0].category == "flooding"


async def test_a_flood_is_refused_until_it_ends() -> None:
    check = FloodingCheck(most_utterances=3, span_s=10.0)
    verdicts = [await check.check(said(str(number))) for number in range(5)]
    assert [verdict.passes for verdict in verdicts] == [True, True, True, False, False]
    assert (await check.check(said("later", at_s=11.0))).passes


async def test_an_utterance_that_is_judged_again_counts_once() -> None:
    check = FloodingCheck(most_utterances=3, most_alike=2)
    for draft in range(10):
        assert (await check.check(said("hi", message_id=1))).passes
        assert (await check.check(said(f"hi {draft}", message_id=2))).passes
    assert (await check.check(said("hi", message_id=2))).passes
    assert not (await check.check(said("hi", message_id=3))).passes
    assert (await check.check(said("hi there", message_id=3))).passes
    assert not (await check.check(said("bye", message_id=4))).passes
    assert not (await check.check(said("bye", message_id=4))).passes
    assert (await check.check(said("hi", message_id=1))).passes


async def test_others_are_not_counted() -> None:
    check = FloodingCheck(most_alike=1)
    assert (await check.check(said("hi"))).passes
    assert (await check.check(said("hi", author_id=2))).passes
    assert (await check.check(said("hi", author_id=None))).passes


async def test_only_so_many_authors_are_remembered() -> None:
    check = FloodingCheck(most_authors=2)
    for author_id in range(1, 6):
        await check.check(said("hi", author_id=author_id))
    assert len(check._recent) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am here. " * 5, True),
        ("I like cats, and I like dogs, and I like birds, and you, what do you like?", False),
        ("no no no no", False),
    ],
)
async def test_a_reply_that_runs_in_circles_is_withheld(text: str, *, expected: bool) -> None:
    assert runs_in_circles(text) is expected
    verdict = await FloodingCheck().check(Passage(text, Side.REPLY))
    assert verdict.action is (Action.WITHHOLD if expected else Action.ALLOW)
