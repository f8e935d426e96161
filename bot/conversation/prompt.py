"""A conversation as the ids a BlenderBot was trained on: whole turns within its positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class TokenCodec(Protocol):
    """A checkpoint's tokenizer as prompts need it: text to ids and back, never control ids."""

    @property
    def eos_id(self) -> int:
        """The id that ends every encoder input."""
        ...

    @property
    def delimiter_ids(self) -> tuple[int, ...]:
        """The ids between two messages: two spaces, or ``__newln__`` for the 90M model."""
        ...

    @property
    def ends_with_eos(self) -> bool:
        """Whether the encoder input ends in ``eos_id`` (not so for the 90M model)."""
        ...

    def encode(self, text: str) -> list[int]:
        """Return the ids of one message, its lines joined as the model was trained.

        There is no special token in them: control tokens written in ``text`` come out as
        plain text.
        """
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """Return the readable text of generated ids, specials left out, stripped."""
        ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is shown: its persona and the messages so far, oldest first.

    Attributes:
        messages: Strictly alternating, ending with the person's newest message, which is
            not empty. A message may hold several lines joined by a newline.
        persona: Lines such as ``"i like tea."``, without the ``your persona:`` mark.
    """

    messages: tuple[str, ...]
    persona: tuple[str, ...] = ()


def compose(prompt: Prompt, codec: TokenCodec, *, positions: int) -> list[int]:
    """Return at most ``positions`` input ids for ``prompt``.

    The persona is kept, then the oldest whole turns go (two messages at a time, so that the
    first message is always the same side's), then the newest message loses words from its left.
    The format is ParlAI's: each message with one leading space, ``delimiter_ids`` between
    messages, one ``eos`` at the very end; persona lines open the input.
    Source: ParlAI's blender recipes; transformers' conversational tests.
    """
    room = positions - int(codec.ends_with_eos)
    persona = _persona_ids(prompt.persona, codec, room // 2)
    delimiter = codec.delimiter_ids
    budget = room - len(persona) - (len(delimiter) if persona else 0)
    newest = codec.encode(prompt.messages[-1])[-budget:]
    kept = [newest]
    used = len(newest)
    earlier = prompt.messages[:-1]
    for end in range(len(earlier), 1, -2):
        turn = [codec.encode(message) for message in earlier[end - 2 : end]]
        cost = sum(len(ids) + len(delimiter) for ids in turn)
        if used + cost > budget:
            break
        kept = [*turn, *kept]
        used += cost
    pieces = [persona, *kept] if persona else kept
    ids = list(pieces[0])
    for piece in pieces[1:]:
        ids += [*delimiter, *piece]
    return [*ids, codec.eos_id] if codec.ends_with_eos else ids


def _persona_ids(persona: Sequence[str], codec: TokenCodec, limit: int) -> list[int]:
    """Return the persona's ids: as many whole lines as fit in ``limit`` ids."""
    ids: list[int] = []
    for count in range(1, len(persona) + 1):
        lines = "\n".join(f"your persona: {line}" for line in persona[:count])
        longer = codec.encode(lines)
        if len(longer) > limit:
            break
        ids = longer
    return ids
