"""Speaks the preview page's protocol, as the browser would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from aiohttp import ClientSession


class Visitor:
    """Somebody with the page of one room open."""

    def __init__(self, session: ClientSession, address: str) -> None:
        self._session = session
        self._address = address.rstrip("/")
        self.headers: dict[str, str] = {}
        self._state: dict[str, Any] = {}
        self._sequence = 0
        self.html = ""

    async def enter(self, path: str = "/") -> None:
        async with self._session.get(self._address + path) as reply:
            assert reply.status == 200
            self.html = await reply.text()
        found = re.search('confab-capability" content="([^"]+)"', self.html)
        assert found is not None
        self.headers = {"X-Simcord-Capability": found[1]}
        self._state = await self._call("POST", "/api/pages", {})
        self.headers["X-Simcord-Context"] = self._state["context"]["id"]

    async def say(self, content: str) -> dict[str, Any]:
        return await self.act("send_message", content=content)

    async def act(self, kind: str, **details: Any) -> dict[str, Any]:
        """Do something on the page as it was last seen."""
        receipt = await self._call(
            "POST",
            "/api/action",
            {
                "protocol_version": 3,
                "sequence": self._sequence + 1,
                "request_id": f"{kind}-{self._sequence + 1}",
                "generation": self._state["context"]["generation"],
                "bot_generation": self._state["botGeneration"],
                "published_revision": self._state["publishedRevision"],
                "kind": kind,
                **details,
            },
        )
        self._sequence = cast("int", receipt["expectedSequence"])
        return receipt

    async def run(self, command: str, **options: str) -> dict[str, Any]:
        """Run a slash command, such as ``memory forget``."""
        catalog = await self._call("GET", "/api/commands")
        entry = next(one for one in catalog["entries"] if one["invocation"] == command)
        return await self.act(
            "run_command",
            command_id=entry["commandId"],
            path=entry["path"],
            schema_fingerprint=entry["schemaFingerprint"],
            options=options,
        )

    async def look(self) -> list[str]:
        """Return what is written in the channel, oldest first."""
        self._state = await self._call("GET", "/api/state")
        return [self._state["messages"][id_]["content"] for id_ in self._state["timeline"]]

    async def times(self) -> list[str]:
        await self.look()
        return [self._state["messages"][id_]["timestamp"] for id_ in self._state["timeline"]]

    async def sees_typing(self, room: str) -> bool:
        async with self._session.get(f"{self._address}/demo/typing?room={room}") as reply:
            return bool((await reply.json())["typing"])

    async def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        async with self._session.request(
            method, self._address + path, json=body, headers=self.headers
        ) as reply:
            assert reply.status == 200, await reply.text()
            return cast("dict[str, Any]", await reply.json())
