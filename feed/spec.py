"""What a feed is computed from and made of. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

# A clip watched for this long, or this much of it, has been seen and stays away for a while.
SEEN_AFTER_S = 3.0
SEEN_AFTER_RATIO = 0.5
SEEN_FOR_DAYS = 14

Points = npt.NDArray[np.int64]
"""int64 [N, R]: what each of R reasons adds to the score of each of N candidates, in thousandths.

Whole numbers, so that the parts of a score add up to it exactly and on every machine.
"""


class Candidate(NamedTuple):
    """One clip that may be shown, with the few facts a ranker reads."""

    clip_id: UUID
    maker_id: int
    root_id: UUID
    published_at: float  # seconds since 1970
    likes: int = 0
    comments: int = 0
    remixes: int = 0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates as columns: N clips, one array per fact, all in the same order.

    `makers`: int64 [N]. `roots`: int64 [N], equal for clips of one remix tree. `published_at`:
    float64 [N], seconds since 1970. `likes`, `comments`, `remixes`: int64 [N].
    """

    ids: tuple[UUID, ...]
    makers: npt.NDArray[np.int64]
    roots: npt.NDArray[np.int64]
    published_at: npt.NDArray[np.float64]
    likes: npt.NDArray[np.int64]
    comments: npt.NDArray[np.int64]
    remixes: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Candidate]) -> Candidates:
        """Arrange `rows` as columns in id order, each clip once.

        The order they were found in must not matter to what is computed from them.
        """
        once = sorted({row.clip_id: row for row in rows}.values(), key=lambda row: row.clip_id.int)
        columns = tuple(zip(*once, strict=True)) or ((),) * len(Candidate._fields)
        ids, makers, roots, published, likes, comments, remixes = columns
        return cls(
            ids=ids,
            makers=np.array(makers, np.int64),
            roots=np.array([_folded(root) for root in roots], np.int64),
            published_at=np.array(published, np.float64),
            likes=np.array(likes, np.int64),
            comments=np.array(comments, np.int64),
            remixes=np.array(remixes, np.int64),
        )

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a ranker knows of the person who looks. Nobody in particular has empty sets."""

    at: float  # seconds since 1970, the moment the ranking is for
    followed: frozenset[int] = frozenset()
    watched: frozenset[UUID] = frozenset()


class Reason(NamedTuple):
    """One part of a score: the ranker's word for it, its points, and a sentence for the viewer."""

    reason: str
    points: int
    text: str


class Placed(NamedTuple):
    """One clip at its place in a ranking, with the parts that add up to its score."""

    clip_id: UUID
    points: tuple[int, ...]

    @property
    def score(self) -> int:
        """The sum of the parts."""
        return sum(self.points)


@dataclass(frozen=True, slots=True)
class Ranking:
    """An order of clips by one version of one ranker. `points` of each place follow `reasons`."""

    version: str
    reasons: tuple[str, ...]
    places: tuple[Placed, ...]


_POINT_BYTES = 8
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Slate:
    """A ranking frozen for one viewer, and what is needed to go on when it has been served.

    `ids` and `points` are packed: a page of a slate reads its own slice and leaves the rest alone.
    `horizon`: the moment (seconds since 1970) before which no clip has been considered yet, or None
    if there is nothing older. `served`: the packed ids of earlier slates of the same sitting.
    """

    version: str
    reasons: tuple[str, ...]
    ids: bytes
    points: bytes
    horizon: float | None
    served: bytes = b""

    @classmethod
    def of(cls, ranking: Ranking, *, horizon: float | None, served: bytes = b"") -> Slate:
        """Freeze a ranking."""
        points = np.array([place.points for place in ranking.places], np.int64)
        ids = b"".join(place.clip_id.bytes for place in ranking.places)
        return cls(ranking.version, ranking.reasons, ids, points.tobytes(), horizon, served)

    def __len__(self) -> int:
        return len(self.ids) // _ID_BYTES

    @property
    def shown(self) -> bytes:
        """The packed ids of this slate and of those before it."""
        return self.served + self.ids

    def places(self, start: int, stop: int) -> list[Placed]:
        """Return the places from `start` up to `stop`, or to the end of the slate."""
        width = len(self.reasons) * _POINT_BYTES
        points = np.frombuffer(self.points[start * width : stop * width], np.int64)
        rows = points.reshape(-1, len(self.reasons)).tolist()
        ids = unpacked(self.ids[start * _ID_BYTES : stop * _ID_BYTES])
        return [Placed(*place) for place in zip(ids, map(tuple, rows), strict=True)]


def unpacked(ids: bytes) -> list[UUID]:
    """Return the ids that were packed as bytes, one after the other."""
    starts = range(0, len(ids), _ID_BYTES)
    return [UUID(bytes=ids[start : start + _ID_BYTES]) for start in starts]


@dataclass(frozen=True, slots=True)
class Card:
    """One item of a feed: what is shown, and why it is there.

    `clip` has the shape of social's clip cards. The points of `why` add up to `score`. `is_repeat`:
    the viewer has watched it before, and is shown it again because nothing new was left.
    """

    clip: dict[str, Any]
    score: int
    why: tuple[Reason, ...]
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of cards. `next` is where the following page starts, or None at the end."""

    cards: tuple[Card, ...]
    version: str
    next: list[Any] | None


def _folded(identifier: UUID) -> int:
    """Fold a UUID into 64 bits, for grouping. The low half of version 7 is random."""
    return (identifier.int & (2**64 - 1)) - 2**63
