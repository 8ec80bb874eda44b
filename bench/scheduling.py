"""Five hundred renders of forty people on four workers, one of which is killed every ten seconds.

    python -m bench.scheduling [--jobs 500] [--people 40] [--workers 4] [--kill-every 10]

Told: whether anything was lost, how fair the order was beside first come first served on the same
durations, how far the waits that people were told came true, and whether positions only fell.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import django

os.environ.update(
    GENERATION_ENGINE="bench.sleeper.Sleeper",
    GENERATION_LEASE_S="3",
    GENERATION_RESEND_AFTER_S="2",
    GENERATION_WORKER_GONE_AFTER_S="4",
    GENERATION_ATTEMPTS_MAX="50",
    STRIPE_PRICE_PRO="price_pro_monthly",
    LOG_LEVEL=os.environ.get("LOG_LEVEL", "CRITICAL"),
)
django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

import billing.actions.credits  # noqa: E402
from accounts.models import User  # noqa: E402
from bench.fairness import Job, first_come, firsts, jain, services  # noqa: E402
from bench.worlds import own_database  # noqa: E402
from billing.models import Customer, Hold, LedgerEntry, Subscription  # noqa: E402
from billing.queries import drifted_wallets  # noqa: E402
from core.subjects import SubjectRef  # noqa: E402
from generation.actions import requesting, sweeping  # noqa: E402
from generation.models import ACTIVE, Render, RenderAttempt, Worker  # noqa: E402
from generation.policies import queueing  # noqa: E402
from generation.queries import waiting  # noqa: E402
from generation.spec.wish import Wish  # noqa: E402

WARM_UPS = 12
# Processes start slowly on a machine that is busy with others.
START_WITHIN_S = 120.0
# Wall seconds for each second of video and worker: several times what it takes.
PATIENCE = 5.0
# How often only the process that renders is killed, not all of its node.
CHILD_RATIO = 0.5
LENGTHS_S = (0.5, 1.0, 1.5, 2.0)
LOOK_EVERY_S = 2.0
SWEEP_EVERY_S = 1.0
CLOSE = 0.30
# A wait of a moment is told to the second: below this an error is noise.
TOLD_FROM_S = 3.0


@dataclass
class Watch:
    """What people were told while they waited."""

    looks: list[tuple[datetime, Mapping[UUID, Any]]] = field(default_factory=list)
    kills: int = 0
    over_slots: int = 0


def main() -> None:
    """Run the load and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--jobs", type=int, default=500)
    asked.add_argument("--people", type=int, default=40)
    asked.add_argument("--workers", type=int, default=4)
    asked.add_argument("--kill-every", type=float, default=10.0)
    wanted = asked.parse_args()
    # Told line by line, and undone as after Ctrl-C if somebody's patience ends.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home, own_database() as env:
        env.update(AFTERIMAGE_HOME=home, MEDIA_STORAGE=f"file://{home}/media")
        people = _people(wanted.people)
        with _fleet(env, wanted.workers) as fleet:
            _until_signed_on(wanted.workers)
            _warm_up(people)
            begun = timezone.now()
            _ask(people, wanted.jobs)
            watch = _look_on(fleet, wanted.kill_every, deadline_s=_patience_s(wanted))
        _tell(watch, begun=begun, jobs=wanted.jobs, workers=wanted.workers)


def _people(count: int) -> list[User]:
    """Make people, every fourth of them on Pro, with credits enough."""
    people = []
    for number in range(count):
        user = User.objects.create_user(f"maker{number}", f"m{number}@example.org", None)
        source = SubjectRef("bench", str(number))
        kind = LedgerEntry.Kind.GRANT_STAFF
        billing.actions.credits.grant(user, amount=1000, kind=kind, source=source)
        if number % 4 == 0:
            _subscribe(user)
        people.append(user)
    return people


def _subscribe(user: User) -> None:
    customer = Customer.objects.create(user=user, stripe_id=f"cus_{user.pk}")
    now = timezone.now()
    Subscription.objects.create(
        stripe_id=f"sub_{user.pk}",
        customer=customer,
        status="active",
        price_id=settings.STRIPE_PRICE_PRO,
        period_start_at=now,
        period_end_at=now + timedelta(days=30),
    )


