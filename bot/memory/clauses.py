"""Only the plain statements of an utterance, since a false fact is worse than none."""

from __future__ import annotations

import re

_STRAIGHT = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}
_LAUGHTER = r"(?:lol|lmao|rofl|xd|jk|😂|🤣|😜|😝|😉|🙃)"
_TAKEN_BACK = re.compile(
    r"\b(?:jk|just kidding|only kidding|i'?m kidding|joking|just a joke|sarcasm|i lied|"
    r"not true|prank|role ?play|lyrics)\b|(?:^|\s)/s\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:if|imagine|suppose|supposed|supposedly|pretend|pretending|wish|hope|would|wouldn't|"
    r"could|"
    r"couldn't|might|maybe|perhaps|probably|possibly|almost|nearly|allegedly|basically|used to|"
    r"when i was|back when|dream|dreams|dreamed|dreamt|as if|says?|said|told|asked|asks|wrote|"
    r"character|sometimes|someday|one day|should|think|guess|feel like|unless|whether|whoever|"
    r"let'?s say|lets say|say that|not sure|i doubt|hypothetically|technically|secretly|in theory|"
    r"in another life|on paper|according to|claim|claims|literally dying|for now)\b|" + _LAUGHTER,
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"]*"|\*[^*]*\*|`[^`]*`')
_SENTENCE = re.compile(r"[^.!?;…]+(?:\.(?=\w)[^.!?;…]*)*[.!?;…]*")
_NEW_SUBJECT = re.compile(
    r"(?:\s*[,:]|\s+-+|\s+(?:and|but|so|also|plus|then)\b)\s*(?:(?:and|but|so|also|then)\s+)?,?\s*"
    r"(?=(?:i|i'm|im|i've|my|call me)\b)",
    re.IGNORECASE,
)
_SAME_SUBJECT = re.compile(
    r",? and (?:also )?(study|work|live|like|love|have|play|speak|enjoy|hate) (?!to\b)",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"^(?:(?:well|oh|ah|hey|hi|hiya|hello|heya|yo|so|actually|btw|by the way|yes|yeah|yep|yup|no|"
    r"nope|"
    r"ok|okay|anyway|also|and|but|plus|sorry|fun fact|fyi|honestly|to be honest|tbh|haha|hehe|"
    r"hmm|um|uh|right|sure|thanks|thank you|good morning|good evening|good night|morning|evening|"
    r"please remember(?: that)?|remember(?: that| this)?|note that|you should know(?: that)?|"
    r"just so you know|correction|wait|in fact|there|guys|friend|buddy|bot|confab|then|"
    r"(?:everyone|everybody)(?=[,.!:]))(?![\w'])[\s,:!-]*|[-,:]\s*)+",
    re.IGNORECASE,
)
_TOLD_BEFORE = re.compile(
    r"\b(?:as )?i(?:'ve)? (?:already |just )?(?:told|"
    r"said)(?: to)?(?: you)?(?: before)?(?: that)?[,:]?"
    r"\s+(?=(?:i|i'm|my)\b)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:\s+(?:now|nowadays|these days|right now|currently|at the moment|too|as well|btw|"
    r"by the way|"
    r"though|actually|already|haha|hehe|tbh|anyway|by now|so much|a lot|very much|the most|please|"
    r"again|nice to meet you|pleased to meet you|you know))+$",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\s*(?:,|:|\(| - |\bbecause\b|\bcause\b|\bcuz\b|\bsince\b|\bwhich\b|\bwho\b|\bbut\b|\bwhile\b|"
    r"\balthough\b|\bhow about\b|\bwhat about\b|\bwbu\b|\band you\b).*$",
    re.IGNORECASE,
)


def plain_clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of ``text`` that state something outright, without their fillers.

    Questions, quotes, jokes, hypotheticals and what is taken back in the same breath are left
    out; a clause may keep a tail behind a comma, which ``trimmed`` takes off.
    """
    line = straight_quotes(text)
    if _TAKEN_BACK.search(line):
        return ()
    clauses: list[str] = []
    for sentence in _SENTENCE.findall(_QUOTED.sub(' "" ', line)):
        clauses += _clauses_of(sentence.strip())
    return tuple(clauses)


def straight_quotes(text: str) -> str:
    """Return ``text`` with a typewriter's quotation marks and apostrophes."""
    return text.translate(_STRAIGHT)


def trimmed(clause: str) -> str:
    """Return ``clause`` without its subordinate part and closing words."""
    return _TAIL.sub("", _CUT.sub("", clause)).strip(" .!…")


def _clauses_of(sentence: str) -> list[str]:
    sentence = _TOLD_BEFORE.sub("", sentence)
    if sentence.endswith("?") or _UNSURE.search(sentence):
        return []
    line = _SAME_SUBJECT.sub(r" and i \1 ", _without_filler(sentence))
    clauses = map(_without_filler, _NEW_SUBJECT.split(line))
    return [clause for clause in clauses if clause]


def _without_filler(clause: str) -> str:
    return _FILLER.sub("", clause).strip()
