"""Puts the safety of a companion together and closes it: what bootstrap calls."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.errors import SettingsInvalid
from bot.safety.audit import InMemoryAuditTrail
from bot.safety.chain import SafetyChain
from bot.safety.classifier import ClassifierCheck, load_classifier
from bot.safety.decisions import DecisionLog
from bot.safety.desk import SafetyDesk
from bot.safety.entries import parse_list
from bot.safety.flooding import FloodingCheck
from bot.safety.keywords import KeywordCheck
from bot.safety.lexicon import Lexicon
from bot.safety.links import LinkCheck
from bot.safety.personal_data import PersonalDataCheck
from bot.safety.shipped import load_shipped_lists
from bot.safety.topics import Topics, load_phrases
from bot.safety.window import UtteranceWindow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.safety.audit import AuditTrail
    from bot.safety.guild_lists import GuildLists
    from bot.safety.shipped import ShippedLists
    from bot.safety.verdict import SafetyCheck


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Safety:
    """Everything about safety that others need.

    Attributes:
        check: The whole chain, for utterances, replies and names.
        topics: What is said instead.
        decisions: What was decided lately.
        desk: For /safety.
        window: The ends of recent utterances.
    """

    check: SafetyChain
    topics: Topics
    decisions: DecisionLog
    desk: SafetyDesk
    window: UtteranceWindow

    def forget_author(self, author_id: int) -> int:
        """Drop what is about one person or said by them; return how many decisions went."""
        self.window.forget_author(author_id)
        return self.decisions.forget_author(author_id)


@asynccontextmanager
async def open_safety(
    *,
    guild_lists: GuildLists,
    own_words: Path | None = None,
    classifier: str | None = None,
    thresholds: Mapping[str, float] | None = None,
    audit: AuditTrail | None = None,
    helpline: str | None = None,
) -> AsyncIterator[Safety]:
    """Make every check and hold the classifier's thread while Confab lives.

    Args:
        guild_lists: Where guilds keep their own rules.
        own_words: A file of further entries that hold everywhere.
        classifier: A text-classification checkpoint; None goes without.
        thresholds: From which score a label of the classifier counts.
        audit: Where changes of guilds' rules are noted; None forgets them at the end.
        helpline: The sentence that names a line of help, instead of the shipped one.

    Raises:
        StartupError: A list or the classifier cannot be loaded.
    """
    shipped = await asyncio.to_thread(lists_with, own_words)
    lexicon = Lexicon(ordinary=shipped.ordinary)
    window = UtteranceWindow()
    keywords = KeywordCheck(
        lexicon=lexicon, shipped=shipped, guild_lists=guild_lists, window=window
    )
    decisions = DecisionLog()
    traceless: list[SafetyCheck] = [keywords, LinkCheck(), PersonalDataCheck()]
    checks: list[SafetyCheck] = [FloodingCheck(), *traceless]
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="classifier") as executor:
        if classifier is not None:
            loop = asyncio.get_running_loop()
            classify = await loop.run_in_executor(executor, load_classifier, classifier)
            # After the lists, which are faster; before what masks, so that it sees all words.
            judge = ClassifierCheck(classify=classify, executor=executor, thresholds=thresholds)
            checks.insert(2, judge)
        yield Safety(
            check=SafetyChain(checks=checks, decisions=decisions),
            topics=Topics(phrases=load_phrases(helpline=helpline)),
            decisions=decisions,
            desk=SafetyDesk(
                guild_lists=guild_lists,
                keywords=keywords,
                trial=SafetyChain(checks=traceless),
                decisions=decisions,
                audit=audit or InMemoryAuditTrail(),
                shipped=frozenset(entry.text for entry in shipped.entries),
            ),
            window=window,
        )


def lists_with(own_words: Path | None) -> ShippedLists:
    """Return the shipped lists with the entries of a file of the owner's.

    Raises:
        SettingsInvalid: The file cannot be read.
    """
    shipped = load_shipped_lists()
    if own_words is None:
        return shipped
    try:
        lines = own_words.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid(
            f"SAFETY_WORDS: {own_words} cannot be read.", cure="Name a text file in UTF-8."
        ) from error
    entries, problems = parse_list(lines)
    for problem in problems:
        log.warning("safety words, line left out: %s", problem)
    return replace(shipped, entries=(*shipped.entries, *entries))
