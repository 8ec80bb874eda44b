"""What crosses the wire about rules, decisions, reports, appeals and cases."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.subjects import SubjectRef
from moderation.models import OUTCOMES, Appeal, Case, Report, RuleVersion, Verdict

PROMPT_CHARS_MAX = 4000
REASON_CHARS_MAX = 1000
DECISION_OUTCOMES = [(name, name) for name in ("allow", "refuse")]


class RuleCard(serializers.ModelSerializer[RuleVersion]):
    """The wording in force of one house rule."""

    code = serializers.CharField(source="rule_id")
    url = serializers.CharField()

    class Meta:
        model = RuleVersion
        fields = ["code", "number", "title", "text", "advice", "url"]


class SubjectRequest(serializers.Serializer[Any]):
    """Something of this site: a clip, a comment, a render, a cameo or a user."""

    subject_kind = serializers.CharField(max_length=20)
    subject_id = serializers.CharField(max_length=40)

    def subject(self) -> SubjectRef:
        given = self.validated_data
        return SubjectRef(given["subject_kind"], given["subject_id"])


class ReportRequest(SubjectRequest):
    """What is wrong with something."""

    rule = serializers.SlugField(max_length=40)
    text = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)


class ReportCard(serializers.ModelSerializer[Report]):
    """A report of one's own. `answer` is empty until a moderator has looked."""

    class Meta:
        model = Report
        fields = [
            "id", "subject_kind", "subject_id", "rule", "text", "answer", "created_at",
            "answered_at",
        ]  # fmt: skip


class DecisionCard(serializers.ModelSerializer[Verdict]):
    """A decision about something of one's own, with its grounds in words."""

    reasons = serializers.SerializerMethodField()
    by_person = serializers.SerializerMethodField()
    appeal = serializers.SerializerMethodField()

    class Meta:
        model = Verdict
        fields = [
            "id", "subject_kind", "subject_id", "stage", "outcome", "reasons", "by_person",
            "appeal",            "created_at",
        ]  # fmt: skip

    def get_reasons(self, verdict: Verdict) -> list[dict[str, Any]]:
        rules = self.context["rules"]
        return [told(reason, rules) for reason in verdict.reasons]

    def get_by_person(self, verdict: Verdict) -> bool:
        return verdict.decided_by_id is not None

    def get_appeal(self, verdict: Verdict) -> str:
        row = getattr(verdict, "appeal", None)
        return row.state if row else ""


class AppealRequest(serializers.Serializer[Any]):
    """Why a refusal was wrong.

    Name it by the id of the decision, or by the slip that came with it.
    """

    verdict = serializers.UUIDField(required=False)
    slip = serializers.CharField(max_length=20_000, required=False)
    text = serializers.CharField(max_length=2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("verdict")) == bool(attrs.get("slip")):
            raise serializers.ValidationError("Give either verdict or slip.")
        return attrs


class AppealCard(serializers.ModelSerializer[Appeal]):
    """An appeal of one's own."""

    verdict = serializers.UUIDField(source="against_id")
    answer = serializers.SerializerMethodField()

    class Meta:
        model = Appeal
        fields = ["id", "verdict", "text", "state", "answer", "created_at"]

    def get_answer(self, appeal: Appeal) -> str:
        return appeal.answer.reasons[0]["note"] if appeal.answer and appeal.answer.reasons else ""


class CheckRequest(serializers.Serializer[Any]):
    """A prompt to try, free of charge."""

    prompt = serializers.CharField(max_length=PROMPT_CHARS_MAX)


class CheckAnswer(serializers.Serializer[Any]):
    """What the text rules would say to it."""

    outcome = serializers.ChoiceField(OUTCOMES)
    reasons = serializers.ListField(child=serializers.DictField())


class CaseCard(serializers.ModelSerializer[Case]):
    """A case in a reviewer's queue."""

    report_count = serializers.IntegerField(default=0)

    class Meta:
        model = Case
        fields = [
            "id", "subject_kind", "subject_id", "state", "queue", "priority", "due_at", "assignee",
            "lease_until", "version", "report_count", "created_at",
        ]  # fmt: skip


class DecideRequest(serializers.Serializer[Any]):
    """A reviewer's decision: outcome, rule, reason, and the version of the case as read."""

    outcome = serializers.ChoiceField(DECISION_OUTCOMES)
    rule = serializers.SlugField(max_length=40)
    reason = serializers.CharField(max_length=REASON_CHARS_MAX)
    version = serializers.IntegerField(min_value=1)


class EscalateRequest(serializers.Serializer[Any]):
    """Why somebody else must look."""

    reason = serializers.CharField(max_length=REASON_CHARS_MAX)
    version = serializers.IntegerField(min_value=1)


class TakeDownRequest(SubjectRequest):
    """What to hide from everybody, by which rule and why."""

    rule = serializers.SlugField(max_length=40)
    reason = serializers.CharField(max_length=REASON_CHARS_MAX)


class RestoreRequest(SubjectRequest):
    """What to show again, and why."""

    reason = serializers.CharField(max_length=REASON_CHARS_MAX)


def told(reason: dict[str, Any], rules: Any) -> dict[str, Any]:
    """Return what a person is told of one ground: no scores, no names of detectors."""
    wording = rules[reason["rule"]]
    by_person = reason["threshold"] == 0.0 and reason["value"] == 1.0
    return {
        "rule": wording.rule_id,
        "title": wording.title,
        "url": wording.url,
        "span": reason["span"],
        "text": reason["text"],
        "said": reason["note"] if by_person else "",
        "change": wording.advice,
    }
