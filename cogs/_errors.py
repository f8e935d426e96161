"""Gives every failed command one kind sentence, and the log its ids."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from typing_extensions import override

from bot.errors import StoreUnavailable

if TYPE_CHECKING:
    from discord.ext.commands import AutoShardedBot

log = logging.getLogger(__name__)

SENTENCES: dict[type[BaseException], str] = {
    app_commands.MissingPermissions: "You need the Manage Server permission for that.",
    app_commands.NoPrivateMessage: "That works in a server only.",
    app_commands.CommandNotFound: "That command is gone. Discord will notice in a moment.",
    app_commands.CommandSignatureMismatch: "That command has changed. Please try it once more.",
    app_commands.TransformerError: "I can't make sense of one of those values.",
    app_commands.CheckFailure: "You may not use that here.",
    StoreUnavailable: "My memory is out of reach right now. Please try again soon.",
    Exception: "Something went wrong on my side, sorry. Please try again in a moment.",
}
EXPECTED = (app_commands.CheckFailure, app_commands.TransformerError, StoreUnavailable)


class ConfabTree(app_commands.CommandTree["AutoShardedBot"]):
    """The commands, with one answer for each way in which one can fail."""

    @override
    async def on_error(
        self,
        interaction: discord.Interaction[AutoShardedBot],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        cause = error.__cause__ if isinstance(error, app_commands.CommandInvokeError) else error
        cause = cause or error
        name = interaction.command.qualified_name if interaction.command else "?"
        ids = (name, interaction.user.id, interaction.channel_id or 0, interaction.id)
        if isinstance(cause, EXPECTED):
            kind = type(cause).__name__
            log.info("command refused name=%s user=%d channel=%d id=%d %s", *ids, kind)
        else:
            log.error("command broke name=%s user=%d channel=%d id=%d", *ids, exc_info=cause)
        await _tell(interaction, sentence_for(cause))


def sentence_for(error: BaseException) -> str:
    """Return what is said about ``error``: the sentence of its nearest class."""
    return next(SENTENCES[kind] for kind in type(error).__mro__ if kind in SENTENCES)


async def _tell(interaction: discord.Interaction[AutoShardedBot], sentence: str) -> None:
    try:
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
    except discord.HTTPException as error:
        log.info("command error untold id=%d status=%d", interaction.id, error.status)
