from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.auth import SignedInRequest
from accounts.models import User
from core.idempotency import KEY_HEADER, once
from core.paging import LIMIT_MAX, CursorPages, limit_of, next_url, position_of
from generation.models import Render
from generation.serializers.cards import QuoteAnswer
from social import actions, queries
from social.models import Clip, Comment
from social.serializers import (
    ClipShape,
    ClipsPage,
    CommentCard,
    CommentRequest,
    CommentsPage,
    EditRequest,
    LikeState,
    LineageShape,
    PublishRequest,
    RemixRequest,
    RemixTicket,
    RerollRequest,
    TakeRequest,
)

PAGING = [
    OpenApiParameter("cursor", str, description="The place in `next` of the page before."),
    OpenApiParameter("limit", int, description=f"1 to {LIMIT_MAX}, usually 20."),
]


def _clip(request: Request, clip_id: UUID) -> Clip:
    clips = Clip.objects.visible_to(request.user).select_related("maker", "render__maker")
    return get_object_or_404(clips, pk=clip_id)


def _own_clip(request: Request, clip_id: UUID) -> Clip:
    """Fetch for a change: one's own clip is found even when it is out of everybody's sight."""
    if request.user.is_authenticated:
        own = Clip.objects.filter(maker=request.user).exclude(state=Clip.State.REMOVED)
        if (clip := own.select_related("maker").filter(pk=clip_id).first()) is not None:
            return clip
    return _clip(request, clip_id)


def _card(request: Request, clip_id: UUID) -> Any:
    card = queries.clip_cards([clip_id], viewer=request.user).get(clip_id)
    if card is None:
        raise Http404
    return card


class ClipsView(APIView):
    @extend_schema(
        operation_id="publish_clip",
        parameters=[KEY_HEADER],
        request=PublishRequest,
        responses={201: ClipShape},
    )
    def post(self, request: SignedInRequest) -> Response:
        return once(request, "clips", lambda: self._publish(request))

    def _publish(self, request: SignedInRequest) -> Response:
        asked = PublishRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = dict(asked.validated_data)
        renders = Render.objects.visible_to(request.user)
        render = get_object_or_404(renders, pk=wanted.pop("render_id"))
        clip = actions.publish_clip(render, by=request.user, **wanted)
        card = _card(request, clip.pk)
        return Response(card, status.HTTP_201_CREATED, headers={"Location": card["url"]})


