from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.demo.front import Front
from bot.errors import PortTaken

if TYPE_CHECKING:
    from tests.demo.conftest import Demo


async def test_the_start_page_is_the_general_channel_and_lists_all(demo: Demo) -> None:
    visitor = await demo.visitor("/")

    assert "general | Confab demo" in visitor.html.replace("# ", "")
    for path in ("/general", "/lounge", "/dm", "/dm-bob"):
        assert f'href="{path}"' in visitor.html


async def test_a_typed_mention_is_answered(demo: Demo) -> None:
    visitor = await demo.visitor("/")

    await visitor.say("@Confab My name is Jackson")

    mention = f"<@{demo.discord.user_ids['Confab']}>"
    assert await visitor.look() == [
        f"{mention} My name is Jackson",
        "You said: My name is Jackson",
    ]


async def test_plain_words_are_not_answered_in_general(demo: Demo) -> None:
    visitor = await demo.visitor("/general")

    await visitor.say("nobody in particular")

    assert await visitor.look() == ["nobody in particular"]


@pytest.mark.parametrize("path", ["/lounge", "/dm", "/dm-bob"])
async def test_plain_words_are_answered_in_the_lounge_and_directly(demo: Demo, path: str) -> None:
    visitor = await demo.visitor(path)

    await visitor.say("hello there")

    assert await visitor.look() == ["hello there", "You said: hello there"]


async def test_an_edit_may_mention_too(demo: Demo) -> None:
    visitor = await demo.visitor("/general")
    receipt = await visitor.say("Confab hello")
    await visitor.look()

    await visitor.act(
        "edit_message", content="@Confab hello", target_id=receipt["target"]["messageId"]
    )

    assert (await visitor.look())[0] == f"<@{demo.discord.user_ids['Confab']}> hello"


async def test_times_are_those_of_today(demo: Demo) -> None:
    visitor = await demo.visitor("/dm")
    before = datetime.now(UTC)

    await visitor.say("hello")

    times = [datetime.fromisoformat(time) for time in await visitor.times()]
    assert len(times) == 2
    assert all(before.timestamp() - 1 <= time.timestamp() for time in times)
    assert all(time <= datetime.now(UTC) for time in times)


async def test_a_thinking_bot_is_seen_typing_where_it_was_asked(demo: Demo) -> None:
    alice, bob = await demo.visitor("/dm"), await demo.visitor("/dm-bob")
    demo.parts.engine.gate.clear()

    speaking = asyncio.create_task(alice.say("think about it"))
    await demo.parts.engine.asked.get()

    assert await alice.sees_typing("dm")
    assert not await bob.sees_typing("dm-bob")
    demo.parts.engine.gate.set()
    await speaking
    assert not await alice.sees_typing("dm")


async def test_two_people_who_speak_at_once_are_both_heard(demo: Demo) -> None:
    one, other = await demo.visitor("/lounge"), await demo.visitor("/lounge")

    receipts = await asyncio.gather(one.say("first"), other.say("second"))

    assert [receipt["settlement"] for receipt in receipts] == ["settled", "settled"]
    assert len(await one.look()) == 4


async def test_what_was_said_is_seen_by_whoever_comes_later(demo: Demo) -> None:
    await (await demo.visitor("/lounge")).say("hello")

    assert await (await demo.visitor("/lounge")).look() == ["hello", "You said: hello"]


@pytest.mark.parametrize("path", ["/demo/demo.js", "/demo/demo.css", "/app.js", "/preview.css"])
async def test_the_pages_files_are_served(demo: Demo, path: str) -> None:
    async with demo.session.get(demo.address.rstrip("/") + path) as reply:
        assert reply.status == 200
        assert await reply.text()


async def test_there_is_no_icon(demo: Demo) -> None:
    async with demo.session.get(demo.address + "favicon.ico") as reply:
        assert reply.status == 204


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
async def test_pages_of_others_are_refused(demo: Demo, headers: dict[str, str]) -> None:
    async with demo.session.get(demo.address, headers=headers) as reply:
        assert reply.status == 403


async def test_an_unknown_capability_is_refused(demo: Demo) -> None:
    headers = {"X-Simcord-Capability": "guessed"}
    async with demo.session.get(demo.address + "api/state", headers=headers) as reply:
        assert reply.status == 401


async def test_an_upload_is_passed_on_as_it_is(demo: Demo) -> None:
    visitor = await demo.visitor("/dm")
    async with demo.session.post(
        demo.address + "api/action", data=b"no form", headers=visitor.headers
    ) as reply:
        assert reply.status == 400


async def test_a_taken_port_is_named(demo: Demo) -> None:
    port = int(demo.address.rstrip("/").rpartition(":")[2])

    with pytest.raises(PortTaken, match=f"Port {port} is taken"):
        await Front(discord=demo.discord).start(port)
