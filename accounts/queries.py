"""People as others see them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Follow, User


def profiles_for(viewer: Any) -> QuerySet[User]:
    """Return the people `viewer` may see, each with counts and the viewer's own relation to them.

    Adds `follower_count`, `following_count` (active people only), `is_followed` and `follows_you`;
    all in the one query that fetches the rows.
    """
    follower_is_active = Follow.objects.filter(followed=OuterRef("pk"), follower__is_active=True)
    followed_is_active = Follow.objects.filter(follower=OuterRef("pk"), followed__is_active=True)
    viewer_id = viewer.pk or 0  # nobody has the id 0
    return User.objects.visible_to(viewer).annotate(
        follower_count=_count(follower_is_active, "followed"),
        following_count=_count(followed_is_active, "follower"),
        is_followed=Exists(Follow.objects.filter(follower=viewer_id, followed=OuterRef("pk"))),
        follows_you=Exists(Follow.objects.filter(follower=OuterRef("pk"), followed=viewer_id)),
    )


def me(user: User) -> User:
    """Return the person with their number of unread notices as `unread_notices`. One query."""
    unread = Count("notices", filter=Q(notices__read_at=None))
    return User.objects.annotate(unread_notices=unread).get(pk=user.pk)


def _count(rows: QuerySet[Follow], by: str) -> Coalesce:
    total = rows.order_by().values(by).annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(total), 0)