class ClipView(APIView):
    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="get_clip", responses=ClipShape)
    def get(self, request: Request, clip_id: UUID) -> Response:
        return Response(_card(request, clip_id))

    @extend_schema(operation_id="edit_clip", request=EditRequest, responses=ClipShape)
    def patch(self, request: SignedInRequest, clip_id: UUID) -> Response:
        clip = _own_clip(request, clip_id)
        asked = EditRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        changes = dict(asked.validated_data)
        is_hidden = changes.pop("is_hidden", None)
        if changes:
            actions.edit_clip(clip, by=request.user, **changes)
        if is_hidden is not None:
            move = actions.hide_clip if is_hidden else actions.unhide_clip
            move(clip, by=request.user)
        return Response(_card(request, clip_id))

    @extend_schema(operation_id="delete_clip", responses={204: None})
    def delete(self, request: SignedInRequest, clip_id: UUID) -> Response:
        actions.delete_clip(_own_clip(request, clip_id), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RemixesView(APIView):
    @extend_schema(
        operation_id="remix_clip",
        parameters=[KEY_HEADER],
        request=RemixRequest,
        responses={202: RemixTicket},
    )
    def post(self, request: SignedInRequest, clip_id: UUID) -> Response:
        return once(request, f"remixes:{clip_id}", lambda: self._remix(request, clip_id))

    def _remix(self, request: SignedInRequest, clip_id: UUID) -> Response:
        clip = _clip(request, clip_id)
        asked = RemixRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        others = asked.validated_data.get("clips", ())
        renders = actions.remix_clip(clip, asked.wish(), by=request.user, others=others)
        return _ticket(renders)


class RemixQuoteView(APIView):
    @extend_schema(operation_id="quote_remix", request=RemixRequest, responses=QuoteAnswer)
    def post(self, request: SignedInRequest, clip_id: UUID) -> Response:
        clip = _clip(request, clip_id)
        asked = RemixRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        others = asked.validated_data.get("clips", ())
        found = actions.quote_remix(clip, asked.wish(), by=request.user, others=others)
        return Response(QuoteAnswer(found).data)


def _ticket(renders: list[Render]) -> Response:
    ticket = RemixTicket(renders[0], context={"takes": renders}).data
    return Response(ticket, status.HTTP_202_ACCEPTED, headers={"Location": ticket["url"]})


class RerollsView(APIView):
    @extend_schema(
        operation_id="reroll_render",
        parameters=[KEY_HEADER],
        request=RerollRequest,
        responses={202: RemixTicket},
    )
    def post(self, request: SignedInRequest, render_id: UUID) -> Response:
        """Ask for another take of one's own render, or of one of its shots, at a discount."""
        return once(request, f"rerolls:{render_id}", lambda: self._ask(request, render_id))

    def _ask(self, request: SignedInRequest, render_id: UUID) -> Response:
        render = _own_render(request, render_id)
        asked = RerollRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return _ticket([actions.reroll(render, by=request.user, **asked.validated_data)])


class TakesView(APIView):
    @extend_schema(
        operation_id="remake_render",
        parameters=[KEY_HEADER],
        request=TakeRequest,
        responses={202: RemixTicket},
    )
    def post(self, request: SignedInRequest, render_id: UUID) -> Response:
        """Ask for the preview of one's stills or the final of one's preview, with the same seed."""
        return once(request, f"takes:{render_id}", lambda: self._ask(request, render_id))

    def _ask(self, request: SignedInRequest, render_id: UUID) -> Response:
        render = _own_render(request, render_id)
        asked = TakeRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return _ticket([actions.remake(render, by=request.user, **asked.validated_data)])


def _own_render(request: SignedInRequest, render_id: UUID) -> Render:
    own = request.user.renders.visible_to(request.user)
    return get_object_or_404(own.select_related("stack"), pk=render_id)


class LikeView(APIView):
    @extend_schema(operation_id="like_clip", request=None, responses=LikeState)
    def put(self, request: SignedInRequest, clip_id: UUID) -> Response:
        clip = _clip(request, clip_id)
        actions.like(clip, by=request.user)
        return self._state(clip, has_liked=True)

    @extend_schema(operation_id="unlike_clip", responses=LikeState)
    def delete(self, request: SignedInRequest, clip_id: UUID) -> Response:
        clip = _clip(request, clip_id)
        actions.unlike(clip, by=request.user)
        return self._state(clip, has_liked=False)

    def _state(self, clip: Clip, *, has_liked: bool) -> Response:
        clip.refresh_from_db(fields=["like_count"])
        return Response({"like_count": clip.like_count, "has_liked": has_liked})


class CommentsView(APIView):
    permission_classes = [IsAuthenticatedOrReadOnly]

    @extend_schema(operation_id="list_comments", parameters=PAGING, responses=CommentsPage)
    def get(self, request: Request, clip_id: UUID) -> Response:
        clip = _clip(request, clip_id)
        pages = CursorPages()
        comments = Comment.objects.visible_to(request.user).filter(clip=clip)
        rows = pages.paginate_queryset(comments.select_related("author", "verdict"), request)
        return pages.get_paginated_response(self._cards(rows, request, clip, many=True))

    @extend_schema(
        operation_id="post_comment",
        parameters=[KEY_HEADER],
        request=CommentRequest,
        responses={201: CommentCard},
    )
    def post(self, request: SignedInRequest, clip_id: UUID) -> Response:
        return once(request, f"comments:{clip_id}", lambda: self._post(request, clip_id))

    def _post(self, request: SignedInRequest, clip_id: UUID) -> Response:
        clip = _clip(request, clip_id)
        asked = CommentRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        comment = actions.comment(clip, by=request.user, **asked.validated_data)
        return Response(self._cards(comment, request, clip), status.HTTP_201_CREATED)

    def _cards(self, rows: Any, request: Request, clip: Clip, *, many: bool = False) -> Any:
        context = {"viewer": request.user, "clip": clip}
        return CommentCard(rows, many=many, context=context).data


class CommentView(APIView):
    @extend_schema(operation_id="delete_comment", responses={204: None})
    def delete(self, request: SignedInRequest, clip_id: UUID, comment_id: UUID) -> Response:
        clip = _clip(request, clip_id)
        comments = Comment.objects.visible_to(request.user).filter(clip=clip)
        comment = get_object_or_404(comments.select_related("clip"), pk=comment_id)
        actions.delete_comment(comment, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LineageView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="get_lineage", parameters=PAGING, responses=LineageShape)
    def get(self, request: Request, clip_id: UUID) -> Response:
        clip = _clip(request, clip_id)
        position = position_of(request, f"lineage:{clip_id}")
        found = queries.lineage(
            clip, viewer=request.user, position=position, limit=limit_of(request)
        )
        answer = {
            "ancestors": [{"depth": node.depth, "clip": node.card} for node in found.ancestors],
            "clip": found.card,
            "descendant_count": found.descendant_count,
            "descendants": [{"depth": node.depth, "clip": node.card} for node in found.descendants],
            "next": next_url(request, f"lineage:{clip_id}", found.next),
        }
        return Response(answer)


class PersonClipsView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="list_clips_of_person", parameters=PAGING, responses=ClipsPage)
    def get(self, request: Request, handle: str) -> Response:
        maker = get_object_or_404(User.objects.visible_to(request.user), handle=handle.lower())
        position = position_of(request, f"clips:{maker.pk}")
        cards, following = queries.clips_of(
            maker, viewer=request.user, position=position, limit=limit_of(request)
        )
        following_url = next_url(request, f"clips:{maker.pk}", following)
        return Response({"items": cards, "next": following_url})
