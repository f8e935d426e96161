from __future__ import annotations

import asyncio
import importlib.util
import socket
import webbrowser
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession
from typing_extensions import override

from bot.demo import run_demo
from bot.demo.session import browse_to
from bot.errors import PackageMissing, PortTaken
from config.settings import Settings
from tests.demo.visitor import Visitor
from tests.generation.checkpoints import save_blenderbot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TOPICS = (
    "hello, how are you today?",
    "it rains here",
    "I cooked dumplings yesterday",
    "do you like volleyball?",
    "my bus was late again",
    "what do you think of museums?",
    "I'm a bit tired now",
    "tell me a joke",
    "the neighbours are noisy tonight",
    "I bought a new lamp",
)


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_blenderbot(tmp_path_factory.mktemp("model"))


@pytest.fixture
def settings(model_folder: Path, tmp_path: Path) -> Settings:
    return Settings(model=str(model_folder), engine="transformers", data_dir=tmp_path / "data")


async def test_the_address_stands_alone_on_a_line_and_opens_in_the_browser(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = asyncio.Event()
    opened: list[str] = []

    def browse(address: str) -> bool:
        opened.append(address)
        stop.set()
        return True

    await run_demo(settings, port=0, open_browser=True, stop=stop, browse=browse)

    assert opened[0].startswith("http://127.0.0.1:")
    assert opened[0] in capsys.readouterr().out.splitlines()


async def test_a_machine_without_a_browser_is_no_failure(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()

    def browse(_address: str) -> bool:
        stop.set()
        return False

    await run_demo(settings, port=0, open_browser=True, stop=stop, browse=browse)

    assert "no browser opened" in caplog.text


async def test_a_start_that_is_stopped_serves_no_page(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = asyncio.Event()
    stop.set()

    with pytest.raises(asyncio.CancelledError):
        await run_demo(settings, port=0, open_browser=False, stop=stop)

    assert "http" not in capsys.readouterr().out


@asynccontextmanager
async def visiting(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Visitor]:
    """A demo from its start to its end, with somebody in Alice's direct messages."""
    stop = asyncio.Event()
    demo = asyncio.create_task(run_demo(settings, port=0, open_browser=False, stop=stop))
    address = ""
    async with asyncio.timeout(60):
        while not address.startswith("http"):
            await asyncio.sleep(0.05)
            address = (capsys.readouterr().out.splitlines() or [""])[-1]
    async with ClientSession() as session:
        visitor = Visitor(session, address)
        await visitor.enter("/dm")
        yield visitor
    stop.set()
    await demo


async def answer_to(visitor: Visitor, text: str) -> str:
    await visitor.say(text)
    return (await visitor.look())[-1]


def bytes_in(folder: Path) -> bytes:
    """Return all that the demo's database files hold, free pages and log as well."""
    return b"".join(path.read_bytes().lower() for path in folder.glob("demo.sqlite3*"))


async def test_the_next_demo_remembers_until_it_is_told_to_forget(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path)
    async with visiting(settings, capsys) as visitor:
        await visitor.say("My name is Quillan, and I'm studying Vulcanology.")
        for topic in TOPICS:
            assert await answer_to(visitor, topic)

    async with visiting(settings, capsys) as visitor:
        assert "Quillan" in await answer_to(visitor, "what's my name?")
        assert "vulcanology" in (await answer_to(visitor, "what do I study?")).lower()
        await visitor.run("memory forget", fact="0")
        assert "Quillan" not in await answer_to(visitor, "do you know my name?")
        assert "vulcanology" not in (await answer_to(visitor, "what am i studying?")).lower()
        await visitor.say("I live in Zanzibarville.")
        await visitor.run("privacy delete", sure="yes, delete everything")

    kept = bytes_in(tmp_path)
    assert kept
    for word in ("quillan", "vulcanology", "zanzibarville", *TOPICS):
        assert word.lower().encode() not in kept, word


async def test_the_demo_leaves_the_owners_own_database_alone(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with visiting(settings, capsys) as visitor:
        await visitor.say("hello")
        words = await visitor.look()

    assert words[0] == "hello"
    assert len(words) == 2
    assert {path.name for path in settings.data_dir.glob("*.sqlite3")} == {"demo.sqlite3"}


async def test_a_taken_port_ends_the_start(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken) as failure:
            await run_demo(settings, port=port, open_browser=False, stop=asyncio.Event())

    assert failure.value.exit_code == 17


async def test_a_missing_package_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(PackageMissing, match="make demo"):
        await run_demo(settings, port=0, open_browser=False, stop=asyncio.Event())


class Windowed(webbrowser.BaseBrowser):
    """A browser that only notes what it opens."""

    def __init__(self) -> None:
        super().__init__("windowed")
        self.opened: list[str] = []

    @override
    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.opened.append(url)
        return True


def test_the_machines_browser_opens_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Windowed()
    monkeypatch.setattr(webbrowser, "get", lambda: browser)

    assert browse_to("http://127.0.0.1:1/")
    assert browser.opened == ["http://127.0.0.1:1/"]


def test_a_browser_of_the_terminal_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("false"))

    assert not browse_to("http://127.0.0.1:1/")


def test_a_machine_may_have_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_found() -> webbrowser.BaseBrowser:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none_found)

    assert not browse_to("http://127.0.0.1:1/")
