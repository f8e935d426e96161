"""The owner's settings, read once from the environment and .env, typed and bounded."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, StringConstraints, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
STARTER = ROOT / "models" / "starter"
PERSONAS = ROOT / "config" / "personas"

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
EngineChoice = Literal["auto", "onnx", "transformers"]
Precision = Literal["int8", "float32"]


class Settings(BaseSettings):
    """Everything an owner decides; each field is one variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    discord_token: SecretStr | None = Field(
        None, description="The bot's token from the Discord developer portal; needed by run."
    )
    message_content: bool = Field(
        default=False,
        description="Use the privileged message-content intent: replies without a ping, threads, "
        "always-on channels.",
    )
    answer_bots: bool = Field(
        default=False, description="Also answer other bots and webhooks that address Confab."
    )
    model: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = Field(
        "starter",
        description="'starter', a checkpoint folder, or a hub name such as "
        "facebook/blenderbot-400M-distill.",
    )
    engine: EngineChoice = Field(
        "auto",
        description="onnx (fast on a CPU), transformers (the reference), or auto: a GPU through "
        "transformers when there is one, else onnx.",
    )
    precision: Precision = Field("int8", description="Weights of the onnx engine.")
    threads: int = Field(
        0, ge=0, le=64, description="Threads of the model; 0 picks by the number of cores."
    )
    batch_size: int = Field(
        8, ge=1, le=64, description="Requests that share a step of the onnx engine."
    )
    queue_limit: int = Field(32, ge=1, le=1000, description="Requests that may wait in the line.")
    deadline_s: float = Field(
        60.0, ge=1, le=600, description="Seconds after which an asker is told it took too long."
    )
    shutdown_s: float = Field(
        20.0, ge=0, le=120, description="Seconds that running replies get at a stop."
    )
    num_beams: int | None = Field(None, ge=1, le=20, description="Beams; empty: the model's own.")
    min_length: int | None = Field(
        None, ge=0, le=128, description="Shortest reply in tokens; empty: the model's own."
    )
    max_length: int | None = Field(
        None, ge=2, le=512, description="Longest reply in tokens; empty: the model's own."
    )
    length_penalty: float | None = Field(
        None, ge=-5, le=5, description="Above 0 favours longer replies; empty: the model's own."
    )
    no_repeat_ngram_size: int | None = Field(
        None, ge=0, le=10, description="Word runs a reply may not repeat; empty: the model's own."
    )
    encoder_no_repeat_ngram_size: int | None = Field(
        None, ge=0, le=10, description="Word runs of the input a reply may not say; empty: own."
    )
    repetition_penalty: float | None = Field(
        None, gt=0, le=5, description="Above 1 avoids words already said; empty: the model's own."
    )
    do_sample: bool | None = Field(
        None, description="Draw words by chance instead of searching; empty: the model's own."
    )
    temperature: float | None = Field(
        None, gt=0, le=5, description="Sampling: above 1 wilder, below 1 tamer; empty: own."
    )
    top_k: int | None = Field(None, ge=0, le=1000, description="Sampling: likeliest k; 0 for all.")
    top_p: float | None = Field(
        None, gt=0, le=1, description="Sampling: likeliest words of this total probability."
    )
    seed: int | None = Field(
        None, ge=0, lt=2**31, description="Sampling: the same seed gives the same replies."
    )
    persona: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True)] = Field(
        "none", description="The persona where no guild or channel has set one; 'none' for none."
    )
    history_turns: int = Field(
        20, ge=1, le=200, description="Turns kept in mind for each conversation."
    )
    cached_channels: int = Field(
        1000, ge=1, le=100_000, description="Conversations kept in memory at once."
    )
    data_dir: Path = Field(
        Path("data"), description="Where the database, downloads and converted models are kept."
    )
    database_url: SecretStr | None = Field(
        None,
        description="Empty: SQLite in DATA_DIR. Else postgresql://user:password@host/name.",
    )
    retention_days: int = Field(
        30, ge=1, le=3650, description="Days after which what was said is forgotten."
    )
    safety_words: Path | None = Field(
        None, description="A file of words of your own to refuse, one entry a line."
    )
    safety_model: str | None = Field(
        None, description="A transformers text-classification checkpoint as a further check."
    )
    safety_thresholds: str = Field(
        "",
        description="From which score its labels count: toxic=0.9,threat=0.5. Others: 0.8.",
    )
    safety_helpline: str | None = Field(
        None, description="A sentence that names a local line of help; empty: findahelpline.com."
    )
    log_level: LogLevel = Field(
        "INFO", description="DEBUG shows what is said; every other level only hashed ids."
    )

    @field_validator("discord_token")
    @classmethod
    def _unquoted(cls, token: SecretStr | None) -> SecretStr | None:
        return None if token is None else SecretStr(token.get_secret_value().strip().strip("\"'"))

    @field_validator("data_dir", "safety_words")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        try:
            return None if path is None else path.expanduser()
        except RuntimeError:
            raise ValueError(f"{path} is in nobody's home folder") from None

    @property
    def decoding_overrides(self) -> dict[str, object]:
        """The decoding parameters that the owner has set, by their own names."""
        names = (
            "num_beams", "min_length", "max_length", "length_penalty", "no_repeat_ngram_size",
            "encoder_no_repeat_ngram_size", "repetition_penalty", "do_sample", "temperature",
            "top_k", "top_p", "seed",
        )  # fmt: skip
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class SettingsProblem(ValueError):
    """One variable that cannot be used; the text names it and says what would be right."""


def load_settings(env_file: Path = Path(".env"), **overrides: object) -> Settings:
    """Return the settings of this process: the environment over ``env_file`` over the defaults.

    Args:
        env_file: A dotenv file; it need not exist.
        **overrides: Values that the command line gives.

    Raises:
        SettingsProblem: A variable is unknown, misspelt or out of bounds, or ``env_file`` cannot
            be read.
    """
    from_file = _read(env_file)
    known = {name.upper() for name in Settings.model_fields}
    for name in from_file:
        if name.upper() not in known:
            raise SettingsProblem(
                f"{env_file} sets {name}, which is no setting.{_hint(name, known)}"
            )
    for name in os.environ:
        if name not in known and (meant := get_close_matches(name, known, n=1, cutoff=0.92)):
            raise SettingsProblem(f"The environment sets {name}: did you mean {meant[0]}?")
    try:
        return Settings(_env_file=env_file if from_file else None, **overrides)  # type: ignore[arg-type]  # pydantic-settings' own keyword
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise SettingsProblem(f"{name} cannot be used: {_reason(first['msg'])}.") from None


def _read(env_file: Path) -> dict[str, str | None]:
    try:
        return dotenv_values(env_file) if env_file.is_file() else {}
    except UnicodeDecodeError:
        raise SettingsProblem(
            f"{env_file} is not in UTF-8: save it in that encoding; PowerShell's > writes UTF-16."
        ) from None
    except OSError as error:
        raise SettingsProblem(f"{env_file} cannot be read ({error.strerror}).") from None


def _hint(name: str, known: set[str]) -> str:
    meant = get_close_matches(name.upper(), known, n=1)
    return f" Did you mean {meant[0]}?" if meant else " See .env.example for all of them."


def _reason(message: str) -> str:
    return message[0].lower() + message[1:].removesuffix(".")
