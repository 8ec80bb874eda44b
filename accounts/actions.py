"""What people do to each other, and what they are told."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import policies
from accounts.models import Block, Follow, Notice, User
from accounts.spec import TextRules
from core import plugins
from core.errors import ForbiddenError, InvalidError
from core.realtime import push
from core.subjects import SubjectRef


class OnYourselfError(InvalidError):
    """You cannot follow or block yourself."""

    code = "on_yourself"


class BlockedError(ForbiddenError):
    """One of you has blocked the other."""

    code = "blocked"


class OfficialNameError(InvalidError):
    """A name must not sound as if you spoke for this site."""

    code = "official_name"


def text_rules() -> TextRules:
    """Return the configured rules for what people say of themselves."""
    found: TextRules = plugins.load("ACCOUNTS_TEXT_RULES")
    return found


@transaction.atomic
def follow(user: User, *, by: User) -> None:
    """Make `by` follow `user` and tell them, once. Safe to repeat.

    Raises OnYourselfError, BlockedError.
    """
    _lock_both(user, by)
    if policies.has_block_between(user, by):
        raise BlockedError
    _, is_new = Follow.objects.get_or_create(follower=by, followed=user)
    subject = SubjectRef("user", str(by.pk))
    # Following again after unfollowing is not news: no way to make somebody's phone buzz all day.
    if is_new and not _was_told(user, kind="follow", subject=subject):
        text = f"@{by.handle} follows you."
        notify(user, kind="follow", text=text, subject=subject, url=f"/@{by.handle}/")


def unfollow(user: User, *, by: User) -> None:
    """End `by`'s following of `user`. Safe to repeat."""
    Follow.objects.filter(follower=by, followed=user).delete()


@transaction.atomic
def block(user: User, *, by: User) -> None:
    """Part two people: neither follows the other any more or sees the other's things. Safe to
    repeat.

    The blocked person is not told. Raises OnYourselfError.
    """
    _lock_both(user, by)
    Block.objects.get_or_create(blocker=by, blocked=user)
    between = Q(follower=by, followed=user) | Q(follower=user, followed=by)
    Follow.objects.filter(between).delete()


def unblock(user: User, *, by: User) -> None:
    """Take `by`'s block of `user` back. Old follows do not return. Safe to repeat."""
    Block.objects.filter(blocker=by, blocked=user).delete()


@transaction.atomic
def notify(
    user: User, *, kind: str, text: str, subject: SubjectRef | None = None, url: str = ""
) -> Notice:
    """Leave a line in a person's notices and push it to their open pages after commit."""
    about = subject or SubjectRef("", "")
    notice = Notice.objects.create(
        user=user, kind=kind, text=text, subject_kind=about.kind, subject_id=about.id, url=url
    )
    push(f"user-{user.pk}", _as_event(notice))
    return notice


def read_notices(user: User) -> int:
    """Mark all of a person's notices as read; return how many were not."""
    return Notice.objects.for_user(user).unread().update(read_at=timezone.now())


def set_profile(user: User, *, display_name: str, bio: str) -> User:
    """Change what a person says of themselves, and bring the instance up to date.

    What stays the same is not judged again. Call it with no transaction open. Raises
    OfficialNameError, and what the text rules raise, naming the field.
    """
    is_staff = user.is_staff or user.is_moderator
    if not is_staff and policies.sounds_official(*display_name.split()):
        raise OfficialNameError(field="display_name")
    for field, text in (("display_name", display_name), ("bio", bio)):
        if text and text != getattr(user, field):
            text_rules().require(text, by=user, field=field)
    User.objects.filter(pk=user.pk).update(display_name=display_name, bio=bio)
    user.display_name, user.bio = display_name, bio
    return user


def _lock_both(one: User, other: User) -> None:
    """Lock two people's rows in id order: a block and a follow of the same pair take turns."""
    if one.pk == other.pk:
        raise OnYourselfError
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk])
    list(rows.order_by("pk").values_list("pk"))


def _was_told(user: User, *, kind: str, subject: SubjectRef) -> bool:
    about = {"subject_kind": subject.kind, "subject_id": subject.id}
    return Notice.objects.for_user(user).filter(kind=kind, **about).exists()


def _as_event(notice: Notice) -> dict[str, Any]:
    return {
        "type": "notice",
        "id": notice.pk,
        "kind": notice.kind,
        "text": notice.text,
        "url": notice.url,
        "created_at": notice.created_at.isoformat(),
    }
