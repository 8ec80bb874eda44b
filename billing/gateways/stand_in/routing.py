"""Which function answers which request. Each takes a Call and returns the object to answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from billing.gateways.stand_in.lifecycle import Books
from billing.gateways.stand_in.store import Store
from billing.gateways.stand_in.wire import Object, Params, StripeProblemError, listed, missing, page


@dataclass
class Call:
    """One request to the API. `after` runs once it has been answered."""

    books: Books
    params: Params
    url: str  # of the stand-in itself, for its pages
    path: str
    id: str = ""
    after: list[Callable[[], None]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.books.store

    def required(self, name: str) -> str:
        if not self.params.get(name):
            raise missing(name)
        return str(self.params[name])


Act = Callable[[Call], Object]


class Route(NamedTuple):
    method: str
    pattern: re.Pattern[str]
    accepts: frozenset[str]
    act: Act


ROUTES: list[Route] = []
PAGING = ("limit", "starting_after", "ending_before")


def route(method: str, path: str, *accepts: str) -> Callable[[Act], Act]:
    """Serve `path` ("{}" is an id) with the decorated function; other parameters are refused."""
    pattern = re.compile(re.escape(path).replace(r"\{\}", r"(?P<id>[\w.-]+)"))

    def add(act: Act) -> Act:
        ROUTES.append(Route(method, pattern, frozenset(accepts) | {"expand"}, act))
        return act

    return add


def dispatch(method: str, call: Call) -> Object:
    """Answer a call; raises StripeProblemError."""
    for known in ROUTES:
        found = known.pattern.fullmatch(call.path)
        if known.method == method and found:
            call.id = found.groupdict().get("id", "")
            _refuse_unknown(call.params, known.accepts)
            return expanded(call.store, known.act(call), listed(call.params.get("expand")))
    raise StripeProblemError(404, f"Unrecognized request URL ({method}: {call.path}).")


def _refuse_unknown(params: Params, accepts: frozenset[str]) -> None:
    for name in sorted(params.keys() - accepts):
        message = f"Received unknown parameter: {name}"
        raise StripeProblemError(400, message, param=name, code="parameter_unknown")


def expanded(store: Store, subject: Object, paths: list[str]) -> Object:
    """Replace ids by their objects along `paths` such as "data.customer"."""
    for path in paths:
        _expand(store, subject, path.split("."))
    return subject


def _expand(store: Store, subject: Object, keys: list[str]) -> None:
    key, *rest = keys
    value = subject.get(key)
    if isinstance(value, str):
        value = subject[key] = store.find(value) or value
    inner = value if isinstance(value, list) else [value]
    for row in inner:
        if rest and isinstance(row, dict):
            _expand(store, row, rest)


def rows(call: Call, kind: str, *filters: str) -> list[Object]:
    wanted = {name: call.params[name] for name in filters if name in call.params}
    if "customer" in wanted:
        call.store.get("customer", wanted["customer"])
    return call.store.all(kind, **wanted)


def filtered(call: Call, kind: str, *filters: str) -> Object:
    return page(rows(call, kind, *filters), call.params, url=call.path)
