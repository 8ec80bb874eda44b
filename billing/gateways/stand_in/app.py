"""The ASGI application: API under /v1, pages for people, switches for tests under /stand_in."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from billing.gateways.stand_in import catalogue, clocks, pages, routing, selling, shapes
from billing.gateways.stand_in.delivery import Courier
from billing.gateways.stand_in.lifecycle import Books
from billing.gateways.stand_in.store import Answer, Store, new_id
from billing.gateways.stand_in.wire import API_VERSION, Object, StripeProblemError, decoded

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Importing them is what fills routing.ROUTES.
RESOURCES = (catalogue, clocks, selling)
TICK_S = 60
BODY_BYTES_MAX = 1_000_000
_LOCAL = frozenset({"127.0.0.1", "localhost"})
_KEY_CHARS_MAX = 255


class Request(NamedTuple):
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str

    @property
    def url(self) -> str:
        return f"http://{self.headers.get('host', '127.0.0.1')}"


@dataclass
class Reply:
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    after: list[Callable[[], None]] = field(default_factory=list)


@dataclass
class StandIn:
    """One Stripe account. All but the sending of webhooks happens on the event loop, in turn."""

    store: Store
    courier: Courier

    def __post_init__(self) -> None:
        self.books = Books(self.store, self.courier.waiting.append)

    def seed(self, *, price_id: str, name: str, amount: int) -> None:
        """Have a monthly price of this id to sell, unless there is one already."""
        if self.store.find(price_id):
            return
        now = self.store.now()
        product = self.store.put(shapes.product(now, {"name": name}))
        recurring = {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        }
        given = {"currency": "usd", "product": product["id"]}
        made = shapes.price(now, given, amount=amount, recurring=recurring)
        self.store.put(made | {"id": price_id})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            request = await _read(scope, receive)
            reply = self.answer(request)
            await _write(reply, send)
            with self.store.transaction():
                for act in reply.after:
                    act()
            self.courier.flush()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        ticking = asyncio.create_task(self._tick())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        ticking.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _tick(self) -> None:
        while True:
            with self.store.transaction():
                self.books.run_until(self.store.now(), clock=None)
            self.courier.flush()
            await asyncio.sleep(TICK_S)

    def answer(self, request: Request) -> Reply:
        """Answer one request; nothing here waits."""
        host = request.headers.get("host", "").rsplit(":", 1)[0]
        if host not in _LOCAL:
            return Reply(421, "This stand-in is for its own machine only.")
        if request.path.startswith("/v1/"):
            return self._answer_api(request)
        try:
            with self.store.transaction():
                return self._answer_page(request)
        except StripeProblemError as problem:
            return Reply(problem.status, str(problem))

    # --- the API --------------------------------------------------------------------------------

    def _answer_api(self, request: Request) -> Reply:
        key = request.headers.get("idempotency-key", "")
        try:
            _check_key(request.headers.get("authorization", ""))
            if request.method != "POST" or not key:
                return self._act(request)
            return self._act_once(request, key)
        except StripeProblemError as problem:
            return _json(problem.status, problem.body)

    def _act_once(self, request: Request, key: str) -> Reply:
        """Answer a repeat with the first answer, refusals after the work began included.

        A request that was refused before it began (400, 401, 404) is not remembered.
        Source: Stripe API reference, "Idempotent requests".
        """
        if len(key) > _KEY_CHARS_MAX:
            raise _idempotency_problem("Idempotency keys have at most 255 characters.")
        digest = hashlib.sha256(f"{request.path}\n{request.body}".encode()).hexdigest()
        first = self.store.answer(key)
        if first is None:
            reply = self._act(request)
            self.store.remember(key, Answer(digest, reply.status, reply.body))
            return reply
        if first.request != digest:
            raise _idempotency_problem(
                "Keys for idempotent requests can only be used with the same parameters "
                f"they were first used with. Try using a key other than '{key}'."
            )
        reply = _json(first.status, json.loads(first.body))
        reply.headers["Idempotent-Replayed"] = "true"
        return reply

    def _act(self, request: Request) -> Reply:
        form = request.query if request.method == "GET" else request.body
        call = routing.Call(self.books, decoded(form), request.url, request.path)
        with self.store.transaction():
            try:
                found = routing.dispatch(request.method, call)
            except StripeProblemError as problem:
                if problem.status != 402:  # noqa: PLR2004 - a declined card: the attempt is kept
                    raise
                return _json(402, problem.body)
        reply = _json(200, found)
        reply.after = call.after
        return reply

    # --- pages and switches ---------------------------------------------------------------------

    def _answer_page(self, request: Request) -> Reply:
        if request.path == "/style.css":
            return Reply(200, pages.STYLE, {"Content-Type": "text/css"})
        if request.path == "/stand_in/faults":
            return self._faults(request)
        kind, _, key = request.path.strip("/").partition("/")
        if kind == "pay":
            return self._pay(request, self.store.get("checkout.session", key))
        if kind == "portal":
            return self._portal(request, self.store.get("billing_portal.session", key))
        return Reply(404, "There is nothing here.")

    def _faults(self, request: Request) -> Reply:
        if request.method == "POST":
            try:
                self.courier.faults = self.courier.faults.with_(json.loads(request.body))
            except ValueError as error:
                return Reply(400, str(error))
        return _json(200, vars(self.courier.faults))

    def _pay(self, request: Request, session: Object) -> Reply:
        now = self.store.now(self.store.get("customer", session["customer"])["test_clock"])
        if session["status"] == "open" and session["expires_at"] <= now:
            session |= {"status": "expired", "url": None}
            self.books.keep(session, "checkout.session.expired", now=now)
        if request.method != "POST":
            return _page(pages.pay_page(self.books, session))
        to, page = pages.submit_payment(self.books, session, _outcome(request))
        return Reply(303, "", {"Location": to}) if to else _page(page)

    def _portal(self, request: Request, portal: Object) -> Reply:
        if request.method == "POST":
            pages.submit_portal(self.books, portal, _outcome(request))
            return Reply(303, "", {"Location": request.path})
        return _page(pages.portal_page(self.books, portal))


def _check_key(authorization: str) -> None:
    if not authorization.startswith("Bearer sk_test_"):
        message = "Invalid API Key provided. The stand-in takes any key that begins with sk_test_."
        raise StripeProblemError(401, message)


def _idempotency_problem(message: str) -> StripeProblemError:
    return StripeProblemError(400, message, kind="idempotency_error")


def _outcome(request: Request) -> str:
    return parse_qs(request.body).get("outcome", [""])[0]


def _json(status: int, body: Object) -> Reply:
    headers = {"Content-Type": "application/json", "Stripe-Version": API_VERSION}
    return Reply(status, json.dumps(body), headers | {"Request-Id": new_id("req")})


def _page(body: str) -> Reply:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": pages.CSP,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Reply(200, body, headers)


async def _read(scope: Scope, receive: Receive) -> Request:
    body = b""
    is_more = True
    while is_more and len(body) <= BODY_BYTES_MAX:
        message = await receive()
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(
        scope["method"], scope["path"], scope["query_string"].decode(), headers, body.decode()
    )


async def _write(reply: Reply, send: Send) -> None:
    body = reply.body.encode()
    given = {
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": "no-store",
    } | reply.headers
    headers = [(name.lower().encode(), value.encode()) for name, value in given.items()]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
