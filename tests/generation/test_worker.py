"""The engine answers off the loop, frees places, and comes back from the dead."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from bot.conversation.prompt import Prompt
from bot.errors import DeadlineExceeded, EngineDead, ModelNotFound, QueueFull, RequestInvalid
from bot.generation import worker
from bot.generation.engine import EngineState
from bot.generation.request import GenerationRequest
from bot.generation.worker import WorkerEngine
from tests.fakes.model import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def request(text: str = "hi", *, channel_id: int = 1, deadline_s: float = 30) -> GenerationRequest:
    return GenerationRequest(
        prompt=Prompt((text,)), channel_id=channel_id, asker_id=channel_id, deadline_s=deadline_s
    )


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
async def engine(model: ScriptedModel) -> AsyncIterator[WorkerEngine]:
    engine = WorkerEngine(load=lambda: model, line_limit=2)
    await engine.start()
    yield engine
    model.may_step.set()
    await engine.stop()


async def until_stepping(model: ScriptedModel) -> None:
    await asyncio.to_thread(model.stepping.wait, 10)


async def test_a_reply_comes_back_from_the_worker_thread(
    engine: WorkerEngine, model: ScriptedModel
) -> None:
    result = await engine.generate(request("hi"))

    assert result.text == "echo: hi"
    assert threading.get_ident() not in model.threads
    assert engine.health().answered == 1
    assert engine.card == model.card


async def test_requests_share_steps(engine: WorkerEngine, model: ScriptedModel) -> None:
    model.may_step.clear()
    asked = [asyncio.ensure_future(engine.generate(request(channel_id=i))) for i in range(2)]
    await until_stepping(model)
    model.steps = 2
    model.may_step.set()
    await asyncio.gather(*asked)

    assert model.most_at_once <= model.capacity


async def test_a_full_line_refuses_at_once(engine: WorkerEngine, model: ScriptedModel) -> None:
    model.may_step.clear()
    first = asyncio.ensure_future(engine.generate(request(channel_id=1)))
    await until_stepping(model)
    rest = [asyncio.ensure_future(engine.generate(request(channel_id=i))) for i in (2, 3)]
    await asyncio.sleep(0)

    with pytest.raises(QueueFull):
        await engine.generate(request(channel_id=4))
    assert engine.outlook().ahead == 3
    assert (engine.health().waiting, engine.health().running) == (2, 1)

    model.may_step.set()
    await asyncio.gather(first, *rest)


async def test_a_cancelled_request_frees_its_place(
    engine: WorkerEngine, model: ScriptedModel
) -> None:
    model.may_step.clear()
    model.steps = 50
    asked = asyncio.ensure_future(engine.generate(request("never")))
    await until_stepping(model)

    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    model.steps = 1
    model.may_step.set()

    assert (await engine.generate(request("next"))).text == "echo: next"
    assert model.cancelled == [1]


async def test_a_deadline_ends_the_wait(engine: WorkerEngine, model: ScriptedModel) -> None:
    model.may_step.clear()

    with pytest.raises(DeadlineExceeded):
        await engine.generate(request(deadline_s=0.01))

    model.may_step.set()
    assert (await engine.generate(request("next"))).text == "echo: next"


async def test_a_poisoned_request_fails_alone(engine: WorkerEngine) -> None:
    with pytest.raises(RequestInvalid):
        await engine.generate(request("poison"))

    assert (await engine.generate(request("fine"))).text == "echo: fine"


async def test_a_dead_model_is_loaded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "FIRST_BACKOFF_S", 0.01)
    first, second = ScriptedModel(), ScriptedModel()
    first.dies = True
    loads: list[ScriptedModel | None] = [second, None, first]

    def load() -> ScriptedModel:
        model = loads.pop()
        if model is None:
            raise MemoryError
        return model

    engine = WorkerEngine(load=load, line_limit=2)
    await engine.start()

    with pytest.raises(EngineDead):
        await engine.generate(request())
    async with asyncio.timeout(10):
        while engine.health().state is not EngineState.READY:
            with pytest.raises(EngineDead, match="restarting"):
                await engine.generate(request())
            await asyncio.sleep(0.01)

    assert (await engine.generate(request("back"))).text == "echo: back"
    assert first.closed
    assert engine.health().restarts == 1
    await engine.stop()


async def test_a_model_that_cannot_load_stops_the_start() -> None:
    def load() -> ScriptedModel:
        raise ModelNotFound("No model.", cure="Get one.")

    engine = WorkerEngine(load=load, line_limit=2)

    with pytest.raises(ModelNotFound):
        await engine.start()
    await engine.stop()


async def test_a_stop_does_not_wait_for_a_model_that_is_being_loaded() -> None:
    loading, may_load, model = threading.Event(), threading.Event(), ScriptedModel()

    def load() -> ScriptedModel:
        loading.set()
        may_load.wait(10)
        return model

    engine = WorkerEngine(load=load, line_limit=2)
    starting = asyncio.create_task(engine.start())
    await asyncio.to_thread(loading.wait, 10)

    async with asyncio.timeout(5):
        await engine.stop()

    may_load.set()
    await starting
    async with asyncio.timeout(5):
        await engine.stop()
    assert model.closed


async def test_stopping_fails_what_is_left(engine: WorkerEngine, model: ScriptedModel) -> None:
    model.may_step.clear()
    asked = asyncio.ensure_future(engine.generate(request()))
    await until_stepping(model)

    stopping = asyncio.ensure_future(engine.stop())
    await asyncio.sleep(0)
    model.may_step.set()
    await stopping

    with pytest.raises(EngineDead):
        await asked
    assert model.closed
    with pytest.raises(EngineDead, match="stopped"):
        await engine.generate(request())
