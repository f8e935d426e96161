"""Admins decide about words, in a simulated Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.errors import StoreUnavailable
from bot.safety.audit import AuditRecord, Change
from bot.safety.decisions import Decision
from bot.safety.guild_lists import GuildRules, InMemoryGuildLists
from bot.safety.list_file import parsed
from bot.safety.open import Safety, open_safety
from bot.safety.verdict import Action, Match, Passage, Side, Verdict
from bot.store.engines import store_url
from bot.store.open import open_store
from cogs._errors import SENTENCES
from cogs._safety_text import (
    described_changes,
    described_decisions,
    described_import,
    described_rules,
    described_verdict,
)
from cogs.safety import LARGEST_FILE, NO_TEXT, TOO_LARGE
from tests.fakes.services import Parts
from tests.fakes.world import World, open_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import simcord


@pytest.fixture
async def safety() -> AsyncIterator[Safety]:
    async with open_safety(guild_lists=InMemoryGuildLists()) as opened:
        yield opened


@pytest.fixture
def parts(safety: Safety) -> Parts:
    return Parts(judge=safety.check, tact=safety.topics, safety_desk=safety.desk)


def admin(world: World) -> simcord.MemberActor:
    role = world.guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
    return world.guild.add_member(world.env.create_user("ann"), roles=[role])


async def run(world: World, name: str, /, **options: object) -> str:
    answer = await admin(world).slash(world.channel, f"safety {name}", **options)
    assert answer.response is not None
    assert answer.response.ephemeral
    return answer.response.content


async def test_an_added_word_is_refused_from_then_on(parts: Parts) -> None:
    async with open_world(parts) as world:
        assert await run(world, "add", entry="Pineapple") == "`pineapple` counts here now."
        await world.alice.send(world.channel, f"{world.me} p1neapple pizza")
        assert parts.engine.requests == []
        assert "`pineapple`" in await run(world, "list")


async def test_a_word_that_came_along_can_be_removed(parts: Parts) -> None:
    async with open_world(parts) as world:
        assert "does not count" in await run(world, "remove", entry="kill yourself")
        await world.alice.send(world.channel, f"{world.me} kill yourself")
        assert len(parts.engine.requests) == 1
        assert "is on no list" in await run(world, "remove", entry="kill yourself")
        assert "counts here now" in await run(world, "add", entry="kill yourself")
        assert "refuse" in await run(world, "test", text="kill yourself")


async def test_an_exception_comes_and_goes(parts: Parts) -> None:
    async with open_world(parts) as world:
        await run(world, "except", entry="faggot stew")
        assert "let it through" in await run(world, "test", text="a Faggot stew")
        await run(world, "except", entry="faggot stew", forget=True)
        assert "refuse" in await run(world, "test", text="a Faggot stew")


async def test_a_level_changes_what_a_category_leads_to(parts: Parts) -> None:
    async with open_world(parts) as world:
        assert await run(world, "level", category="profanity", level="refuse") == (
            "**profanity** now leads to: refuse."
        )
        assert "**refuse**" in await run(world, "test", text="oh shit")
        assert "profanity: refuse (chosen here)" in await run(world, "list")
        await run(world, "level", category="profanity", level="default")
        assert "**log**" in await run(world, "test", text="oh shit")


async def test_a_test_shows_what_matched_why_and_where(parts: Parts) -> None:
    async with open_world(parts) as world:
        text = await run(world, "test", text="well sh1t happens", as_mine=True)
        assert text == (
            "I would do this: **withhold**.\n"
            "- `shit`, profanity (keywords), letters 6 to 9: `well [sh1t] happens`, "
            "leads to withhold"
        )
        assert "Nothing was stopped" in await run(world, "decisions")


async def test_words_are_imported_and_exported(parts: Parts) -> None:
    async with open_world(parts) as world:
        words = b"# mine\npineapple\n!pineapple farm\n-kill yourself\nb*d\n"
        text = await run(world, "import", file=("words.txt", words))
        assert text.startswith("Taken in: 1 entries, 1 exceptions, 1 removals.\n- left out, line 5")
        answer = await admin(world).slash(world.channel, "safety export")
        assert answer.response is not None
        assert answer.response.ephemeral
        rules = await parts.safety_desk.rules(world.guild.id)
        assert rules.added == {"pineapple"}
        exported = await parts.safety_desk.export(world.guild.id)
        assert parsed(exported.splitlines()).removed == {"kill yourself"}


async def test_a_file_that_cannot_be_used_is_refused(parts: Parts) -> None:
    async with open_world(parts) as world:
        assert await run(world, "import", file=("x.txt", b"\xff\xfe")) == NO_TEXT
        large = ("x.txt", b"x" * (LARGEST_FILE + 1))
        assert await run(world, "import", file=large) == TOO_LARGE
        many = "\n".join(f"word{number}" for number in range(5_001)).encode()
        assert "5000 is the most" in await run(world, "import", file=("x.txt", many))
        assert (await parts.safety_desk.rules(world.guild.id)).added == frozenset()


async def test_an_entry_that_cannot_be_used_says_why(parts: Parts) -> None:
    async with open_world(parts) as world:
        assert await run(world, "add", entry="x") == (
            'I can\'t use that: "x" needs at least two letters or digits.'
        )


async def test_decisions_and_changes_are_shown_by_ids(parts: Parts) -> None:
    async with open_world(parts) as world:
        await world.alice.send(world.channel, f"{world.me} kill yourself")
        text = await run(world, "decisions")
        assert "refuse: threat (utterance of" in text
        assert "yourself" not in text
        assert "Nobody has changed" in await run(world, "changes")
        await run(world, "add", entry="pineapple")
        assert "added `pineapple`" in await run(world, "changes")


async def test_only_admins_may(parts: Parts) -> None:
    async with open_world(parts, check_errors=False) as world:
        for command in await world.client.tree.fetch_commands():
            world.guild.set_command_permissions(command, {world.alice: True})
        answer = await world.alice.slash(world.channel, "safety add", entry="pineapple")
        assert answer.response is not None
        assert answer.response.content == SENTENCES[discord.app_commands.MissingPermissions]
        assert await parts.safety_desk.rules(world.guild.id) == GuildRules()


async def test_each_change_leaves_a_line_in_the_log(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with open_world(parts) as world:
        await run(world, "add", entry="pineapple")
        assert f"safety rules added guild={world.guild.id} user=" in caplog.text
    assert "pineapple" not in "".join(
        one.getMessage() for one in caplog.records if one.name == "bot.safety.desk"
    )


async def test_another_guild_is_not_affected(parts: Parts) -> None:
    async with open_world(parts) as world:
        await run(world, "add", entry="pineapple")
        other = world.env.create_guild()
        channel = other.create_text_channel("general")
        carol = other.add_member(world.env.create_user("carol"))
        await carol.send(channel, f"{world.me} pineapple")
        assert "pineapple" in parts.engine.seen


async def test_changes_hold_after_a_restart(tmp_path: Path) -> None:
    url = store_url(None, tmp_path)
    async with open_store(url) as store, open_safety(guild_lists=store.guild_lists) as safety:
        before = Parts(judge=safety.check, tact=safety.topics, safety_desk=safety.desk)
        async with open_world(before) as world:
            await run(world, "add", entry="pineapple")
            await run(world, "level", category="profanity", level="refuse")
            guild_id = world.guild.id
    async with open_store(url) as store, open_safety(guild_lists=store.guild_lists) as safety:
        for text in ("p1neapple", "shit"):
            said = Passage(text, Side.UTTERANCE, guild_id, 1, 2)
            assert (await safety.check.check(said)).action is Action.REFUSE


async def test_a_lost_audit_trail_does_not_lose_the_change(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Lost:
        async def record(self, record: AuditRecord) -> None:
            raise StoreUnavailable(record.subject)

        async def recent(self, guild_id: int, most: int) -> list[AuditRecord]:
            return [][: guild_id + most]

    lists = InMemoryGuildLists()
    async with open_safety(guild_lists=lists, audit=Lost()) as safety:
        async with open_world(Parts(safety_desk=safety.desk)) as world:
            assert "counts here now" in await run(world, "add", entry="pineapple")
            guild_id = world.guild.id
        assert (await lists.load(guild_id)).added == {"pineapple"}
        await safety.desk.forget(guild_id)
        assert await lists.load(guild_id) == GuildRules()
    assert "not in the audit trail" in caplog.text


def test_long_lists_are_cut_and_counted() -> None:
    rules = GuildRules(added=frozenset(f"word{number}" for number in range(50)))
    assert "and 10 more (`/safety export`)" in described_rules(rules)
    problems = parsed(["x"] * 8)
    assert described_import(problems).endswith("- and 3 lines more")


def test_matches_are_shown_harmlessly() -> None:
    match = Match("keywords", "slur", "a`b", 2, 4, Action.REFUSE)
    text = described_verdict("x `y` z", Verdict(Action.REFUSE, "", (match,)))
    assert text.count("`") == 4


def test_the_bots_own_decisions_have_no_author() -> None:
    one = Decision(1, 5.0, 7, 3, None, Side.REPLY, Action.MASK, ("links",), ("link",))
    assert described_decisions([one]) == "#1 <t:5:R> mask: link (reply in <#3>)"
    record = AuditRecord(7, 2, Change.WEIGHED, "slur=log", 5.0)
    assert described_changes([record]) == "<t:5:R> <@2> weighed `slur=log`"
