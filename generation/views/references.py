"""Pictures that people give for clips of their own."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.auth import SignedInRequest
from core.paging import CursorPages
from generation.actions import referencing
from generation.models import Reference
from generation.serializers.library import PictureRequest, ReferenceCard


class ReferencesView(APIView):
    """Give a picture, or list those given."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="give_reference", request=PictureRequest, responses={201: ReferenceCard}
    )
    def post(self, request: SignedInRequest) -> Response:
        """Keep a PNG, JPEG or WebP for a week, for oneself alone."""
        asked = PictureRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        chunks = asked.validated_data["file"].chunks()
        reference = referencing.give_reference(by=request.user, chunks=chunks)
        return Response(ReferenceCard(reference).data, status.HTTP_201_CREATED)

    @extend_schema(operation_id="list_references", responses=ReferenceCard(many=True))
    def get(self, request: SignedInRequest) -> Response:
        """List one's pictures that can still be used, newest first."""
        pages = CursorPages()
        rows = Reference.objects.visible_to(request.user).usable(timezone.now())
        page = pages.paginate_queryset(rows, request)
        return pages.get_paginated_response(ReferenceCard(page, many=True).data)


class ReferenceView(APIView):
    """One picture."""

    @extend_schema(operation_id="forget_reference", responses={204: None})
    def delete(self, request: SignedInRequest, reference_id: UUID) -> Response:
        """Delete a picture; what waits to be made of it still is."""
        rows = Reference.objects.visible_to(request.user)
        referencing.forget_reference(get_object_or_404(rows, pk=reference_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
