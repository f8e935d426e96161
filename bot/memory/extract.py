"""What a person says about themselves, turned into facts by rules that rather find nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.memory.clauses import plain_clauses, trimmed
from bot.memory.fact import MAX_CHARACTERS, Denial, Fact
from bot.memory.kin_rules import family_told, pet_told
from bot.memory.life_rules import plan_told, study_told, work_told
from bot.memory.person_rules import (
    age_told,
    birthday_told,
    home_told,
    introductions,
    languages_told,
    name_told,
    origin_told,
)
from bot.memory.taste_rules import taste_told

if TYPE_CHECKING:
    from bot.memory.lexicon import Lexicon

_RULES = (
    name_told,
    age_told,
    birthday_told,
    home_told,
    origin_told,
    languages_told,
    work_told,
    study_told,
    pet_told,
    family_told,
    taste_told,
    plan_told,
)


class Extractor:
    """Finds statements about their speaker in one utterance.

    Args:
        words: The lists that tell facts from figures of speech.
    """

    def __init__(self, words: Lexicon) -> None:
        self._words = words

    def extract(self, text: str) -> tuple[Fact | Denial, ...]:
        """Return what ``text`` states about its speaker, in its order.

        Health, faith, politics and love life are left alone on purpose.
        """
        clauses = plain_clauses(text)
        if not clauses:
            return ()
        found = [statement for clause in clauses for statement in self._from(clause)]
        if not any(isinstance(one, Fact) and one.kind == "name" for one in found):
            found += introductions(text, self._words)
        return tuple(
            one for one in found if isinstance(one, Denial) or len(one.text) <= MAX_CHARACTERS
        )

    def _from(self, clause: str) -> tuple[Fact | Denial, ...]:
        """Return what the first rule that knows the clause makes of it."""
        whole, short = clause.strip(" .!…"), trimmed(clause)
        for rule in _RULES:
            # A list of likes has commas; everywhere else what follows one is an aside.
            first, then = (whole, short) if rule is taste_told else (short, whole)
            if found := rule(first, self._words) or rule(then, self._words):
                return found
        return ()
