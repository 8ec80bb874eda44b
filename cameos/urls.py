"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from cameos.views import pages

api_urlpatterns: list[URLPattern] = []
page_urlpatterns: list[URLPattern] = [
    path("cameo/", pages.cameo, name="cameo"),
    path("cameo/start/", pages.start, name="cameo_start"),
    path("cameo/submit/", pages.submit, name="cameo_submit"),
    path("cameo/terms/", pages.set_terms, name="cameo_terms"),
    path("cameo/lend/", pages.lend, name="cameo_lend"),
    path("cameo/end/", pages.end, name="cameo_end"),
]
