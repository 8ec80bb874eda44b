"""Newest first. The ranker to fall back to, and the one to develop against."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from feed.spec import Candidates, Points, Viewer

# A watched clip goes behind everything of the last ten years.
_WATCHED = -315_360_000_000


class Recency:
    """Scores a clip by its age alone, in milliseconds."""

    version: str = "recency-1"
    reasons: Mapping[str, str] = {
        "newest": "Newest first",
        "watched": "You have seen everything newer",
    }

    def score(self, viewer: Viewer, candidates: Candidates) -> Points:
        age_ms = np.round((viewer.at - candidates.published_at) * 1000).astype(np.int64)
        seen = candidates.among(viewer.watched).astype(np.int64)
        return np.stack([-age_ms, _WATCHED * seen], axis=1)
