"""Rules for how a person lives: work, study, plans."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.memory.fact import Denial, Fact, FactKind

if TYPE_CHECKING:
    from bot.memory.lexicon import Lexicon

    Statements = tuple[Fact | Denial, ...]

_I_AM = r"(?:i'?m|i am)"
_STILL_NOT = r"(?:do not|don'?t|no longer)"
_THING = r"([\w'&+#./-]+(?: [\w'&+#./-]+){0,4})"

_TRADE = re.compile(
    rf"(?:{_I_AM} (?:working as )?|i work as |my job is (?:being )?|i got a job as |i became )"
    rf"(an? [\w-]+(?: [\w&.'-]+){{0,8}})",
    re.IGNORECASE,
)
_EMPLOYER = re.compile(
    rf"(?:i work|{_I_AM} working|i (?:just )?started working|i got a job) (at|for|in|"
    rf"with) {_THING}",
    re.IGNORECASE,
)
_NOT_TRADE = re.compile(rf"{_I_AM} (?:not|no longer) (an? [\w-]+(?: [\w-]+){{0,2}})", re.IGNORECASE)
_OUT_OF_WORK = re.compile(
    rf"(?:i (?:{_STILL_NOT} work|quit|stopped working|lost my job)|i quit my job|"
    rf"{_I_AM} (?:unemployed|between jobs)|i don'?t have a job)\b(?: (?:at|for|as|in) .+)?"
    r"(?: anymore)?",
    re.IGNORECASE,
)
_RETIRED = re.compile(rf"{_I_AM} (?:already )?retired", re.IGNORECASE)
_STUDIES = re.compile(
    rf"(?:i (?:also |currently )?study|{_I_AM} (?:currently )?studying|my major is|"
    rf"i (?:am )?major(?:ing)? in|"
    rf"{_I_AM} majoring in|{_I_AM} doing (?:a|my) (?:degree|bachelor'?s?|master'?s?|phd) in|"
    rf"i have a degree in) {_THING}",
    re.IGNORECASE,
)
_STUDENT = re.compile(
    rf"{_I_AM} (?:an? )(?:(?:first|second|third|fourth)[- ]year )?((?:[\w-]+ ){{0,2}})"
    rf"(?:student|major)(?: (?:at|in) {_THING})?",
    re.IGNORECASE,
)
_NO_STUDY = re.compile(
    rf"(?:i {_STILL_NOT} study(?: {_THING}?)??|{_I_AM} not a student|i dropped out(?: of .+)?|"
    rf"i (?:have )?graduated(?: .+)?)(?: anymore)?",
    re.IGNORECASE,
)
_STUDENT_LEVELS = frozenset({"", "university", "college", "high school", "uni", "school"})
_AT_SCHOOL = re.compile(
    rf"(?i:(?:i study|{_I_AM} studying|"
    rf"{_I_AM} an? (?:[\w-]+ ){{0,2}}student)(?: [\w ]{{1,30}})? at|"
    r"i go to) ((?i:the )?[A-Z][\w.'-]*(?: [\w.'-]+){0,4})"
)
_SCHOOL = re.compile(r"\b(?:university|college|uni|academy|school|institute)\b", re.IGNORECASE)
_WHEN = (
    r"(?:tomorrow|tonight|next (?:week|weekend|month|year|spring|summer|autumn|fall|winter|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)|this (?:week|weekend|month|year|"
    r"spring|summer|autumn|fall|winter|evening|afternoon)|on (?:monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday)|in (?:january|february|march|april|may|june|july|august|september|"
    r"october|november|december|(?:a|two|three|\d+) (?:days?|weeks?|months?)))"
)
_PLAN = re.compile(
    rf"(?:(?:{_I_AM} (?:going|flying|travel?ling|moving|driving|visiting|starting|getting|taking|"
    rf"meeting)|i have|i(?:'ve| have) got|i'll|i will) .{{2,50}}? {_WHEN}|"
    rf"(?:{_I_AM} planning to|i plan to|i want to become|i want to be) .{{3,60}})",
    re.IGNORECASE,
)


def work_told(clause: str, words: Lexicon) -> Statements:
    """Find a trade or an employer, or that there is none."""
    if _RETIRED.fullmatch(clause):
        return (Fact(FactKind.WORK, "", "retired", "i am retired."),)
    if _OUT_OF_WORK.fullmatch(clause):
        return (Denial(FactKind.WORK),)
    if denied := _NOT_TRADE.fullmatch(clause):
        gone = re.sub(r" any ?more$", "", denied[1].lower())
        return (Denial(FactKind.WORK, value=gone),) if _trade(gone, words) else ()
    if (found := _TRADE.fullmatch(clause)) and (trade := _trade(found[1], words)):
        return (Fact(FactKind.WORK, "", trade, f"i work as {trade}."),)
    if (found := _EMPLOYER.fullmatch(clause)) and _is_field(found[2], words):
        where = f"{found[1].lower()} {found[2]}"
        return (Fact(FactKind.WORK, "", where, f"i work {where}."),)
    return ()


def _trade(said: str, words: Lexicon) -> str | None:
    said = re.split(r" (?:at|in|for|from|and|on|with|by) ", said)[0]
    article, *modifiers, trade = said.lower().split()
    is_trade = trade in words.occupations and not words.not_a_trade.intersection(modifiers)
    return " ".join([article, *said.split()[1:]]) if is_trade and len(modifiers) <= 2 else None  # noqa: PLR2004  # "a senior software engineer"


def _is_field(said: str, words: Lexicon) -> bool:
    first = said.lower().split()[0]
    if first in {"a", "an", "the"}:
        return " " in said and said.lower().split()[1] not in {"moment", "lot", "time", "past"}
    return first not in words.not_a_field | words.not_a_thing and first != "my"


def study_told(clause: str, words: Lexicon) -> Statements:
    """Find what and where somebody studies, or that they no longer do."""
    if _NO_STUDY.fullmatch(clause):
        return (Denial(FactKind.STUDY),)
    where = _school(clause)
    if found := _STUDENT.fullmatch(clause):
        subject = found[1].strip()
        if subject.lower() not in _STUDENT_LEVELS and not words.not_a_trade & {subject.lower()}:
            return (_study(subject), *where)
        return where or (Fact(FactKind.STUDY, "", "", "i am a student."),)
    if found := _STUDIES.fullmatch(clause):
        subject = re.split(r" (?:at|in|with|for|and i|to|every|on|as) ", found[1])[0]
        if subject.lower().split()[0] not in words.not_a_field | words.not_a_thing | {
            "at",
            "in",
            "my",
        }:
            return (_study(subject), *where)
    return where


def _study(subject: str) -> Fact:
    return Fact(FactKind.STUDY, "", subject, f"i study {subject}.")


def _school(clause: str) -> Statements:
    found = _AT_SCHOOL.fullmatch(clause)
    if not found or (clause.lower().startswith("i go to") and not _SCHOOL.search(found[1])):
        return ()
    return (Fact(FactKind.STUDY, "school", found[1], f"i study at {found[1]}."),)


def plan_told(clause: str, words: Lexicon) -> Statements:  # noqa: ARG001  # a rule's signature
    """Find what somebody is going to do; only with a time or an outright plan."""
    if not _PLAN.fullmatch(clause) or re.search(r"\byou\b|\bkill\b|\bdie\b", clause, re.IGNORECASE):
        return ()
    text = re.sub(r"^(?:i'?m|i am)\b", "i am", clause, flags=re.IGNORECASE)
    text = re.sub(r"^i\b", "i", text, flags=re.IGNORECASE)
    key = " ".join(re.findall(r"\w+", text.lower())[2:7])
    return (Fact(FactKind.PLAN, key, text, f"{text}.", 0.7),)
