"""Stripe's dialect of HTTP: bracketed forms in, error envelopes and lists out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

Object = dict[str, Any]
Params = dict[str, Any]

API_VERSION = "2026-10-28.endive"
LIMIT_DEFAULT = 10
LIMIT_MAX = 100


class StripeProblemError(Exception):
    """An answer in Stripe's error envelope."""

    def __init__(
        self, status: int, message: str, *, kind: str = "invalid_request_error", **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message} | more}


def missing(param: str) -> StripeProblemError:
    message = f"Missing required param: {param}."
    return StripeProblemError(400, message, param=param, code="parameter_missing")


def wrong(param: str, message: str) -> StripeProblemError:
    return StripeProblemError(400, message, param=param, code="parameter_invalid")


def no_such(kind: str, key: str) -> StripeProblemError:
    return StripeProblemError(404, f"No such {kind}: '{key}'", param="id", code="resource_missing")


def decoded(form: str) -> Params:
    """Return a form's nested values: `items[0][price]=x&expand[]=y` → {"items": {"0": …}, …}.

    Lists come as mappings from their index, in order; `listed` flattens them.
    """
    found: Params = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        keys = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        inner = found
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})
        last = keys[-1] or str(len(inner))
        inner[last] = value
    return found


def listed(value: Any) -> list[Any]:
    """Return the items of a decoded list."""
    return list(value.values()) if isinstance(value, Mapping) else []


def whole(params: Params, name: str) -> int:
    value = params.get(name)
    if value is None:
        raise missing(name)
    if not re.fullmatch(r"-?\d{1,12}", str(value)):
        raise wrong(name, f"Invalid integer: {value}")
    return int(value)


def flag(value: Any) -> bool:
    return str(value).lower() == "true"


def page(rows: Iterable[Object], params: Params, *, url: str) -> Object:
    """Return one page of `rows` (newest first) as Stripe pages them."""
    limit = whole(params, "limit") if "limit" in params else LIMIT_DEFAULT
    if not 1 <= limit <= LIMIT_MAX:
        raise wrong("limit", f"This value must be between 1 and {LIMIT_MAX}.")
    kept = list(rows)
    after = params.get("starting_after")
    if after:
        ids = [row["id"] for row in kept]
        if after not in ids:
            raise no_such("object", after)
        kept = kept[ids.index(after) + 1 :]
    has_more = len(kept) > limit
    return {"object": "list", "url": url, "has_more": has_more, "data": kept[:limit]}


def lines(rows: list[Object], *, url: str) -> Object:
    """Return a list that is part of an object."""
    return {"object": "list", "url": url, "has_more": False, "data": rows}
