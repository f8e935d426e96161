from __future__ import annotations

from itertools import pairwise

import pytest

from bot.safety.lexicon import Lexicon
from bot.safety.shipped import load_shipped_lists
from bot.safety.topics import Phrases, Topics, load_phrases
from bot.safety.verdict import Action, Match, Verdict

PHRASES = load_phrases()


def verdict(action: Action, category: str = "x") -> Verdict:
    return Verdict(action, "", (Match("check", category, "entry", 0, 0, action),))


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        (verdict(Action.REFUSE), PHRASES.refusals),
        (verdict(Action.SUPPORT), PHRASES.support),
        (verdict(Action.REFUSE, "flooding"), PHRASES.patience),
    ],
)
def test_each_action_has_its_own_phrases(given: Verdict, lines: list[str]) -> None:
    assert Topics(phrases=PHRASES).instead(given, channel_id=1) in lines


@pytest.mark.parametrize("action", [Action.CHANGE_TOPIC, Action.WITHHOLD])
def test_a_change_of_topic_names_a_topic(action: Action) -> None:
    said = Topics(phrases=PHRASES).instead(verdict(action), channel_id=1)
    assert any(topic in said for topic in PHRASES.topics)


def test_the_same_is_never_said_twice_in_a_row() -> None:
    topics = Topics(phrases=PHRASES, seed="7")
    for refused in (verdict(Action.REFUSE), verdict(Action.SUPPORT), verdict(Action.WITHHOLD)):
        said = [topics.instead(refused, channel_id=1) for _ in range(40)]
        assert all(a != b for a, b in pairwise(said))


def test_a_seed_decides_all_choices() -> None:
    one, same, other = (Topics(phrases=PHRASES, seed=seed) for seed in ("a", "a", "b"))
    said = [[t.change_topic(channel_id=1) for _ in range(9)] for t in (one, same, other)]
    assert said[0] == said[1] != said[2]


def test_only_so_many_channels_are_remembered() -> None:
    topics = Topics(phrases=PHRASES, most_channels=2)
    for channel_id in range(5):
        topics.change_topic(channel_id=channel_id)
    assert len(topics._said) == 2


def test_one_phrase_is_enough() -> None:
    only = ["Hello."]
    topics = Topics(phrases=Phrases(only, only, only, ["{topic}?"], ["cats"]))
    assert {topics.change_topic(channel_id=1) for _ in range(3)} == {"cats?"}


def test_support_points_to_people_and_to_the_owners_helpline() -> None:
    for line in load_phrases(helpline="Call 116 123.").support:
        assert line.endswith("Call 116 123.")
    assert all("findahelpline.com" in line for line in PHRASES.support)
    assert all("{" not in line for line in PHRASES.support)


def test_our_own_phrases_pass_our_own_lists() -> None:
    shipped = load_shipped_lists()
    lexicon = Lexicon(ordinary=shipped.ordinary)
    compiled = lexicon.compile(shipped.entries, shipped.exceptions)
    for line in (*PHRASES.refusals, *PHRASES.support, *PHRASES.topics, *PHRASES.openers):
        assert lexicon.search(line, [compiled]) == []
