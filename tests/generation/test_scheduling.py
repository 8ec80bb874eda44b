"""Who is served next, and what people are told about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from billing.models import Customer, Subscription
from billing.queries import balance_of
from core.models import AuditEntry
from generation.actions import claiming, requesting, staffing, sweeping, working
from generation.models import Render, RenderAttempt, Worker
from generation.queries import waiting
from tests.conftest import client_of

Asked = Callable[..., Render]
ELSEWHERE = {"host": "elsewhere", "pid": 1, "engines": ["default"]}


def _as_pro(*renders: Render) -> None:
    Render.objects.filter(pk__in=[one.pk for one in renders]).update(priority=10, slots=5)


def _claimed(count: int) -> list[Render]:
    leases = [claiming.claim_next("default") for _ in range(count)]
    return [lease.render for lease in leases if lease is not None]


def _end(render: Render) -> None:
    requesting.end_without_asset(render, Render.State.CANCELLED, token=render.lease_token)


def test_the_third_render_of_a_plan_with_two_slots_waits_for_a_slot(
    asked: Asked, as_ana: APIClient
) -> None:
    for _ in range(3):
        asked()
    first, _second = _claimed(3)
    assert claiming.claim_next("default") is None
    third = Render.objects.get(state="queued")
    ticket = as_ana.get(f"/api/v1/renders/{third.pk}").json()
    assert (ticket["state"], ticket["status"], ticket["position"]) == ("queued", "waiting_slot", 1)
    _end(first)
    ticket = as_ana.get(f"/api/v1/renders/{third.pk}").json()
    assert ticket["status"] == "queued"
    assert [one.pk for one in _claimed(1)] == [third.pk]


def test_a_slot_that_is_freed_wakes_the_workers_of_what_waited_for_it(
    asked: Asked, django_capture_on_commit_callbacks: Any
) -> None:
    for _ in range(3):
        asked()
    _claimed(1)
    with django_capture_on_commit_callbacks() as callbacks:
        working.work_once("default")
    sent = [call for call in callbacks if "render_next" in repr(call)]
    assert len(sent) == 2  # one before the work for whoever is idle, one after it for the slot


def test_people_take_turns_however_much_one_has_asked_for(
    asked: Asked, ana: User, ben: User, cleo: User
) -> None:
    for _ in range(6):
        asked(by=ana)
    asked(by=ben), asked(by=cleo), asked(by=ben)
    served = []
    for _ in range(9):
        (render,) = _claimed(1)
        served.append(render.maker.handle)
        _end(render)
    assert served[:5] == ["ana", "ben", "cleo", "ana", "ben"]
    assert Counter(served) == {"ana": 6, "ben": 2, "cleo": 1}


def test_who_comes_back_later_has_saved_nothing_up(asked: Asked, ana: User, ben: User) -> None:
    for _ in range(4):
        asked(by=ana)
    for render in _one_after_the_other(4):
        assert render.maker == ana
    for _ in range(3):
        asked(by=ana), asked(by=ben)
    served = [render.maker.handle for render in _one_after_the_other(6)]
    assert Counter(served[:2]) == Counter(served[2:4]) == {"ana": 1, "ben": 1}


def _one_after_the_other(count: int) -> list[Render]:
    served = []
    for _ in range(count):
        (render,) = _claimed(1)
        served.append(render)
        _end(render)
    return served


def test_pro_is_served_twice_as_often_and_free_does_not_starve(
    asked: Asked, ana: User, ben: User
) -> None:
    _as_pro(*[asked(by=ana) for _ in range(8)])
    for _ in range(8):
        asked(by=ben)
    served = Counter(render.maker.handle for render in _one_after_the_other(9))
    assert served["ana"] == 6
    assert served["ben"] == 3


def test_previews_come_first_and_off_peak_last_until_its_deadline_nears(
    asked: Asked, ana: User, ben: User
) -> None:
    later = timezone.now() + timedelta(hours=8)
    soon = timezone.now() + timedelta(minutes=5)
    idle = asked(by=ben, lane="off_peak", deadline_at=later)
    final = asked(by=ana)
    due = asked(by=ana, lane="off_peak", deadline_at=later)
    Render.objects.filter(pk=due.pk).update(deadline_at=soon)
    preview = asked(by=ana, lane="preview")
    assert [one.pk for one in _one_after_the_other(4)] == [preview.pk, final.pk, due.pk, idle.pk]


def test_a_final_that_has_waited_long_goes_beside_previews(
    asked: Asked, ana: User, ben: User
) -> None:
    old = asked(by=ana)
    asked(by=ben, lane="preview")
    long_ago = timezone.now() - timedelta(minutes=11)
    Render.objects.filter(pk=old.pk).update(created_at=long_ago)
    assert [one.pk for one in _claimed(1)] == [old.pk]


def test_the_foreseen_order_is_the_order_in_which_renders_are_claimed(
    asked: Asked, ana: User, ben: User, cleo: User
) -> None:
    for number in range(5):
        asked(by=ana, seconds=1.0 + number), asked(by=ben)
    _as_pro(asked(by=cleo), asked(by=cleo), asked(by=cleo, seconds=3.0))
    asked(by=ben, lane="preview")
    requesting.cancel_render(asked(by=ana), by=ana)
    places = waiting.forecast("default", now=timezone.now())
    foreseen = sorted(places, key=lambda pk: places[pk].position)
    assert [one.pk for one in _one_after_the_other(len(foreseen))] == foreseen
    assert sorted(place.position for place in places.values()) == list(range(1, 15))


def test_the_wait_follows_from_the_measured_pace_and_the_living_workers(
    asked: Asked, ana: User, person: Any
) -> None:
    people = [person(f"maker{number}") for number in range(4)]
    now = timezone.now()
    for render in [asked(by=maker, seconds=2.0) for maker in people for _ in range(2)]:
        _tried(render, seconds=10.0, now=now)
    Render.objects.update(state="discarded")
    for number in range(2):
        staffing.sign_on(f"worker/{number}", entry=ELSEWHERE | {"since": now})
    mine = [asked(by=maker, seconds=2.0) for maker in people]
    seen = [waiting.outlook(render) for render in mine]
    assert [(one.position, one.eta_s) for one in seen] == [(1, 10), (2, 10), (3, 20), (4, 20)]


def _tried(render: Render, *, seconds: float, now: datetime) -> None:
    RenderAttempt.objects.create(
        render=render,
        token=render.pk,
        number=1,
        worker="worker/0",
        engine="default",
        outcome="done",
        started_at=now - timedelta(seconds=seconds),
        ended_at=now,
    )


def test_what_crashed_is_left_to_another_worker_for_a_while(asked: Asked) -> None:
    render = asked("fails once more")
    for name in ("one/0", "two/0"):
        staffing.sign_on(name, entry=ELSEWHERE | {"since": timezone.now()})
    working.work_once("default", worker="one/0")
    render.refresh_from_db()
    assert (render.state, render.worker) == ("queued", "one/0")
    assert claiming.claim_next("default", worker="one/0") is None
    assert claiming.claim_next("default", worker="two/0") is not None


def test_a_worker_that_is_alone_takes_up_what_crashed_under_it(asked: Asked) -> None:
    asked("fails once more")
    staffing.sign_on("one/0", entry=ELSEWHERE | {"since": timezone.now()})
    staffing.sign_on("gone/0", entry=ELSEWHERE | {"since": timezone.now()})
    Worker.objects.filter(name="gone/0").update(seen_at=timezone.now() - timedelta(minutes=1))
    working.work_once("default", worker="one/0")
    assert claiming.claim_next("default", worker="one/0") is not None


def test_every_try_is_on_record_with_its_worker_and_its_end(
    asked: Asked, made: Asked, ana: User
) -> None:
    made()
    asked("fails for good")
    working.work_once("default", worker="one/0")
    asked()
    lease = claiming.claim_next("default", worker="two/0")
    assert lease is not None
    past = timezone.now() - timedelta(seconds=1)
    Render.objects.filter(pk=lease.render.pk).update(lease_until=past)
    sweeping.sweep_stuck()
    tries = RenderAttempt.objects.order_by("pk").values_list("outcome", "worker", "error")
    assert list(tries) == [
        ("done", "", ""),
        ("impossible", "one/0", "The test card refuses this prompt."),
        ("lost", "two/0", ""),
    ]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        RenderAttempt.objects.update(outcome="done")


def test_a_failure_says_whether_asking_again_may_help(
    made: Asked, as_ana: APIClient, settings: Any
) -> None:
    settings.GENERATION_ATTEMPTS_MAX = 1
    said = [
        as_ana.get(f"/api/v1/renders/{made(prompt).pk}").json()["problem_is_permanent"]
        for prompt in ("fails for good", "fails once more", "a red ball")
    ]
    assert said == [True, False, None]


def test_a_lease_ends_once(asked: Asked) -> None:
    asked()
    lease = claiming.claim_next("default")
    assert lease is not None
    stale = Render.objects.get(pk=lease.render.pk)
    for render in (lease.render, stale):
        working.give_back(render, token=lease.token, error=OSError("disk"))
    assert RenderAttempt.objects.count() == 1


def test_staff_have_a_failed_render_made_again_for_nothing(
    made: Asked, asked: Asked, ana: User, person: Any, settings: Any
) -> None:
    settings.GENERATION_ATTEMPTS_MAX = 1
    render = made("fails once more")
    spendable = balance_of(ana).available
    as_sam = client_of(person("sam", is_staff=True))
    page = as_sam.get("/console/renders/").content.decode()
    assert "The test card is having a bad day." in page
    again = f"/console/renders/{render.pk}/again/"
    as_sam.post(again, {"reason": " "}, format="multipart")
    assert Render.objects.get(pk=render.pk).state == "failed"
    Render.objects.filter(pk=render.pk).update(prompt="a red ball")
    given = {"reason": "The card was broken."}
    done = as_sam.post(again, given, format="multipart", follow=True)
    assert "Queued again." in done.content.decode()
    working.work_once("default")
    render.refresh_from_db()
    assert (render.state, render.is_waived) == ("ready", True)
    assert balance_of(ana).available == spendable
    assert [one.outcome for one in render.tries.order_by("pk")] == ["failed", "done"]
    assert AuditEntry.objects.get(verb="render.make_again").reason == "The card was broken."


def test_the_operators_page_is_for_staff(as_ana: APIClient, as_mod: APIClient) -> None:
    assert as_ana.get("/console/renders/").status_code == 403
    assert as_mod.get("/console/renders/").status_code == 403


def test_the_operators_page_shows_workers_and_queues(asked: Asked, person: Any) -> None:
    asked(), asked(lane="preview")
    staffing.sign_on("one/0", entry=ELSEWHERE | {"since": timezone.now(), "device": "cuda 1"})
    claiming.claim_next("default", worker="one/0")
    sam = person("sam", is_staff=True)
    page = client_of(sam).get("/console/renders/").content.decode()
    for shown in ("one/0", "cuda 1", "screening", "final"):
        assert shown in page
    assert "no worker" not in page
    Worker.objects.update(engines=["another"])
    assert "no worker" in client_of(sam).get("/console/renders/").content.decode()


def test_a_worker_named_after_an_engine_listens_to_the_queue_that_its_entry_names(
    settings: Any,
) -> None:
    card = {"BACKEND": "generation.engines.test_card.TestCard", "QUEUE": "cards"}
    settings.GENERATION_ENGINES = settings.GENERATION_ENGINES | {"card": card}
    assert staffing.queues_named(["render-default", "render-card"]) == ["render-default", "cards"]
    assert staffing.engines_on(["render-card", "cards"]) == ["card"]


@pytest.mark.django_db
def test_a_worker_that_ends_signs_off_and_leaves_its_name_to_its_replacement() -> None:
    staffing.sign_on("renders@here/0", entry=staffing.entry_of(["default"]))
    staffing.sign_on("renders@elsewhere/0", entry=ELSEWHERE | {"since": timezone.now()})
    staffing.sign_off()
    assert list(Worker.objects.values_list("name", flat=True)) == ["renders@elsewhere/0"]


def test_an_upgrade_reaches_what_waits_already(asked: Asked, ana: User, settings: Any) -> None:
    settings.STRIPE_PRICE_PRO = "price_pro_monthly"
    for _ in range(4):
        asked()
    assert sweeping.follow_plans() == 0
    assert len(_claimed(4)) == 2
    _subscribe(ana)
    assert sweeping.follow_plans() == 1
    assert len(_claimed(2)) == 2
    assert sweeping.follow_plans() == 0


def _subscribe(user: User) -> None:
    now = timezone.now()
    Subscription.objects.create(
        stripe_id="sub_1",
        customer=Customer.objects.create(user=user, stripe_id="cus_1"),
        status="active",
        price_id="price_pro_monthly",
        period_start_at=now,
        period_end_at=now + timedelta(days=30),
    )


def test_asking_where_one_stands_costs_four_queries_and_none_more_for_a_longer_queue(
    asked: Asked, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        asked()
    last = Render.objects.order_by("-created_at")[0]
    assert waiting.outlook(last).position == 3  # and the pace of the engine is known from here on
    asked()
    with django_assert_num_queries(4):  # the line, shares, workers, and slots of its maker
        assert waiting.outlook(last).position == 3


def test_a_long_queue_is_played_through_every_other_second_for_all_who_ask(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(waiting, "PLAYED_FOR_EACH_MAX", 1)
    for _ in range(2):
        asked()
    places = waiting.forecast("default", now=timezone.now())
    with django_assert_num_queries(0):
        assert waiting.forecast("default", now=timezone.now()) == places
