"""Who may talk with Confab where."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from config.guild_options import GuildOptions


@pytest.mark.parametrize(
    ("options", "admitted"),
    [
        (GuildOptions(), True),
        (GuildOptions(denied_users=(3,)), False),
        (GuildOptions(denied_channels=(1,)), False),
        (GuildOptions(denied_channels=(11,)), False),
        (GuildOptions(allowed_channels=(5,)), False),
        (GuildOptions(allowed_channels=(11,)), True),
        (GuildOptions(allowed_channels=(5,), always_on_channels=(11,)), True),
        (GuildOptions(allowed_channels=(5,), always_on_channels=(6,)), False),
        (GuildOptions(denied_roles=(2,)), False),
        (GuildOptions(denied_roles=(2,), allowed_users=(3,)), True),
        (GuildOptions(allowed_roles=(2,)), True),
        (GuildOptions(allowed_roles=(9,)), False),
        (GuildOptions(allowed_users=(4,)), True),
        (GuildOptions(allowed_users=(3,)), True),
        (GuildOptions(allowed_users=(3,), allowed_roles=(9,)), True),
        (GuildOptions(allowed_users=(4,), allowed_roles=(9,)), False),
    ],
)
def test_lists_admit_or_deny(options: GuildOptions, *, admitted: bool) -> None:
    channel_and_parent = frozenset({1, 11})

    result = options.admits(channel_ids=channel_and_parent, role_ids=frozenset({2}), user_id=3)

    assert result is admitted


def test_lists_are_bounded() -> None:
    with pytest.raises(ValidationError):
        GuildOptions(denied_users=tuple(range(201)))
