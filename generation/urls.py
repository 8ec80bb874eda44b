"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from generation.views import api

api_urlpatterns: list[URLPattern] = [
    path("renders", api.RendersView.as_view(), name="api_renders"),
    path("renders/quote", api.QuoteView.as_view(), name="api_quote"),
    path("renders/<uuid:render_id>", api.RenderView.as_view(), name="api_render"),
    path("renders/<uuid:render_id>/cancel", api.CancelView.as_view(), name="api_render_cancel"),
]
page_urlpatterns: list[URLPattern] = []
