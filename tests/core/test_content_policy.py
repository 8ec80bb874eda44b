"""Every answer says what its page may load, and the short way says what django-csp says."""

from __future__ import annotations

import pytest
from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.test import RequestFactory

from core.content_policy import ContentPolicyMiddleware

HEADER = "Content-Security-Policy"


def said(middleware, response):
    request = RequestFactory().get("/")
    middleware(lambda _: response)(request)
    return {part.strip() for part in response.headers[HEADER].split(";")}


@pytest.mark.parametrize("status", [200, 404, 500])
def test_the_usual_policy_is_the_one_of_the_settings(status):
    ours = said(ContentPolicyMiddleware, HttpResponse(status=status))
    assert ours == said(CSPMiddleware, HttpResponse(status=status))
    assert "default-src 'self'" in ours


def test_an_answer_with_a_policy_of_its_own_keeps_it():
    response = HttpResponse()
    response._csp_update = {"img-src": ["https://example.org"]}
    assert "img-src 'self' data: blob: https://example.org" in said(
        ContentPolicyMiddleware, response
    )
