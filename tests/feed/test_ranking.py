"""P12: the same viewer, candidates and version give the same order, and the reasons add up."""

from __future__ import annotations

import hashlib
import random
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.policies import explained, ranked, was_seen
from feed.rankers.recency import Recency
from feed.rankers.simple import Simple
from feed.spec import Candidate, Candidates, packed
from feed.spec import Viewer as Columns

NOW = 1_800_000_000.0
HOUR = 3600.0
RANKERS = [Simple(), Recency()]

candidates = st.builds(
    Candidate,
    clip_id=st.uuids(version=4),
    maker_id=st.integers(1, 6),
    root_id=st.sampled_from([UUID(int=n) for n in range(1, 9)]),
    published_at=st.floats(NOW - 90 * 24 * HOUR, NOW),
    likes=st.integers(0, 10**7),
    comments=st.integers(0, 10**6),
    remixes=st.integers(0, 10**6),
)
pools = st.lists(candidates, max_size=40, unique_by=lambda row: row.clip_id)


def Viewer(*, at, followed=(), watched=()) -> Columns:  # noqa: N802 - reads as the class
    return Columns(at=at, followed=np.array(sorted(followed), np.int64), watched=packed([*watched]))


def clip(number: int, **facts) -> Candidate:
    usual = {"maker_id": number, "root_id": UUID(int=number), "published_at": NOW - HOUR}
    return Candidate(**{"clip_id": UUID(int=number), **usual, **facts})


def order(*rows: Candidate, ranker=None, **viewer) -> list[int]:
    ranking = ranked(ranker or Simple(), Viewer(at=NOW, **viewer), Candidates.of(rows))
    return [place.clip_id.int for place in ranking.places]


@pytest.mark.parametrize("ranker", RANKERS)
@given(pool=pools, seed=st.integers())
def test_the_order_candidates_were_found_in_does_not_matter(ranker, pool, seed):
    shuffled = random.Random(seed).sample(pool, len(pool))  # noqa: S311 - not a secret
    viewer = Viewer(at=NOW, followed=frozenset({1, 2}))
    there = ranked(ranker, viewer, Candidates.of(pool))
    again = ranked(ranker, viewer, Candidates.of(shuffled + shuffled))
    assert there.places == again.places


@pytest.mark.parametrize("ranker", RANKERS)
@given(pool=pools)
def test_the_reasons_of_every_clip_add_up_to_the_score_it_is_ordered_by(ranker, pool):
    watched = frozenset(row.clip_id for row in pool[::3])
    viewer = Viewer(at=NOW, followed=frozenset({1, 3}), watched=watched)
    ranking = ranked(ranker, viewer, Candidates.of(pool))
    sums = []
    for place in ranking.places:
        why = explained(ranking.reasons, place.points, sentences=ranker.reasons)
        assert sum(reason.points for reason in why) == place.score
        assert all(reason.text in ranker.reasons.values() for reason in why)
        sums.append(place.score)
    assert sums == sorted(sums, reverse=True)
    assert {place.clip_id for place in ranking.places} == {row.clip_id for row in pool}


@given(pool=pools)
def test_nothing_watched_stands_above_anything_new(pool):
    watched = frozenset(row.clip_id for row in pool[: len(pool) // 2])
    ranking = ranked(Simple(), Viewer(at=NOW, watched=watched), Candidates.of(pool))
    seen = [place.clip_id in watched for place in ranking.places]
    assert seen == sorted(seen)


def test_a_version_names_one_behaviour():
    """Whoever changes a point gives the ranker a new version, and writes its digest here."""
    dice = random.Random(7)  # noqa: S311
    pool = [
        clip(
            number,
            maker_id=dice.randrange(12),
            root_id=UUID(int=dice.randrange(20)),
            published_at=NOW - dice.randrange(0, 400_000),
            likes=dice.randrange(500),
            comments=dice.randrange(50),
            remixes=dice.randrange(20),
        )
        for number in range(1, 200)
    ]
    viewer = Viewer(at=NOW, followed=frozenset({1, 2, 3}), watched=frozenset({UUID(int=9)}))
    pinned = {}
    for ranker in RANKERS:
        ranking = ranked(ranker, viewer, Candidates.of(pool))
        facts = {name: getattr(ranking, name) for name in ("version", "reasons", "places")}
        said = ", ".join(f"{name}={value!r}" for name, value in facts.items())
        pinned[ranking.version] = hashlib.sha256(f"Ranking({said})".encode()).hexdigest()[:16]
    assert pinned == {"simple-1": "984649614668aa55", "recency-1": "53cf2aad00f1e586"}


def test_fresh_comes_before_old():
    assert order(clip(1, published_at=NOW - 50 * HOUR), clip(2)) == [2, 1]


def test_liked_and_talked_about_comes_before_ignored():
    assert order(clip(1), clip(2, likes=5), clip(3, likes=5, comments=5)) == [3, 2, 1]


def test_what_made_others_make_something_comes_before_what_was_only_liked():
    assert order(clip(1, likes=10), clip(2, remixes=10)) == [2, 1]


def test_a_followed_maker_comes_before_a_stranger():
    assert order(clip(1), clip(2), followed=frozenset({1})) == [1, 2]


def test_one_busy_maker_does_not_fill_the_page():
    busy = [clip(n, maker_id=1, published_at=NOW - n) for n in range(1, 11)]
    others = [clip(n, maker_id=n, published_at=NOW - 6 * HOUR) for n in range(11, 16)]
    makers = [1 if n < 11 else n for n in order(*busy, *others)]
    assert makers[0] == 1
    assert makers[1:6].count(1) == 0


def test_one_remix_tree_does_not_fill_the_page():
    tree = [clip(n, root_id=UUID(int=99), published_at=NOW - n) for n in range(1, 11)]
    others = [clip(n, published_at=NOW - 6 * HOUR) for n in range(11, 16)]
    assert sum(n > 10 for n in order(*tree, *others)[:6]) == 5


def test_with_equal_scores_the_newer_and_then_the_lower_id_comes_first():
    old = NOW - 400 * 24 * HOUR
    rows = [clip(n, published_at=old - (1 if n == 3 else 0)) for n in (5, 3, 4)]
    assert order(*rows) == [4, 5, 3]


def test_recency_is_strictly_newest_first():
    assert order(clip(1), clip(2, published_at=NOW), clip(3, likes=9), ranker=Recency()) == [
        2,
        1,
        3,
    ]


def test_an_empty_pool_gives_an_empty_ranking():
    assert order() == []
    assert order(ranker=Recency()) == []


@pytest.mark.parametrize(
    ("ratio", "seconds", "seen"), [(0.1, 0.4, False), (0.5, 1.0, True), (0.2, 3.0, True)]
)
def test_a_clip_counts_as_seen_after_three_seconds_or_half_of_it(ratio, seconds, seen):
    assert was_seen(watched_ratio=ratio, seconds_watched=seconds) is seen
