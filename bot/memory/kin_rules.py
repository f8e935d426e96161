"""Rules for whom a person lives with: pets and family."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.memory.fact import Denial, Fact, FactKind

if TYPE_CHECKING:
    from bot.memory.lexicon import Lexicon

    Statements = tuple[Fact | Denial, ...]

_I_AM = r"(?:i'?m|i am)"
_HAVE = r"(?:i (?:also )?have|i(?:'ve| have) got)"
_NO_LONGER_HAVE = r"i (?:do not|don'?t|no longer) have"
_GIVEN_NAME: Final = r"(?P<name>[A-Za-z][\w'-]{1,20})"
_KIN: Final = r"(?P<kin>(?:guinea )?[a-z]+)"
_AGES = r"(?:older |younger |little |big |baby |elder |twin |eldest |youngest |late )?"
_COUNT = r"(?:an?|one|two|three|four|five|six|\d)"
_CALLED = rf"(?:,? (?:named|called|whose name is|and (?:his|her|its) name is) {_GIVEN_NAME})?"

_OWNED = re.compile(
    rf"(?:{_HAVE}|i (?:just |recently )?(?:got|adopted|own|bought)) "
    rf"(?P<having>(?:{_COUNT}|some|\d+) (?:[\w-]+ )??{_KIN}){_CALLED}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"my {_AGES}{_KIN}(?:'s name is| is (?:called|named)) {_GIVEN_NAME}", re.IGNORECASE
)
_GONE = re.compile(
    rf"(?:{_NO_LONGER_HAVE} (?:an?|any|my|the) {_KIN}(?: any ?more)?|"
    rf"my (?P<late>(?:guinea )?[a-z]+) (?:just |has |recently )?(?:died|passed away|"
    rf"ran away)(?: .+)?)",
    re.IGNORECASE,
)
_RELATED = re.compile(rf"{_HAVE} (?P<having>{_COUNT} {_AGES}{_KIN}){_CALLED}", re.IGNORECASE)
_MARRIED = re.compile(rf"{_I_AM} (married|engaged)(?: to {_GIVEN_NAME})?", re.IGNORECASE)
_ONLY_CHILD = re.compile(
    rf"(?:{_I_AM} an only child|i (?:do not|don'?t) have (?:any )?siblings|i have no siblings)",
    re.IGNORECASE,
)
_SINGULAR: Final = {"children": "child", "wives": "wife", "mice": "mouse", "puppies": "puppy"}


def pet_told(clause: str, words: Lexicon) -> Statements:
    """Find a pet and its name, or that it is gone."""
    if gone := _GONE.fullmatch(clause):
        species = _one_of(words.pets, gone["kin"] or gone["late"])
        return (Denial(FactKind.PET, key=species),) if species else ()
    found = _NAMED.fullmatch(clause) or _OWNED.fullmatch(clause)
    species = _one_of(words.pets, found["kin"]) if found else None
    if not found or not species:
        return ()
    if found["name"]:
        return (_called(FactKind.PET, species, found["name"], words),)
    having = found["having"].lower()
    return (Fact(FactKind.PET, species, having, f"i have {having}."),)


def family_told(clause: str, words: Lexicon) -> Statements:
    """Find who belongs to somebody's family."""
    if _ONLY_CHILD.fullmatch(clause):
        return (Fact(FactKind.FAMILY, "sibling", "none", "i have no brothers or sisters."),)
    if found := _MARRIED.fullmatch(clause):
        state, to = found[1].lower(), f" to {found['name']}" if found["name"] else ""
        return (Fact(FactKind.FAMILY, "marriage", state, f"i am {state}{to}."),)
    return _relative_told(clause, words)


def _relative_told(clause: str, words: Lexicon) -> Statements:
    if gone := _GONE.fullmatch(clause):
        relation = _one_of(words.relatives, gone["kin"] or "")
        return (Denial(FactKind.FAMILY, key=relation),) if relation else ()
    found = _NAMED.fullmatch(clause) or _RELATED.fullmatch(clause)
    relation = _one_of(words.relatives, found["kin"]) if found else None
    if not found or not relation:
        return ()
    if found["name"]:
        return (_called(FactKind.FAMILY, relation, found["name"], words),)
    having = found["having"].lower()
    return (Fact(FactKind.FAMILY, relation, having, f"i have {having}."),)


def _called(kind: FactKind, key: str, name: str, words: Lexicon) -> Fact:
    shown = name if name[0].isupper() else name.capitalize()
    is_name = name.lower() not in words.not_a_name
    text = f"my {key} is called {shown}." if is_name else f"i have a {key}."
    return Fact(kind, key, shown if is_name else f"a {key}", text)


def _one_of(known: frozenset[str], said: str) -> str | None:
    """Return the singular of ``said`` when it is one of ``known``."""
    word = _SINGULAR.get(said.lower(), said.lower())
    candidates = (word, word.removesuffix("s"), word.removesuffix("es"))
    return next((candidate for candidate in candidates if candidate in known), None)
