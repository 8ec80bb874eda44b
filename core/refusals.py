"""What a page says when an action refuses: the same problem that the API would answer, for
people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import page_not_found, permission_denied
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
            return JsonResponse(document, status=status, content_type="application/problem+json")
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


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the page for what does not exist or is not for this viewer."""
    return _apart(page_not_found(request, exception))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the page for what this account may not open."""
    return _apart(permission_denied(request, exception))


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
        document = problem(400, "nul_character", "A value holds a character that no text has.")
        return JsonResponse(document, status=400, content_type="application/problem+json")


def _values(query: Any) -> list[str]:
    return [text for name, values in query.lists() for text in (name, *values)]
