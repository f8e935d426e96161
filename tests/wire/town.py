"""The same guild, channels and people in every process that plays the stand-in."""

from __future__ import annotations

from tests.wire.world import World


class Town:
    """A guild with a general channel and a thread, and people who also write directly.

    Args:
        streets: How many further channels there are, each with a person of its own.
    """

    def __init__(self, *, streets: int = 0) -> None:
        self.world = world = World()
        self.guild = world.add_guild("Town")
        self.general = world.add_channel(self.guild, "general")
        self.side = world.add_channel(self.guild, "side")
        self.thread = world.add_thread(self.general, "thread")
        self.ann = world.add_person("Ann")
        self.bob = world.add_person("Bob")
        self.ann_dm = world.dm_with(self.ann)
        self.bob_dm = world.dm_with(self.bob)
        self.streets = [
            (world.add_channel(self.guild, f"street-{n}"), world.add_person(f"P{n}"))
            for n in range(streets)
        ]
