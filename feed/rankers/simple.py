"""The first ranking: fresh, liked and remixed clips by people one follows, makers spread apart.

Five additive reasons and two that spread makers and remix trees apart, all in thousandths.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from feed.spec import Candidates, Points, Viewer

Numbers = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]


class Simple:
    """A hand-set ranking that a viewer can check with a pencil.

    Making outweighs scrolling: ten times fewer remixes than likes earn a similar reward, because a
    clip that made somebody make something did more than please.
    """

    version: str = "simple-1"
    reasons: Mapping[str, str] = {
        "fresh": "It is new",
        "liked": "People like it and talk about it",
        "remixed": "People make something of it",
        "following": "You follow its maker",
        "watched": "You have seen it; nothing new is left",
        "maker_again": "Leaves room for other makers",
        "tree_again": "Leaves room for other ideas",
    }

    FRESH = 350
    LIKED = 250
    REMIXED = 200
    FOLLOWING = 300
    # Below anything unwatched: the other reasons together stay under 1100.
    WATCHED = -2000

    FRESH_HALF_LIFE_S = 24 * 3600.0
    COMMENT_LIKES = 3.0  # a comment takes more effort than a like
    LIKES_FULL = 1000.0  # likes, and comments as likes, that earn all the points
    REMIXES_FULL = 100.0
    # The k-th clip of one maker keeps floor + (1 - floor) * decay^k of its points. Source of the
    # form and of both numbers: the author diversity factor of X's published home ranking, 2026.
    AGAIN_DECAY = 0.5
    AGAIN_FLOOR = 0.25

    def score(self, viewer: Viewer, candidates: Candidates) -> Points:
        gains = self._gains(viewer, candidates)
        watched = self.WATCHED * candidates.among(viewer.watched)
        order = _best_first(gains.sum(axis=1) + watched, candidates)
        maker_again = self._again(gains.sum(axis=1), candidates.makers[order], order)
        tree_again = self._again(gains.sum(axis=1) + maker_again, candidates.roots[order], order)
        return np.column_stack([gains, watched, maker_again, tree_again])

    def _gains(self, viewer: Viewer, candidates: Candidates) -> Points:
        age_s = np.maximum(viewer.at - candidates.published_at, 0.0)
        fresh = 0.5 ** (age_s / self.FRESH_HALF_LIFE_S)
        liked = _saturating(
            candidates.likes + self.COMMENT_LIKES * candidates.comments, full=self.LIKES_FULL
        )
        remixed = _saturating(candidates.remixes, full=self.REMIXES_FULL)
        followed = np.isin(candidates.makers, viewer.followed)
        shares = np.column_stack([fresh, liked, remixed, followed])
        worth = np.array([self.FRESH, self.LIKED, self.REMIXED, self.FOLLOWING])
        points: Points = np.rint(shares * worth).astype(np.int64)
        return points

    def _again(self, gains: Points, groups: Groups, order: Groups) -> Points:
        """Return what each candidate loses for those of its group before it in `order`."""
        before = _earlier_in_group(groups)
        kept = self.AGAIN_FLOOR + (1 - self.AGAIN_FLOOR) * self.AGAIN_DECAY**before
        lost = np.zeros_like(gains)
        lost[order] = -np.rint((1 - kept) * gains[order]).astype(np.int64)
        return lost


def _saturating(counts: npt.NDArray[np.int64] | Numbers, *, full: float) -> Numbers:
    """Map counts to 0..1: the first ones matter most, and from `full` on more changes nothing."""
    shares: Numbers = np.minimum(np.log1p(counts) / np.log1p(full), 1.0)
    return shares


def _best_first(scores: Points, candidates: Candidates) -> Groups:
    # Candidates come in id order and the sort is stable, so the id decides what is left.
    order: Groups = np.lexsort((-candidates.published_at, -scores))
    return order


def _earlier_in_group(groups: Groups) -> Groups:
    """Return, for each position, how many earlier positions hold the same group."""
    by_group = np.argsort(groups, kind="stable")
    arranged = groups[by_group]
    starts = np.r_[True, arranged[1:] != arranged[:-1]] if len(groups) else np.zeros(0, bool)
    first = np.maximum.accumulate(np.where(starts, np.arange(len(groups)), 0))
    earlier = np.empty_like(groups)
    earlier[by_group] = np.arange(len(groups)) - first
    return earlier
