"""Whose budget a request is counted against: nobody gets a fresh one by writing a header."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from accounts.auth import Adapter

pytestmark = pytest.mark.django_db

PEER = "198.51.100.7"
PLANS = "/api/v1/billing/plans"


@pytest.fixture(autouse=True)
def _three_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"user": "3/minute"})


def behind(settings: Any, proxies: int) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": proxies}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies


def statuses(client: APIClient, *forwarded: str) -> list[int]:
    asked = [{"REMOTE_ADDR": PEER, "HTTP_X_FORWARDED_FOR": chain} for chain in forwarded]
    return [client.get(PLANS, **facts).status_code for facts in asked]


def address(chain: str) -> str:
    request = RequestFactory().get("/", REMOTE_ADDR=PEER, HTTP_X_FORWARDED_FOR=chain)
    return str(Adapter(request).get_client_ip(request))


def test_without_a_proxy_a_forged_header_gives_no_fresh_budget(as_nobody: APIClient) -> None:
    assert statuses(as_nobody, "10.1.1.1", "10.1.1.2", "10.1.1.3", "10.1.1.4") == [200] * 3 + [429]
    assert address("10.1.1.1") == PEER


def test_behind_one_proxy_what_the_client_wrote_gives_no_fresh_budget(
    as_nobody: APIClient, settings: Any
) -> None:
    behind(settings, 1)
    forged = [f"10.1.1.{number}, 203.0.113.5" for number in range(4)]
    assert statuses(as_nobody, *forged) == [200] * 3 + [429]
    assert address(forged[0]) == "203.0.113.5"


def test_behind_a_proxy_each_person_has_a_budget_of_their_own(
    as_nobody: APIClient, settings: Any
) -> None:
    behind(settings, 1)
    assert statuses(as_nobody, *["203.0.113.8"] * 4) == [200] * 3 + [429]
    assert statuses(as_nobody, "203.0.113.9") == [200]


def test_behind_two_proxies_the_first_of_them_says_who_it_is(
    as_nobody: APIClient, settings: Any
) -> None:
    behind(settings, 2)
    chains = [f"10.1.1.{number}, 203.0.113.6, 192.0.2.{number}" for number in range(4)]
    assert statuses(as_nobody, *chains) == [200] * 3 + [429]
    assert address(chains[0]) == "203.0.113.6"
