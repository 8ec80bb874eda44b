"""Idempotency-Key: a repeated POST gets the first answer and does nothing twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from core.errors import ConflictError, InvalidError
from core.models import IdempotentRequest

KEY_CHARS_MAX = 255
# How long an answer is repeated. Clients try again within minutes; a day also covers a phone that
# was in flight mode over night.
LIFE = timedelta(hours=24)
_PURGED_AT_ONCE = 1000
KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        f"A name of your choice for this request. For {LIFE // timedelta(hours=1)} hours a repeat "
        "with the same key and body gets the first answer and does nothing."
    ),
)


class KeyReusedError(InvalidError):
    """This Idempotency-Key was used with another body. Send a new key for a new request."""

    code = "idempotency_key_reused"


class KeyInUseError(ConflictError):
    """A request with this Idempotency-Key is being worked on. Repeat it in a moment."""

    code = "idempotency_key_in_use"


class KeyTooLongError(InvalidError):
    """An Idempotency-Key has at most 255 characters."""

    code = "idempotency_key_too_long"


def once(request: Request, scope: str, act: Callable[[], Response]) -> Response:
    """Run `act` at most once for this user, scope and Idempotency-Key; without a key just run it.

    The key is claimed, and the action's rows are written, in one transaction: a refused or crashed
    request leaves no trace, so its repeat is a first try. Two at the same moment wait for each
    other. After LIFE the key may be used again.
    Raises KeyReusedError, KeyInUseError, KeyTooLongError.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return act()
    if len(key) > KEY_CHARS_MAX:
        raise KeyTooLongError(field="Idempotency-Key", limit=KEY_CHARS_MAX)
    digest = _digest(request)
    with transaction.atomic():
        claim = _claim(request, scope, key, digest)
        if claim is None:
            return _replay(request, scope, key, digest)
        answer = act()
        claim.status = answer.status_code
        claim.answer = json.loads(json.dumps(answer.data, cls=JSONEncoder))
        claim.save(update_fields=["status", "answer"])
    return answer


def purge(*, at: datetime | None = None) -> int:
    """Forget the keys whose life is over. Returns how many. Safe to repeat, and to stop half-way.

    In batches, each with a commit of its own: a purge of millions holds no lock for long.
    """
    over = IdempotentRequest.objects.filter(created_at__lt=(at or timezone.now()) - LIFE)
    purged = 0
    while batch := list(over.order_by("created_at").values_list("pk", flat=True)[:_PURGED_AT_ONCE]):
        purged += IdempotentRequest.objects.filter(pk__in=batch).delete()[0]
    return purged


def _claim(request: Request, scope: str, key: str, digest: str) -> IdempotentRequest | None:
    user: Any = request.user  # a person: every view that asks here is for the signed-in
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(
                user=user, scope=scope, key=key, body_digest=digest
            )
    except IntegrityError:
        return None


def _replay(request: Request, scope: str, key: str, digest: str) -> Response:
    user: Any = request.user
    first = IdempotentRequest.objects.filter(user=user, scope=scope, key=key).first()
    if first is None or first.status is None:
        raise KeyInUseError
    if first.body_digest != digest:
        raise KeyReusedError(field="Idempotency-Key")
    return Response(first.answer, first.status, headers={"Idempotent-Replayed": "true"})


def _digest(request: Request) -> str:
    body: Any = request.data
    plain = json.dumps(body, sort_keys=True, default=str)
    return hashlib.sha256(f"{request.path}\n{plain}".encode()).hexdigest()
