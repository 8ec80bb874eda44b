"""What a page says when an action refuses: the same problem that the API would answer, for
people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import close_old_connections, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import bad_request, page_not_found, permission_denied, server_error
from rest_framework.exceptions import APIException

from core.errors import DomainError, as_problem, problem

_NUL = "\x00"


class RefusalMiddleware(MiddlewareMixin):
    """Turns the expected errors of a page into an answer. DRF's views answer their own."""

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        """Answer programs with the problem, a form with a message where it came from, a link with a
        page.
        """
        # Of Django's own errors (404, 403) Django makes the pages.
        if not isinstance(error, DomainError | APIException):
            return None
        document = as_problem(error) or {}
        status = document["status"]
        if request.htmx or request.content_type == "application/json":
            return _document(document)
        if request.method == "POST" and (back := _referer(request)):
            messages.error(request, document["detail"])
            return redirect(back)
        return render(request, "problem.html", {"problem": document}, status=status)


def _referer(request: HttpRequest) -> str:
    """Return the page of our own that the request came from, or nothing."""
    address = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what no client of ours would send, such as another site's host name."""
    if _is_program(request):
        return _document(problem(400, "malformed", "This request cannot be understood."))
    return bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the page for what does not exist or is not for this viewer."""
    if _is_program(request):
        return _document(as_problem(Http404()) or {})
    return _apart(page_not_found(request, exception))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the page for what this account may not open."""
    if _is_program(request):
        return _document(as_problem(PermissionDenied()) or {})
    return _apart(permission_denied(request, exception))


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours; Django has logged it with the id of the request."""
    if _is_program(request):
        detail = "This is a fault of the server. Try again; X-Request-ID names it in the log."
        return _document(problem(500, "fault", detail))
    return server_error(request)


def _is_program(request: HttpRequest) -> bool:
    """Say whether an address of the API was asked for: its clients read problems, not pages."""
    return request.path_info.startswith("/api/")


def _document(document: Mapping[str, Any]) -> HttpResponse:
    return JsonResponse(
        document, status=document["status"], content_type="application/problem+json"
    )


def _apart(response: HttpResponse) -> HttpResponse:
    """Give back the database connection that a page's bar of links opened.

    Under ASGI, Django draws these two pages in a thread that no end of a request reaches: the
    connection would be missing from the pool for ever.
    """
    # Inside a transaction, as every test is, the connection is somebody else's to give back.
    if not connection.in_atomic_block:
        close_old_connections()
    return response


class NulMiddleware(MiddlewareMixin):
    """Refuses the character that PostgreSQL cannot store, in addresses, queries and forms.

    Serializers refuse it in JSON by themselves. Bodies are looked at only where the check for
    forgery has read them already.
    """

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: Iterable[Any],
        kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        """Answer 400 with a problem document, or let the view answer."""
        texts = [*map(str, kwargs.values()), *_values(request.GET)]
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            texts += _values(request.POST)
        if not any(_NUL in text for text in texts):
            return None
        return _document(
            problem(400, "nul_character", "A value holds a character that no text has.")
        )


def _values(query: Any) -> list[str]:
    return [text for name, values in query.lists() for text in (name, *values)]