def _until_signed_on(workers: int) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while (alive := _alive()) < workers:
        if time.monotonic() > deadline:
            raise SystemExit(f"{alive} of {workers} workers have signed on.")
        time.sleep(0.2)


def _alive() -> int:
    return Worker.objects.alive(timezone.now(), engine="default").count()


def _patience_s(wanted: argparse.Namespace) -> float:
    """Return how long the load may take before something must be wrong."""
    each_s = PATIENCE * statistics.mean(LENGTHS_S)
    return float(START_WITHIN_S + each_s * wanted.jobs / wanted.workers)


def _warm_up(people: Sequence[User]) -> None:
    """Have a few made, so that the pace is known, as it is on any day but the first."""
    for number in range(WARM_UPS):
        _ask_one(people[number % len(people)], number)
    deadline = time.monotonic() + START_WITHIN_S
    while left := _unfinished():
        if time.monotonic() > deadline:
            raise SystemExit(f"{left} of {WARM_UPS} renders are not made; {_states()}.")
        time.sleep(0.2)
        sweeping.sweep_stuck()


def _ask(people: Sequence[User], jobs: int) -> None:
    """Ask in bursts: a quarter of the people for twice as much as the rest, and they come first."""
    eager = len(people) // 4
    share = jobs // (len(people) + eager)
    number = 0
    for index, maker in enumerate(people):
        for _ in range(2 * share if index < eager else share):
            _ask_one(maker, number)
            number += 1
    while number < jobs:
        _ask_one(people[-1 - number % (len(people) - eager)], number)
        number += 1


def _ask_one(maker: User, number: int) -> None:
    seconds = LENGTHS_S[number % len(LENGTHS_S)]
    wish = Wish(prompt=f"clip {number}", seconds=seconds, seed=number)
    requesting.request_render(wish, by=maker)


def _unfinished() -> int:
    return Render.objects.filter(state__in=("queued", *ACTIVE)).count()


def _states() -> str:
    counts = Counter(Render.objects.values_list("state", flat=True))
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    return f"{told}; {_alive()} workers alive"


