"""The house rules and the numbers that judge by them: versions that never change."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Rule(models.Model):
    """One house rule; its wording has versions, its code is for ever."""

    code = models.SlugField(primary_key=True, max_length=40)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def current(self) -> RuleVersionQuerySet:
        """The newest wording of every rule."""
        return self.order_by("rule_id", "-number").distinct("rule_id")


class RuleVersion(models.Model):
    """A wording of a rule, as it stood when something was decided by it. Append-only."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    text = models.TextField()
    advice = models.CharField(max_length=300)  # what a refused person may change
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.number}"

    @property
    def url(self) -> str:
        return f"/rules/#{self.rule_id}"


class ThresholdSet(models.Model):
    """The numbers that turn scores into outcomes: {label or rule: {outcome: value}}.

    Append-only.
    """

    values = models.JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"thresholds {self.pk}"
