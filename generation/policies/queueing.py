"""The order of a queue, as `actions.claiming` takes it and `queries.waiting` foresees it.

Start-time fair queueing. Each person has a tag on the virtual clock of an engine's queue: how much
of the engine they have been given, in credits, a better plan's counting less. Whoever's tag is
lowest is served next, and the clock stands at the lowest tag that waits: who comes back after a
while starts there, so that nobody saves up and nobody pays for the past. Within a plan everybody
gets the same, whoever asks for how much, and a tag that is not served becomes the lowest: nobody
starves.
Sources: Goyal, Vin and Cheng, Start-time Fair Queuing, SIGCOMM 1996; the clock is that of Linux'
completely fair scheduler, because classes are served out of order.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

# What a plan's priority is worth: Pro's 10 doubles the share of Free's 0.
PRIORITY_PER_SHARE = 10.0
# A final that has waited this long goes beside previews.
AGED_AFTER = timedelta(minutes=10)
# An off-peak render this close to its deadline is queued like any other.
DEADLINE_LEAD = timedelta(minutes=15)
# What crashed under one worker is left to the others for so long.
LEFT_TO_OTHERS = timedelta(seconds=20)
# As many are played through; whoever stands behind them is told what follows from their pace.
PLAYED_MAX = 1000


class Waiting(NamedTuple):
    """What decides when a queued render is served, and how long it then takes."""

    id: UUID
    maker_id: int
    lane: str
    created_at: datetime
    deadline_at: datetime | None
    attempts: int
    price: int
    priority: int
    slots: int
    takes_s: float


class Working(NamedTuple):
    """A render in work: whose, and how much longer."""

    id: UUID
    maker: int
    left_s: float


class Place(NamedTuple):
    """Where a queued render stands: 1 is next. Seconds from now until its start and its end."""

    position: int
    starts_in_s: float
    ends_in_s: float


def rank_of(one: Waiting, *, at: datetime) -> int:
    """Return the class in which a render queues at a moment; lower classes are served first.

    What was begun before goes on; then previews and what has waited long; finals; and off peak
    when nothing else can run.
    """
    if one.attempts > 0:
        return 0
    if one.lane == "preview" or (one.lane == "final" and one.created_at < at - AGED_AFTER):
        return 1
    is_early = one.deadline_at is not None and one.deadline_at > at + DEADLINE_LEAD
    return 3 if one.lane == "off_peak" and is_early else 2


def cost_of(one: Waiting) -> float:
    """Return how far a render moves its maker's tag; a second try was paid for by the first."""
    if one.attempts > 0:
        return 0.0
    return max(one.price, 1) / (1 + one.priority / PRIORITY_PER_SHARE)


def foresee(
    waiting: Iterable[Waiting],
    *,
    working: Sequence[Working],
    tags: Mapping[int, float],
    clock: float,
    workers: int,
    now: datetime,
) -> dict[UUID, Place]:
    """Play a queue through and return the place of each render that waits in it.

    `working`: what is in work on this engine. `tags`: of the makers, `clock`: of the queue, as in
    `QueueShare`. `workers`: how many are alive. Whatever is in work elsewhere is not known here.
    Takes about half a microsecond for each of PLAYED_MAX and each person who waits.
    """
    line = _Line(waiting, tags=dict(tags), clock=clock, now=now)
    for one in working:
        line.take_up(one.maker, until_s=one.left_s)
    line.idle = max(0, max(1, workers) - len(working))
    return line.play()


@dataclass
class _Line:
    """The queue at one moment of its future: who is busy until when, and who comes next."""

    waiting: Iterable[Waiting]
    tags: dict[int, float]
    clock: float
    now: datetime
    idle: int = 0
    at_s: float = 0.0
    busy: Counter[int] = field(default_factory=Counter)
    ends: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._of: dict[int, list[Waiting]] = defaultdict(list)
        for one in self.waiting:
            self._of[one.maker_id].append(one)
        for mine in self._of.values():  # the next one last, where it is cheap to take
            mine.sort(
                key=lambda one: (rank_of(one, at=self.now), one.created_at, one.id), reverse=True
            )

    def take_up(self, maker: int, *, until_s: float) -> None:
        """Begin a render of `maker`, which ends at `until_s`."""
        self.busy[maker] += 1
        heapq.heappush(self.ends, (until_s, maker))

    def play(self) -> dict[UUID, Place]:
        """Serve what waits, in order."""
        places: dict[UUID, Place] = {}
        while self._of and len(places) < PLAYED_MAX:
            one = self._next() if self.idle else None
            if one is None:
                if not self._wait():
                    break
                continue
            self.idle -= 1
            ends_s = self.at_s + one.takes_s
            places[one.id] = Place(len(places) + 1, self.at_s, ends_s)
            self.take_up(one.maker_id, until_s=ends_s)
        return places | self._behind(len(places))

    def _behind(self, played: int) -> dict[UUID, Place]:
        """Place what was not played through by its class and age, at the pace until here."""
        if played < PLAYED_MAX:
            return {}
        every_s = self.at_s / played
        at = self.now + timedelta(seconds=self.at_s)
        rest = [one for mine in self._of.values() for one in mine]
        rest.sort(key=lambda one: (rank_of(one, at=at), one.created_at, one.id))
        starts_s = (self.at_s + number * every_s for number in range(1, len(rest) + 1))
        return {
            one.id: Place(played + number, start_s, start_s + one.takes_s)
            for number, (one, start_s) in enumerate(zip(rest, starts_s, strict=True), start=1)
        }

    def _wait(self) -> bool:
        """Go to the next end of a render; False if none is in work."""
        if not self.ends:
            return False
        self.at_s, maker = heapq.heappop(self.ends)
        self.busy[maker] -= 1
        self.idle += 1
        return True

    def _next(self) -> Waiting | None:
        at = self.now + timedelta(seconds=self.at_s)
        best: tuple[tuple[int, float, datetime, UUID], Waiting] | None = None
        lowest = math.inf
        for maker, mine in self._of.items():
            head = mine[-1]
            if self.busy[maker] >= head.slots:
                continue
            tag = max(self.clock, self.tags.get(maker, 0.0))
            lowest = min(lowest, tag)
            key = (rank_of(head, at=at), tag, head.created_at, head.id)
            if best is None or key < best[0]:
                best = key, head
        if best is None:
            return None
        (_, tag, _, _), one = best
        self.tags[one.maker_id] = tag + cost_of(one)
        self.clock = lowest
        self._of[one.maker_id].pop()
        if not self._of[one.maker_id]:
            del self._of[one.maker_id]
        return one
