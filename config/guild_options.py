"""What one guild may change about Confab, with defaults and bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Ids = Annotated[tuple[int, ...], Field(max_length=200)]
Length = Literal["short", "usual", "long"]


class GuildOptions(BaseModel):
    """One guild's choices; an empty list of channels or roles allows all that are not denied."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    allowed_channels: Ids = Field(
        (), description="Only these and always-on channels, and their threads."
    )
    denied_channels: Ids = Field((), description="Never these channels and their threads.")
    allowed_roles: Ids = Field((), description="Only people with one of these roles.")
    denied_roles: Ids = Field((), description="Never people with one of these roles.")
    allowed_users: Ids = Field((), description="Always these people, whatever their roles.")
    denied_users: Ids = Field((), description="Never these people.")
    always_on_channels: Ids = Field((), description="Channels where everything is answered.")
    length: Length = Field("usual", description="How long replies are.")
    retention_days: Annotated[int, Field(ge=1, le=365)] | None = Field(
        None, description="Days until what was said here is forgotten; empty: the owner's setting."
    )

    def admits(
        self, *, channel_ids: frozenset[int], role_ids: frozenset[int], user_id: int
    ) -> bool:
        """Return whether a person may talk with Confab in a channel.

        Args:
            channel_ids: The channel and, for a thread, the channel it hangs in.
            role_ids: The person's roles.
            user_id: The person.
        """
        if user_id in self.denied_users or channel_ids & set(self.denied_channels):
            return False
        open_channels = {*self.allowed_channels, *self.always_on_channels}
        if self.allowed_channels and not channel_ids & open_channels:
            return False
        if user_id in self.allowed_users:
            return True
        if role_ids & set(self.denied_roles):
            return False
        return not self.allowed_roles or bool(role_ids & set(self.allowed_roles))
