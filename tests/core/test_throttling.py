"""How often somebody may ask, counted in the shared cache."""

from __future__ import annotations

import pytest

from core.throttling import SteadyThrottle

HOME = "/api/v1/feed/home"


@pytest.fixture
def _three_a_minute(monkeypatch):
    monkeypatch.setattr(SteadyThrottle, "rate", "3/minute", raising=False)


def statuses(client, count):
    return [client.get(HOME).status_code for _ in range(count)]


@pytest.mark.usefixtures("_three_a_minute")
def test_who_asks_too_often_is_told_when_to_come_back(as_ana, time_machine):
    time_machine.move_to("2027-01-01T12:00:10Z", tick=False)
    assert statuses(as_ana, 3) == [200] * 3
    refused = as_ana.get(HOME)
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert refused.json()["code"] == "throttled"
    assert refused["Retry-After"] == "71"
    time_machine.move_to("2027-01-01T12:01:21Z", tick=False)
    assert statuses(as_ana, 2) == [200, 429]


@pytest.mark.usefixtures("_three_a_minute")
def test_one_persons_haste_is_not_anothers(as_ana, as_ben, as_nobody):
    assert statuses(as_ana, 4)[-1] == 429
    assert (statuses(as_ben, 1), statuses(as_nobody, 1)) == ([200], [200])


@pytest.mark.usefixtures("_three_a_minute")
def test_the_minute_before_counts_for_as_much_of_it_as_is_not_past(as_ana, time_machine):
    time_machine.move_to("2027-01-01T12:00:50Z", tick=False)
    statuses(as_ana, 3)
    # A third of the minute is over, so of three requests two still count.
    time_machine.move_to("2027-01-01T12:01:21Z", tick=False)
    assert statuses(as_ana, 2) == [200, 429]
    time_machine.move_to("2027-01-01T12:03:00Z", tick=False)
    assert statuses(as_ana, 4) == [200, 200, 200, 429]


@pytest.mark.usefixtures("_three_a_minute")
def test_what_was_refused_does_not_count(as_ana, time_machine):
    time_machine.move_to("2027-01-01T12:00:59Z", tick=False)
    statuses(as_ana, 30)
    time_machine.move_to("2027-01-01T12:01:45Z", tick=False)
    assert statuses(as_ana, 3) == [200, 200, 429]


def test_a_cache_that_forgot_the_script_learns_it_again(as_ana):
    from django.core.cache import caches

    assert statuses(as_ana, 1) == [200]
    caches["default"]._cache.get_client(write=True).script_flush()
    assert statuses(as_ana, 1) == [200]
