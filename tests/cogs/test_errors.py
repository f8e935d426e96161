"""Every failed command gets one kind sentence; the log gets the ids and no words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands

from bot.errors import StoreUnavailable
from cogs._errors import SENTENCES, sentence_for
from tests.fakes.services import Parts
from tests.fakes.world import open_world

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (app_commands.MissingPermissions(["manage_guild"]), app_commands.MissingPermissions),
        (app_commands.BotMissingPermissions(["send_messages"]), app_commands.CheckFailure),
        (app_commands.CommandNotFound("x", []), app_commands.CommandNotFound),
        (StoreUnavailable(), StoreUnavailable),
        (ZeroDivisionError(), Exception),
    ],
)
def test_the_nearest_class_has_the_word(error: Exception, kind: type[Exception]) -> None:
    assert sentence_for(error) == SENTENCES[kind]


async def test_a_command_that_breaks_says_so_without_its_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with open_world(Parts(), check_errors=False) as world:
        world.parts.options.error = ZeroDivisionError("secret")
        answer = await world.alice.slash(world.channel, "chat", text="my words")
        assert answer.response is not None
        assert answer.response.content == SENTENCES[Exception]
        assert answer.response.ephemeral
        assert f"command broke name=chat user={world.alice.id}" in caplog.text
        assert "my words" not in caplog.text


async def test_a_slow_store_is_not_waited_for_past_discords_three_seconds() -> None:
    async with open_world(Parts(), check_errors=False) as world:
        world.parts.options.error = TimeoutError()
        answer = await world.alice.slash(world.channel, "chat", text="hello")
        assert answer.response is not None
        assert answer.response.content == SENTENCES[StoreUnavailable]


async def test_an_error_that_cannot_be_told_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with open_world(Parts(), check_errors=False) as world:
        world.parts.options.error = StoreUnavailable()
        world.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
        await world.alice.slash(world.channel, "chat", text="hello")
        assert "command error untold" in caplog.text


async def test_a_command_that_is_gone_is_explained() -> None:
    async with open_world(Parts(), check_errors=False) as world:
        world.client.tree.remove_command("chat")
        answer = await world.alice.slash(world.channel, "chat", text="hello")
        assert answer.response is not None
        assert answer.response.content == SENTENCES[app_commands.CommandNotFound]


def test_no_sentence_is_long() -> None:
    sentences: Sequence[str] = list(SENTENCES.values())
    assert all(len(sentence) < 100 for sentence in sentences)
    assert discord.app_commands.AppCommandError not in SENTENCES
