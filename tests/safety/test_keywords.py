"""Lists judged per guild, on both sides, and over several utterances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from bot.errors import StoreUnavailable
from bot.safety.entries import Category
from bot.safety.guild_lists import GuildRules, InMemoryGuildLists
from bot.safety.keywords import KeywordCheck
from bot.safety.verdict import Action, Passage, Side
from bot.safety.window import UtteranceWindow

if TYPE_CHECKING:
    from bot.safety.lexicon import Lexicon
    from bot.safety.shipped import ShippedLists

GUILD, OTHER = 7, 8


def said(
    text: str,
    *,
    guild_id: int | None = GUILD,
    at_s: float = 0.0,
    author: int = 1,
    message_id: int | None = None,
) -> Passage:
    return Passage(text, Side.UTTERANCE, guild_id, 3, author, at_s, message_id)


async def test_each_category_leads_to_its_action(keywords: KeywordCheck) -> None:
    assert (await keywords.check(said("hello there"))).action is Action.ALLOW
    assert (await keywords.check(said("this is fucking great"))).action is Action.LOG
    assert (await keywords.check(said("send nudes"))).action is Action.CHANGE_TOPIC
    assert (await keywords.check(said("kill yourself"))).action is Action.REFUSE
    assert (await keywords.check(said("I want to die"))).action is Action.SUPPORT


async def test_the_bot_does_not_say_what_people_may(keywords: KeywordCheck) -> None:
    verdict = await keywords.check(Passage("oh shit", Side.REPLY, GUILD))
    assert verdict.action is Action.WITHHOLD
    assert not verdict.passes
    assert (verdict.matches[0].start, verdict.matches[0].end) == (3, 7)


async def test_a_name_with_a_listed_word_is_refused(keywords: KeywordCheck) -> None:
    verdict = await keywords.check(Passage("xX_sh1t_Xx", Side.NAME, GUILD))
    assert verdict.action is Action.REFUSE


async def test_a_guilds_own_entries_are_its_own(
    keywords: KeywordCheck, guild_lists: InMemoryGuildLists
) -> None:
    await guild_lists.save(GUILD, GuildRules(added=frozenset({"pineapple"})))
    verdict = await keywords.check(said("P1n3appl3 pizza"))
    assert verdict.action is Action.REFUSE
    assert verdict.matches[0].category == "custom"
    assert (await keywords.check(said("pineapple", guild_id=OTHER))).action is Action.ALLOW
    assert (await keywords.check(said("pineapple", guild_id=None))).action is Action.ALLOW


async def test_a_guild_can_remove_except_and_weigh(
    keywords: KeywordCheck, guild_lists: InMemoryGuildLists
) -> None:
    rules = GuildRules(
        removed=frozenset({"send nudes"}),
        exceptions=frozenset({"spiderman kill yourself joke", "goddamn"}),
        levels={Category.SELF_HARM: Action.ALLOW, Category.SLUR: Action.LOG},
    )
    await guild_lists.save(GUILD, rules)
    assert (await keywords.check(said("goddamn"))).action is Action.ALLOW
    assert (await keywords.check(said("i want to die"))).action is Action.ALLOW
    assert (await keywords.check(said("you wetback"))).action is Action.LOG
    assert (await keywords.check(said("kill yourself"))).action is Action.REFUSE
    assert (await keywords.check(said("send nudes"))).matches == ()


async def test_excused_uses_hide_no_use_that_is_not(
    keywords: KeywordCheck, guild_lists: InMemoryGuildLists
) -> None:
    rules = GuildRules(exceptions=frozenset({"kill yourself laughing"}))
    await guild_lists.save(GUILD, rules)
    excused = "kill yourself laughing, " * 9
    assert (await keywords.check(said(excused))).action is Action.ALLOW
    assert (await keywords.check(said(excused + "kill yourself"))).action is Action.REFUSE


async def test_changed_rules_hold_after_a_refresh(
    keywords: KeywordCheck, guild_lists: InMemoryGuildLists
) -> None:
    assert (await keywords.check(said("pineapple"))).passes
    await guild_lists.save(GUILD, GuildRules(added=frozenset({"pineapple"})))
    keywords.refresh(GUILD)
    assert not (await keywords.check(said("pineapple"))).passes


async def test_rules_changed_while_they_are_read_are_read_again(
    lexicon: Lexicon, shipped: ShippedLists
) -> None:
    class Changing(InMemoryGuildLists):
        @override
        async def load(self, guild_id: int) -> GuildRules:
            rules = await super().load(guild_id)
            await self.save(guild_id, GuildRules(added=frozenset({"pineapple"})))
            keywords.refresh(guild_id)
            return rules

    keywords = KeywordCheck(lexicon=lexicon, shipped=shipped, guild_lists=Changing())
    assert (await keywords.check(said("pineapple"))).passes
    assert not (await keywords.check(said("pineapple"))).passes


async def test_without_a_store_the_shipped_lists_hold(
    lexicon: Lexicon, shipped: ShippedLists, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(InMemoryGuildLists):
        @override
        async def load(self, guild_id: int) -> GuildRules:
            raise StoreUnavailable

    keywords = KeywordCheck(lexicon=lexicon, shipped=shipped, guild_lists=Broken())
    assert not (await keywords.check(said("kill yourself"))).passes
    assert "default ones hold guild=7" in caplog.text


async def test_only_so_many_guilds_are_kept_at_hand(
    lexicon: Lexicon, shipped: ShippedLists, guild_lists: InMemoryGuildLists
) -> None:
    keywords = KeywordCheck(
        lexicon=lexicon, shipped=shipped, guild_lists=guild_lists, most_guilds=2
    )
    for guild_id in (1, 2, 1, 3):
        await keywords.check(said("hello", guild_id=guild_id))
    assert set(keywords._filters) == {1, 3}


@pytest.mark.parametrize(
    "parts", [("a wetb", "ack"), ("kill your", "self"), tuple("wetback"), ("redskin"[:3], "skin")]
)
async def test_a_word_split_over_utterances_is_found(
    keywords: KeywordCheck, parts: tuple[str, ...]
) -> None:
    verdicts = [await keywords.check(said(part, at_s=float(at))) for at, part in enumerate(parts)]
    assert all(verdict.passes for verdict in verdicts[:-1])
    assert not verdicts[-1].passes
    assert verdicts[-1].matches[0].start == 0
    assert verdicts[-1].matches[0].end == len(parts[-1])
    assert (await keywords.check(said("hello", at_s=9.0))).action is Action.ALLOW


async def test_others_and_late_words_do_not_complete_a_word(keywords: KeywordCheck) -> None:
    await keywords.check(said("fagg"))
    assert (await keywords.check(said("ot", author=2))).passes
    assert (await keywords.check(said("ot", at_s=60.0))).passes


async def test_an_utterance_that_is_judged_again_completes_no_word_with_itself(
    keywords: KeywordCheck,
) -> None:
    for _ in range(20):
        assert (await keywords.check(said("kill your", message_id=1))).passes
    assert (await keywords.check(said("self", message_id=1))).passes
    assert (await keywords.check(said("kill your", message_id=2))).passes
    assert (await keywords.check(said("self", message_id=1))).passes
    assert not (await keywords.check(said("self", message_id=3))).passes


async def test_ordinary_words_one_after_another_are_no_word(keywords: KeywordCheck) -> None:
    long = "what I think is that it was a very nice day with all of you who"
    assert (await keywords.check(said(long))).passes
    assert (await keywords.check(said("re of the matter", at_s=1.0))).passes
    assert (await keywords.check(said("\x1e \x1e", at_s=2.0))).passes


def test_the_window_forgets_whoever_was_silent_longest() -> None:
    window = UtteranceWindow(most_authors=2)
    for author in (1, 2, 1, 3):
        window.remember(said("x", author=author))
    assert len(window) == 2
    assert window.before(said("", author=1)) == "x\x1ex\x1e"
    assert window.before(said("", author=2)) == ""


def test_the_window_keeps_no_words_past_their_time() -> None:
    window = UtteranceWindow(span_s=30.0)
    window.remember(said("one", author=1, at_s=0.0))
    window.remember(said("two", author=1, at_s=20.0))
    window.remember(said("three", author=2, at_s=25.0))

    assert window.before(said("", author=3, at_s=40.0)) == ""
    assert [end for ends in window._ends.values() for _, end, _ in ends] == ["two", "three"]
    window.remember(said("four", author=3, at_s=90.0))
    assert len(window) == 1
    assert len(window._in_time) == 1


def test_the_window_forgets_a_person_everywhere() -> None:
    window = UtteranceWindow()
    for author in (1, 2):
        window.remember(said("x", author=author))
    window.forget_author(1)
    assert window.before(said("", author=1)) == ""
    assert window.before(said("", author=2)) == "x\x1e"
