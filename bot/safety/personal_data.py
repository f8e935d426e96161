"""Masks personal data in replies, since a model may have learned somebody's by heart."""

from __future__ import annotations

import re
from typing import Final

from bot.safety.verdict import Action, Match, Passage, Side, Verdict

CHECK_NAME: Final = "personal_data"

_STREETS: Final = (
    r"Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Ln\.?|Drive|Dr\.?|Boulevard|Blvd\.?|Court|Ct\.?"
    r"|Square|Place|Terrace|Close|Way"
)
# Each repetition is bounded and each start is anchored, so that matching is linear in the text.
_KINDS: Final[dict[str, re.Pattern[str]]] = {
    "token": re.compile(
        r"(?<![\w-])(?:"
        r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,45}"  # a Discord bot's
        r"|eyJ[\w-]{10,400}\.[\w-]{10,400}\.[\w-]{10,400}"  # a JSON web token
        r"|sk-[\w-]{20,200}|gh[pousr]_\w{36,80}|github_pat_\w{22,100}"
        r"|xox[abprs]-[\w-]{10,100}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}"
        r")(?![\w-])",
        re.ASCII,
    ),
    "email address": re.compile(
        r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w-])"
    ),
    "bank account": re.compile(
        r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)"
    ),
    "card number": re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-])"),
    "internet address": re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]\d)"),
    "phone number": re.compile(
        r"(?<![\w.,:/-])(?:\+|00)?\(?\d(?:[ ()./-]{0,2}\d){6,14}(?![\w:/-]|[.,]\d)"
    ),
    "street address": re.compile(
        rf"(?<![\w.,])\d{{1,5}}[a-z]?,? (?:[A-Z][\w'-]{{1,20}} ){{1,3}}(?:{_STREETS})(?!\w)"
    ),
}
# Dates, decimal fractions and version numbers are no telephone numbers.
_NO_PHONE: Final = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d+\.\d+|\d+(?:\.\d+){3}"
)
# Most replies have neither a digit, nor an @, nor anything as long as a token.
_SIGN_OF_ANY: Final = re.compile(r"[@\d]|[\w-]{16}")
_FEWEST_PHONE_DIGITS: Final = 10


class PersonalDataCheck:
    """Replaces personal data in replies by what it was, in square brackets."""

    async def check(self, passage: Passage) -> Verdict:
        """Mask ``passage`` if it is a reply."""
        if passage.side is not Side.REPLY or _SIGN_OF_ANY.search(passage.text) is None:
            return Verdict(Action.ALLOW, passage.text)
        matches = _matches(passage.text)
        text = passage.text
        for match in reversed(matches):
            text = f"{text[: match.start]}[{match.entry}]{text[match.end :]}"
        return Verdict.of(text, matches)


def _matches(text: str) -> list[Match]:
    """Return what is found, the kinds named first taking precedence."""
    matches: list[Match] = []
    for kind, pattern in _KINDS.items():
        for found in pattern.finditer(text):
            start, end = found.span()
            is_free = all(end <= other.start or other.end <= start for other in matches)
            if is_free and _is_real(kind, found[0]):
                matches.append(Match(CHECK_NAME, CHECK_NAME, kind, start, end, Action.MASK))
    return sorted(matches, key=lambda match: match.start)


def _is_real(kind: str, text: str) -> bool:
    digits = [int(char) for char in text if char.isdigit()]
    match kind:
        case "card number":
            return passes_luhn(digits)
        case "phone number":
            is_marked = text.startswith(("+", "0", "("))
            return _NO_PHONE.fullmatch(text) is None and (
                is_marked or len(digits) >= _FEWEST_PHONE_DIGITS
            )
        case "internet address":
            return all(int(part) < 256 for part in text.split("."))  # noqa: PLR2004  # a byte
        case _:
            return True


def passes_luhn(digits: list[int]) -> bool:
    """Tell whether ``digits`` end in the check digit of a payment card."""
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]  # noqa: PLR2004  # of Luhn
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
