"""Numbers for Prometheus, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from core.metrics import RENDER_ENDS

pytestmark = pytest.mark.django_db


class Queue:
    """A source that knows one number."""

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily("test_queue_length", "For a test.", value=7)


def samples(client: Client, **extra: Any) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    response = client.get("/metrics", **extra)
    assert response.status_code == 200
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_not_by_address(client: Client) -> None:
    key = (
        "http_requests_total",
        frozenset({"method": "GET", "route": "healthz", "status": "200"}.items()),
    )
    before = samples(client).get(key, 0)
    client.get("/healthz")
    client.get("/healthz?x=1")
    client.get("/api/v1/renders/0190163d-8694-739b-aea5-966c26f8ad91")
    after = samples(client)
    assert after[key] == before + 2
    assert not any("0190163d" in str(labels) for _, labels in after)


def test_ended_renders_are_counted_by_how_they_ended(client: Client) -> None:
    key = ("renders_total", frozenset({"state": "ready", "engine": "test"}.items()))
    before = samples(client).get(key, 0)
    RENDER_ENDS.labels(state="ready", engine="test").inc()
    assert samples(client)[key] == before + 1


def test_what_a_configured_source_knows_is_shown(client: Client, settings: Any) -> None:
    settings.METRICS_SOURCES = {"queue": {"BACKEND": "tests.core.test_metrics.Queue"}}
    assert samples(client)["test_queue_length", frozenset()] == 7


class Away:
    """A source whose database does not answer."""

    def collect(self) -> Iterable[Metric]:
        raise OperationalError("no answer")


def test_the_counters_are_shown_when_the_database_is_away(client: Client, settings: Any) -> None:
    settings.METRICS_SOURCES = {
        "queue": {"BACKEND": "tests.core.test_metrics.Queue"},
        "away": {"BACKEND": "tests.core.test_metrics.Away"},
    }
    shown = samples(client)
    assert shown["test_queue_length", frozenset()] == 7
    assert any(name == "http_requests_total" for name, _ in shown)


def test_a_stranger_finds_no_such_page(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_a_stranger_behind_a_proxy_on_this_machine_finds_no_such_page(
    client: Client, header: str
) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


def test_a_peer_without_an_address_finds_no_such_page(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404


def test_the_token_opens_it_from_anywhere(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "a long token"
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert samples(client, headers={"Authorization": "Bearer a long token"}, **far)
    wrong = client.get("/metrics", headers={"Authorization": "Bearer another"}, **far)
    assert wrong.status_code == 404


def test_an_empty_token_opens_nothing(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    headers = {"Authorization": "Bearer "}
    assert client.get("/metrics", headers=headers, REMOTE_ADDR="203.0.113.9").status_code == 404
