"""Likenesses: record, lend, take back, and the record of every use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.auth import SignedInRequest, signed_in
from accounts.models import User
from cameos import actions
from cameos.models import Cameo, CameoQuerySet, Receipt
from cameos.serializers import (
    CameoCard,
    CaptureRequest,
    OwnCameoCard,
    ReceiptCard,
    RecordingRequest,
    TermsRequest,
)
from cameos.spec import Terms
from core.audit import audit
from core.models import AuditEntry
from core.paging import CursorPages
from core.ranges import ranged_response
from core.subjects import SubjectRef

_LOOK = "cameo.evidence_viewed"
_SITTING = timedelta(minutes=10)
_ENDINGS = {
    "pause": actions.pause,
    "resume": actions.resume,
    "revoke": actions.revoke,
    "erase": actions.erase,
}


def _own(request: SignedInRequest, cameo_id: UUID) -> Cameo:
    """Return a cameo of one's own; the existence of any other is nobody's business."""
    rows = Cameo.objects.owned_by(request.user).select_related("owner").with_hold()
    return get_object_or_404(rows, pk=cameo_id)


@extend_schema_view(get=extend_schema(operation_id="list_cameos"))
class CameosView(ListAPIView[Cameo]):
    serializer_class = OwnCameoCard
    pagination_class = CursorPages

    def get_queryset(self) -> CameoQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Cameo.objects.none()
        rows = Cameo.objects.owned_by(signed_in(self.request))
        return rows.select_related("owner").with_hold()

    @extend_schema(
        operation_id="start_capture", request=CaptureRequest, responses={201: OwnCameoCard}
    )
    def post(self, request: SignedInRequest) -> Response:
        """Begin to record a likeness: the answer carries the challenge, good for two minutes."""
        asked = CaptureRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        cameo = actions.start_capture(by=request.user, **asked.validated_data)
        return Response(OwnCameoCard(cameo).data, status.HTTP_201_CREATED)


class CameoView(APIView):
    @extend_schema(operation_id="get_cameo", responses=CameoCard)
    def get(self, request: SignedInRequest, cameo_id: UUID) -> Response:
        """Show a likeness that one owns or may be lent."""
        rows = Cameo.objects.visible_to(request.user).select_related("owner").with_hold()
        cameo = get_object_or_404(rows, pk=cameo_id)
        card = OwnCameoCard if cameo.owner_id == request.user.pk else CameoCard
        return Response(card(cameo).data)

    @extend_schema(operation_id="set_terms", request=TermsRequest, responses=OwnCameoCard)
    def patch(self, request: SignedInRequest, cameo_id: UUID) -> Response:
        """Change the terms of one's own likeness, from now on."""
        asked = TermsRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        cameo = _own(request, cameo_id)
        kept = {
            "terms": cameo.terms,
            "allows_remix": cameo.allows_remix,
            "rules_text": cameo.rules_text,
        }
        terms = Terms(**(kept | asked.validated_data))
        return Response(OwnCameoCard(actions.set_terms(cameo, by=request.user, terms=terms)).data)


class CaptureView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="submit_capture", request=RecordingRequest, responses={202: OwnCameoCard}
    )
    def post(self, request: SignedInRequest, cameo_id: UUID) -> Response:
        """Send the recording that answers the challenge."""
        asked = RecordingRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        cameo = actions.submit_capture(
            _own(request, cameo_id),
            by=request.user,
            chunks=asked.validated_data["file"].chunks(),
            consent=asked.validated_data["consent"],
        )
        return Response(OwnCameoCard(cameo).data, status.HTTP_202_ACCEPTED)

    @extend_schema(operation_id="get_capture", responses={(200, "video/mp4"): OpenApiTypes.BINARY})
    def get(self, request: SignedInRequest, cameo_id: UUID) -> HttpResponseBase:
        """Show the recording to its owner, or to a reviewer, whose look is logged."""
        cameo = _evidence(request, cameo_id, shown="capture")
        content = _unsealed(cameo, cameo.capture_name)
        answer = ranged_response(request, file=ContentFile(content), content_type="video/mp4")
        return _private(answer)


