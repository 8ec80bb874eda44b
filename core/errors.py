"""Refusals that people can act on, and the one place that makes them HTTP.

Every error answer is problem+json (RFC 9457) with a stable `code`. `code` is API; `detail` is
prose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.settings import api_settings

log = structlog.get_logger(__name__)


class DomainError(Exception):
    """The request cannot be carried out."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, detail: str = "", *, field: str = "", **facts: Any) -> None:
        """Make a refusal. `detail` defaults to the class docstring's first line; `facts` become
        members.
        """
        self.detail = detail or (self.__doc__ or "").strip().splitlines()[0]
        self.field = field
        self.facts = facts
        super().__init__(self.detail)


class ConflictError(DomainError):
    """This cannot be done now."""

    status = 409
    code = "conflict"


class ForbiddenError(DomainError):
    """You may see this, but not do it."""

    status = 403
    code = "forbidden"


class InvalidError(DomainError):
    """A value cannot be used."""

    status = 422
    code = "invalid"


class NotAvailableError(DomainError):
    """This is not available on this server."""

    status = 501
    code = "not_available"


_TITLES: Mapping[int, str] = {
    400: "Bad request",
    401: "Log in first",
    402: "Payment required",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Not now",
    413: "Too large",
    415: "Wrong media type",
    422: "Cannot be used",
    429: "Too many requests",
    500: "Our fault",
    501: "Not available",
    503: "Try again soon",
}

# Django's own ways to refuse.
_DJANGOS: Mapping[type[Exception], tuple[int, str, str]] = {
    Http404: (404, "not_found", "There is nothing here that you can see."),
    PermissionDenied: (403, "forbidden", "You may not do this."),
    RequestDataTooBig: (413, "too_large", "This body is larger than any that this server reads."),
}


def problem(status: int, code: str, detail: str, **members: Any) -> dict[str, Any]:
    """Return a problem document as a dict ready for JSON."""
    title = _TITLES.get(status, "Error")
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
    } | members


def as_problem(error: Exception) -> dict[str, Any] | None:
    """Return the problem document of an expected error, or None if the error is a fault of ours."""
    if isinstance(error, DomainError):
        members = dict(error.facts)
        if error.field:
            told = {"field": error.field, "code": error.code, "detail": error.detail}
            members["errors"] = [told | {"limit": members["limit"]} if "limit" in members else told]
        return problem(error.status, error.code, error.detail, **members)
    if isinstance(error, drf.ValidationError):
        errors = _flat(error.get_full_details())
        detail = "; ".join(f"{e['field']}: {e['detail']}" for e in errors[:3])
        return problem(422, "invalid", detail, errors=errors)
    if isinstance(error, drf.APIException):
        return problem(error.status_code, _code_of(error), str(error.detail))
    return next(
        (problem(*said) for kind, said in _DJANGOS.items() if isinstance(error, kind)), None
    )


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer DRF's exceptions with problem+json. Anything unexpected is left to Django, which
    logs it.
    """
    document = as_problem(error)
    if document is None:
        return None
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    return Response(
        document, document["status"], headers=headers, content_type="application/problem+json"
    )


def _code_of(error: drf.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def _flat(details: Any, field: str = "") -> list[dict[str, Any]]:
    """Return each fault of a nested document with the path of its field: `shots[1].seconds`."""
    if isinstance(details, Mapping) and {"message", "code"} <= details.keys():
        return [{"field": field, "code": str(details["code"]), "detail": str(details["message"])}]
    if isinstance(details, Mapping):
        parts = [(_under(field, key), value) for key, value in details.items()]
    else:
        # A list of messages about one field, or one mapping for each of its items, empty if well.
        is_many = any(isinstance(one, Mapping) and "message" not in one for one in details)
        parts = [
            (_under(field, index) if is_many else field, value)
            for index, value in enumerate(details)
        ]
    return [entry for name, value in parts for entry in _flat(value, name)]


def _under(field: str, key: Any) -> str:
    if isinstance(key, int):
        return f"{field}[{key}]"
    if key == api_settings.NON_FIELD_ERRORS_KEY and field:
        return field
    return f"{field}.{key}" if field else str(key)
