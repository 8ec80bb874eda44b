from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.auth import SignedInRequest
from core.paging import LIMIT_MAX, limit_of, next_url, position_of
from feed import actions, queries
from feed.serializers import FeedPage, WatchesAnswer, WatchesRequest
from feed.spec import Card, Page

PAGING = [
    OpenApiParameter("cursor", str, description="The place in `next` of the page before."),
    OpenApiParameter("limit", int, description=f"1 to {LIMIT_MAX}, usually 20."),
]


def _answer(request: Request, feed: str, page: Page) -> Response:
    following = next_url(request, feed, page.next)
    items = [_item(card) for card in page.cards]
    return Response({"items": items, "version": page.version, "next": following})


def _item(card: Card) -> dict[str, Any]:
    return {
        "clip": card.clip,
        "score": card.score,
        "why": [
            {"reason": part.reason, "points": part.points, "text": part.text} for part in card.why
        ],
        "is_repeat": card.is_repeat,
    }


class HomeView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="home_feed", parameters=PAGING, responses=FeedPage)
    def get(self, request: Request) -> Response:
        position = position_of(request, "home")
        page = queries.home_cards(request.user, position=position, limit=limit_of(request))
        return _answer(request, "home", page)


class FollowingView(APIView):
    @extend_schema(operation_id="following_feed", parameters=PAGING, responses=FeedPage)
    def get(self, request: SignedInRequest) -> Response:
        position = position_of(request, "following")
        page = queries.following_cards(request.user, position=position, limit=limit_of(request))
        return _answer(request, "following", page)


class WatchesView(APIView):
    @extend_schema(operation_id="report_watches", request=WatchesRequest, responses=WatchesAnswer)
    def post(self, request: SignedInRequest) -> Response:
        asked = WatchesRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        stored = actions.record_watches(asked.views_given(), by=request.user)
        return Response({"stored": stored})