class StillView(APIView):
    @extend_schema(operation_id="get_still", responses={(200, "image/webp"): OpenApiTypes.BINARY})
    def get(self, request: SignedInRequest, cameo_id: UUID, index: int) -> HttpResponseBase:
        """Show one still of a recording to its owner or to a reviewer."""
        cameo = _evidence(request, cameo_id, shown=f"still {index}")
        if index >= len(cameo.references):
            raise Http404
        content = _unsealed(cameo, cameo.references[index])
        return _private(HttpResponse(content, content_type="image/webp"))


def _evidence(request: SignedInRequest, cameo_id: UUID, *, shown: str) -> Cameo:
    """Return a cameo whose pictures the user may see: its owner; a moderator, who is noted."""
    rows = (
        Cameo.objects.all() if request.user.is_moderator else Cameo.objects.owned_by(request.user)
    )
    cameo = get_object_or_404(rows, pk=cameo_id)
    if cameo.owner_id != request.user.pk:
        _note_look(request.user, cameo, shown)
    return cameo


def _note_look(reviewer: User, cameo: Cameo, shown: str) -> None:
    """Put a reviewer's look at somebody's pictures in the audit log.

    A video is asked for in many ranges, in any order: those of one sitting are one look.
    """
    subject = SubjectRef("cameo", str(cameo.pk))
    after = {"shown": shown}
    looks = AuditEntry.objects.filter(
        subject_kind=subject.kind, subject_id=subject.id, verb=_LOOK, actor=reviewer, after=after
    )
    if not looks.filter(created_at__gte=timezone.now() - _SITTING).exists():
        audit(reviewer, _LOOK, subject, reason="Review.", before={}, after=after)


def _unsealed(cameo: Cameo, stored: str) -> bytes:
    if not stored:
        raise Http404
    return actions.unsealed_file(cameo, stored)


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Disposition"] = "inline"
    return answer


class LoanView(APIView):
    @extend_schema(operation_id="lend_cameo", request=None, responses={204: None})
    def put(self, request: SignedInRequest, cameo_id: UUID, handle: str) -> Response:
        """Let one person use one's likeness."""
        person = get_object_or_404(User.objects.visible_to(request.user), handle=handle.lower())
        actions.lend(_own(request, cameo_id), to=person, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="end_loan", responses={204: None})
    def delete(self, request: SignedInRequest, cameo_id: UUID, handle: str) -> Response:
        """Take one person's permission back."""
        person = get_object_or_404(User, handle=handle.lower())
        actions.end_loan(_own(request, cameo_id), to=person, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class EndingView(APIView):
    """Pause, resume, revoke or erase one's own likeness."""

    ending = ""

    @extend_schema(request=None, responses=OwnCameoCard)
    def post(self, request: SignedInRequest, cameo_id: UUID) -> Response:
        """Do what the address says."""
        cameo = _own(request, cameo_id)
        _ENDINGS[self.ending](cameo, by=request.user)
        return Response(OwnCameoCard(cameo).data)


@extend_schema_view(post=extend_schema(operation_id="pause_cameo"))
class PauseView(EndingView):
    ending = "pause"


@extend_schema_view(post=extend_schema(operation_id="resume_cameo"))
class ResumeView(EndingView):
    ending = "resume"


@extend_schema_view(post=extend_schema(operation_id="revoke_cameo"))
class RevokeView(EndingView):
    ending = "revoke"


@extend_schema_view(post=extend_schema(operation_id="erase_cameo"))
class EraseView(EndingView):
    ending = "erase"


@extend_schema_view(get=extend_schema(operation_id="list_receipts"))
class ReceiptsView(ListAPIView[Receipt]):
    """Every use of one's own likeness, newest first."""

    serializer_class = ReceiptCard
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[Receipt]:
        if getattr(self, "swagger_fake_view", False):
            return Receipt.objects.none()
        cameo = get_object_or_404(
            Cameo.objects.owned_by(signed_in(self.request)), pk=self.kwargs["cameo_id"]
        )
        return cameo.receipts.select_related("borrower")


class ReceiptKeyView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="get_receipt_key", responses={200: dict[str, Any]})
    def get(self, request: SignedInRequest) -> Response:
        """Give the public key that receipts are signed with."""
        return Response({"algorithm": "ed25519", "public_key": actions.public_key_pem()})
