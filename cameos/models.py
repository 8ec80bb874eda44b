"""Likenesses, the permissions to use them, and the record of every use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Block, Follow
from core.ids import uuid7
from core.states import Stateful
from moderation.models import Standing


class CameoQuerySet(models.QuerySet["Cameo"]):
    def owned_by(self, user: Any) -> CameoQuerySet:
        return self.filter(owner=user)

    def visible_to(self, viewer: Any) -> CameoQuerySet:
        """Own cameos in any state; those of others while they can be lent; all for moderators."""
        if not viewer.is_authenticated:
            return self.none()
        if viewer.is_moderator:
            return self.all()
        lent = Cameo.objects.usable().filter(
            Q(terms__in=(Cameo.Terms.EVERYONE, Cameo.Terms.MUTUALS))
            | Q(loans__borrower=viewer, loans__ended_at=None)
        )
        return self.filter(Q(owner=viewer) | Q(pk__in=lent.values("pk")))

    def lent_to(self, user: Any) -> CameoQuerySet:
        """Keep what `policies.may_use` says yes to: the same answer for many rows in one query."""
        loans = Loan.objects.filter(cameo=OuterRef("pk"), borrower=user, ended_at=None)
        of_owner = Follow.objects.filter(follower=OuterRef("owner"), followed=user)
        of_user = Follow.objects.filter(follower=user, followed=OuterRef("owner"))
        terms = Cameo.Terms
        lent = (
            Q(terms=terms.EVERYONE)
            | (~Q(terms=terms.ONLY_ME) & Exists(loans))
            | (Q(terms=terms.MUTUALS) & Exists(of_owner) & Exists(of_user))
        )
        is_apart = Q(owner__in=Block.objects.hidden_from(user))
        return self.usable().filter(Q(owner=user) | (lent & ~is_apart))

    def usable(self) -> CameoQuerySet:
        """Cameos that somebody may be lent now."""
        return self.filter(_is_usable())

    def unusable(self) -> CameoQuerySet:
        """Cameos whose pictures nobody but the owner may see: taken back, paused, taken down or
        erased.

        Querysets of the apps above subtract this, so that a revocation is obeyed by the next read.
        """
        return self.filter(~_is_usable())

    def with_hold(self) -> CameoQuerySet:
        """Add `is_on_hold`: whether moderation hides it, whatever its owner wants."""
        return self.annotate(is_on_hold=Standing.hides("cameo", "pk"))


def _is_usable() -> Q:
    state = Q(state=Cameo.State.ACTIVE, owner__is_active=True)
    return state & ~Q(Standing.hides("cameo", "pk"))


class Cameo(Stateful):
    """A verified likeness of a person, or an invented character, lent on its owner's terms.

    The state is its owner's. What moderation says of it is its standing, which reads ask as well.
    """

    class State(models.TextChoices):
        CAPTURING = "capturing"
        VERIFYING = "verifying"
        ACTIVE = "active"
        PAUSED = "paused"
        REFUSED = "refused"
        REVOKED = "revoked"
        ERASED = "erased"

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.CAPTURING: frozenset({State.VERIFYING, State.ERASED}),
        State.VERIFYING: frozenset({State.ACTIVE, State.REFUSED, State.REVOKED}),
        State.ACTIVE: frozenset({State.PAUSED, State.REVOKED}),
        State.PAUSED: frozenset({State.ACTIVE, State.REVOKED}),
        State.REFUSED: frozenset({State.ACTIVE, State.ERASED}),
        State.REVOKED: frozenset({State.ERASED}),
        State.ERASED: frozenset(),
    }
    # States in which a person's one place for a likeness of their own is taken.
    LIVING = (State.CAPTURING, State.VERIFYING, State.ACTIVE, State.PAUSED)

    class Kind(models.TextChoices):
        PERSON = "person"
        CHARACTER = "character"

    class Terms(models.TextChoices):
        ONLY_ME = "only_me"
        APPROVED = "approved"
        MUTUALS = "mutuals"
        EVERYONE = "everyone"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.CAPTURING, editable=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cameos")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(max_length=60)
    terms = models.CharField(max_length=10, choices=Terms.choices, default=Terms.ONLY_ME)
    terms_version = models.PositiveIntegerField(default=1)
    # Only for those who may use it anyway: terms are asked before this.
    allows_remix = models.BooleanField(default=True)
    rules_text = models.CharField(max_length=500, blank=True)

    # {"digits": "4071", "turns": ["left", "up"]}: said and done once, before it expires.
    challenge = models.JSONField(default=dict)
    challenge_expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    consented_at = models.DateTimeField(null=True)
    # 0 none, 1 challenge and a reviewer, 2 certified liveness of a vendor, 3 that and a document.
    assurance = models.PositiveSmallIntegerField(default=0)
    checks = models.JSONField(default=list)
    capture_digest = models.CharField(max_length=64, blank=True)
    # Names of the encrypted stills in private storage; empty once erased.
    references = models.JSONField(default=list)
    capture_name = models.CharField(max_length=120, blank=True)
    voice_seed = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    # After this day the uncut recording is deleted; the stills stay while the cameo lives.
    capture_delete_on = models.DateField(null=True)

    objects = CameoQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="cameo_by_owner"),
            # cameos.actions.retention.delete_expired_captures
            models.Index(
                fields=["capture_delete_on"],
                condition=Q(capture_delete_on__isnull=False),
                name="cameo_capture_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(
                    kind="person", state__in=("capturing", "verifying", "active", "paused")
                ),
                name="one_living_person_cameo_each",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("active", "paused"))
                | Q(consented_at__isnull=False, assurance__gte=1),
                name="usable_cameo_has_consent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("revoked", "erased")) | Q(revoked_at__isnull=False),
                name="revoked_cameo_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="erased") | Q(references=[], capture_name="", challenge={}),
                name="erased_cameo_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class CameoKey(models.Model):
    """The wrapped key that a cameo's files are encrypted with.

    Deleting the row erases the files.
    """

    cameo = models.OneToOneField(Cameo, models.CASCADE, primary_key=True, related_name="key")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"key of {self.cameo_id}"


class Loan(models.Model):
    """One person's permission to use one cameo, beside what its terms allow everybody."""

    cameo = models.ForeignKey(Cameo, models.CASCADE, related_name="loans")
    borrower = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="borrowed_cameos"
    )
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cameo", "borrower"], condition=Q(ended_at=None), name="one_open_loan_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cameo_id} lent to {self.borrower_id}"


class Receipt(models.Model):
    """The signed record of one use, chained to the cameo's previous one. Append-only.

    `render_id` is no foreign key: cameos knows nothing of the apps above it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cameo = models.ForeignKey(Cameo, models.PROTECT, related_name="receipts")
    sequence = models.PositiveIntegerField()
    render_id = models.UUIDField()
    borrower = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    terms_snapshot = models.JSONField()
    prompt_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(editable=False)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        indexes = [models.Index(F("cameo"), F("sequence").desc(), name="receipt_chain")]
        constraints = [
            models.UniqueConstraint(fields=["cameo", "sequence"], name="receipt_chain_is_linear"),
            models.UniqueConstraint(fields=["cameo", "render_id"], name="one_receipt_per_use"),
        ]

    def __str__(self) -> str:
        return f"use {self.sequence} of {self.cameo_id}"
