"""Rules, reports, appeals and one's own decisions; cases for moderators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.auth import IsModerator, SignedInRequest, signed_in
from core.paging import CursorPages
from moderation import actions, queries
from moderation.models import Appeal, Case, Report, Verdict
from moderation.serializers import (
    AppealCard,
    AppealRequest,
    CaseCard,
    CheckAnswer,
    CheckRequest,
    DecideRequest,
    DecisionCard,
    EscalateRequest,
    ReportCard,
    ReportRequest,
    RestoreRequest,
    RuleCard,
    TakeDownRequest,
    told,
)


class RulesView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="list_rules", responses=RuleCard(many=True))
    def get(self, request: SignedInRequest) -> Response:
        """List the house rules as they stand."""
        rules = list(queries.current_rules().values())
        return Response(RuleCard(rules, many=True).data)


class CheckView(APIView):
    @extend_schema(operation_id="check_prompt", request=CheckRequest, responses=CheckAnswer)
    def post(self, request: SignedInRequest) -> Response:
        """Try a prompt against the text rules. Free; nothing is kept."""
        asked = CheckRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        decision = actions.check_text(asked.validated_data["prompt"])
        rules = queries.current_rules(reason.rule for reason in decision.reasons)
        reasons = [told(reason.as_json(), rules) for reason in decision.reasons]
        return Response(CheckAnswer({"outcome": decision.outcome.value, "reasons": reasons}).data)


@extend_schema_view(get=extend_schema(operation_id="list_reports"))
class ReportsView(ListAPIView[Report]):
    serializer_class = ReportCard
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[Report]:
        if getattr(self, "swagger_fake_view", False):
            return Report.objects.none()
        return Report.objects.filter(reporter=signed_in(self.request))

    @extend_schema(
        operation_id="report_subject", request=ReportRequest, responses={201: ReportCard}
    )
    def post(self, request: SignedInRequest) -> Response:
        """Report something that one can see.

        A second report of the same thing answers the first.
        """
        asked = ReportRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        if not queries.is_visible(asked.subject(), to=request.user):
            raise Http404
        given = asked.validated_data
        row = actions.report(
            asked.subject(), by=request.user, rule=given["rule"], text=given["text"]
        )
        return Response(ReportCard(row).data, status.HTTP_201_CREATED)


@extend_schema_view(get=extend_schema(operation_id="list_decisions"))
class DecisionsView(ListAPIView[Verdict]):
    """Decisions about one's own things that were not a plain yes."""

    serializer_class = DecisionCard
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[Verdict]:
        if getattr(self, "swagger_fake_view", False):
            return Verdict.objects.none()
        return queries.verdicts_against(signed_in(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "rules": queries.current_rules()}


@extend_schema_view(get=extend_schema(operation_id="list_appeals"))
class AppealsView(ListAPIView[Appeal]):
    serializer_class = AppealCard
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[Appeal]:
        if getattr(self, "swagger_fake_view", False):
            return Appeal.objects.none()
        return Appeal.objects.filter(appellant=signed_in(self.request)).select_related("answer")

    @extend_schema(
        operation_id="appeal_decision", request=AppealRequest, responses={201: AppealCard}
    )
    def post(self, request: SignedInRequest) -> Response:
        """Contest a refusal; somebody who did not decide it decides."""
        asked = AppealRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        verdict = None
        if verdict_id := given.get("verdict"):
            verdict = get_object_or_404(queries.verdicts_against(request.user), pk=verdict_id)
        row = actions.appeal(
            verdict, by=request.user, text=given["text"], slip=given.get("slip", "")
        )
        return Response(AppealCard(row).data, status.HTTP_201_CREATED)


class CasesView(APIView):
    permission_classes = [IsModerator]

    @extend_schema(operation_id="list_cases", responses=CaseCard(many=True))
    def get(self, request: SignedInRequest) -> Response:
        """List the cases that one may work on, most urgent first."""
        rows = queries.moderation_queue(request.user, queue=request.query_params.get("queue", ""))
        return Response(CaseCard(rows[:50], many=True).data)


class CaseView(APIView):
    permission_classes = [IsModerator]

    @extend_schema(operation_id="get_case", responses=CaseCard)
    def get(self, request: SignedInRequest, case_id: UUID) -> Response:
        return Response(CaseCard(get_object_or_404(Case, pk=case_id)).data)


class ClaimView(APIView):
    permission_classes = [IsModerator]

    @extend_schema(operation_id="claim_case", request=None, responses=CaseCard)
    def post(self, request: SignedInRequest, case_id: UUID) -> Response:
        """Take a case for ten minutes, or renew one's claim."""
        case = actions.claim_case(get_object_or_404(Case, pk=case_id), by=request.user)
        return Response(CaseCard(case).data)

    @extend_schema(operation_id="release_case", responses={204: None})
    def delete(self, request: SignedInRequest, case_id: UUID) -> Response:
        """Give a case back to its queue."""
        actions.release_case(get_object_or_404(Case, pk=case_id), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class DecideView(APIView):
    permission_classes = [IsModerator]

    @extend_schema(operation_id="decide_case", request=DecideRequest, responses=CaseCard)
    def post(self, request: SignedInRequest, case_id: UUID) -> Response:
        """Decide a case."""
        asked = DecideRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        case = get_object_or_404(Case, pk=case_id)
        actions.decide(case, by=request.user, **asked.validated_data)
        case.refresh_from_db()
        return Response(CaseCard(case).data)


class EscalateView(APIView):
    permission_classes = [IsModerator]

    @extend_schema(operation_id="escalate_case", request=EscalateRequest, responses=CaseCard)
    def post(self, request: SignedInRequest, case_id: UUID) -> Response:
        """Hand a case to the next level."""
        asked = EscalateRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        case = get_object_or_404(Case, pk=case_id)
        return Response(
            CaseCard(actions.escalate(case, by=request.user, **asked.validated_data)).data
        )


class TakeDownsView(APIView):
    permission_classes = [IsModerator]

    @extend_schema(operation_id="take_down_subject", request=TakeDownRequest, responses={204: None})
    def post(self, request: SignedInRequest) -> Response:
        """Hide something from everybody."""
        asked = TakeDownRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        if queries.preview_of(asked.subject()) is None:
            raise Http404
        given = asked.validated_data
        actions.take_down(
            asked.subject(), by=request.user, rule=given["rule"], reason=given["reason"]
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="restore_subject", request=RestoreRequest, responses={204: None})
    def delete(self, request: SignedInRequest) -> Response:
        """Show again what was taken down."""
        asked = RestoreRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        actions.restore(asked.subject(), by=request.user, reason=asked.validated_data["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)
