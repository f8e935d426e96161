"""The waiting line: who may join, who is next, and how long it will take; pure and bounded."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import QueueFull
from bot.generation.engine import Outlook

if TYPE_CHECKING:
    from bot.generation.request import GenerationRequest

SMOOTHING = 0.2  # weight of the newest reply in the running mean of reply times


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in the line.

    Attributes:
        key: Identifies the request from admission to its end.
        request: What is asked for.
        admitted_at_s: When it joined, on the scheduler's clock.
    """

    key: int
    request: GenerationRequest
    admitted_at_s: float


class Scheduler:
    """Admit requests, and pick the next ones fairly.

    Askers take turns, so that one who asks ten times waits behind one who asks once; the requests
    of one channel run one after the other, in their order. Not thread-safe: its owner locks.

    Args:
        limit: How many requests may wait.
        parallel: How many may be under way together, for estimates.
    """

    def __init__(self, *, limit: int, parallel: int) -> None:
        self._limit = limit
        self._parallel = parallel
        self._lines: OrderedDict[int, deque[Ticket]] = OrderedDict()
        self._waiting: dict[int, Ticket] = {}
        self._running: dict[int, tuple[Ticket, float]] = {}
        self._next_key = 0
        self._typical_s = 0.0

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many requests are under way."""
        return len(self._running)

    @property
    def typical_s(self) -> float:
        """The running mean of a reply's seconds; 0 before the first."""
        return self._typical_s

    def resize(self, parallel: int) -> None:
        """Take over how many requests the loaded model runs together."""
        self._parallel = parallel

    def admit(self, request: GenerationRequest, now_s: float) -> Ticket:
        """Give ``request`` a place.

        Raises:
            QueueFull: The line has no room.
        """
        if len(self._waiting) >= self._limit:
            raise QueueFull(len(self._waiting))
        self._next_key += 1
        ticket = Ticket(self._next_key, request, now_s)
        self._waiting[ticket.key] = ticket
        self._lines.setdefault(request.asker_id, deque()).append(ticket)
        return ticket

    def next_batch(self, room: int, now_s: float) -> list[Ticket]:
        """Return up to ``room`` tickets to run now; they count as under way from here on."""
        batch: list[Ticket] = []
        busy = {ticket.request.channel_id for ticket, _ in self._running.values()}
        for asker_id in list(self._lines):
            if len(batch) == room:
                break
            line = self._lines[asker_id]
            ticket = next((t for t in line if t.request.channel_id not in busy), None)
            if ticket is None:
                continue
            if self._is_overtaking(ticket):
                continue
            self._leave_line(ticket)
            if asker_id in self._lines:
                self._lines.move_to_end(asker_id)
            busy.add(ticket.request.channel_id)
            self._running[ticket.key] = (ticket, now_s)
            batch.append(ticket)
        return batch

    def finish(self, key: int, now_s: float) -> None:
        """Note that a request under way has ended with a reply."""
        entry = self._running.pop(key, None)
        if entry is None:
            return
        took_s = now_s - entry[1]
        mean = self._typical_s
        self._typical_s = took_s if mean == 0 else mean + SMOOTHING * (took_s - mean)

    def drop(self, key: int) -> bool:
        """Forget a request wherever it is; return whether it was under way."""
        if key in self._running:
            del self._running[key]
            return True
        if key in self._waiting:
            self._leave_line(self._waiting[key])
        return False

    def clear(self) -> list[Ticket]:
        """Empty the scheduler and return everything that was in it."""
        tickets = [*(ticket for ticket, _ in self._running.values()), *self._waiting.values()]
        self._running.clear()
        self._waiting.clear()
        self._lines.clear()
        return tickets

    def outlook(self) -> Outlook:
        """Return what a request admitted now would have before it."""
        ahead = self.waiting + self.running
        rounds = ahead // max(1, self._parallel) + 1
        return Outlook(ahead=ahead, wait_s=rounds * self._typical_s)

    def _is_overtaking(self, ticket: Ticket) -> bool:
        """Whether an earlier request of the same channel, by another asker, still waits."""
        return any(
            other.key < ticket.key and other.request.channel_id == ticket.request.channel_id
            for other in self._waiting.values()
        )

    def _leave_line(self, ticket: Ticket) -> None:
        del self._waiting[ticket.key]
        asker_id = ticket.request.asker_id
        line = self._lines[asker_id]
        line.remove(ticket)
        if not line:
            del self._lines[asker_id]