class Fleet:
    """Workers that are killed and replaced, each a process group."""

    def __init__(self, env: dict[str, str], count: int) -> None:
        self._env = env
        self._dice = random.Random(500)  # noqa: S311 - a reproducible schedule of accidents
        self.workers = [self._start(number) for number in range(count)]

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker"]
        command += ["-Q", "render-default", "-P", "prefork", "-c", "1", "-l", "CRITICAL"]
        command += ["-n", f"renders{number}@%h", "--without-gossip", "--without-mingle"]
        return subprocess.Popen(
            command,
            env=self._env,
            cwd=settings.BASE_DIR,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill_one(self) -> None:
        """Kill the process that renders, or now and then its whole group, and replace it."""
        number = self._dice.randrange(len(self.workers))
        worker = self.workers[number]
        children = _children_of(worker.pid)
        if children and self._dice.random() < CHILD_RATIO:
            with suppress(ProcessLookupError):
                os.kill(children[0], signal.SIGKILL)
            return
        _kill(worker)
        self.workers[number] = self._start(number)


def _children_of(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def _kill(worker: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


@contextmanager
def _fleet(env: dict[str, str], count: int) -> Iterator[Fleet]:
    fleet = Fleet(env, count)
    try:
        yield fleet
    finally:
        for worker in fleet.workers:
            _kill(worker)


def _look_on(fleet: Fleet, kill_every_s: float, *, deadline_s: float) -> Watch:
    """Sweep as the clock does, kill as announced, and note what everybody is told."""
    watch = Watch()
    begun = time.monotonic()
    kill_at = begun + kill_every_s
    look_at = sweep_at = 0.0
    while _unfinished():
        now = time.monotonic()
        if now > begun + deadline_s:
            raise SystemExit(f"Not done within {deadline_s:.0f} s: {_states()}.")
        if now >= kill_at:
            fleet.kill_one()
            watch.kills += 1
            kill_at += kill_every_s
        if now >= sweep_at:
            sweeping.sweep_stuck()
            sweep_at = now + SWEEP_EVERY_S
        if now >= look_at:
            at = timezone.now()
            watch.looks.append((at, waiting.forecast("default", now=at)))
            watch.over_slots += _over_slots()
            look_at = now + LOOK_EVERY_S
        time.sleep(0.1)
    return watch


def _over_slots() -> int:
    rows = list(Render.objects.working().values_list("maker_id", "slots"))
    busy = Counter(maker for maker, _ in rows)
    return sum(busy[maker] > slots for maker, slots in dict(rows).items())


def _tell(watch: Watch, *, begun: datetime, jobs: int, workers: int) -> None:
    found = _jobs(begun)
    lost = jobs - len(found)
    print(f"\n{'renders':<34} {jobs}, lost {lost}, in {max(job.ended_s for job in found):.0f} s")
    print(f"{'workers killed':<34} {watch.kills}, tries lost {_tries('lost')}")
    unpaid = jobs + WARM_UPS - Hold.objects.filter(state="captured").count()
    print(f"{'unpaid, wallets that drifted':<34} {unpaid}, {drifted_wallets().count()}")
    print(f"{'more in work than slots':<34} {watch.over_slots} times")
    _tell_fairness(found, workers)
    _tell_waits(found, watch, begun)


def _tries(outcome: str) -> int:
    return RenderAttempt.objects.filter(outcome=outcome).count()


def _jobs(begun: datetime) -> list[Job]:
    rows = Render.objects.filter(created_at__gte=begun, state="ready").order_by("created_at", "id")
    found = []
    for row in rows:
        moments = (row.created_at, row.started_at, row.claimed_at, row.ended_at)
        asked_s, begun_s, claimed_s, ended_s = (_seconds(begun, moment) for moment in moments)
        weight = 1 + row.priority / queueing.PRIORITY_PER_SHARE
        spans = (asked_s, begun_s, ended_s, ended_s - claimed_s)
        found.append(Job(row.pk, row.maker_id, weight, row.price, *spans))
    return found


def _seconds(begun: datetime, moment: datetime | None) -> float:
    return (moment - begun).total_seconds() if moment else 0.0


def _tell_fairness(found: Sequence[Job], workers: int) -> None:
    tables = {"as claimed": found, "first come first served": first_come(found, workers)}
    print(
        f"\n{'':<34} {'Jain':>6} {'first clip, mean':>17} {'max':>7} {'wait, mean':>11} {'max':>7}"
    )
    for name, jobs in tables.items():
        waited = firsts(jobs)
        waits = [job.ended_s - job.asked_s for job in jobs]
        print(
            f"{name:<34} {jain(services(jobs)):6.3f} {statistics.mean(waited):15.1f} s "
            f"{max(waited):5.1f} s {statistics.mean(waits):9.1f} s {max(waits):5.1f} s"
        )


def _tell_waits(found: Sequence[Job], watch: Watch, begun: datetime) -> None:
    ended = {job.id: job.ended_s for job in found}
    first: dict[UUID, float] = {}
    errors = []
    falls = rises = 0
    last: dict[UUID, int] = {}
    for at, places in watch.looks:
        passed_s = (at - begun).total_seconds()
        for key, place in places.items():
            rises += place.position > last.get(key, place.position)
            falls += key in last
            last[key] = place.position
            left_s = ended.get(key, passed_s) - passed_s
            if left_s >= TOLD_FROM_S:
                error = (place.ends_in_s - left_s) / left_s
                errors.append(error)
                first.setdefault(key, error)
    print()
    _tell_errors("first wait told, off by", list(first.values()))
    _tell_errors("every wait told, off by", errors)
    print(f"{'positions that rose':<34} {rises} of {falls} looks")


def _tell_errors(name: str, errors: Sequence[float]) -> None:
    sizes = sorted(abs(error) for error in errors)
    close = sum(size <= CLOSE for size in sizes) / len(sizes)
    p50, p90 = (sizes[int(len(sizes) * part)] for part in (0.5, 0.9))
    print(
        f"{name:<34} p50 {p50:.0%}  p90 {p90:.0%}  median {statistics.median(errors):+.0%}  "
        f"within {CLOSE:.0%}: {close:.0%} of {len(sizes)}"
    )


if __name__ == "__main__":
    main()
