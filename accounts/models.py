from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.spec import HANDLE_MAX, HANDLE_PATTERN, hue_of


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, viewer: Any) -> UserQuerySet:
        """Keep active people with no block in either direction between them and `viewer`.

        Moderators see everybody: a block must not be a way to hide from the house rules.
        """
        if getattr(viewer, "is_moderator", False):
            return self.all()
        people = self.active()
        if not viewer.is_authenticated:
            return people
        return people.exclude(pk__in=Block.objects.hidden_from(viewer))

    def blocked_by_viewer(self, viewer: Any) -> UserQuerySet:
        return self.filter(blocked_by__blocker=viewer)


class UserManager(BaseUserManager["User"]):
    """What Django's sign-up wants of a manager, and the QuerySet's questions with types."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def visible_to(self, viewer: Any) -> UserQuerySet:
        return self.get_queryset().visible_to(viewer)

    def blocked_by_viewer(self, viewer: Any) -> UserQuerySet:
        return self.get_queryset().blocked_by_viewer(viewer)

    def create_user(
        self, handle: str, email: str = "", password: str | None = None, **fields: Any
    ) -> User:
        user = self.model(handle=handle.lower(), email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, handle: str, email: str = "", password: str | None = None, **fields: Any
    ) -> User:
        rights = {"is_staff": True, "is_superuser": True, "is_moderator": True}
        return self.create_user(handle, email, password, **rights | fields)

    def get_by_natural_key(self, username: str | None) -> User:
        # Handles are stored lower-case; people type them as they please.
        return self.get(handle=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    handle = models.CharField(max_length=HANDLE_MAX, unique=True)
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=60, blank=True)
    bio = models.CharField(max_length=300, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_moderator = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(handle__regex=HANDLE_PATTERN), name="user_handle_is_well_formed"
            ),
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="user_email_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @property
    def shown_name(self) -> str:
        return self.display_name or self.handle

    @property
    def avatar_hue(self) -> int:
        return hue_of(self.handle)


class FollowQuerySet(models.QuerySet["Follow"]):
    def followed_by(self, user: User) -> models.QuerySet[Follow, int]:
        """Ids of the people whom `user` follows, to be used as a subquery."""
        return self.filter(follower=user).values_list("followed_id", flat=True)


class Follow(models.Model):
    follower = models.ForeignKey(User, models.CASCADE, related_name="follows")
    followed = models.ForeignKey(User, models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_is_unique"),
            models.CheckConstraint(
                condition=~Q(follower=F("followed")), name="follow_is_not_of_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followed_id}"


class BlockQuerySet(models.QuerySet["Block"]):
    def hidden_from(self, user: User) -> models.QuerySet[Block, int]:
        """Ids of the people with a block between them and `user`, to be used as a subquery."""
        other = Case(When(blocker=user, then="blocked_id"), default="blocker_id")
        return self.filter(Q(blocker=user) | Q(blocked=user)).values_list(other, flat=True)


class Block(models.Model):
    blocker = models.ForeignKey(User, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(User, models.CASCADE, related_name="blocked_by")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BlockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_is_unique"),
            models.CheckConstraint(
                condition=~Q(blocker=F("blocked")), name="block_is_not_of_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def for_user(self, user: User) -> NoticeQuerySet:
        return self.filter(user=user)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One line that tells a person what happened to something of theirs."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.SlugField(max_length=40, db_index=False)  # the sender's word, e.g. "follow"
    text = models.CharField(max_length=300)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            # The notices page, newest first.
            models.Index(F("user"), F("created_at").desc(), F("id").desc(), name="notice_page"),
            # The unread badge, asked on every page.
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"
