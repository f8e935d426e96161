"""Rules for who a person is: name, age, birthday, home, origin, languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.memory.fact import Denial, Fact, FactKind

if TYPE_CHECKING:
    from bot.memory.lexicon import Lexicon

    Statements = tuple[Fact | Denial, ...]

OLDEST: Final = 110
YOUNGEST: Final = 5

_I_AM = r"(?:i'?m|i am)"
_NAME = r"([^\W\d_][\w'.-]{0,30}(?: [^\W\d_][\w'.-]{0,30}){0,2})"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"((?:{_DAY} (?:of )?{_MONTH}|{_MONTH} (?:the )?{_DAY}|\d{{1,2}}[./-]\d{{1,2}})"
    r"(?:,? \d{4})?)"
)

_NAMED_BY = re.compile(
    rf"(?:my (?:first |full |real |actual |new )?name(?:'s| is|s)|the name'?s|{_I_AM} called|"
    rf"(?:you can |please |just )*call me|(?:everyone|everybody|people|my friends|they|"
    rf"most people) "
    rf"calls? me|i go by(?: the name(?: of)?)?) {_NAME}",
    re.IGNORECASE,
)
_NOT_NAMED = re.compile(
    rf"(?:my name (?:isn't|is not|'s not)|{_I_AM} not called|don'?t call me) {_NAME}", re.IGNORECASE
)
_INTRODUCED = re.compile(
    r"(?i:\b(?:hi|hello|hey|hiya|greetings|good (?:morning|evening|day))\b[\s,!.]*"
    r"(?:there|all|everyone|confab)?[\s,!.]*(?:i'?m|i am)) "
    r"([A-Z][a-z'-]{1,20})(?=[.!,]|$| and | nice to | from )",
)
_NICE_TO_MEET = re.compile(
    r"^(?:I'm|I am|i'm|i am) ([A-Z][a-z'-]{1,20})[,.!]? (?:nice|pleased|good|glad) to meet you",
)
_AGED = re.compile(
    rf"(?:{_I_AM}|i (?:just )?turned|my age is) (\d{{1,3}})"
    r"(?: ?(?:years? old|yo|y/o|yrs? old|years? of age))?(?: (?:today|yesterday|last \w+|"
    r"this \w+))?",
    re.IGNORECASE,
)
_BORN = re.compile(
    rf"(?:my (?:birthday|bday|b-day) is (?:on )?|i was born on (?:the )?){_DATE}", re.IGNORECASE
)
_HOME = re.compile(
    rf"(?:i live|{_I_AM} living|i reside|{_I_AM} based|{_I_AM} residing|my home is|"
    r"i (?:just |recently |have |finally )?(?:moved|relocated)|i've (?:just )?moved)"
    r"(?: (?:here|over|back))? (?:in|to|near|at) (.+)",
    re.IGNORECASE,
)
_NOT_HOME = re.compile(
    r"i (?:do not|don'?t|no longer)(?: really)? live (?:in|near|at) (.+)", re.IGNORECASE
)
_MOVED_OUT = re.compile(r"i (?:just )?moved (?:away|out) (?:from|of) (.+)", re.IGNORECASE)
_ORIGIN = re.compile(
    rf"(?:{_I_AM} (?:originally )?from|i come from|i (?:was born|grew up)(?: and raised)? in|"
    rf"my home ?town is|i hail from) (.+)",
    re.IGNORECASE,
)
_NOT_ORIGIN = re.compile(rf"{_I_AM} not (?:actually |really )?from (.+)", re.IGNORECASE)
_NATIONAL = re.compile(rf"{_I_AM} ((?:\w+ )?\w+)", re.IGNORECASE)
_SPEAKS = re.compile(
    r"(?:i (?:can |also |fluently )*speak|my (?:native|first) language is|"
    r"my mother tongue is) (.+)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?:the )?[^\W\d_][\w'.-]*(?:,? [^\W\d_][\w'.-]*){0,3}")
_PLACE_TAIL = re.compile(
    r"\s+(?:with|for|near|on|in|at|by|all|all my|since|when|where|most|when|right|together|last|"
    r"this|"
    r"next|from|after|until|during|until|alone|again|today|yesterday|soon|and|as)\b.*$",
    re.IGNORECASE,
)


def name_told(clause: str, words: Lexicon) -> Statements:
    """Find a name in "my name is ...", "call me ..."."""
    if denied := _NOT_NAMED.fullmatch(clause):
        return (Denial(FactKind.NAME, value=denied[1].lower()),)
    clause = re.sub(r",? not \w+$", "", clause)
    found = _NAMED_BY.fullmatch(clause)
    return _name(found[1], 0.95, words) if found else ()


def introductions(text: str, words: Lexicon) -> Statements:
    """Find a name in a greeting: "Hi, I'm Susan", which needs its capital to be one."""
    for found in (_INTRODUCED.search(text), _NICE_TO_MEET.search(text)):
        if found and found[1].lower() not in words.nationalities | words.occupations:
            return _name(found[1], 0.7, words)
    return ()


def _name(name: str, confidence: float, words: Lexicon) -> Statements:
    parts = name.rstrip(".'-").split()
    if any(part.lower() in words.not_a_name for part in parts):
        return ()
    if len(parts) > 1 and not all(part[0].isupper() for part in parts):
        return ()
    shown = " ".join(part if part[0].isupper() else part.capitalize() for part in parts)
    return (Fact(FactKind.NAME, "", shown, f"my name is {shown}.", confidence),)


def age_told(clause: str, words: Lexicon) -> Statements:  # noqa: ARG001  # a rule's signature
    """Find an age in "i'm 25", "i just turned 30"."""
    found = _AGED.fullmatch(clause)
    if not found or not YOUNGEST <= int(found[1]) <= OLDEST:
        return ()
    return (Fact(FactKind.AGE, "", found[1], f"i am {int(found[1])} years old."),)


def birthday_told(clause: str, words: Lexicon) -> Statements:  # noqa: ARG001  # a rule's signature
    """Find a date in "my birthday is ..."; a relative day would soon be wrong."""
    found = _BORN.match(clause)
    return (Fact(FactKind.BIRTHDAY, "", found[1], f"my birthday is {found[1]}."),) if found else ()


def home_told(clause: str, words: Lexicon) -> Statements:
    """Find where somebody lives, or no longer lives."""
    left = _NOT_HOME.fullmatch(clause) or _MOVED_OUT.fullmatch(clause)
    if left:
        gone = _place(re.sub(r" anymore$", "", left[1], flags=re.IGNORECASE), words)
        return (Denial(FactKind.HOME, value=gone.lower()),) if gone else ()
    found = _HOME.fullmatch(clause)
    place = _place(found[1], words) if found else None
    return (Fact(FactKind.HOME, "", place, f"i live in {place}."),) if place else ()


def origin_told(clause: str, words: Lexicon) -> Statements:
    """Find where somebody comes from or does not come from, or their nationality."""
    if denied := _NOT_ORIGIN.fullmatch(clause):
        return (Denial(FactKind.ORIGIN, value=denied[1].lower()),)
    if found := _ORIGIN.fullmatch(clause):
        place = _place(found[1], words)
        return (Fact(FactKind.ORIGIN, "", place, f"i am from {place}."),) if place else ()
    found = _NATIONAL.fullmatch(clause)
    if found and (people := _nationality(found[1], words)):
        return (Fact(FactKind.ORIGIN, "nationality", people, f"i am {people}."),)
    return ()


def languages_told(clause: str, words: Lexicon) -> Statements:
    """Find the languages somebody speaks."""
    found = _SPEAKS.fullmatch(clause)
    if not found:
        return ()
    spoken = [word for word in re.findall(r"\w+", found[1].lower()) if word in words.languages]
    others = set(re.findall(r"\w+", found[1].lower())) - set(spoken)
    if others - {"and", "a", "little", "bit", "of", "some", "fluently", "fluent", "also", "both"}:
        return ()
    return tuple(
        Fact(FactKind.LANGUAGE, word, word.capitalize(), f"i speak {word.capitalize()}.")
        for word in spoken
    )


def _nationality(said: str, words: Lexicon) -> str | None:
    last = said.lower().removeprefix("half ").removeprefix("also ")
    return said[: -len(last)].lower() + last.capitalize() if last in words.nationalities else None


def _place(said: str, words: Lexicon) -> str | None:
    """Return a place's name, or None for a figure of speech."""
    place = _PLACE_TAIL.sub("", said).strip(" ,.")
    first, _, rest = place.partition(" ")
    if not _PLACE.fullmatch(place) or first.lower() in words.not_a_place:
        return None
    if first.lower() == "the" and not rest[:1].isupper():
        return None
    if place == place.lower():
        return " ".join(word.capitalize() for word in place.split())
    return place
