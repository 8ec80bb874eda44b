"""The gate: before a render, after it, and for every text people show each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import structlog
from django.core import signing
from django.db import transaction

from accounts.models import User
from core import fingerprints, plugins
from core.errors import InvalidError
from core.ids import uuid7
from core.subjects import SubjectRef
from moderation import events, policies, queries
from moderation.actions.opening import open_case
from moderation.actions.standing import record
from moderation.classifiers import Classifier
from moderation.models import Event, RuleVersion, ThresholdSet, Verdict
from moderation.spec import (
    Decision,
    Frames,
    Item,
    Medium,
    Outcome,
    Score,
    Sound,
    Stage,
)

log = structlog.get_logger(__name__)

SLIP_SALT = "moderation.refusal"
APPEALS_URL = "/api/v1/moderation/appeals"
# What people may not show is not what they may not say: a comment may name a singer.
_SAYABLE = frozenset({"likeness", "works", "marks", "violence", "elections"})
_NOBODY = SubjectRef("", "")


class PromptRefusedError(InvalidError):
    """This prompt breaks a rule."""

    code = "prompt_refused"


class TextRefusedError(InvalidError):
    """This text breaks a rule."""

    code = "text_refused"


def screen_prompt(
    text: str,
    *,
    by: User,
    lineage: Sequence[str] = (),
    granted: Sequence[str] = (),
    subject: SubjectRef | None = None,
) -> Verdict:
    """Judge a prompt together with the prompts that it continues, by text rules alone.

    `lineage`: ancestors' prompts, oldest first. `granted`: names and handles of the likenesses lent
    to it. A HOLD does not stop the render: the clip will wait for a person. Costs well under a
    millisecond and three queries. A person's decision on exactly this prompt of this writer stands
    above the rules.

    Raises PromptRefusedError with the rule, the span, what to change and a slip for the appeal. The
    slip carries the verdict itself, so the appeal works even if the caller's transaction rolls the
    row back.
    """
    item = Item(text=text, context=tuple(lineage), granted=tuple(granted))
    digest = text_digest(text, lineage)
    verdict = _judge_text(item, by=by, digest=digest, stage=Stage.PROMPT, subject=subject)
    if verdict.outcome == Outcome.REFUSE:
        raise PromptRefusedError(**told_of(verdict, text), field="prompt")
    return verdict


def screen_text(
    text: str, *, by: User, stage: Stage = Stage.COMMENT, subject: SubjectRef | None = None
) -> Verdict:
    """Judge a caption, comment or name by the rules for what people say to each other.

    Raises TextRefusedError, with the same facts as PromptRefusedError.
    """
    digest = text_digest(text, ())
    verdict = _judge_text(Item(text=text), by=by, digest=digest, stage=stage, subject=subject)
    if verdict.outcome == Outcome.REFUSE:
        raise TextRefusedError(**told_of(verdict, text), field="text")
    return verdict


def check_text(text: str) -> Decision:
    """Return what the text rules would say to a prompt. Keeps nothing, costs nothing."""
    thresholds = queries.current_thresholds()
    scores, _ = _measure([Item(text=text)], thresholds)
    return policies.verdict(scores, thresholds.values)


def sayable(text: str) -> Decision:
    """Return what the rules for what people say to each other find in a text. Keeps nothing."""
    thresholds = queries.current_thresholds()
    scores, _ = _measure([Item(text=text)], thresholds)
    return policies.verdict(_said(scores), thresholds.values)


def review_media(  # noqa: PLR0913 - one keyword for each medium and each fact about it
    subject: SubjectRef,
    *,
    digest: str,
    frames: Frames,
    audio: Sound,
    transcript: str,
    prompt: str,
    context: Sequence[str] = (),
    granted: Sequence[str] = (),
    frames_per_s: float = 1.0,
    owner_id: int | None = None,
    doubts: Sequence[str] = (),
) -> Verdict:
    """Judge a finished clip: words, pictures, sound, and likeness to removed material.

    `frames`: uint8 [T, H, W, 3] RGB at `frames_per_s`. `audio`: float32 [S], mono, 16 kHz.
    `digest`: sha256 of all that will be delivered; the verdict holds for these bytes alone.
    Cheapest checks first, nothing more once one refuses. A check that fails or that nobody
    configured makes a HOLD, as do `doubts`: what only a person can decide. A HOLD opens a case.

    Call it with no transaction open: classifiers may take seconds.
    """
    human = queries.human_verdict(digest, subject=subject, owner_id=owner_id)
    if human is not None:
        return human
    if owner_id is None and (preview := queries.preview_of(subject)) is not None:
        owner_id = preview.owner_id
    items = (
        Item(text=prompt, context=tuple(context), granted=tuple(granted)),
        Item(text=transcript, granted=tuple(granted)),
        Item(frames=frames, frames_per_s=frames_per_s),
        Item(audio=audio),
    )
    thresholds = queries.current_thresholds()
    scores, versions = _measure(items, thresholds)
    scores.extend(Score("unchecked", 1.0, note=doubt) for doubt in doubts)
    if len(frames):
        pictures = fingerprints.of_frames(frames, every_s=1.0 / frames_per_s)
        scores.extend(queries.bank_scores(pictures))
    decision = policies.verdict(scores, thresholds.values)
    with transaction.atomic():
        verdict = _write(
            decision,
            scores,
            subject=subject,
            stage=Stage.OUTPUT,
            versions=versions,
            subject_digest=digest,
            thresholds=thresholds,
            owner_id=owner_id,
        )
        record(subject, Event.Kind.JUDGED, verdict=verdict, outcome=verdict.outcome)
        if verdict.outcome == Outcome.HOLD:
            open_case(subject, verdict=verdict, owner_id=owner_id)
    events.judged(verdict)
    return verdict


def text_digest(text: str, lineage: Sequence[str]) -> str:
    """Return the sha256 of a text and of what it continues."""
    return hashlib.sha256("\x1e".join((*lineage, text)).encode()).hexdigest()


def _judge_text(
    item: Item, *, by: User, digest: str, stage: Stage, subject: SubjectRef | None
) -> Verdict:
    human = queries.human_verdict(digest, subject=None, owner_id=by.pk)
    if human is not None:
        return human
    thresholds = queries.current_thresholds()
    scores, versions = _measure([item], thresholds)
    if stage == Stage.COMMENT:
        scores = _said(scores)
    decision = policies.verdict(scores, thresholds.values)
    verdict = _write(
        decision,
        scores,
        subject=subject or _NOBODY,
        stage=stage,
        versions=versions,
        subject_digest=digest,
        thresholds=thresholds,
        owner_id=by.pk,
    )
    events.judged(verdict)
    return verdict


def _said(scores: Iterable[Score]) -> list[Score]:
    return [score for score in scores if score.rule not in _SAYABLE]


def _measure(items: Iterable[Item], thresholds: ThresholdSet) -> tuple[list[Score], dict[str, str]]:
    """Run the configured classifiers over `items` in declared order until one score refuses."""
    scores: list[Score] = []
    versions: dict[str, str] = {}
    for item in items:
        if not item.media:
            continue
        for alias, classifier in _classifiers(item.media):
            versions[alias] = classifier.version
            scores.extend(_scores(alias, classifier, item))
            if policies.verdict(scores, thresholds.values).outcome == Outcome.REFUSE:
                return scores, versions
        scores.extend(_unchecked(item.media))
    return scores, versions


def _classifiers(media: frozenset[Medium]) -> Iterator[tuple[str, Classifier]]:
    for alias in plugins.configured("MODERATION_CLASSIFIERS"):
        classifier: Classifier = plugins.load("MODERATION_CLASSIFIERS", alias)
        if classifier.accepts & media:
            yield alias, classifier


def _scores(alias: str, classifier: Classifier, item: Item) -> Sequence[Score]:
    try:
        return classifier.score(item)
    except Exception:  # whatever broke, the answer is the same: a person looks
        log.exception("moderation.classifier_failed", classifier=alias)
        events.classifier_failed(alias)
        return [Score("unchecked", 1.0, note=f"{alias} failed")]


def _unchecked(media: frozenset[Medium]) -> list[Score]:
    """Say which media nobody looks at: a check that is not configured must not read as passed."""
    covered = frozenset[Medium]().union(
        *(classifier.accepts for _, classifier in _classifiers(media))
    )
    return [
        Score("unchecked", 1.0, note=f"no classifier for {medium.value}")
        for medium in sorted(media - covered)
    ]


def _write(
    decision: Decision, scores: Sequence[Score], *, subject: SubjectRef, **columns: Any
) -> Verdict:
    return Verdict.objects.create(
        id=uuid7(),
        subject_kind=subject.kind,
        subject_id=subject.id,
        outcome=decision.outcome,
        reasons=[reason.as_json() for reason in decision.reasons],
        scores=[
            {"label": score.label, "value": round(score.value, 4), "note": score.note}
            for score in scores
        ],
        **columns,
    )


def told_of(verdict: Verdict, text: str) -> dict[str, Any]:
    """Return what a person is told whose words were stopped: rule, span, advice, appeal.

    Scores and the names of detectors stay inside.
    """
    worst = verdict.reasons[0]
    rules = queries.current_rules(reason["rule"] for reason in verdict.reasons)
    rule = rules[worst["rule"]]
    quoted = f"“{worst['text']}”" if worst["text"] else "This"
    goes = "may go" if verdict.outcome == Outcome.HOLD else "goes"
    return {
        "detail": f"{quoted} {goes} against “{rule.title}”. {rule.advice}",
        "rule": {"code": rule.rule_id, "title": rule.title, "url": rule.url},
        "span": worst["span"],
        "text": worst["text"],
        "change": rule.advice,
        "reasons": [_told(reason, rules) for reason in verdict.reasons],
        "verdict": str(verdict.pk),
        "appeal": None
        if verdict.decided_by_id
        else {"url": APPEALS_URL, "slip": slip_of(verdict, text)},
    }


def _told(reason: dict[str, Any], rules: Any) -> dict[str, Any]:
    rule: RuleVersion = rules[reason["rule"]]
    return {
        "rule": rule.rule_id,
        "title": rule.title,
        "span": reason["span"],
        "text": reason["text"],
        "change": rule.advice,
    }


def slip_of(verdict: Verdict, text: str) -> str:
    """Return a signed copy of a verdict, with the words that it stopped, for who wrote them."""
    facts = {
        "id": str(verdict.pk),
        "stage": verdict.stage,
        "outcome": verdict.outcome,
        "reasons": verdict.reasons,
        "digest": verdict.subject_digest,
        "thresholds": verdict.thresholds_id,
        "owner": verdict.owner_id,
        "at": verdict.created_at.isoformat(),
        "text": text,
    }
    return signing.dumps(facts, salt=SLIP_SALT, compress=True)
