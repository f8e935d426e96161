"""The stand-in as a process of its own, steered over HTTP, so that it can be killed with -9."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from tests.wire.rest import answer
from tests.wire.standin import StandIn
from tests.wire.town import Town

if TYPE_CHECKING:
    from aiohttp import web


async def serve(port: int, journal: Path) -> None:
    stand_in = StandIn(world=Town().world, journal=journal, port=port)

    async def control(request: web.Request) -> web.Response:
        action = getattr(stand_in, request.match_info["action"])
        return answer(await action(**await request.json()))

    await stand_in.start(control)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.port, options.journal))
