"""A long queue, played through: five hundred renders of forty people on four workers."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from generation.policies import queueing
from generation.policies.queueing import Place, Waiting, Working, foresee

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEOPLE = range(40)
PRO = set(range(0, 40, 4))
WORKERS = 4


def _one(maker: int, number: int, *, lane: str = "final", seconds: float = 5.0) -> Waiting:
    is_pro = maker in PRO
    return Waiting(
        id=uuid.UUID(int=number),
        maker_id=maker,
        lane=lane,
        created_at=NOW + timedelta(milliseconds=number),
        deadline_at=NOW + timedelta(hours=8) if lane == "off_peak" else None,
        attempts=0,
        price=int(seconds),
        priority=10 if is_pro else 0,
        slots=5 if is_pro else 2,
        takes_s=2 * seconds,
    )


@pytest.fixture
def crowd() -> list[Waiting]:
    """Five hundred: ten people ask for twenty each before the others ask for ten each."""
    dice = random.Random(1)  # noqa: S311
    makers = [maker for maker in range(10) for _ in range(20)]
    makers += [maker for maker in range(10, 40) for _ in range(10)]
    return [
        _one(maker, number, seconds=dice.choice([2.0, 5.0, 8.0]))
        for number, maker in enumerate(makers)
    ]


def _played(crowd: Sequence[Waiting], workers: int = WORKERS) -> dict[uuid.UUID, Place]:
    return foresee(crowd, working=[], tags={}, clock=0.0, workers=workers, now=NOW)


def _first_come(crowd: Sequence[Waiting]) -> dict[uuid.UUID, Place]:
    free = [0.0] * WORKERS
    places = {}
    for number, one in enumerate(crowd):
        free.sort()
        places[one.id] = Place(number + 1, free[0], free[0] + one.takes_s)
        free[0] += one.takes_s
    return places


def _jain(crowd: Sequence[Waiting], places: dict[uuid.UUID, Place]) -> float:
    """Return Jain's index of what each has had, by weight, when two fifths of all is made."""
    moment = sorted(place.ends_in_s for place in places.values())[len(places) * 2 // 5]
    had: dict[int, float] = defaultdict(float)
    for one in crowd:
        is_made = places[one.id].ends_in_s <= moment
        had[one.maker_id] += one.price / (1 + one.priority / 10) if is_made else 0.0
    still = {one.maker_id for one in crowd if places[one.id].starts_in_s > moment}
    shares = [had[maker] for maker in still]
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))


def _firsts(crowd: Sequence[Waiting], places: dict[uuid.UUID, Place]) -> list[float]:
    ends: dict[int, list[float]] = defaultdict(list)
    for one in crowd:
        ends[one.maker_id].append(places[one.id].ends_in_s)
    return [min(each) for each in ends.values()]


def test_nobody_starves_while_others_ask_for_more(crowd: list[Waiting]) -> None:
    fair, naive = _played(crowd), _first_come(crowd)
    assert _jain(crowd, fair) > 0.95
    assert _jain(crowd, naive) < 0.7
    # The first clip of the last is there within a round of everybody, not behind all the rest.
    assert max(_firsts(crowd, fair)) < len(PEOPLE) / WORKERS * 16 * 1.5
    assert max(_firsts(crowd, naive)) > 4 * max(_firsts(crowd, fair))


def test_every_place_is_given_once_and_nobody_exceeds_their_slots(crowd: list[Waiting]) -> None:
    places = _played(crowd, workers=60)
    assert sorted(place.position for place in places.values()) == list(range(1, 501))
    for one in crowd:
        begun = places[one.id].starts_in_s
        beside = [
            other
            for other in crowd
            if other.maker_id == one.maker_id
            and places[other.id].starts_in_s <= begun < places[other.id].ends_in_s
        ]
        assert len(beside) <= one.slots


def test_a_worker_stays_idle_rather_than_exceed_the_slots_of_the_only_one_who_waits() -> None:
    mine = [_one(1, number) for number in range(3)]
    places = _played(mine, workers=4)
    assert [places[one.id].starts_in_s for one in mine] == [0.0, 0.0, 10.0]


def test_what_is_in_work_is_waited_for() -> None:
    one = _one(1, 1)
    working = [Working(uuid.UUID(int=9), 2, 7.0)]
    places = foresee([one], working=working, tags={}, clock=0.0, workers=1, now=NOW)
    assert places[one.id] == Place(1, 7.0, 17.0)


def test_off_peak_work_waits_until_nothing_else_can_run() -> None:
    idle = _one(1, 1, lane="off_peak")
    others = [_one(2, number) for number in range(2, 8)]
    places = _played([idle, *others], workers=2)
    assert places[idle.id].position == len(others) + 1
    # With a third worker the others' two slots leave it something to do.
    assert _played([idle, *others], workers=3)[idle.id].starts_in_s == 0.0


def test_who_stands_behind_all_that_is_played_through_is_placed_by_the_pace(
    crowd: list[Waiting], monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = _played(crowd)
    monkeypatch.setattr(queueing, "PLAYED_MAX", 400)
    places = _played(crowd)
    assert sorted(place.position for place in places.values()) == list(range(1, len(crowd) + 1))
    last = max(place.starts_in_s for place in places.values())
    assert last == pytest.approx(max(place.starts_in_s for place in exact.values()), rel=0.3)
