"""Telling people what happened to their clips."""

from __future__ import annotations

import accounts.actions
from accounts.models import Notice, User
from core.subjects import SubjectRef
from social.models import Clip

# Repeating these is no news: likes can be taken back and given again all day.
_ONCE = frozenset({"like"})


def tell(user: User, clip: Clip, *, by: User, kind: str, text: str) -> None:
    """Leave a notice about `clip`, unless `user` did it or cannot see the clip.

    Asking `visible_to` covers blocks, audience and everything else that would make the address a
    dead end or a leak.
    """
    if user.pk == by.pk or not Clip.objects.visible_to(user).filter(pk=clip.pk).exists():
        return
    told = Notice.objects.for_user(user).filter(kind=kind, subject_id=str(clip.pk), text=text)
    if kind in _ONCE and told.exists():
        return
    subject = SubjectRef("clip", str(clip.pk))
    accounts.actions.notify(user, kind=kind, text=text, subject=subject, url=f"/c/{clip.pk}/")
