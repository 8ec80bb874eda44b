"""One function per event: a log line and a counter. None of them raises."""

from __future__ import annotations

import structlog
from prometheus_client import Counter

from moderation.models import Case, Verdict

log = structlog.get_logger("moderation")

_VERDICTS = Counter("moderation_verdicts", "Verdicts by gate and outcome.", ["stage", "outcome"])
_REFUSALS = Counter(
    "moderation_reasons", "Reasons of verdicts that were no ALLOW.", ["rule", "outcome"]
)
_FAILURES = Counter("moderation_classifier_failures", "Classifiers that failed.", ["classifier"])
_DECISIONS = Counter("moderation_decisions", "Cases decided by people.", ["queue", "outcome"])


def judged(verdict: Verdict) -> None:
    """Count a verdict and each of its reasons. The judged words are not logged."""
    _VERDICTS.labels(verdict.stage, verdict.outcome).inc()
    for reason in verdict.reasons:
        _REFUSALS.labels(reason["rule"], reason["outcome"]).inc()
    log.info(
        "moderation.judged",
        verdict=str(verdict.pk),
        stage=verdict.stage,
        outcome=verdict.outcome,
        labels=[reason["label"] for reason in verdict.reasons],
    )


def classifier_failed(alias: str) -> None:
    """Count a classifier that could not measure."""
    _FAILURES.labels(alias).inc()


def decided(case: Case, outcome: str) -> None:
    """Count and log a person's decision."""
    _DECISIONS.labels(case.queue, outcome).inc()
    log.info("moderation.decided", case=str(case.pk), queue=case.queue, outcome=outcome)
