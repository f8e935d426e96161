"""Discord's own app sends a typed @Name as a mention; the preview page sends it as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Code is left alone, as in Discord; so is a name that continues (@Confabulous) or is an address.
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)


def mention_names(text: str, ids: Mapping[str, int]) -> str:
    """Return ``text`` with every @Name that is known as a mention.

    Args:
        text: What a person typed.
        ids: User ids by name; capitals do not matter.
    """
    by_name = {name.casefold(): user_id for name, user_id in ids.items()}
    names = "|".join(re.escape(name) for name in sorted(ids, key=len, reverse=True))
    typed = re.compile(rf"(?<![\w<@])@({names})(?!\w)", re.IGNORECASE)

    def mention(match: re.Match[str]) -> str:
        return f"<@{by_name[match[1].casefold()]}>"

    parts = _CODE.split(text)
    parts[::2] = [typed.sub(mention, part) for part in parts[::2]]
    return "".join(parts)
