"""The list of events, and test clocks that let time pass."""

from __future__ import annotations

from billing.gateways.stand_in import shapes
from billing.gateways.stand_in.lifecycle import later
from billing.gateways.stand_in.routing import PAGING, Call, route, rows
from billing.gateways.stand_in.wire import Object, StripeProblemError, page, whole, wrong


@route("GET", "/v1/events", *PAGING, "type", "created")
def list_events(call: Call) -> Object:
    created = call.params.get("created", {})
    since = int(created.get("gte", 0)) if isinstance(created, dict) else int(created)
    found = [row for row in rows(call, "event", "type") if row["created"] >= since]
    return page(found, call.params, url=call.path)


@route("GET", "/v1/events/{}")
def get_event(call: Call) -> Object:
    return call.store.get("event", call.id)


@route("POST", "/v1/test_helpers/test_clocks", "frozen_time", "name")
def create_clock(call: Call) -> Object:
    frozen = whole(call.params, "frozen_time")
    return call.store.put(shapes.test_clock(call.store.now(), call.params, frozen=frozen))


@route("GET", "/v1/test_helpers/test_clocks/{}")
def get_clock(call: Call) -> Object:
    return call.store.get("test_helpers.test_clock", call.id)


@route("POST", "/v1/test_helpers/test_clocks/{}/advance", "frozen_time")
def advance_clock(call: Call) -> Object:
    clock = call.store.get("test_helpers.test_clock", call.id)
    to = whole(call.params, "frozen_time")
    _check_advance(call, clock, to)
    clock["status"] = "advancing"
    call.after.append(lambda: _arrive(call, clock, to))
    return call.store.put(clock)


def _check_advance(call: Call, clock: Object, to: int) -> None:
    if clock["status"] != "ready":
        raise StripeProblemError(
            429, "Test clock advancement underway.", kind="invalid_request_error"
        )
    if to <= clock["frozen_time"]:
        raise wrong("frozen_time", "A test clock can only advance.")
    rows = call.store.all("subscription", test_clock=clock["id"])
    ways = [row["items"]["data"][0]["price"]["recurring"]["interval"] for row in rows]
    limits = [later(clock["frozen_time"], way, 2) for way in ways]
    if to > min(limits, default=later(clock["frozen_time"], "year", 2)):
        message = "Cannot advance more than two intervals of the shortest subscription."
        raise wrong("frozen_time", message)


def _arrive(call: Call, clock: Object, to: int) -> None:
    call.books.run_until(to, clock=clock["id"])
    clock |= {"status": "ready", "frozen_time": to}
    call.books.keep(clock, "test_helpers.test_clock.ready", now=to)
