"""The shared cache, and what a process remembers for itself."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import caches
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from core.caching import RedisCache
from core.remembered import Remembered
from core.rendering import JSON


def test_all_threads_use_one_client():
    def client(_):
        return caches["default"]._cache.get_client()

    with ThreadPoolExecutor(4) as threads:
        assert len(set(map(id, threads.map(client, range(8))))) == 1


def test_a_request_waits_for_a_server_that_is_being_started_again(
    tmp_path: Path, settings: Any
) -> None:
    here = urlsplit(settings.CACHES["default"]["LOCATION"])
    if here.scheme != "unix":
        pytest.skip("the server given in BROKER_URL has no socket file to come and go")
    socket = tmp_path / "late.sock"
    cache = RedisCache(f"unix://{socket}", {})
    coming = threading.Timer(0.2, socket.symlink_to, [here.path])
    coming.start()
    assert cache.get("nothing_here", "answered") == "answered"
    coming.join()


def test_what_is_used_is_remembered_longest():
    kept: Remembered[int, str] = Remembered(2)
    for number in range(4):
        kept.put(number, f"{number}")
        kept.get(0)
    assert (kept.get(0), kept.get(1), kept.get(3)) == ("0", None, "3")


def test_a_memory_stays_within_twice_its_size():
    kept: Remembered[int, int] = Remembered(3)
    for number in range(100):
        kept.put(number, number)
    assert sum(kept.get(number) is not None for number in range(100)) <= 6


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.uuids()
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-99, max_value=99),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(value=VALUES)
def test_json_says_what_drf_says(value):
    assert json.loads(JSON().render(value) or "null") == json.loads(
        JSONRenderer().render(value) or "null"
    )


def test_keys_that_are_no_text_and_indents_are_left_to_drf():
    answer = {1: datetime(2027, 1, 1, tzinfo=UTC)}
    assert JSON().render(answer) == b'{"1":"2027-01-01T00:00:00Z"}'
    assert b"\n" in JSON().render([1], "application/json; indent=2")
