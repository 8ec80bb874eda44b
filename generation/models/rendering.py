"""Renders: a job, its output, and the draft, in one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone

from cameos.models import Cameo
from core.ids import uuid7
from core.states import Stateful
from moderation.models import Standing, Verdict

if TYPE_CHECKING:
    from datetime import datetime

ACTIVE = ("screening", "rendering", "finishing", "reviewing")
FINISHED = ("ready", "held")
JUDGED = (*FINISHED, "refused")
# Made of nothing but words and pictures; every other operation is made of a clip.
FROM_NOTHING = ("text", "image", "storyboard", "schedule")


class RenderQuerySet(models.QuerySet["Render"]):
    def visible_to(self, viewer: Any) -> RenderQuerySet:
        """Keep what the viewer may know of: own renders, those that use the viewer's likeness, and,
        for moderators, all. A draft that uses a revoked likeness, or was taken down, is gone for
        everybody else.
        """
        if not viewer.is_authenticated:
            return self.none()
        rows = self.exclude(state=Render.State.DISCARDED)
        if viewer.is_moderator:
            return rows
        in_cast = RenderCast.objects.filter(render=OuterRef("pk"), cameo__owner=viewer)
        shown = self.filter(state__in=FINISHED).filter(Exists(in_cast))
        return rows.filter(Q(maker=viewer) | Q(pk__in=shown.values("pk")))

    def deliverable_to(self, viewer: Any) -> RenderQuerySet:
        """Keep the visible renders whose media may be played now: a moderator plays what was taken
        down or refused, to judge an appeal.
        """
        rows = self.visible_to(viewer)
        is_judge = viewer.is_authenticated and viewer.is_moderator
        return rows.with_evidence().lent() if is_judge else rows.with_media().lawful()

    def with_playable(self) -> RenderQuerySet:
        """Add `is_playable`: of the visible rows, those that `deliverable_to` keeps."""
        same = Render.objects.filter(pk=OuterRef("pk"))
        return self.annotate(is_playable=Exists(same.with_media().lawful()))

    def with_media(self) -> RenderQuerySet:
        """Keep renders whose files are complete and stored."""
        return self.filter(state__in=FINISHED).exclude(media_subject="")

    def with_evidence(self) -> RenderQuerySet:
        """Keep renders whose stored files were judged, whatever the judgment."""
        return self.filter(state__in=JUDGED).exclude(media_subject="")

    def to_start_from(self) -> RenderQuerySet:
        """Keep renders that the gate has let pass and that may still be shown."""
        return self.filter(state=Render.State.READY).with_media().lawful()

    def lawful(self) -> RenderQuerySet:
        """Drop renders with a likeness that is no longer lent to anybody, and those taken down."""
        return self.lent().exclude(pk__in=Standing.objects.hiding("render"))

    def lent(self) -> RenderQuerySet:
        """Drop renders with a likeness that is no longer lent to anybody."""
        unusable = RenderCast.objects.filter(
            render=OuterRef("pk"), cameo__in=Cameo.objects.unusable()
        )
        return self.filter(~Exists(unusable))

    def of_stack(self, take: Render) -> RenderQuerySet:
        """Keep the takes of the wish that `take` is one of."""
        first = take.stack_id or take.pk
        return self.filter(Q(stack=first) | Q(pk=first))

    def queued(self, engine: str) -> RenderQuerySet:
        """Renders that wait for a worker of this engine."""
        return self.filter(state=Render.State.QUEUED, engine=engine)

    def working(self) -> RenderQuerySet:
        """Renders that a worker holds a lease on."""
        return self.filter(state__in=ACTIVE)

    def abandoned(self, at: datetime) -> RenderQuerySet:
        """Renders whose worker has let its lease run out by `at`."""
        return self.working().filter(lease_until__lt=at)


class Render(Stateful):
    """One request to an engine. Once READY it is its maker's draft; a published clip points at
    it.
    """

    class Operation(models.TextChoices):
        TEXT = "text"
        IMAGE = "image"
        STORYBOARD = "storyboard"
        SCHEDULE = "schedule"
        REMIX = "remix"
        EXTEND = "extend"
        BLEND = "blend"
        STITCH = "stitch"
        EDIT = "edit"
        TRIM = "trim"
        RESOUND = "resound"

    class Purpose(models.TextChoices):
        STILLS = "stills"
        PREVIEW = "preview"
        FINAL = "final"

    class State(models.TextChoices):
        QUEUED = "queued"
        SCREENING = "screening"
        RENDERING = "rendering"
        FINISHING = "finishing"
        REVIEWING = "reviewing"
        READY = "ready"
        HELD = "held"
        REFUSED = "refused"
        FAILED = "failed"
        CANCELLED = "cancelled"
        DISCARDED = "discarded"

    class Lane(models.TextChoices):
        PREVIEW = "preview"
        FINAL = "final"
        OFF_PEAK = "off_peak"

    _GIVEN_UP = frozenset({State.QUEUED, State.CANCELLED, State.FAILED, State.REFUSED})
    MOVES: ClassVar = {
        State.QUEUED: frozenset({State.SCREENING, State.CANCELLED, State.FAILED, State.REFUSED}),
        State.SCREENING: _GIVEN_UP | {State.RENDERING, State.REVIEWING},
        State.RENDERING: _GIVEN_UP | {State.FINISHING},
        State.FINISHING: _GIVEN_UP | {State.REVIEWING},
        State.REVIEWING: _GIVEN_UP | {State.READY, State.HELD},
        State.HELD: frozenset({State.READY, State.REFUSED, State.CANCELLED}),
        State.READY: frozenset({State.DISCARDED}),
        State.REFUSED: frozenset({State.DISCARDED, State.READY}),
        State.FAILED: frozenset({State.DISCARDED, State.QUEUED}),
        State.CANCELLED: frozenset({State.DISCARDED}),
        State.DISCARDED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.QUEUED, editable=False
    )
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="renders"
    )

    operation = models.CharField(
        max_length=12, choices=Operation.choices, default=Operation.TEXT, db_default=Operation.TEXT
    )
    purpose = models.CharField(
        max_length=8, choices=Purpose.choices, default=Purpose.FINAL, db_default=Purpose.FINAL
    )
    prompt = models.TextField()
    # What was written before prompt help changed it; empty where it did not.
    original_prompt = models.TextField(blank=True, db_default="")
    # generation.spec.parts
    parts = models.JSONField(default=dict, db_default={})
    seconds = models.FloatField()
    shape = models.CharField(max_length=10)
    lines = models.PositiveSmallIntegerField(default=720, db_default=720)
    fps = models.PositiveSmallIntegerField(default=24)
    seed = models.BigIntegerField()
    engine = models.CharField(max_length=40, default="default")
    strength = models.FloatField(default=0.6)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="remixes"
    )
    root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    depth = models.PositiveSmallIntegerField(default=0)
    # The first of all that came of one wish: variations, re-rolls, stills, previews and finals.
    # It is its own; null for renders of before there were stacks.
    stack = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="takes"
    )
    recipe = models.JSONField(default=dict)
    price = models.PositiveIntegerField()
    priority = models.SmallIntegerField(default=0)
    lane = models.CharField(
        max_length=10, choices=Lane.choices, default=Lane.FINAL, db_default=Lane.FINAL
    )
    # Off peak only: by when it must be made even if others wait.
    deadline_at = models.DateTimeField(null=True)
    # How many of its maker's renders may be in work at once, by the plan that they are on.
    slots = models.PositiveSmallIntegerField(default=1, db_default=1)

    # Its credits went back when we failed it; staff had it made again for nothing.
    is_waived = models.BooleanField(default=False, db_default=False, editable=False)

    # Who works on it, or did last, and since when.
    worker = models.CharField(max_length=120, default="", db_default="", editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    cancel_requested_at = models.DateTimeField(null=True, editable=False)
    progress = models.FloatField(default=0.0)
    seq = models.PositiveIntegerField(default=0)

    # Since when it is published: then only deleting its clip throws it away.
    kept_at = models.DateTimeField(null=True, editable=False)

    problem_code = models.CharField(max_length=60, blank=True)
    problem_text = models.TextField(blank=True)
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, null=True, related_name="+")

    # Carried by the invisible mark; the sequence keeps it inside the mark's 39 bits.
    mark_number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=Func(Value("generation_mark_number"), function="nextval"),
    )
    media_subject = models.CharField(max_length=80, blank=True)
    media_digest = models.CharField(max_length=64, blank=True)
    media_facts = models.JSONField(default=dict)
    fingerprint = models.BinaryField(default=b"", editable=False)
    caption = models.TextField(blank=True)
    understood = models.JSONField(default=dict)
    words = models.JSONField(default=list)
    # Something that was asked for is missing, such as a line that nobody says.
    is_partial = models.BooleanField(default=False, db_default=False)
    timings = models.JSONField(default=dict)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = RenderQuerySet.as_manager()

    class Meta:
        indexes = [
            # generation.actions.claiming.claim_next
            models.Index(
                fields=["engine", "-priority", "created_at"],
                condition=Q(state="queued"),
                name="render_queue",
            ),
            # generation.actions.sweeping.sweep_stuck, and fair shares in claim_next
            models.Index(
                fields=["maker", "lease_until"], condition=Q(state__in=ACTIVE), name="render_leases"
            ),
            # a person's drafts
            models.Index(fields=["maker", "-created_at"], name="render_by_maker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=FINISHED)
                | (~Q(media_subject="") & ~Q(media_digest="") & Q(verdict__isnull=False)),
                name="finished_render_has_media_and_verdict",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ACTIVE)
                | Q(lease_token__isnull=False, lease_until__isnull=False),
                name="working_render_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "failed")) | ~Q(problem_code=""),
                name="lost_render_says_why",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, depth=0) | Q(parent__isnull=False, depth__gt=0),
                name="render_depth_matches_parent",
            ),
            models.CheckConstraint(
                condition=Q(mark_number__gte=0, mark_number__lt=2**39),
                name="mark_number_fits_the_mark",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="render_is_not_its_parent"),
            models.CheckConstraint(
                condition=Q(operation__in=FROM_NOTHING, parent__isnull=True)
                | (~Q(operation__in=FROM_NOTHING) & Q(parent__isnull=False)),
                name="render_of_a_clip_has_a_parent",
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True) | Q(state="ready"), name="kept_render_is_ready"
            ),
            models.CheckConstraint(
                condition=~Q(lane="off_peak") | Q(deadline_at__isnull=False),
                name="off_peak_render_has_a_deadline",
            ),
            models.CheckConstraint(condition=Q(slots__gte=1), name="render_has_a_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"

    @property
    def hold_key(self) -> str:
        """The key of the credits set aside for this render."""
        return f"render:{self.pk}"

    @property
    def has_ended(self) -> bool:
        """Whether no worker will touch it again."""
        return self.state not in (*ACTIVE, self.State.QUEUED)


class RenderCast(models.Model):
    """One likeness in one render: cast by its maker, or inherited from the clip it remixes."""

    render = models.ForeignKey(Render, on_delete=models.CASCADE, related_name="cast")
    cameo = models.ForeignKey(Cameo, on_delete=models.PROTECT, related_name="appearances")
    is_inherited = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["render", "cameo"], name="cast_once_per_render")
        ]

    def __str__(self) -> str:
        return f"{self.cameo_id} in {self.render_id}"


class RenderParent(models.Model):
    """One clip that a render is made of. `Render.parent` is the one at position 0."""

    class Role(models.TextChoices):
        """What is done with it. An engine goes on `after` its end or `before` its start."""

        REMIX = "remix"
        AFTER = "after"
        BEFORE = "before"
        BLEND = "blend"
        STITCH = "stitch"
        EDIT = "edit"
        TRIM = "trim"
        RESOUND = "resound"

    render = models.ForeignKey(Render, on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Render, on_delete=models.PROTECT, related_name="children")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=8, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["render", "position"], name="parent_has_its_place"),
            models.CheckConstraint(condition=~Q(render=F("parent")), name="parent_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.render_id} {self.role} {self.parent_id}"


class Asset(models.Model):
    """One stored file of a render that may be delivered: labelled, marked and signed."""

    render = models.ForeignKey(Render, on_delete=models.CASCADE, related_name="assets")
    name = models.CharField(max_length=40)
    content_type = models.CharField(max_length=60)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["render", "name"], name="asset_name_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.render_id}/{self.name}"
