"""Pages that neither repeat nor skip while rows are inserted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Q
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

LIMIT_DEFAULT = 20
LIMIT_MAX = 50
_SALT = "core.paging"


def limit_of(request: Request) -> int:
    """Return the page size that a request asks for.

    Raises ValidationError naming `limit` when it is no number from 1 to LIMIT_MAX.
    """
    given = request.query_params.get("limit", str(LIMIT_DEFAULT))
    if not (given.isascii() and given.isdigit()) or not 1 <= int(given) <= LIMIT_MAX:
        raise ValidationError({"limit": f"Give a number from 1 to {LIMIT_MAX}."})
    return int(given)


def sealed(feed: str, position: Sequence[Any]) -> str:
    """Return a cursor of `feed`: a signed position that clients cannot read meaning into or
    forge.
    """
    return signing.dumps([feed, *position], salt=_SALT)


def opened(cursor: str, feed: str) -> list[Any]:
    """Return the position in a cursor.

    Raises ValidationError naming `cursor` if it is not ours, or was made for another feed.
    """
    position: list[Any]
    try:
        made_for, *position = signing.loads(cursor, salt=_SALT)
    except signing.BadSignature:
        raise ValidationError({"cursor": "This cursor is not one that we made."}) from None
    if made_for != feed:
        raise ValidationError({"cursor": "This cursor belongs to another list."})
    return position


def position_of(request: Request, feed: str) -> list[Any] | None:
    """Return where the asked page of `feed` starts, or None for the first page.

    Raises ValidationError naming `cursor` if it is not ours, or was made for another feed.
    """
    cursor = request.query_params.get("cursor")
    return opened(cursor, feed) if cursor else None


def next_url(request: Request, feed: str, position: Sequence[Any] | None) -> str | None:
    """Return the address of the page of `feed` that starts at `position`; None stays None."""
    if position is None:
        return None
    return _address(request, sealed(feed, position))


def _address(request: Request, cursor: str) -> str:
    """Return the address that was asked for, with another cursor."""
    query = [(name, value) for name, value in request.query_params.items() if name != "cursor"]
    return f"{request.build_absolute_uri(request.path)}?{urlencode([*query, ('cursor', cursor)])}"


class CursorPages(BasePagination):
    """Newest first by (`moment`, id), never by OFFSET."""

    moment = "created_at"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return one page of rows and remember where the next begins."""
        limit = limit_of(request)
        rows = queryset.order_by(f"-{self.moment}", "-pk")
        if place := position_of(request, request.path):
            at, pk = place
            rows = rows.filter(
                Q(**{f"{self.moment}__lt": at}) | Q(**{self.moment: at, "pk__lt": pk})
            )
        found = list(rows[: limit + 1])
        self._next = None
        if len(found) > limit:
            last = found[limit - 1]
            position = [getattr(last, self.moment).isoformat(), str(last.pk)]
            self._next = _address(request, sealed(request.path, position))
        return found[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        """Answer {"items": […], "next": address or null}."""
        return Response({"items": data, "next": self._next})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the answer for OpenAPI."""
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {
                "items": schema,
                "next": {"type": "string", "format": "uri", "nullable": True},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the query parameters for OpenAPI."""
        cursor = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
        limits = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT}
        return [cursor, {"name": "limit", "in": "query", "schema": limits}]


class NewestPublished(CursorPages):
    """Newest first by publication."""

    moment = "published_at"
