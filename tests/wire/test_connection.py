"""What stands before the first word: refused tokens, refused intents, a gateway that is not up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.errors import IntentNotGranted, TokenRefused
from tests.fakes.services import Parts
from tests.wire.standin import TOKEN

if TYPE_CHECKING:
    from tests.wire.driver import Discord
    from tests.wire.standin import StandIn
    from tests.wire.town import Town

pytestmark = pytest.mark.usefixtures("redirected")


async def test_a_refused_token_and_a_refused_intent_say_so(stand_in: StandIn) -> None:
    with pytest.raises(TokenRefused):
        await Parts().client().serve("wrong", stop=asyncio.Event())
    stand_in.gateway.grants_message_content = False
    with pytest.raises(IntentNotGranted):
        await Parts(reads_content=True).client().serve(TOKEN, stop=asyncio.Event())


async def test_a_discord_that_refuses_at_first_is_tried_again(
    discord: Discord, town: Town, stand_in: StandIn
) -> None:
    await stand_in.stop()
    stop = asyncio.Event()
    serving = asyncio.create_task(Parts().client().serve(TOKEN, stop=stop))
    await asyncio.sleep(0.2)  # for a first login that finds nobody
    await stand_in.start()
    await discord.ready()
    await discord.mention(town.general, town.ann, "at last")
    assert (await discord.reply_within(town.general)).content == "You said: at last"
    stop.set()
    await serving


async def test_an_event_that_cannot_be_read_ends_the_connection_loudly(
    discord: Discord, stand_in: StandIn
) -> None:
    serving = asyncio.create_task(Parts().client().serve(TOKEN, stop=asyncio.Event()))
    await discord.ready()
    await stand_in.gateway.dispatch("MESSAGE_CREATE", {"id": "1", "channel_id": "2"})
    with pytest.raises(KeyError):
        await serving
