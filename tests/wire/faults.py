"""What goes wrong on request: failed answers, refused connections, and Discord's rate limits."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class When(StrEnum):
    """Whether a failing request has its effect: a lost answer looks like a failure too."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(slots=True)
class Fault:
    """The next ``times`` requests whose method and path match get ``status``."""

    status: int
    method: str = "POST"
    path: str = "/messages"
    times: int = 1
    when: When = When.BEFORE
    retry_after_s: float = 0.1
    has_via: bool = True
    code: int = 0

    def applies(self, method: str, path: str) -> bool:
        return self.times > 0 and method == self.method and self.path in path


@dataclass(slots=True)
class Bucket:
    """One rate limit: ``limit`` requests in ``per_s`` seconds."""

    limit: int
    per_s: float
    used: int = 0
    resets_at_s: float = 0.0

    def take(self, now_s: float) -> bool:
        if now_s >= self.resets_at_s:
            self.used, self.resets_at_s = 0, now_s + self.per_s
        self.used += 1
        return self.used <= self.limit

    def headers(self, name: str, now_s: float) -> dict[str, str]:
        left_s = max(0.0, self.resets_at_s - now_s)
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "X-RateLimit-Reset": f"{time.time() + left_s:.3f}",
            "X-RateLimit-Reset-After": f"{left_s:.3f}",
            "X-RateLimit-Bucket": name,
        }


@dataclass(slots=True)
class Faults:
    """The faults that are armed now.

    Attributes:
        pending: In the order they were armed; the first that applies is used up.
        refusals: How many gateway connections are refused still.
        send_limit: Sends a channel takes in ``send_per_s`` seconds; 0 for no limit, no headers.
        exceeded: How many requests ran into the limit.
    """

    pending: list[Fault] = field(default_factory=list)
    refusals: int = 0
    send_limit: int = 0
    send_per_s: float = 5.0
    exceeded: int = 0
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def next_for(self, method: str, path: str) -> Fault | None:
        fault = next((f for f in self.pending if f.applies(method, path)), None)
        if fault is not None:
            fault.times -= 1
        return fault

    def refuse_connection(self) -> bool:
        is_refused = self.refusals > 0
        self.refusals -= is_refused
        return is_refused

    def admit_send(self, channel: str) -> tuple[bool, Mapping[str, str]]:
        """Count one send; return whether it is within the limit, and Discord's headers."""
        if not self.send_limit:
            return True, {}
        bucket = self._buckets.setdefault(channel, Bucket(self.send_limit, self.send_per_s))
        now_s = time.monotonic()
        is_within = bucket.take(now_s)
        self.exceeded += not is_within
        return is_within, bucket.headers("send", now_s)
