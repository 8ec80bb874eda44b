"""The pages that Stripe would host: pay, and manage. Plain forms, no script, one stylesheet."""

from __future__ import annotations

from html import escape
from pathlib import Path

from billing.gateways.stand_in.lifecycle import BAD_CARD, GOOD_CARD, Books
from billing.gateways.stand_in.wire import Object, StripeProblemError

CSP = "default-src 'none'; style-src 'self'; form-action *; base-uri 'none'; frame-ancestors 'none'"

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")

_NOTE = "This is the payment stand-in on your own machine. No card is asked for, no money moves."
_WAYS = (
    ("pay", "Pay"),
    ("3ds", "Pay with a card that asks back (3-D Secure)"),
    ("decline", "Pay with a card that is declined"),
)
_BANK = (("confirm", "Confirm the payment"), ("fail", "Refuse the payment"))


def money(amount: int, currency: str) -> str:
    return f"{amount / 100:.2f} {currency.upper()}"


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"></head>'
        f'<body><main><p class="note">{_NOTE}</p>{body}</main></body></html>'
    )


def _form(buttons: tuple[tuple[str, str], ...]) -> str:
    looks = [' class="first"', *[""] * (len(buttons) - 1)]
    rows = [
        f'<button name="outcome" value="{way}"{look}>{escape(label)}</button>'
        for look, (way, label) in zip(looks, buttons, strict=True)
    ]
    return f'<form method="post">{"".join(rows)}</form>'


def _link(url: str | None, label: str) -> str:
    return f'<a class="button" href="{escape(url)}">{label}</a>' if url else ""


# --- paying -------------------------------------------------------------------------------------


def pay_page(books: Books, session: Object, *, refused: str = "", asks_back: bool = False) -> str:
    price = _price(books, session)
    product = books.store.get("product", price["product"])
    every = f" a {price['recurring']['interval']}" if price["recurring"] else ""
    amount = money(session["amount_total"], session["currency"])
    title = "Your bank asks" if asks_back else product["name"]
    warning = f'<p class="refused" role="alert">{escape(refused)}</p>' if refused else ""
    body = f'<h1>{escape(title)}</h1><p class="price">{amount}{every}</p>{warning}'
    if session["status"] != "open":
        return _document(title, f"{body}<p>This payment page is {escape(session['status'])}.</p>")
    form = _form(_BANK if asks_back else _WAYS)
    return _document(title, body + form + _link(session["cancel_url"], "Back without paying"))


def submit_payment(books: Books, session: Object, outcome: str) -> tuple[str, str]:
    """Do what a person chose on the pay page; return (address to go to, page to show instead)."""
    if session["status"] != "open":
        return "", pay_page(books, session)
    if outcome == "3ds":
        return "", pay_page(books, session, asks_back=True)
    is_paying = outcome in {"pay", "confirm"}
    if not _take(books, session, GOOD_CARD if is_paying else BAD_CARD):
        refused = "The card was declined. Nothing was charged; you can try again."
        return "", pay_page(books, session, refused=refused)
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"]), ""


def _take(books: Books, session: Object, card: str) -> bool:
    customer = books.store.get("customer", session["customer"])
    now = books.store.now(customer["test_clock"])
    if card == BAD_CARD:
        declined = customer | {"invoice_settings": {"default_payment_method": BAD_CARD}}
        books.charge(declined, session["amount_total"], session["currency"], now=now)
        return False
    customer["invoice_settings"]["default_payment_method"] = card
    books.keep(customer, "customer.updated", now=now)
    if session["mode"] == "subscription":
        row = books.subscribe(customer, _price(books, session), {}, now=now)
        session |= {"subscription": row["id"], "invoice": row["latest_invoice"]}
    else:
        intent = books.charge(customer, session["amount_total"], session["currency"], now=now)
        session["payment_intent"] = intent["id"]
    session |= {"status": "complete", "payment_status": "paid", "url": None}
    books.keep(session, "checkout.session.completed", now=now)
    return True


def _price(books: Books, session: Object) -> Object:
    key = books.store.get("session_price", f"{session['id']}_price")["price"]
    return books.store.get("price", key)


# --- managing -----------------------------------------------------------------------------------


def portal_page(books: Books, portal: Object) -> str:
    rows = books.store.all("subscription", customer=portal["customer"])
    current = next((row for row in rows if row["status"] != "canceled"), None)
    body = "<h1>Your subscription</h1>" + _subscription_form(current)
    body += "<h1>Your card</h1>" + _form(
        (("good_card", "Use a card that works"), ("bad_card", "Use a card that will be declined"))
    )
    body += "<h1>Invoices</h1>" + _invoices(books, portal["customer"])
    return _document("Billing", body + _link(portal["return_url"], "Back"))


def _subscription_form(row: Object | None) -> str:
    if row is None:
        return "<p>You have none.</p>"
    if row["cancel_at_period_end"]:
        return "<p>It ends with the paid period.</p>" + _form((("resume", "Keep it after all"),))
    state = escape(row["status"].replace("_", " "))
    return f"<p>It is {state}.</p>" + _form((("cancel", "End it with the paid period"),))


def _invoices(books: Books, customer: str) -> str:
    rows = books.store.all("invoice", customer=customer)
    lines = (
        f"<li>{money(row['total'], row['currency'])}, {escape(row['status'])}</li>" for row in rows
    )
    return f"<ul>{''.join(lines)}</ul>" if rows else "<p>None yet.</p>"


def submit_portal(books: Books, portal: Object, outcome: str) -> None:
    """Do what a person chose in the portal."""
    customer = books.store.get("customer", portal["customer"])
    now = books.store.now(customer["test_clock"])
    if outcome in {"good_card", "bad_card"}:
        card = GOOD_CARD if outcome == "good_card" else BAD_CARD
        customer["invoice_settings"]["default_payment_method"] = card
        books.keep(customer, "customer.updated", now=now)
        return
    if outcome not in {"cancel", "resume"}:
        raise StripeProblemError(400, "There is no such button.")
    for row in books.store.all("subscription", customer=customer["id"]):
        if row["status"] != "canceled":
            ends = row["items"]["data"][0]["current_period_end"]
            is_ending = outcome == "cancel"
            row |= {"cancel_at_period_end": is_ending, "cancel_at": ends if is_ending else None}
            books.keep(row, "customer.subscription.updated", now=now)
