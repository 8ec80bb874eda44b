"""The renders API."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.auth import SignedInRequest
from core.idempotency import KEY_HEADER, once
from core.paging import CursorPages
from generation.actions import quoting, requesting
from generation.models import Render
from generation.serializers.cards import QuoteAnswer, RenderCard, RenderTicket, TakesTicket
from generation.serializers.wishes import QuoteRequest, RenderRequest


def _parents(request: SignedInRequest, asked: RenderRequest) -> list[Render]:
    """Fetch the renders to start from, in order; one of them may come twice."""
    ids = asked.parent_ids()
    rows = {row.pk: row for row in request.user.renders.to_start_from().filter(pk__in=ids)}
    if missing := [one for one in ids if one not in rows]:
        raise Http404(f"{missing[0]} is no finished render of yours.")
    return [rows[one] for one in ids]


def _stack(request: SignedInRequest, asked: RenderRequest) -> Render | None:
    stack_id = asked.validated_data.get("stack")
    if stack_id is None:
        return None
    take = get_object_or_404(request.user.renders.visible_to(request.user), pk=stack_id)
    return take.stack or take


class RendersView(APIView):
    """Ask for a render, or list one's own."""

    @extend_schema(
        operation_id="request_render",
        parameters=[KEY_HEADER],
        request=RenderRequest,
        responses={202: TakesTicket},
    )
    def post(self, request: SignedInRequest) -> Response:
        """Queue a render. Answers 202 with the render and the address of its socket."""
        asked = RenderRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return once(request, "renders", lambda: self._ask(request, asked))

    def _ask(self, request: SignedInRequest, asked: RenderRequest) -> Response:
        renders = requesting.request_renders(
            asked.wish(),
            by=request.user,
            parents=_parents(request, asked),
            stack=_stack(request, asked),
        )
        ticket = TakesTicket(renders[0], context={"request": request, "takes": renders})
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


class StackView(APIView):
    """All takes of one wish."""

    @extend_schema(operation_id="list_takes", responses=RenderCard(many=True))
    def get(self, request: SignedInRequest, render_id: UUID) -> Response:
        """List variations, re-rolls, stills, previews and finals of one wish, newest first."""
        render = get_object_or_404(request.user.renders.visible_to(request.user), pk=render_id)
        takes = request.user.renders.visible_to(request.user).of_stack(render).with_playable()
        pages = CursorPages()
        page = pages.paginate_queryset(takes.select_related("maker"), request)
        cards = RenderCard(page, many=True, context={"request": request})
        return pages.get_paginated_response(cards.data)


class QuoteView(APIView):
    """Prices of wishes."""

    @extend_schema(operation_id="quote_render", parameters=[QuoteRequest], responses=QuoteAnswer)
    def get(self, request: SignedInRequest) -> Response:
        """Say what a render would cost and what can be spent."""
        asked = QuoteRequest(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = quoting.quote(asked.wish(), by=request.user)
        return Response(QuoteAnswer(found).data)

    @extend_schema(operation_id="quote_wish", request=RenderRequest, responses=QuoteAnswer)
    def post(self, request: SignedInRequest) -> Response:
        """Say what a whole wish would cost, and what stands in its way. Keeps nothing."""
        asked = RenderRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        parents = _parents(request, asked)
        found = quoting.quote(asked.wish(), by=request.user, parents=parents)
        return Response(QuoteAnswer(found).data)
