"""The tables of this app."""

from __future__ import annotations

from moderation.models.records import (
    OUTCOMES,
    STAGES,
    Appeal,
    BankEntry,
    Case,
    CaseQuerySet,
    Event,
    Report,
    Standing,
    StandingQuerySet,
    SubjectModel,
    Verdict,
    VerdictQuerySet,
)
from moderation.models.rulebook import Rule, RuleVersion, RuleVersionQuerySet, ThresholdSet

__all__ = [
    "OUTCOMES",
    "STAGES",
    "Appeal",
    "BankEntry",
    "Case",
    "CaseQuerySet",
    "Event",
    "Report",
    "Rule",
    "RuleVersion",
    "RuleVersionQuerySet",
    "Standing",
    "StandingQuerySet",
    "SubjectModel",
    "ThresholdSet",
    "Verdict",
    "VerdictQuerySet",
]
