"""How points become an order, and an order its explanation. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from feed.rankers import Ranker
from feed.spec import (
    SEEN_AFTER_RATIO,
    SEEN_AFTER_S,
    Candidates,
    Ranking,
    Reason,
    Viewer,
)


def ranked(ranker: Ranker, viewer: Viewer, candidates: Candidates) -> Ranking:
    """Order `candidates` by their scores, best first; equal scores newest first, then by id.

    Raises RankerError.
    """
    points = ranker.score(viewer, candidates)
    order = np.lexsort((-candidates.published_at, -points.sum(axis=1)))
    return Ranking(
        version=ranker.version,
        reasons=tuple(ranker.reasons),
        ids=candidates.ids[order],
        points=points[order],
    )


def explained(
    names: Sequence[str], points: Sequence[int], *, sentences: Mapping[str, str]
) -> tuple[Reason, ...]:
    """Return the reasons of one place that count, weightiest first; their sum is its score."""
    parts = (
        Reason(name, value, sentences.get(name, name))
        for name, value in zip(names, points, strict=True)
        if value
    )
    return tuple(sorted(parts, key=lambda part: (-abs(part.points), part.reason)))


def was_seen(*, watched_ratio: float, seconds_watched: float) -> bool:
    """Whether a view was long enough that the clip should not come back for a while."""
    return seconds_watched >= SEEN_AFTER_S or watched_ratio >= SEEN_AFTER_RATIO
