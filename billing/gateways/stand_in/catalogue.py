"""Customers, products and prices."""

from __future__ import annotations

from billing.gateways.stand_in import shapes
from billing.gateways.stand_in.routing import PAGING, Call, route
from billing.gateways.stand_in.wire import Object, Params, page, whole, wrong


@route("POST", "/v1/customers", "email", "name", "description", "metadata", "test_clock")
def create_customer(call: Call) -> Object:
    now = call.store.now(call.params.get("test_clock"))
    made = shapes.customer(now, call.params)
    return call.books.keep(made, "customer.created", now=now)


@route("GET", "/v1/customers", *PAGING, "email")
def list_customers(call: Call) -> Object:
    wanted = {"email": call.params["email"]} if "email" in call.params else {}
    return page(call.store.all("customer", **wanted), call.params, url=call.path)


@route("GET", "/v1/customers/{}")
def get_customer(call: Call) -> Object:
    return call.store.get("customer", call.id)


@route("POST", "/v1/customers/{}", "email", "name", "metadata", "invoice_settings")
def update_customer(call: Call) -> Object:
    row = call.store.get("customer", call.id)
    settings = call.params.pop("invoice_settings", {})
    row["invoice_settings"] |= settings
    row |= call.params
    return call.books.keep(row, "customer.updated", now=call.store.now(row["test_clock"]))


@route("POST", "/v1/products", "name", "description", "metadata")
def create_product(call: Call) -> Object:
    call.required("name")
    now = call.store.now()
    return call.books.keep(shapes.product(now, call.params), "product.created", now=now)


@route("GET", "/v1/products", *PAGING)
def list_products(call: Call) -> Object:
    return page(call.store.all("product"), call.params, url=call.path)


@route("GET", "/v1/products/{}")
def get_product(call: Call) -> Object:
    return call.store.get("product", call.id)


@route(
    *("POST", "/v1/prices"),
    *("currency", "product", "unit_amount", "recurring", "metadata", "lookup_key"),
)
def create_price(call: Call) -> Object:
    call.required("currency")
    call.store.get("product", call.required("product"))
    now = call.store.now()
    amount = whole(call.params, "unit_amount")
    made = shapes.price(now, call.params, amount=amount, recurring=_recurring(call.params))
    return call.books.keep(made, "price.created", now=now)


def _recurring(params: Params) -> Object | None:
    given = params.get("recurring")
    if not given:
        return None
    if given.get("interval") not in {"day", "week", "month", "year"}:
        raise wrong("recurring[interval]", "must be one of day, week, month, or year")
    return {
        "interval": given["interval"],
        "interval_count": int(given.get("interval_count", 1)),
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


@route("GET", "/v1/prices", *PAGING, "product")
def list_prices(call: Call) -> Object:
    wanted = {"product": call.params["product"]} if "product" in call.params else {}
    return page(call.store.all("price", **wanted), call.params, url=call.path)


@route("GET", "/v1/prices/{}")
def get_price(call: Call) -> Object:
    return call.store.get("price", call.id)
