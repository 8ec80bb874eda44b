"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from generation.views import api, library, pages, references

api_urlpatterns: list[URLPattern] = [
    path("renders", api.RendersView.as_view(), name="api_renders"),
    path("renders/quote", api.QuoteView.as_view(), name="api_quote"),
    path("renders/<uuid:render_id>", api.RenderView.as_view(), name="api_render"),
    path("renders/<uuid:render_id>/stack", api.StackView.as_view(), name="api_render_stack"),
    path("renders/<uuid:render_id>/cancel", api.CancelView.as_view(), name="api_render_cancel"),
    path("references", references.ReferencesView.as_view(), name="api_references"),
    path(
        "references/<uuid:reference_id>",
        references.ReferenceView.as_view(),
        name="api_reference",
    ),
    path("styles", library.StylesView.as_view(), name="api_styles"),
    path("prompt-templates", library.TemplatesView.as_view(), name="api_prompt_templates"),
    path("inspirations", library.InspirationView.as_view(), name="api_inspirations"),
    path("engines", library.EnginesView.as_view(), name="api_engines"),
    path("prices", library.PricesView.as_view(), name="api_prices"),
    path("rewrites", library.RewritesView.as_view(), name="api_rewrites"),
]
page_urlpatterns: list[URLPattern] = [
    path("console/renders/", pages.console_renders, name="console_renders"),
    path("console/renders/<uuid:render_id>/again/", pages.make_again, name="console_make_again"),
]
