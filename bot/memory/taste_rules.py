"""Rules for what a person likes, dislikes, prefers and does for pleasure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.memory.fact import Denial, Fact, FactKind

if TYPE_CHECKING:
    from bot.memory.lexicon import Lexicon

    Statements = tuple[Fact | Denial, ...]

_I_AM = r"(?:i'?m|i am)"
_VERY = r"(?:really |also |just |still |absolutely |totally |do |truly |kinda |always |actually )*"
_THING = r"(?:the )?[\w'&+#./-]+(?: [\w'&+#./-]+){0,5}"

_LIKES = re.compile(
    rf"(?:i {_VERY}(?P<verb>like|love|enjoy|adore)|{_I_AM} {_VERY}(?:into|fond of)|"
    rf"{_I_AM} {_VERY}a (?:big |huge |massive )?fan of|my hobb(?:y is|ies are)|my passion is) "
    rf"(?P<thing>{_THING}(?:, {_THING})*)",
    re.IGNORECASE,
)
_DISLIKES = re.compile(
    rf"(?:i {_VERY}(?:don'?t|do not) {_VERY}(?:like|enjoy)|i {_VERY}(?:hate|dislike|detest|loathe)|"
    rf"i (?:can'?t|cannot) stand|{_I_AM} not {_VERY}(?:into|fond of)|{_I_AM} not a (?:big |"
    rf"huge )?fan of) "
    rf"(?P<thing>{_THING})",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(
    rf"i (?:no longer|don'?t|do not) (?:like|enjoy|love|play) (?P<thing>{_THING}?) ?(?:any ?more)?",
    re.IGNORECASE,
)
_FAVOURITE = re.compile(
    rf"my (?:all[- ]time )?favou?rite (?P<of>[a-z]+(?: [a-z]+){{0,2}}?)(?: ever| of all time)? "
    rf"(?:is|are|has to be) (?P<thing>{_THING})",
    re.IGNORECASE,
)
_PLAYS = re.compile(rf"i {_VERY}play (?P<thing>(?:the )?[\w'-]+(?: [\w'-]+){{0,3}})", re.IGNORECASE)
_EATS = re.compile(rf"{_I_AM} (?:an? )?(?P<diet>vegan|vegetarian|pescatarian)", re.IGNORECASE)
_ALTERNATIVES = re.compile(r"\s*(?:,|\band\b|\bor\b|&)\s*", re.IGNORECASE)
_ENDS_LIST = re.compile(r"\b(?:and|or)\b|&", re.IGNORECASE)
_TAIL = re.compile(
    r" (?:when|because|while|but|if|in the|at the|on the|with my|every|more than|less than|most of|"
    r"from|after|before|as|than|for|even|especially|whenever|since|until|either|to death|that|"
    r"at all|"
    r"ever)\b.*$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|a|an) ", re.IGNORECASE)
_MANY: Final = 5


def taste_told(clause: str, words: Lexicon) -> Statements:
    """Find what somebody likes or dislikes; the newer of two opinions on a thing stands."""
    if found := _NO_LONGER.fullmatch(clause):
        play = re.search(r"\bplay\b|\bno longer\b", clause, re.IGNORECASE)
        if play:
            return tuple(
                Denial(FactKind.TASTE, key=_key(t)) for t in _things(found["thing"], words)
            )
    if found := _DISLIKES.fullmatch(clause):
        return tuple(_taste("i don't like", t) for t in _things(found["thing"], words, split=False))
    if found := _LIKES.fullmatch(clause):
        verb = (found["verb"] or "like").lower()
        return tuple(_taste(f"i {verb}", thing) for thing in _things(found["thing"], words))
    if found := _PLAYS.fullmatch(clause):
        return tuple(_taste("i play", t) for t in _things(found["thing"], words) if t != "games")
    return _choices(clause, words)


def _choices(clause: str, words: Lexicon) -> Statements:
    if found := _EATS.fullmatch(clause):
        diet = found["diet"].lower()
        return (Fact(FactKind.TASTE, "diet", diet, f"i am {diet}."),)
    found = _FAVOURITE.fullmatch(clause)
    things = _things(found["thing"], words, split=False) if found else ()
    if not found or not things:
        return ()
    of = found["of"].lower().replace("favourite", "favorite").replace("colour", "color")
    text = f"my favorite {of} is {things[0]}."
    return (Fact(FactKind.TASTE, f"favorite {of}", things[0], text),)


def _taste(opening: str, thing: str) -> Fact:
    return Fact(FactKind.TASTE, _key(thing), thing, f"{opening} {thing}.")


def _things(said: str, words: Lexicon, *, split: bool = True) -> tuple[str, ...]:
    """Return the things of a list; none at all when one of them is no lasting thing."""
    said = re.sub(r"\s+any ?more$", "", _TAIL.sub("", said), flags=re.IGNORECASE).strip(" ,.")
    if not _ENDS_LIST.search(said):
        said = said.split(",")[0]
    things = [thing for thing in _ALTERNATIVES.split(said) if thing] if split else [said]
    for thing in things:
        first = re.split(r"[\s']", thing.lower().removeprefix("to "), maxsplit=1)[0]
        if (
            not first
            or first in words.not_a_thing
            or re.search(r"\b(?:you|u|me|it)\b", thing, re.IGNORECASE)
        ):
            return ()
    return tuple(things[:_MANY])


def _key(thing: str) -> str:
    return _ARTICLE.sub("", thing).lower()
