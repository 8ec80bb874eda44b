"""What moderation remembers.

Verdicts and events are append-only; a standing is their projection.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case as SqlCase
from django.db.models import Exists, F, OuterRef, Q, TextField, UUIDField, When
from django.db.models.functions import Cast
from django.utils import timezone

from core.ids import uuid7
from core.states import Stateful
from core.subjects import SubjectRef
from moderation.models.rulebook import Rule, RuleVersion, ThresholdSet
from moderation.spec import Outcome, Stage

OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]
STAGES = [(stage.value, stage.value) for stage in Stage]


class SubjectModel(models.Model):
    """A row about a row of some app above."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=40)

    class Meta:
        abstract = True

    @property
    def subject(self) -> SubjectRef:
        return SubjectRef(self.subject_kind, self.subject_id)


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def about(self, subject: SubjectRef) -> VerdictQuerySet:
        return self.filter(subject_kind=subject.kind, subject_id=subject.id)

    def by_people(self) -> VerdictQuerySet:
        return self.filter(stage=Stage.HUMAN)


class Verdict(SubjectModel):
    """What one gate, or one person, said about exactly one digest of a subject. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stage = models.CharField(max_length=10, choices=STAGES)
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    reasons = models.JSONField(default=list)
    scores = models.JSONField(default=list)
    versions = models.JSONField(default=dict)
    subject_digest = models.CharField(max_length=64, blank=True)
    thresholds = models.ForeignKey(ThresholdSet, models.PROTECT, null=True, related_name="+")
    # Whose act was judged: only this person may appeal.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["subject_kind", "subject_id", "-created_at"], name="verdict_history"
            ),
            # moderation.queries.human_verdict: asked before every machine verdict
            models.Index(
                fields=["subject_digest"], condition=Q(stage="human"), name="verdict_by_people"
            ),
        ]
        constraints = [
            # What a composite foreign key of a published clip points at.
            models.UniqueConstraint(
                fields=["id", "outcome", "subject_digest"], name="verdict_outcome_and_digest"
            ),
            models.CheckConstraint(
                condition=Q(outcome="allow") | ~Q(reasons=[]), name="verdict_says_why"
            ),
            models.CheckConstraint(
                condition=Q(stage="human", decided_by__isnull=False)
                | (~Q(stage="human") & Q(decided_by=None)),
                name="verdict_by_people_names_them",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.outcome} on {self.subject}"


class CaseQuerySet(models.QuerySet["Case"]):
    def live(self) -> CaseQuerySet:
        """Cases that wait for somebody."""
        return self.filter(state__in=Case.LIVE)

    def claimable_by(self, user: Any, at: datetime) -> CaseQuerySet:
        """Live cases that nobody else holds, without those where `user` would judge themself."""
        free = Q(lease_until=None) | Q(lease_until__lt=at) | Q(assignee=user)
        own = Q(appeals__against__decided_by=user, appeals__state="open") | Q(owner=user)
        return self.live().filter(free).exclude(pk__in=Case.objects.filter(own).values("pk"))

    def most_urgent_first(self) -> CaseQuerySet:
        return self.order_by("-priority", "due_at", "id")


class Case(Stateful, SubjectModel):
    """One question for a person: what about this subject?"""

    class State(models.TextChoices):
        OPEN = "open"
        ASSIGNED = "assigned"
        ESCALATED = "escalated"
        DECIDED = "decided"
        APPEALED = "appealed"
        FINAL = "final"

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.OPEN: frozenset({State.ASSIGNED, State.ESCALATED, State.DECIDED}),
        State.ASSIGNED: frozenset({State.OPEN, State.ESCALATED, State.DECIDED}),
        State.ESCALATED: frozenset({State.DECIDED}),
        State.DECIDED: frozenset({State.APPEALED}),
        State.APPEALED: frozenset({State.FINAL}),
        State.FINAL: frozenset(),
    }
    LIVE = (State.OPEN, State.ASSIGNED, State.ESCALATED, State.APPEALED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.OPEN, editable=False
    )
    queue = models.SlugField(max_length=20)
    priority = models.SmallIntegerField()
    due_at = models.DateTimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verdict = models.ForeignKey(Verdict, models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(Verdict, models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    lease_until = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            # the console's queue
            models.Index(
                F("priority").desc(),
                "due_at",
                "id",
                condition=Q(state__in=("open", "assigned", "escalated", "appealed")),
                name="case_queue",
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="case_by_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(state__in=("open", "assigned", "escalated", "appealed")),
                name="one_live_case_per_subject",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("decided", "final")) | Q(decision__isnull=False),
                name="decided_case_has_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state="assigned")
                | Q(assignee__isnull=False, lease_until__isnull=False),
                name="assigned_case_has_assignee",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.id} ({self.state})"


class Event(SubjectModel):
    """Something that happened to a subject's standing. Append-only; the truth behind `Standing`."""

    class Kind(models.TextChoices):
        JUDGED = "judged"
        REPORTED = "reported"
        SUSPENDED = "suspended"
        DECIDED = "decided"
        TAKEN_DOWN = "taken_down"
        RESTORED = "restored"
        APPEALED = "appealed"
        NOTED = "noted"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verdict = models.ForeignKey(Verdict, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="events")
    rule = models.ForeignKey(RuleVersion, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id", "id"], name="event_history")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class StandingQuerySet(models.QuerySet["Standing"]):
    def hiding(self, kind: str) -> models.QuerySet[Standing, Any]:
        """Keys of the subjects of `kind` that nobody may see, to be used as a subquery."""
        key = models.BigIntegerField() if kind == "user" else UUIDField()
        # CASE keeps PostgreSQL from casting keys of other kinds before it has filtered them out.
        typed = SqlCase(When(subject_kind=kind, then=Cast("subject_id", key)), output_field=key)
        hidden = self.filter(subject_kind=kind, state__in=Standing.HIDING)
        return hidden.values_list(typed, flat=True)


class Standing(SubjectModel):
    """What moderation says now about a subject: the projection of its events, one row each."""

    class State(models.TextChoices):
        CLEAR = "clear"
        HELD = "held"
        SUSPENDED = "suspended"
        REFUSED = "refused"
        TAKEN_DOWN = "taken_down"

    HIDING = (State.SUSPENDED, State.REFUSED, State.TAKEN_DOWN)

    state = models.CharField(max_length=20, choices=State.choices, default=State.CLEAR)
    since = models.DateTimeField(default=timezone.now)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [
            # StandingQuerySet.hiding, inside every visible_to
            models.Index(
                fields=["subject_kind", "subject_id"],
                condition=Q(state__in=("suspended", "refused", "taken_down")),
                name="standing_hiding",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], name="one_standing_per_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} is {self.state}"

    @classmethod
    def hides(cls, kind: str, key: str) -> Exists:
        """Whether nobody may see the row of `kind` whose key is in the outer column `key`.

        Correlated, so that it probes the partial index once per row however many are hidden.
        """
        named = cls.objects.filter(subject_kind=kind, state__in=cls.HIDING)
        return Exists(named.filter(subject_id=Cast(OuterRef(key), TextField())))


class Report(SubjectModel):
    """One person's complaint about a subject, answered when its case is decided."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reports")
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="reports")
    answer = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["reporter", "-created_at"], name="report_by_reporter")]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "subject_kind", "subject_id"],
                condition=Q(answered_at=None),
                name="one_open_report_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reporter_id} reports {self.subject}"


class Appeal(models.Model):
    """A person's answer to a decision against them, decided by somebody who did not make it."""

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"
        OVERTURNED = "overturned"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    against = models.OneToOneField(Verdict, models.PROTECT, related_name="appeal")
    appellant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appeals")
    case = models.ForeignKey(Case, models.PROTECT, related_name="appeals")
    text = models.CharField(max_length=2000)
    # The words that were refused, where no row above keeps them (a refused prompt makes no render).
    judged_text = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    answer = models.ForeignKey(Verdict, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answer=None) | ~Q(state="open") & Q(answer__isnull=False),
                name="closed_appeal_has_answer",
            )
        ]

    def __str__(self) -> str:
        return f"appeal {self.id} ({self.state})"


class BankEntry(SubjectModel):
    """Fingerprint of something that was taken down and shall not come back as a copy."""

    fingerprint = models.BinaryField()
    rule = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], name="one_bank_entry_per_subject"
            )
        ]

    def __str__(self) -> str:
        return f"fingerprint of {self.subject}"
