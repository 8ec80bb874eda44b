"""What Prometheus is told about the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from generation.models import Render

pytestmark = pytest.mark.django_db


def test_waiting_renders_are_counted_by_engine_from_one_query(
    asked: Callable[..., Render], client: Client, django_assert_num_queries: Any
) -> None:
    asked()
    asked("a blue ball")

    with django_assert_num_queries(1):
        page = client.get("/metrics").content.decode()

    assert 'renders_unfinished{engine="default",state="queued"} 2.0' in page
    assert 'render_wait_seconds{engine="default"}' in page
