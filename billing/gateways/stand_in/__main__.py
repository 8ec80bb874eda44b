"""`python -m billing.gateways.stand_in`: serve the stand-in on loopback until stopped."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from billing.gateways.stand_in.app import StandIn
from billing.gateways.stand_in.delivery import Courier
from billing.gateways.stand_in.store import Store


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="stand_in", description=__doc__)
    parser.add_argument("--port", type=int, default=8420)
    parser.add_argument("--webhook", default="", help="where events are sent; empty sends none")
    parser.add_argument("--secret", default="whsec_stand_in", help="signs the events")
    parser.add_argument("--data", type=Path, default=None, help="SQLite file; none forgets all")
    parser.add_argument("--price-id", default="price_pro_monthly")
    parser.add_argument("--price-cents", type=int, default=1200)
    parser.add_argument("--product", default="Afterimage Pro")
    return parser.parse_args()


def main() -> None:
    """Serve. Only 127.0.0.1 is bound: whoever reaches this can "pay"."""
    given = arguments()
    app = StandIn(Store(given.data), Courier(given.webhook, given.secret))
    app.seed(price_id=given.price_id, name=given.product, amount=given.price_cents)
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning")


main()
