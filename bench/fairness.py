"""How fairly a queue served people: figures of finished jobs, by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

# How much of the work is done when services are compared: while nearly everybody still waits.
COMPARED_AT = 0.4


class Job(NamedTuple):
    """One finished render: whose, what it cost, and when it was asked, begun and done (seconds)."""

    id: UUID
    maker: int
    weight: float
    price: int
    asked_s: float
    begun_s: float
    ended_s: float
    worked_s: float


def first_come(found: Iterable[Job], workers: int) -> list[Job]:
    """Play the same durations through in the order of asking."""
    free = [0.0] * workers
    played = []
    for job in sorted(found, key=lambda job: job.asked_s):
        free.sort()
        begun = max(free[0], job.asked_s)
        free[0] = begun + job.worked_s
        played.append(job._replace(begun_s=begun, ended_s=free[0]))
    return played


def firsts(jobs: Iterable[Job]) -> list[float]:
    """Return how long each person waits for the first of their clips."""
    waits: dict[int, float] = {}
    for job in jobs:
        waits[job.maker] = min(waits.get(job.maker, 1e9), job.ended_s - job.asked_s)
    return list(waits.values())


def services(jobs: Sequence[Job]) -> list[float]:
    """Return the credits' worth that each person has had, by weight, when part of all is made."""
    ends = sorted(job.ended_s for job in jobs)
    moment = ends[int(len(ends) * COMPARED_AT)]
    had: dict[int, float] = defaultdict(float)
    for job in jobs:
        had[job.maker] += job.price / job.weight if job.ended_s <= moment else 0.0
    return list(had.values())


def jain(shares: Sequence[float]) -> float:
    """Return Jain's index: 1 when all have the same, 1/n when one has everything."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 0.0
