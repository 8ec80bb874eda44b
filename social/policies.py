"""Pure answers about clips."""

from __future__ import annotations

from accounts.models import User
from social.models import Clip, Comment


def may_remix(user: User, clip: Clip) -> bool:
    """Say whether `user`, who sees the clip, may make something of it.

    What was shown to some people alone is nobody else's material: a cut of it could be shown to
    all.
    """
    return clip.maker_id == user.pk or (clip.allows_remix and clip.audience in Clip.BY_LINK)


def may_delete(user: User, comment: Comment) -> bool:
    """Say whether `user` may delete a comment: its author may, and the maker of its clip."""
    return user.pk in (comment.author_id, comment.clip.maker_id)
