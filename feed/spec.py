"""What a feed is computed from and made of. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

# A clip watched for this long, or this much of it, has been seen and stays away for a while.
SEEN_AFTER_S = 3.0
SEEN_AFTER_RATIO = 0.5
SEEN_FOR_DAYS = 14

Ids = npt.NDArray[np.bytes_]
"""S16 [N]: the bytes of N UUIDs."""

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
    """Candidates as columns: N clips in id order, one array per fact, each clip once.

    `ids`: the 16 bytes of each key, S16 [N]. `makers`: int64 [N]. `roots`: int64 [N], equal for
    clips of one remix tree. `published_at`: float64 [N], seconds since 1970. `likes`, `comments`,
    `remixes`: int64 [N].
    """

    ids: Ids
    makers: npt.NDArray[np.int64]
    roots: npt.NDArray[np.int64]
    published_at: npt.NDArray[np.float64]
    likes: npt.NDArray[np.int64]
    comments: npt.NDArray[np.int64]
    remixes: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Candidates:
        """Arrange rows as columns: each a Candidate, or its values with keys as UUIDs or text.

        The order they were found in must not matter to what is computed from them.
        """
        columns = tuple(zip(*rows, strict=True)) or ((),) * len(Candidate._fields)
        ids, makers, roots, published, likes, comments, remixes = columns
        return cls(
            ids=packed(ids),
            makers=np.array(makers, np.int64),
            # A UUID folded into 64 bits, for grouping: the low half of version 7 is random.
            roots=np.frombuffer(packed(roots).tobytes(), ">i8")[1::2].astype(np.int64),
            published_at=np.array(published, np.float64),
            likes=np.array(likes, np.int64),
            comments=np.array(comments, np.int64),
            remixes=np.array(remixes, np.int64),
        ).distinct()

    def __len__(self) -> int:
        return len(self.ids)

    def and_of(self, others: Candidates) -> Candidates:
        """Return these and the others. What both know, these know better."""
        pairs = zip(self.columns, others.columns, strict=True)
        return Candidates(*(np.concatenate(pair) for pair in pairs)).distinct()

    def without(self, ids: Ids) -> Candidates:
        """Return the candidates that are not among `ids`."""
        return self.taken(~self.among(ids)) if len(ids) else self

    def among(self, ids: Ids) -> npt.NDArray[np.bool_]:
        """Say of each candidate whether it is among `ids`: bool [N]."""
        return np.isin(self.ids, ids)

    def distinct(self) -> Candidates:
        """Return each clip once, as it is first found, in id order."""
        return self.taken(np.unique(self.ids, return_index=True)[1])

    def taken(self, chosen: npt.NDArray[Any]) -> Candidates:
        """Return the candidates at some places, or those for which a mask is true."""
        return Candidates(*(column[chosen] for column in self.columns))

    @property
    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        """All columns, in the order of the fields."""
        return (
            self.ids, self.makers, self.roots, self.published_at, self.likes, self.comments,
            self.remixes,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Viewer:
    """What a ranker knows of the person who looks. Nobody in particular has nothing.

    `followed`: keys of makers, int64 [F]. `watched`: S16 [W], as the `ids` of Candidates.
    """

    at: float  # seconds since 1970, the moment the ranking is for
    followed: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    watched: Ids = field(default_factory=lambda: packed([]))


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
    """An order of clips by one version of one ranker.

    `ids`: S16 [N], best first. `points`: int64 [N, R], R as in `reasons`.
    """

    version: str
    reasons: tuple[str, ...]
    ids: Ids
    points: Points

    @property
    def places(self) -> tuple[Placed, ...]:
        """The order as values, for whoever looks at all of it."""
        rows = zip(unpacked(self.ids.tobytes()), self.points.tolist(), strict=True)
        return tuple(Placed(clip_id, tuple(points)) for clip_id, points in rows)


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
        ids, points = ranking.ids.tobytes(), ranking.points.tobytes()
        return cls(ranking.version, ranking.reasons, ids, points, horizon, served)

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


def packed(ids: Sequence[UUID | str]) -> Ids:
    """Return ids as an array of their bytes: compared, sorted and searched without Python."""
    return np.frombuffer(bytes.fromhex("".join(map(str, ids)).replace("-", "")), "S16")


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
