"""What a page says when an action refuses: the same problem that the API would answer, for
people.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from rest_framework.exceptions import APIException

from core.errors import DomainError, as_problem


class RefusalMiddleware(MiddlewareMixin):
    """Turns the expected errors of a page into an answer. DRF's views answer their own."""

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        """Answer htmx with the problem, a form with a message where it came from, a link with a
        page.
        """
        # Of Django's own errors (404, 403) Django makes the pages.
        if not isinstance(error, DomainError | APIException):
            return None
        document = as_problem(error) or {}
        status = document["status"]
        if request.htmx:
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
