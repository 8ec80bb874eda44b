"""What is counted, and the page that Prometheus reads.

Processes of one machine share their counters through files when PROMETHEUS_MULTIPROC_DIR names a
folder. What the database knows better than any process comes from METRICS_SOURCES at each read.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network
from typing import Protocol

import structlog
from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    exposition,
    values,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from core import plugins

log = structlog.get_logger(__name__)

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "http_request_seconds",
    "Time from a request's arrival to its answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
RENDER_ENDS = Counter("renders_total", "Renders that have ended.", ["state", "engine"])
RENDER_SECONDS = Histogram(
    "render_stage_seconds",
    "Time that one stage of a finished render took.",
    ["stage", "engine"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 1800),
)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Source(Protocol):
    """Something that knows numbers which no process counts, such as the length of a queue."""

    def collect(self) -> Iterable[Metric]:
        """Return the numbers as they are now. Called at each read, so it must be cheap."""


class _Sources(Collector):
    def collect(self) -> Iterator[Metric]:
        for alias in plugins.configured("METRICS_SOURCES"):
            source: Source = plugins.load("METRICS_SOURCES", alias)
            try:
                yield from list(source.collect())
            except Error as error:  # the counters are wanted most when the database is away
                log.warning("metrics.source_failed", source=alias, error=str(error))


def count_request(request: HttpRequest, *, status: int, seconds: float) -> None:
    """Count one answered request by its route, never by its address, so that labels stay few."""
    method = request.method if request.method in METHODS else "other"
    match = request.resolver_match
    route = match.route if match else "none"
    REQUESTS.labels(method=method, route=route, status=str(status)).inc()
    REQUEST_SECONDS.labels(method=method, route=route).observe(seconds)


def metrics_page(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus; to everybody else this page does not exist.

    Whoever shows METRICS_TOKEN as a bearer token may read, and any peer within METRICS_NETWORKS.
    """
    if not (_shows_token(request) or _is_near(request)):
        return HttpResponse(status=404)
    return HttpResponse(exposition.generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """This process's own counters, or, where they are shared, those of all processes."""
    registry = CollectorRegistry()
    registry.register(_Sources())
    if values.ValueClass is values.MutexValue:
        registry.register(_Own())
    else:
        MultiProcessCollector(registry)
    return registry


class _Own(Collector):
    def collect(self) -> Iterable[Metric]:
        return REGISTRY.collect()


def _shows_token(request: HttpRequest) -> bool:
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(
        shown.encode(), settings.METRICS_TOKEN.encode()
    )


def _is_near(request: HttpRequest) -> bool:
    """Say whether the peer is allowed by its address; a proxied request never is.

    A proxy on this machine would make the whole world look like loopback.
    """
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:  # a Unix socket has no address
        return False
    return any(peer in ip_network(network) for network in settings.METRICS_NETWORKS)
