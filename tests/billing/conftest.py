from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import stripe
import uvicorn

from billing.actions import payments
from billing.gateways.stand_in.app import StandIn
from billing.gateways.stand_in.delivery import Courier
from billing.gateways.stand_in.store import Store
from billing.models import StripeEvent

PRICE = "price_pro_monthly"
SECRET = "whsec_of_the_tests"
KEY = "sk_test_of_the_tests"


@dataclass
class Stripe:
    """The running stand-in, seen from outside: by the official library and by a browser."""

    url: str
    client: stripe.StripeClient
    app: StandIn

    def choose(self, page: str, outcome: str) -> requests.Response:
        """Press a button of a page."""
        return requests.post(page, {"outcome": outcome}, allow_redirects=False, timeout=5)

    def faults(self, **faults: float) -> None:
        requests.post(f"{self.url}/stand_in/faults", json=faults, timeout=5).raise_for_status()

    def events(self) -> list[stripe.Event]:
        """Every event so far, oldest first."""
        return list(self.client.v1.events.list({"limit": 100}).auto_paging_iter())[::-1]

    def post(
        self, event: stripe.Event, *, secret: str = SECRET, age_s: int = 0
    ) -> tuple[bytes, str]:
        """Return the body and the signature of a delivery of `event`."""
        payload = str(event)
        at = int(time.time()) - age_s
        signature = stripe.WebhookSignature.generate_signature_header(payload, secret, at)
        return payload.encode(), signature

    def receive(self, events: list[stripe.Event]) -> None:
        """Have the application receive these events in this order, and apply what waits."""
        for event in events:
            payload, signature = self.post(event)
            payments.receive_stripe_event(payload, signature=signature)
            payments.apply_stripe_event(event.id)


@pytest.fixture
def stand_in(settings: Any) -> Iterator[Callable[..., Stripe]]:
    """Return a starter of stand-ins; the application is set to use the latest."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(webhook: str = "") -> Stripe:
        app = StandIn(Store(), Courier(webhook, SECRET, retry_first_s=0.02))
        app.seed(price_id=PRICE, name="Afterimage Pro", amount=1200)
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        running.append((server, thread))
        port = server.servers[0].sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        point_at(settings, url)
        client = stripe.StripeClient(KEY, base_addresses={"api": url})
        return Stripe(url, client, app)

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(timeout=5)


def point_at(settings: Any, url: str) -> None:
    """Set the application to this gateway, by settings alone."""
    settings.STRIPE_API_KEY = KEY
    settings.STRIPE_PRICE_PRO = PRICE
    options = {"api_key": KEY, "api_base": url, "webhook_secret": SECRET}
    backend = settings.BILLING_GATEWAYS["default"]["BACKEND"]
    settings.BILLING_GATEWAYS = {"default": {"BACKEND": backend, "OPTIONS": options}}


@pytest.fixture
def shop(stand_in: Callable[..., Stripe]) -> Stripe:
    return stand_in()


def inbox() -> dict[str, str]:
    """Return the state of each received event."""
    return dict(StripeEvent.objects.values_list("pk", "state"))
