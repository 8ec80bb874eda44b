"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from core import health


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ANSWER_KEPT_S", 0.0)
    monkeypatch.setattr(health, "_are_migrations_applied", False)
    health._broker_client.cache_clear()


def checks(client: Client, status: int) -> dict[str, Any]:
    response = client.get("/readyz")
    assert response.status_code == status, response.content
    return response.json()["checks"]


@pytest.mark.django_db
def test_a_whole_application_is_ready(client: Client) -> None:
    assert {name for name, found in checks(client, 200).items() if found["ok"]} == set(
        health.CHECKS
    )


def test_being_alive_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
def test_a_broker_that_is_away_is_named_with_the_way_out(client: Client, settings: Any) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere"}}

    broker = checks(client, 503)["broker"]

    assert not broker["ok"]
    assert "BROKER_URL" in broker["way_out"]
    assert "nowhere" not in broker["detail"]  # addresses are for the log


@pytest.mark.django_db
def test_a_migration_that_was_not_applied_is_named(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_waiting_migrations", lambda: ["core.0009_more"])
    assert "core.0009_more" in checks(client, 503)["migrations"]["detail"]


@pytest.mark.django_db
def test_media_that_cannot_be_written_stop_service(client: Client, settings: Any) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = settings.STORAGES | {
        "media": {"BACKEND": backend, "OPTIONS": {"location": "/dev/null/media"}}
    }
    assert "MEDIA_STORAGE" in checks(client, 503)["media"]["way_out"]


@pytest.mark.django_db
def test_a_disk_that_fills_up_degrades_service_but_does_not_stop_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1))

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["checks"]["disk"]["way_out"]


@pytest.mark.django_db
def test_many_questions_in_one_second_cost_one_look(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(health, "ANSWER_KEPT_S", 60.0)
    client.get("/readyz")
    with django_assert_num_queries(0):
        client.get("/readyz")
