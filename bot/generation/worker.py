"""The engine: a fair line, and the one thread that owns the model and its tokenizer."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING

from bot.errors import DeadlineExceeded, EngineDead, RequestFailed
from bot.generation.engine import EngineHealth, EngineState
from bot.generation.scheduler import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.generation.engine import Model, ModelCard, Outlook
    from bot.generation.request import GenerationRequest, GenerationResult
    from bot.generation.scheduler import Ticket

log = logging.getLogger(__name__)

FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 60.0
THREAD_NAME = "confab-model"


class WorkerEngine:
    """Runs a model on a thread of its own and hands replies back to the event loop.

    The loop and the thread share the scheduler under one lock that is never held while the model
    works. A model that dies is loaded again with backoff; meanwhile requests fail with EngineDead.

    Args:
        load: Makes the model; called on the worker thread, at start and after a death.
        line_limit: How many requests may wait.
        clock: A monotonic clock in seconds.
    """

    def __init__(
        self,
        *,
        load: Callable[[], Model],
        line_limit: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._clock = clock
        self._scheduler = Scheduler(limit=line_limit, parallel=1)
        self._changed = threading.Condition()
        self._cancelled: set[int] = set()
        self._futures: dict[int, asyncio.Future[GenerationResult]] = {}
        self._state = EngineState.STARTING
        self._card: ModelCard | None = None
        self._restarts = 0
        self._answered = 0
        self._is_loading = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def card(self) -> ModelCard | None:
        """The loaded model, or None while there is none."""
        return self._card

    async def start(self) -> None:
        """Load the model; return when it is ready.

        Raises:
            StartupError: The model cannot be loaded; the thread has ended.
        """
        self._loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(
            target=self._live, args=(ready,), name=THREAD_NAME, daemon=True
        )
        self._thread.start()
        await ready

    async def stop(self) -> None:
        """Fail what is left, end the thread and free the model.

        A model that is being downloaded, converted or loaded is not waited for: that takes minutes
        and cannot be interrupted. Its thread ends afterwards or with the process.
        """
        with self._changed:
            self._state = EngineState.STOPPED
            is_loading = self._is_loading
            tickets = self._scheduler.clear()
            self._changed.notify_all()
        self._fail(tickets, EngineDead("The engine has stopped."))
        if self._thread is not None and not is_loading:
            await asyncio.to_thread(self._thread.join)

    async def generate(self, request: GenerationRequest) -> GenerationResult:
        """Return the reply to ``request``, as `Engine` promises."""
        future: asyncio.Future[GenerationResult] = asyncio.get_running_loop().create_future()
        with self._changed:
            if self._state is not EngineState.READY:
                msg = f"The engine is {self._state}."
                raise EngineDead(msg)
            ticket = self._scheduler.admit(request, self._clock())
            self._futures[ticket.key] = future
            self._changed.notify_all()
        try:
            async with asyncio.timeout(request.deadline_s):
                return await future
        except TimeoutError:
            raise DeadlineExceeded from None
        finally:
            self._futures.pop(ticket.key, None)
            self._give_up_place(ticket.key)

    def outlook(self) -> Outlook:
        """Return what a request admitted now would have before it."""
        with self._changed:
            return self._scheduler.outlook()

    def health(self) -> EngineHealth:
        """Return the engine's pulse; never waits for the model."""
        with self._changed:
            return EngineHealth(
                state=self._state,
                waiting=self._scheduler.waiting,
                running=self._scheduler.running,
                typical_s=self._scheduler.typical_s,
                restarts=self._restarts,
                answered=self._answered,
            )

    def _give_up_place(self, key: int) -> None:
        with self._changed:
            if self._scheduler.drop(key):
                self._cancelled.add(key)
            self._changed.notify_all()

    # From here on: the worker thread.

    def _live(self, ready: asyncio.Future[None]) -> None:
        """Load, serve, and load again after a death, until stopped."""
        backoff_s = FIRST_BACKOFF_S
        while self._may_load():
            try:
                model = self._load()
            except Exception as error:
                if not self._restarts:
                    self._tell(ready, error)
                    return
                log.exception("engine restart failed attempt=%d", self._restarts)
            else:
                self._open(model)
                self._tell(ready, None)
                answered = self._answered
                self._serve(model)
                backoff_s = FIRST_BACKOFF_S if self._answered > answered else backoff_s
            self._wait_before_restart(backoff_s)
            backoff_s = min(2 * backoff_s, LONGEST_BACKOFF_S)

    def _may_load(self) -> bool:
        with self._changed:
            self._is_loading = self._state is not EngineState.STOPPED
            return self._is_loading

    def _open(self, model: Model) -> None:
        with self._changed:
            self._is_loading = False
            self._card = model.card
            self._scheduler.resize(model.capacity)
            if self._state is not EngineState.STOPPED:
                self._state = EngineState.READY
        log.info("engine ready model=%s engine=%s", model.card.name, model.card.engine)

    def _serve(self, model: Model) -> None:
        try:
            while self._feed(model):
                self._settle(model.step())
        except Exception:
            log.exception("engine died model=%s", model.card.name)
            self._die()
        finally:
            model.close()

    def _feed(self, model: Model) -> bool:
        """Wait for work and give it to the model; return False when the engine stops."""
        with self._changed:
            self._changed.wait_for(self._has_work)
            if self._state is EngineState.STOPPED:
                return False
            cancelled, self._cancelled = self._cancelled, set()
            room = model.capacity - self._scheduler.running
            batch = self._scheduler.next_batch(room, self._clock())
        for key in cancelled:
            model.cancel(key)
        for ticket in batch:
            try:
                model.start(ticket.key, ticket.request)
            except RequestFailed as error:
                self._settle([(ticket.key, error)])
        return True

    def _has_work(self) -> bool:
        return (
            self._state is EngineState.STOPPED
            or self._scheduler.running > 0
            or self._scheduler.waiting > 0
            or bool(self._cancelled)
        )

    def _settle(self, outcomes: Sequence[tuple[int, GenerationResult | RequestFailed]]) -> None:
        with self._changed:
            for key, outcome in outcomes:
                if isinstance(outcome, RequestFailed):
                    self._scheduler.drop(key)
                else:
                    self._scheduler.finish(key, self._clock())
                    self._answered += 1
        for key, outcome in outcomes:
            self._on_loop(self._resolve, key, outcome)

    def _die(self) -> None:
        with self._changed:
            if self._state is EngineState.STOPPED:
                return
            self._state = EngineState.RESTARTING
            self._restarts += 1
            tickets = self._scheduler.clear()
            self._cancelled.clear()
        self._on_loop(self._fail, tickets, EngineDead("The model died; it is being restarted."))

    def _wait_before_restart(self, backoff_s: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._state is EngineState.STOPPED, timeout=backoff_s)

    def _tell(self, ready: asyncio.Future[None], error: Exception | None) -> None:
        def settle() -> None:
            if ready.done():
                return
            if error is None:
                ready.set_result(None)
            else:
                ready.set_exception(error)

        self._on_loop(settle)

    def _on_loop(self, callback: Callable[..., None], *arguments: object) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback, *arguments)

    # From here on: the event loop again.

    def _resolve(self, key: int, outcome: GenerationResult | RequestFailed) -> None:
        future = self._futures.get(key)
        if future is None or future.done():
            return
        if isinstance(outcome, RequestFailed):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def _fail(self, tickets: Sequence[Ticket], error: EngineDead) -> None:
        for ticket in tickets:
            future = self._futures.get(ticket.key)
            if future is not None and not future.done():
                future.set_exception(error)
