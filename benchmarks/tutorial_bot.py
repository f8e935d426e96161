"""The bot of the tutorials: discord.py with ``generate()`` called inline, on the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

if TYPE_CHECKING:
    from pathlib import Path


class TutorialBot(discord.Client):
    """Answers every mention and direct message the moment it arrives, and hears nothing meanwhile.

    Args:
        checkpoint: A BlenderBot's folder.
    """

    def __init__(self, checkpoint: Path) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self._tokenizer = AutoTokenizer.from_pretrained(checkpoint)
        self._model = AutoModelForSeq2SeqLM.from_pretrained(checkpoint)

    async def on_message(self, message: discord.Message) -> None:
        """Think, with the whole loop waiting, and answer."""
        if message.author == self.user:
            return
        inputs = self._tokenizer([message.clean_content], return_tensors="pt")
        output = self._model.generate(**inputs)
        reply = self._tokenizer.batch_decode(output, skip_special_tokens=True)[0].strip()
        await message.channel.send(reply or "...")
