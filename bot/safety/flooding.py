"""Stops floods of utterances, the same one again and again, and replies that run in circles."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from bot.safety.verdict import Action, Match, Side, Verdict

if TYPE_CHECKING:
    from bot.safety.verdict import Passage

    _Said = tuple[float, bytes, int | None]  # when, a hash of the words, the message

CHECK_NAME: Final = "flooding"
FLOODING: Final = "flooding"
REPETITION: Final = "repetition"

_LOOP_WORDS: Final = 3
_FEWEST_WORDS: Final = 12
_MOST_ALIKE: Final = 4


class FloodingCheck:
    """Counts what each author says in a channel, within a span of time.

    An utterance that is judged again, since it is edited or drafted afresh, counts once.

    Args:
        span_s: How far back it looks.
        most_utterances: More than this many are a flood.
        most_alike: More than this many with the same words are one, too.
        most_authors: The author longest silent is forgotten beyond this many.
    """

    def __init__(
        self,
        *,
        span_s: float = 30.0,
        most_utterances: int = 20,
        most_alike: int = 5,
        most_authors: int = 10_000,
    ) -> None:
        self._span_s = span_s
        self._most_utterances = most_utterances
        self._most_alike = most_alike
        self._most_authors = most_authors
        self._recent: OrderedDict[tuple[int, int], deque[_Said]] = OrderedDict()

    async def check(self, passage: Passage) -> Verdict:
        """Judge ``passage`` by what came before it."""
        if passage.side is Side.UTTERANCE and passage.author_id is not None:
            return self._utterance(passage, passage.author_id)
        if passage.side is Side.REPLY and runs_in_circles(passage.text):
            return _verdict(passage.text, REPETITION, Action.WITHHOLD)
        return Verdict(Action.ALLOW, passage.text)

    def _utterance(self, passage: Passage, author_id: int) -> Verdict:
        key = (passage.channel_id, author_id)
        recent = self._recent.pop(key, None) or deque(maxlen=self._most_utterances + 1)
        while recent and passage.at_s - recent[0][0] > self._span_s:
            recent.popleft()
        words = " ".join(passage.text.casefold().split())
        print_ = blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        said = (passage.at_s, print_, passage.message_id)
        place = _place_of(passage.message_id, recent)
        if place is None:
            recent.append(said)
        else:
            recent[place] = (recent[place][0], *said[1:])
        self._recent[key] = recent
        if len(self._recent) > self._most_authors:
            self._recent.popitem(last=False)
        so_far = [other for _, other, _ in recent][: None if place is None else place + 1]
        if len(so_far) > self._most_utterances or so_far.count(print_) > self._most_alike:
            return _verdict(passage.text, FLOODING, Action.REFUSE)
        return Verdict(Action.ALLOW, passage.text)


def _place_of(message_id: int | None, recent: deque[_Said]) -> int | None:
    if message_id is None:
        return None
    return next((place for place, one in enumerate(recent) if one[2] == message_id), None)


def runs_in_circles(text: str) -> bool:
    """Tell whether the same few words come again and again."""
    words = text.casefold().split()
    if len(words) < _FEWEST_WORDS:
        return False
    loops = Counter(zip(*(words[start:] for start in range(_LOOP_WORDS)), strict=False))
    return max(loops.values()) >= _MOST_ALIKE


def _verdict(text: str, category: str, action: Action) -> Verdict:
    return Verdict(action, text, (Match(CHECK_NAME, category, category, 0, len(text), action),))
