"""Finds what a cut through a text would tear: Markdown spans, mentions, links, escapes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"(?P<whole>\\.|<[^<>\s]{1,100}>|https?://[^\s<>]{1,500})"
    r"|(?P<fence>```)"
    r"|(?P<code>`{1,2})"
    r"|(?P<mark>\*\*|__|~~|\|\||\*|_)",
    re.DOTALL,
)
_FENCE_LANGUAGE = re.compile(r"[\w+#-]{0,20}\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of marked-up text.

    Attributes:
        start: Where its opening mark begins.
        end: After its closing mark; past the text's end where a fence is left open.
        opening: What opens it again, a fence with its language.
        closing: What closes it before a cut.
    """

    start: int
    end: int
    opening: str
    closing: str

    @property
    def is_fence(self) -> bool:
        """Whether white space counts in it."""
        return self.opening.startswith("```")

    def is_open_at(self, offset: int) -> bool:
        """Return whether a cut at this offset tears the span."""
        return self.start < offset < self.end


@dataclass(slots=True)
class Markup:
    """The spans of a text, properly nested, outermost first, and where it may not be cut."""

    text: str
    spans: list[Span] = field(default_factory=list)
    uncuttable: set[int] = field(default_factory=set)
    _open: list[re.Match[str]] = field(default_factory=list)

    def open_at(self, offset: int) -> list[Span]:
        """Return the spans that a cut at this offset would tear."""
        return [span for span in self.spans if span.is_open_at(offset)]

    def is_fenced(self, offset: int) -> bool:
        """Return whether an offset lies in a code block."""
        return any(span.is_fence for span in self.open_at(offset))

    def read(self) -> Markup:
        """Find the spans; return this."""
        offset = 0
        while token := _TOKEN.search(self.text, offset):
            self.uncuttable.update(range(token.start() + 1, token.end()))
            offset = token.end()
            match token.lastgroup:
                case "fence":
                    offset = self._read_fence(token)
                case "code":
                    offset = self._read_code(token)
                case "mark":
                    self._read_mark(token)
        self.spans.sort(key=lambda span: span.start)
        return self

    def _read_fence(self, token: re.Match[str]) -> int:
        language = _FENCE_LANGUAGE.match(self.text, token.end())
        inner = language.end() if language else token.end()
        self.uncuttable.update(range(token.start() + 1, inner + 1))
        opening = "```" + (language.group() if language else "\n")
        close = self.text.find("```", inner)
        end = len(self.text) + 1 if close < 0 else close + 3
        self.uncuttable.update(range(close + 1, end) if close >= 0 else ())
        self.spans.append(Span(token.start(), end, opening, "\n```"))
        return min(end, len(self.text))

    def _read_code(self, token: re.Match[str]) -> int:
        close = self.text.find(token.group(), token.end())
        if close < 0:
            return token.end()
        self._add(token.start(), token.end(), close, close + len(token.group()))
        return close + len(token.group())

    def _read_mark(self, token: re.Match[str]) -> None:
        before = self.text[token.start() - 1 : token.start()]
        after = self.text[token.end() : token.end() + 1]
        is_word_part = token.group() == "_"
        may_close = before.strip() and not (is_word_part and after.isalnum())
        may_open = after.strip() and not (is_word_part and before.isalnum())
        opened = next((t for t in reversed(self._open) if t.group() == token.group()), None)
        if opened is not None and may_close:
            del self._open[self._open.index(opened) :]
            self._add(opened.start(), opened.end(), token.start(), token.end())
        elif opened is None and may_open:
            self._open.append(token)

    def _add(self, start: int, inner: int, close: int, end: int) -> None:
        self.uncuttable.update((inner, close), range(close + 1, end))
        self.spans.append(Span(start, end, self.text[start:inner], self.text[close:end]))
