"""The renders API."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.auth import SignedInRequest
from core.idempotency import KEY_HEADER, once
from core.paging import CursorPages
from generation.actions import requesting
from generation.models import Render
from generation.serializers import (
    QuoteAnswer,
    QuoteRequest,
    RenderCard,
    RenderRequest,
    RenderTicket,
)


class RendersView(APIView):
    """Ask for a render, or list one's own."""

    @extend_schema(
        operation_id="request_render",
        parameters=[KEY_HEADER],
        request=RenderRequest,
        responses={202: RenderTicket},
    )
    def post(self, request: SignedInRequest) -> Response:
        """Queue a render. Answers 202 with the render and the address of its socket."""
        asked = RenderRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return once(request, "renders", lambda: self._ask(request, asked))

    def _ask(self, request: SignedInRequest, asked: RenderRequest) -> Response:
        parent = None
        if parent_id := asked.validated_data.get("parent"):
            parent = get_object_or_404(request.user.renders.to_start_from(), pk=parent_id)
        render = requesting.request_render(asked.wish(), by=request.user, parent=parent)
        ticket = RenderTicket(render, context={"request": request})
        return Response(ticket.data, status.HTTP_202_ACCEPTED)

    @extend_schema(operation_id="list_renders", responses=RenderCard(many=True))
    def get(self, request: SignedInRequest) -> Response:
        """List one's own renders, newest first."""
        pages = CursorPages()
        rows = request.user.renders.visible_to(request.user).with_playable()
        page = pages.paginate_queryset(rows.select_related("maker"), request)
        cards = RenderCard(page, many=True, context={"request": request})
        return pages.get_paginated_response(cards.data)


class RenderView(APIView):
    """One render."""

    @extend_schema(operation_id="get_render", responses=RenderTicket)
    def get(self, request: SignedInRequest, render_id: UUID) -> Response:
        """Show a render: state, place in the queue, expected wait, media."""
        rows = Render.objects.visible_to(request.user).with_playable()
        render = get_object_or_404(rows, pk=render_id)
        return Response(RenderTicket(render, context={"request": request}).data)

    @extend_schema(operation_id="discard_render", responses={204: None})
    def delete(self, request: SignedInRequest, render_id: UUID) -> Response:
        """Throw an ended render of one's own away."""
        render = get_object_or_404(Render.objects.visible_to(request.user), pk=render_id)
        requesting.discard_render(render, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class CancelView(APIView):
    """Cancelling."""

    @extend_schema(operation_id="cancel_render", request=None, responses=RenderTicket)
    def post(self, request: SignedInRequest, render_id: UUID) -> Response:
        """Cancel a render of one's own; its credits go back in full."""
        render = get_object_or_404(Render.objects.visible_to(request.user), pk=render_id)
        render = requesting.cancel_render(render, by=request.user)
        return Response(RenderTicket(render, context={"request": request}).data)


class QuoteView(APIView):
    """Prices."""

    @extend_schema(operation_id="quote_render", parameters=[QuoteRequest], responses=QuoteAnswer)
    def get(self, request: SignedInRequest) -> Response:
        """Say what a render would cost and what can be spent."""
        asked = QuoteRequest(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = requesting.quote(**asked.validated_data, by=request.user)
        return Response(QuoteAnswer(found).data)
