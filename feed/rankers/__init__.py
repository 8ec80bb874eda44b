"""The ranker port: candidates in, an explained order out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from feed.spec import Candidates, Points, Viewer


class RankerError(Exception):
    """A ranking that could not be made, for instance because a model is not loaded.

    The feed then falls back to the order of time.
    """


class Ranker(Protocol):
    """Scores clips for one viewer. Pure: no clock, no database, no randomness.

    The same viewer, candidates and version give the same points. `version` changes whenever any
    point could change; `reasons` names the columns of `score`, each with a sentence for viewers.
    """

    version: str
    reasons: Mapping[str, str]

    def score(self, viewer: Viewer, candidates: Candidates) -> Points:
        """Return int64 [N, R]: the points each reason gives each candidate. Their sum is its score.

        A negative reason pushes down. Raises RankerError.
        """
