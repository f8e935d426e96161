"""An optional further check: any transformers text-classification checkpoint."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.errors import ModelNotFound, PackageMissing, SettingsInvalid
from bot.safety.verdict import Action, Match, Side, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    from bot.safety.verdict import Passage

log = logging.getLogger(__name__)

CHECK_NAME: Final = "classifier"
DEFAULT_THRESHOLD: Final = 0.8
_LONGEST_TOKENS: Final = 256
# Labels by which common checkpoints say that a text is fine.
_HARMLESS: Final = frozenset(
    {"neutral", "non-toxic", "not toxic", "nontoxic", "safe", "ok", "normal", "label_0", "__ok__"}
    | {"non-offensive", "not offensive", "nothate", "non-hate", "clean", "acceptable"}
)


class Classify(Protocol):
    """Gives each label of a text a score between 0 and 1; may take long, called off the loop."""

    def __call__(self, text: str) -> Mapping[str, float]:
        """Return the scores of ``text``."""
        ...


class ClassifierCheck:
    """Asks a classifier about utterances and replies.

    One that fails or is late lets the text pass, with a line in the log: the lists have judged it.

    Args:
        classify: The classifier.
        executor: Runs it; one thread of its own, since tokenizers are not shared between threads.
        thresholds: The score from which a label counts; others count from ``default``.
        default: For labels without a threshold of their own, harmless ones never count.
        deadline_s: How long it may take.
    """

    def __init__(
        self,
        *,
        classify: Classify,
        executor: Executor,
        thresholds: Mapping[str, float] | None = None,
        default: float = DEFAULT_THRESHOLD,
        deadline_s: float = 5.0,
    ) -> None:
        self._classify = classify
        self._executor = executor
        self._thresholds = {label.casefold(): at for label, at in (thresholds or {}).items()}
        self._default = default
        self._deadline_s = deadline_s

    async def check(self, passage: Passage) -> Verdict:
        """Judge ``passage`` by its scores."""
        try:
            async with asyncio.timeout(self._deadline_s):
                scores = await asyncio.get_running_loop().run_in_executor(
                    self._executor, self._classify, passage.text
                )
        except TimeoutError:
            log.warning("classifier late channel=%d", passage.channel_id)
            return Verdict(Action.ALLOW, passage.text)
        except Exception:
            log.exception("classifier failed channel=%d", passage.channel_id)
            return Verdict(Action.ALLOW, passage.text)
        action = Action.WITHHOLD if passage.side is Side.REPLY else Action.REFUSE
        return Verdict.of(
            passage.text,
            [
                Match(CHECK_NAME, CHECK_NAME, label, 0, len(passage.text), action)
                for label, score in scores.items()
                if self._counts(label.casefold(), score)
            ],
        )

    def _counts(self, label: str, score: float) -> bool:
        if label in self._thresholds:
            return score >= self._thresholds[label]
        return label not in _HARMLESS and score >= self._default


def parse_thresholds(text: str) -> dict[str, float]:
    """Read ``toxic=0.9,threat=0.5``.

    Raises:
        SettingsInvalid: A part is not a label with a number between 0 and 1.
    """
    thresholds: dict[str, float] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        label, _, number = part.rpartition("=")
        try:
            thresholds[label.strip()] = float(number)
        except ValueError:
            thresholds[label.strip()] = -1.0
        if not label.strip() or not 0 <= thresholds[label.strip()] <= 1:
            raise SettingsInvalid(
                f'SAFETY_THRESHOLDS: "{part}" is no threshold.',
                cure="Write label=number from 0 to 1, such as toxic=0.9.",
            )
    return thresholds


def load_classifier(name: str) -> Classify:
    """Load a checkpoint by its name or folder; blocks for seconds.

    Raises:
        PackageMissing: torch or transformers is not installed.
        ModelNotFound: There is no such checkpoint, or it does not classify texts.
    """
    try:
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
    except ImportError as error:
        raise PackageMissing(
            "SAFETY_MODEL needs torch and transformers.", cure="Run `make reference`."
        ) from error
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(name)
        model: Any = AutoModelForSequenceClassification.from_pretrained(name, dtype=torch.float32)
    except (OSError, ValueError) as error:
        raise ModelNotFound(
            f"The safety model {name} cannot be loaded.", cure="Check SAFETY_MODEL."
        ) from error
    model.eval()
    labels: dict[int, str] = model.config.id2label
    squash = torch.sigmoid if len(labels) == 1 or _is_multi(model.config) else _softmax(torch)

    def classify(text: str) -> Mapping[str, float]:
        encoded = tokenizer(text, truncation=True, max_length=_LONGEST_TOKENS, return_tensors="pt")
        with torch.inference_mode():
            scores = squash(model(**encoded).logits[0]).tolist()
        return {labels[place]: score for place, score in enumerate(scores)}

    return classify


def _is_multi(config: Any) -> bool:
    return getattr(config, "problem_type", None) == "multi_label_classification"


def _softmax(torch: Any) -> Any:
    return lambda logits: torch.softmax(logits, dim=-1)
