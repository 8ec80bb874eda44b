"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from cameos.views import api, pages

api_urlpatterns: list[URLPattern] = [
    path("cameos", api.CameosView.as_view(), name="api_cameos"),
    path("cameos/receipt-key", api.ReceiptKeyView.as_view(), name="api_receipt_key"),
    path("cameos/<uuid:cameo_id>", api.CameoView.as_view(), name="api_cameo"),
    path("cameos/<uuid:cameo_id>/capture", api.CaptureView.as_view(), name="api_capture"),
    path("cameos/<uuid:cameo_id>/stills/<int:index>", api.StillView.as_view(), name="api_still"),
    path("cameos/<uuid:cameo_id>/loans/<str:handle>", api.LoanView.as_view(), name="api_loan"),
    path("cameos/<uuid:cameo_id>/receipts", api.ReceiptsView.as_view(), name="api_receipts"),
    path("cameos/<uuid:cameo_id>/pause", api.PauseView.as_view(), name="api_pause"),
    path("cameos/<uuid:cameo_id>/resume", api.ResumeView.as_view(), name="api_resume"),
    path("cameos/<uuid:cameo_id>/revoke", api.RevokeView.as_view(), name="api_revoke"),
    path("cameos/<uuid:cameo_id>/erase", api.EraseView.as_view(), name="api_erase"),
]
page_urlpatterns: list[URLPattern] = [
    path("cameo/", pages.cameo, name="cameo"),
    path("cameo/start/", pages.start, name="cameo_start"),
    path("cameo/submit/", pages.submit, name="cameo_submit"),
    path("cameo/terms/", pages.set_terms, name="cameo_terms"),
    path("cameo/lend/", pages.lend, name="cameo_lend"),
    path("cameo/end/", pages.end, name="cameo_end"),
]
