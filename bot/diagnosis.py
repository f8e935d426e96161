"""What the doctor looks at, in the order in which a start would meet it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.bootstrap import database_url, model_choice
from bot.doctor import Finding, examine, usable_folder, usable_token
from bot.errors import StartupError
from bot.generation.loading import load_model
from bot.safety.classifier import parse_thresholds
from bot.safety.open import lists_with
from bot.store.open import open_store
from bot.store.persona_files import load_personas, owners_persona
from config.settings import PERSONAS

if TYPE_CHECKING:
    from config.settings import Settings


async def diagnose(settings: Settings) -> list[Finding]:
    """Return the findings about settings, token, folders, persona, safety, database and model."""
    return [
        Finding("settings", "read and within bounds"),
        examine("token", lambda: _token(settings)),
        Finding("intent", _intent(settings)),
        examine("folder", lambda: f"{usable_folder(settings.data_dir)} can be written"),
        examine("persona", lambda: _persona(settings)),
        examine("safety words", lambda: _words(settings)),
        examine("safety thresholds", lambda: _thresholds(settings)),
        await _database(settings),
        await asyncio.to_thread(examine, "model", lambda: _model(settings)),
    ]


def _token(settings: Settings) -> str:
    usable_token(settings.discord_token)
    return "has a token's form (only Discord can tell whether it is valid)"


def _intent(settings: Settings) -> str:
    if settings.message_content:
        return "message content is used: it must be switched on in the developer portal"
    return "no privileged intent is used"


def _persona(settings: Settings) -> str:
    return f"{owners_persona(load_personas(PERSONAS), settings.persona).name} is there"


def _words(settings: Settings) -> str:
    return f"{len(lists_with(settings.safety_words).entries)} entries are read"


def _thresholds(settings: Settings) -> str:
    return f"{len(parse_thresholds(settings.safety_thresholds))} are set"


async def _database(settings: Settings) -> Finding:
    url = database_url(settings)
    try:
        async with open_store(url):
            return Finding("database", f"{url.get_backend_name()} opens and is up to date")
    except StartupError as error:
        return Finding("database", str(error), error)


def _model(settings: Settings) -> str:
    model = load_model(model_choice(settings))
    try:
        card = model.card
        return f"{card.name} loads ({card.engine}, {card.precision}, {card.device})"
    finally:
        model.close()
