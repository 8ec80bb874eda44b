"""Pure answers: scores to a decision, a decision to a queue, events to a standing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from moderation.models import Case, Event, Standing, Verdict
from moderation.spec import QUEUES, SEVERITY, Decision, Outcome, Queue, Reason, Score, Stage

Thresholds = Mapping[str, Mapping[str, float]]

APPEAL_WITHIN = timedelta(days=20)
REPORTS_A_DAY = 15
# So many different people must have reported a subject before it is hidden until somebody looks.
SUSPENDING_REPORTS = 3
_CLEAR, _REFUSED = Standing.State.CLEAR.value, Standing.State.REFUSED.value
_TAKEN_DOWN = Standing.State.TAKEN_DOWN.value
_URGENT_RULES = frozenset({"sexual-minors", "self-harm", "removed"})


def limits_of(label: str, thresholds: Thresholds) -> Mapping[str, float]:
    """Return the outcomes that `label` can have and the value from which it has them.

    The most exact entry wins whole: label, then rule, then "default".
    """
    rule = label.partition(".")[0]
    for name in (label, rule, "default"):
        if name in thresholds:
            return thresholds[name]
    return {}


def judged(score: Score, thresholds: Thresholds) -> Reason | None:
    """Return what one score leads to, or None if it stays below every threshold."""
    reached = [
        (Outcome(outcome), limit)
        for outcome, limit in limits_of(score.label, thresholds).items()
        if score.value >= limit
    ]
    if not reached:
        return None
    outcome, limit = max(reached, key=lambda pair: SEVERITY[pair[0]])
    return Reason(
        rule=score.rule,
        label=score.label,
        value=score.value,
        threshold=limit,
        outcome=outcome,
        span=score.span,
        text=score.text,
        at_s=score.at_s,
        note=score.note,
    )


def verdict(scores: Sequence[Score], thresholds: Thresholds) -> Decision:
    """Return the most severe outcome that any score reaches, with all reasons, worst first."""
    reasons = [reason for score in scores if (reason := judged(score, thresholds))]
    reasons.sort(key=lambda reason: (-SEVERITY[reason.outcome], -reason.value))
    outcome = reasons[0].outcome if reasons else Outcome.ALLOW
    return Decision(outcome, tuple(reasons))


def queue_of(subject_kind: str, rules: Sequence[str]) -> Queue:
    """Return the queue of a new case. Harm that cannot wait goes first, whatever the subject is."""
    if _URGENT_RULES.intersection(rules):
        return QUEUES["safety"]
    if subject_kind == "cameo":
        return QUEUES["likeness"]
    return QUEUES["output"]


def standing_after(current: str, event: Event) -> str:
    """Return the state that follows `event`. This is the whole of the projection.

    What a person decided is not undone by a machine or by reports, only by another person.
    """
    by_person = {
        Event.Kind.DECIDED.value: _REFUSED if event.outcome == Outcome.REFUSE.value else _CLEAR,
        Event.Kind.TAKEN_DOWN.value: _TAKEN_DOWN,
        Event.Kind.RESTORED.value: _CLEAR,
    }
    if event.kind in by_person:
        return by_person[event.kind]
    if current in {_TAKEN_DOWN, _REFUSED}:
        return current
    if event.kind == Event.Kind.SUSPENDED:
        return Standing.State.SUSPENDED.value
    return _after_machine(current, event.outcome) if event.kind == Event.Kind.JUDGED else current


def _after_machine(current: str, outcome: str) -> str:
    if current == Standing.State.SUSPENDED:
        return current
    stopped = {Outcome.HOLD.value: Standing.State.HELD.value, Outcome.REFUSE.value: _REFUSED}
    return stopped.get(outcome, _CLEAR)


def may_appeal(user: Any, against: Verdict, *, at: datetime) -> bool:
    """Whether `user` may appeal: the judged person, against a stop, while it is recent."""
    return (
        against.owner_id == user.pk
        and _is_stop(against)
        and at - against.created_at <= APPEAL_WITHIN
    )


def _is_stop(against: Verdict) -> bool:
    """Whether nobody looks at it by themself: held captions open no case, other holds do."""
    is_held_caption = against.outcome == Outcome.HOLD.value and against.stage == Stage.PUBLISH.value
    return against.outcome == Outcome.REFUSE.value or is_held_caption


def may_judge(user: Any, case: Case, *, appealed_decider_id: int | None) -> bool:
    """Whether `user` may decide: a moderator, not about themself, nor on their own decision."""
    return bool(user.is_moderator) and user.pk not in {case.owner_id, appealed_decider_id}
