"""The composition root: makes every concrete part, hands each what it needs, closes in order."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from bot.dialogue import Dialogue
from bot.errors import FolderNotWritable
from bot.generation.loading import ModelChoice, load_model
from bot.generation.worker import WorkerEngine
from bot.log import local_key, start_logging
from bot.memory.lexicon import load_lexicon
from bot.memory.long_term import LongTermMemory
from bot.memory.questions import load_questions
from bot.privacy import Privacy
from bot.safety.classifier import parse_thresholds
from bot.safety.open import open_safety
from bot.services import Services
from bot.store.engines import store_url
from bot.store.open import open_store
from bot.store.persona_files import load_personas
from config.settings import PERSONAS, STARTER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy import URL

    from bot.generation.request import DecodingOverrides
    from bot.safety.open import Safety
    from bot.store.open import Store
    from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Companion:
    """Everything that is open while Confab lives.

    Attributes:
        services: What cogs and screens may ask for.
        store: What survives a restart.
    """

    services: Services
    store: Store


@asynccontextmanager
async def open_companion(
    settings: Settings, *, stop: asyncio.Event | None = None
) -> AsyncIterator[Companion]:
    """Open store, engine and dialogue, and close them in the opposite order.

    Args:
        settings: The owner's.
        stop: Ends the start when it is set before everything is open.

    Raises:
        StartupError: A part cannot start; what was open already is closed again.
        CancelledError: ``stop`` has been set meanwhile; likewise.
    """
    started_s = time.monotonic()
    async with (
        _open_store(settings) as store,
        store.retention.running(),
        _open_safety(settings, store) as safety,
        _open_engine(settings, stop or asyncio.Event()) as engine,
    ):
        memory = LongTermMemory(facts=store.facts, words=load_lexicon(), questions=load_questions())
        dialogue = Dialogue(
            engine=engine,
            histories=store.histories,
            memory=memory,
            personas=store.personas,
            options=store.options,
            consent=store.consent,
            safety=safety.check,
            tact=safety.topics,
            deadline_s=settings.deadline_s,
        )
        services = Services(
            dialogue=dialogue,
            engine=engine,
            options=store.options,
            personas=store.personas,
            safety=safety.check,
            memory=memory,
            privacy=Privacy(
                dialogue=dialogue,
                records=store.records,
                consent=store.consent,
                decisions=safety,
            ),
            retention_days=settings.retention_days,
            safety_desk=safety.desk,
            uptime_s=lambda: time.monotonic() - started_s,
            reads_content=settings.message_content,
            answers_bots=settings.answer_bots,
        )
        yield Companion(services=services, store=store)


def _open_store(settings: Settings) -> AbstractAsyncContextManager[Store]:
    return open_store(
        database_url(settings),
        history_turns=settings.history_turns,
        cached_channels=settings.cached_channels,
        personas=load_personas(PERSONAS),
        persona=settings.persona,
        retention_days=settings.retention_days,
    )


def _open_safety(settings: Settings, store: Store) -> AbstractAsyncContextManager[Safety]:
    return open_safety(
        guild_lists=store.guild_lists,
        audit=store.audit,
        own_words=settings.safety_words,
        classifier=settings.safety_model,
        thresholds=parse_thresholds(settings.safety_thresholds),
        helpline=settings.safety_helpline,
    )


@asynccontextmanager
async def _open_engine(settings: Settings, stop: asyncio.Event) -> AsyncIterator[WorkerEngine]:
    load = partial(load_model, model_choice(settings))
    engine = WorkerEngine(load=load, line_limit=settings.queue_limit)
    try:
        await _unless_stopped(engine.start(), stop)
        yield engine
    finally:
        await engine.stop()


async def _unless_stopped(start: Coroutine[None, None, None], stop: asyncio.Event) -> None:
    """Await ``start``, which may take minutes: a first start downloads the model."""
    starting, stopping = asyncio.create_task(start), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            raise asyncio.CancelledError
        starting.result()
    finally:
        starting.cancel()
        stopping.cancel()


def begin_logging(settings: Settings, *, quietly: bool = False) -> None:
    """Send log lines to stderr, ids hashed and secrets withheld; quietly, only warnings.

    Raises:
        FolderNotWritable: The key that ids are hashed with cannot be kept.
    """
    level = "WARNING" if quietly and settings.log_level == "INFO" else settings.log_level
    secrets = [s.get_secret_value() for s in (settings.discord_token, settings.database_url) if s]
    try:
        key = local_key(settings.data_dir)
    except OSError as error:
        raise FolderNotWritable(
            f"{settings.data_dir} cannot be written ({error.strerror}).",
            cure="Free some room or set DATA_DIR to another folder.",
        ) from error
    start_logging(level=level, key=key, withheld=secrets)


def database_url(settings: Settings) -> URL:
    """Return where everything is kept."""
    url = settings.database_url
    return store_url(None if url is None else url.get_secret_value(), settings.data_dir)


def model_choice(settings: Settings) -> ModelChoice:
    """Return the settings that decide about the model."""
    return ModelChoice(
        model=settings.model,
        engine=settings.engine,
        precision=settings.precision,
        threads=settings.threads,
        batch_size=settings.batch_size,
        overrides=cast("DecodingOverrides", settings.decoding_overrides),
        cache=settings.data_dir / "models",
        starter=STARTER,
    )
