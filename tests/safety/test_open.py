from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import SettingsInvalid
from bot.safety import open as opening
from bot.safety.guild_lists import InMemoryGuildLists
from bot.safety.open import open_safety
from bot.safety.verdict import Action, Passage, Side

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def said(text: str) -> Passage:
    return Passage(text, Side.UTTERANCE, 7, channel_id=1, author_id=2)


async def test_everything_works_together(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    words = tmp_path / "words.txt"
    words.write_text("# mine\npineapple\n!\n", encoding="utf-8")
    async with open_safety(guild_lists=InMemoryGuildLists(), own_words=words) as safety:
        assert (await safety.check.check(said("hello"))).action is Action.ALLOW
        verdict = await safety.check.check(said("p1neapple"))
        assert verdict.action is Action.REFUSE
        assert safety.topics.instead(verdict, channel_id=1)
        reply = await safety.check.check(Passage("mail me at a@b.org", Side.REPLY, 7))
        assert reply.text == "mail me at [email address]"
        assert [one.action for one in safety.decisions.recent(7)] == [Action.MASK, Action.REFUSE]
    assert "line left out" in caplog.text


async def test_a_classifier_is_asked_after_the_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def classify(text: str) -> Mapping[str, float]:
        asked.append(text)
        return {"toxic": 1.0}

    monkeypatch.setattr(opening, "load_classifier", lambda _: classify)
    async with open_safety(guild_lists=InMemoryGuildLists(), classifier="tiny") as safety:
        assert not (await safety.check.check(said("kill yourself"))).passes
        assert not (await safety.check.check(said("hello"))).passes
    assert asked == ["hello"]


async def test_a_persons_words_and_decisions_are_forgotten_together() -> None:
    async with open_safety(guild_lists=InMemoryGuildLists()) as safety:
        assert (await safety.check.check(said("kill yourself"))).action is Action.REFUSE
        assert (await safety.check.check(said("kill your"))).passes
        assert safety.forget_author(2) == 1
        assert safety.decisions.recent(7) == []
        assert (await safety.check.check(said("self"))).passes


async def test_a_list_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="SAFETY_WORDS"):
        async with open_safety(guild_lists=InMemoryGuildLists(), own_words=tmp_path):
            pass
