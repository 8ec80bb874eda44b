"""Addresses: each app lists its own; here they get their place."""

from __future__ import annotations

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from core.health import healthz, readyz
from core.metrics import metrics_page

# Tried in this order, so what is asked most comes first.
_APPS = ("feed", "social", "generation", "cameos", "moderation", "billing", "accounts")
_modules = [import_module(f"{app}.urls") for app in _APPS]

api = [pattern for module in _modules for pattern in module.api_urlpatterns]
pages = [pattern for module in _modules for pattern in module.page_urlpatterns]

handler400 = "core.refusals.malformed"
handler403 = "core.refusals.forbidden"
handler404 = "core.refusals.not_found"
handler500 = "core.refusals.failed"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics_page, name="metrics"),
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    *pages,
]
