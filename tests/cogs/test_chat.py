"""People talk with Confab in a whole, simulated Discord."""

from __future__ import annotations

import simcord

from tests.fakes.services import Parts


async def test_a_mention_gets_a_native_reply() -> None:
    parts = Parts()
    async with simcord.run(parts.client()) as env:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        alice = guild.add_member(env.create_user("alice"))
        assert env.bot.user is not None
        await alice.send(channel, f"<@{env.bot.user.id}> hello there")
        assert channel.history()[-1].content == "You said: hello there"
