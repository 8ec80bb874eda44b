"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from moderation.views import api, pages

api_urlpatterns: list[URLPattern] = [
    path("moderation/rules", api.RulesView.as_view(), name="api_rules"),
    path("moderation/check", api.CheckView.as_view(), name="api_check"),
    path("moderation/reports", api.ReportsView.as_view(), name="api_reports"),
    path("moderation/decisions", api.DecisionsView.as_view(), name="api_decisions"),
    path("moderation/appeals", api.AppealsView.as_view(), name="api_appeals"),
    path("moderation/cases", api.CasesView.as_view(), name="api_cases"),
    path("moderation/cases/<uuid:case_id>", api.CaseView.as_view(), name="api_case"),
    path("moderation/cases/<uuid:case_id>/claim", api.ClaimView.as_view(), name="api_case_claim"),
    path("moderation/cases/<uuid:case_id>/decide", api.DecideView.as_view(), name="api_decide"),
    path(
        "moderation/cases/<uuid:case_id>/escalate", api.EscalateView.as_view(), name="api_escalate"
    ),
    path("moderation/takedowns", api.TakeDownsView.as_view(), name="api_takedowns"),
]
page_urlpatterns: list[URLPattern] = [
    path("console/", pages.console, name="console"),
    path("console/next/", pages.next_case, name="console_next"),
    path("console/cases/<uuid:case_id>/", pages.console_case, name="console_case"),
    path("console/cases/<uuid:case_id>/claim/", pages.claim, name="console_claim"),
    path("console/cases/<uuid:case_id>/release/", pages.release, name="console_release"),
    path("console/cases/<uuid:case_id>/decide/", pages.decide, name="console_decide"),
    path("rules/", pages.rules, name="rules"),
    path("decisions/", pages.decisions, name="decisions"),
    path("decisions/<uuid:verdict_id>/", pages.decision, name="decision"),
    path("appeals/", pages.appeal, name="appeal"),
]
