"""What a viewer tells about watching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from feed import policies
from feed.models import Watch
from social.models import Clip


@dataclass(frozen=True, slots=True)
class View:
    """One view of one clip, named by the client: `watched_ratio` 0..1 of it was seen."""

    id: UUID
    clip_id: UUID
    watched_ratio: float
    seconds_watched: float


def record_watches(views: Sequence[View], *, by: User) -> int:
    """Store views of clips that `by` may see, and return how many are stored now.

    A view that was sent before counts once. Views of clips that are gone, or never could be seen,
    are dropped without a word: an error would tell which ids exist. Two queries.
    """
    wanted = {view.clip_id for view in views}
    visible = set(Clip.objects.visible_to(by).filter(pk__in=wanted).values_list("pk", flat=True))
    rows = [
        Watch(
            id=view.id,
            viewer=by,
            clip_id=view.clip_id,
            watched_ratio=view.watched_ratio,
            seconds_watched=view.seconds_watched,
            is_seen=policies.was_seen(
                watched_ratio=view.watched_ratio, seconds_watched=view.seconds_watched
            ),
        )
        for view in views
        if view.clip_id in visible
    ]
    Watch.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
