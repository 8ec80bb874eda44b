"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from billing.views import api, pages

api_urlpatterns: list[URLPattern] = [
    path("billing/plans", api.PlansView.as_view(), name="api_plans"),
    path("billing/balance", api.BalanceView.as_view(), name="api_balance"),
    path("billing/ledger", api.LedgerView.as_view(), name="api_ledger"),
    path("billing/checkout", api.CheckoutView.as_view(), name="api_checkout"),
    path("billing/portal", api.PortalView.as_view(), name="api_portal"),
]
page_urlpatterns: list[URLPattern] = [
    path("pricing/", pages.pricing, name="pricing"),
    path("pricing/checkout/", pages.checkout, name="checkout"),
    path("pricing/portal/", pages.portal, name="billing_portal"),
    path("webhooks/stripe", api.stripe_webhook, name="stripe_webhook"),
]
