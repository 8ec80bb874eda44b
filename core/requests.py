"""What surrounds every request: an id to find it by, one log line, one count."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import structlog
from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from structlog.contextvars import bound_contextvars

from core.metrics import count_request

log = structlog.get_logger(__name__)

HEADER = "X-Request-ID"
# What a proxy or a client may choose: enough to be unique, nothing that could forge a log line.
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Probes come every few seconds and say nothing as long as they succeed.
SILENT_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})

Answer = Callable[[HttpRequest], Any]


@sync_and_async_middleware
def observe(get_response: Answer) -> Answer:
    """Give each request an id, answer with it, then log and count the request.

    Works on either side without a change of thread, unlike a synchronous middleware under ASGI.
    """
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            with _observed(request) as finish:
                return finish(await get_response(request))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        with _observed(request) as finish:
            return finish(get_response(request))

    return answer


@contextmanager
def _observed(request: HttpRequest) -> Iterator[Callable[[HttpResponseBase], HttpResponseBase]]:
    offered = request.headers.get(HEADER, "")
    request_id = offered if ACCEPTED.fullmatch(offered) else uuid.uuid4().hex
    started = time.perf_counter()

    def finish(response: HttpResponseBase) -> HttpResponseBase:
        seconds = time.perf_counter() - started
        response[HEADER] = request_id
        count_request(request, status=response.status_code, seconds=seconds)
        if request.path not in SILENT_PATHS or response.status_code >= HTTPStatus.BAD_REQUEST:
            _say(request, response.status_code, seconds)
        return response

    with bound_contextvars(request_id=request_id):
        yield finish


def _say(request: HttpRequest, status: int, seconds: float) -> None:
    """Log one line: the route and its arguments, never the query, which may hold a signature."""
    match = request.resolver_match
    # An argument called `token` or `key` is redacted with every other secret.
    where = {"route": match.route, "arguments": match.kwargs} if match else {"path": request.path}
    user = request.__dict__.get("_cached_user")  # known only if somebody asked; we do not query
    tell = log.error if status >= HTTPStatus.INTERNAL_SERVER_ERROR else log.info
    tell(
        "request",
        method=request.method,
        status=status,
        ms=round(seconds * 1000, 1),
        user_id=getattr(user, "pk", None),
        **where,
    )
