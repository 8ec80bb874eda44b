"""A hundred renders while workers are killed at random moments and the broker is wiped twice.

Real processes: Celery workers on the test's own database and on a broker database of their own.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings as project
from django.db import connection
from kombu import pools

from accounts.models import User
from billing.models import Hold, LedgerEntry
from billing.queries import drifted_wallets
from config.celery import app
from core import delivery
from generation.actions import requesting, sweeping
from generation.models import ACTIVE, Render, RenderAttempt, Worker
from generation.policies.queueing import LEFT_TO_OTHERS
from generation.spec.wish import Wish

RENDERS = 100
WORKERS = 2
PEOPLE = 5
BROKER_DATABASE = 7
DEADLINE_S = 240
KILL_EVERY = (2, 8)


def _database_url() -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


def _broker_url() -> str:
    joint = "&" if "?" in project.BROKER_URL else "?"
    if project.BROKER_URL.startswith("redis+socket"):
        return f"{project.BROKER_URL}{joint}virtual_host={BROKER_DATABASE}"
    return f"{project.BROKER_URL.rstrip('/').rsplit('/', 1)[0]}/{BROKER_DATABASE}"


class Fleet:
    """Two workers that are killed and replaced. Each is a process group: nothing is left."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = env
        self._dice = random.Random(20261121)  # noqa: S311 - a reproducible schedule of accidents
        self.kills = 0
        self.workers = [self._start(number) for number in range(WORKERS)]

    def _start(self, number: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker"]
        command += ["-Q", "render-default", "-P", "prefork", "-c", "1", "-l", "ERROR"]
        command += ["-n", f"renders{number}@%h"]
        return subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
            env=self._env,
            cwd=project.BASE_DIR,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill_one(self) -> None:
        """Kill a pool process, or now and then a worker with all its processes."""
        self.kills += 1
        index = self._dice.randrange(len(self.workers))
        worker = self.workers[index]
        children = _children_of(worker.pid)
        if children and self._dice.random() < 0.8:
            os.kill(children[0], signal.SIGKILL)
            return
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.workers[index] = self._start(index)

    def stop(self) -> None:
        for worker in self.workers:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def _children_of(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


@contextmanager
def _fleet(tmp_path: Path) -> Iterator[Fleet]:
    env = dict(os.environ) | {
        "DATABASE_URL": _database_url(),
        "BROKER_URL": _broker_url(),
        "AFTERIMAGE_HOME": str(tmp_path),
        "MEDIA_STORAGE": (tmp_path / "media").as_uri(),
        "SECRET_KEY": project.SECRET_KEY,
        "GENERATION_ENGINE": "generation.engines.test_card.TestCard",
        "GENERATION_ENGINE_OPTIONS": '{"canvas": [90, 160]}',
        "GENERATION_LEASE_S": "2",
        "GENERATION_ATTEMPTS_MAX": "50",
        # A worker that was killed is expected back, however slow the machine is.
        "GENERATION_WORKER_GONE_AFTER_S": "60",
    }
    fleet = Fleet(env)
    try:
        yield fleet
    finally:
        fleet.stop()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_hundred_renders_survive_killed_workers_and_a_wiped_broker(
    tmp_path: Path, settings: Any, person: Any
) -> None:
    settings.GENERATION_LEASE_S = 2.0
    settings.GENERATION_RESEND_AFTER_S = 1.0
    settings.GENERATION_ATTEMPTS_MAX = 50
    people = [person(f"maker{number}") for number in range(PEOPLE)]
    broker = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"], db=BROKER_DATABASE)
    broker.flushdb()
    with _fleet(tmp_path) as fleet, _app_on(_broker_url()):
        _until_signed_on()
        for number in range(RENDERS):
            _ask(people[number % PEOPLE], number)
        _rage(fleet, broker)
        kills = fleet.kills
    assert kills >= 10
    _check_books(people)
    _check_media()
    _check_record()
    _check_second_tries()


@contextmanager
def _app_on(broker_url: str) -> Iterator[None]:
    """Let this process publish to the fleet's broker."""
    _switch(broker_url)
    try:
        yield
    finally:
        _switch(project.BROKER_URL)


def _switch(broker_url: str) -> None:
    app.conf.broker_url = app.conf.broker_read_url = app.conf.broker_write_url = broker_url
    app._pool = None
    app.amqp._producer_pool = None
    pools.reset()


def _until_signed_on() -> None:
    deadline = time.monotonic() + DEADLINE_S / 4
    while Worker.objects.count() < WORKERS:
        assert time.monotonic() < deadline, "the workers have not signed on"
        time.sleep(0.1)


def _ask(maker: User, number: int) -> None:
    wish = Wish(prompt=f"test card {number}", seconds=0.5, shape="square", seed=number)
    requesting.request_render(wish, by=maker)


def _rage(fleet: Fleet, broker: Any) -> None:
    """Kill a worker after every few renders, a random moment into the next one; wipe the broker
    twice.

    By renders and not by the clock, so that a slow machine sees the same accidents and still gets
    on.
    """
    dice = random.Random(7)  # noqa: S311
    started = time.monotonic()
    next_kill = dice.randint(*KILL_EVERY)
    wipes = [RENDERS // 4, RENDERS // 2]
    while (ended := _ended()) < RENDERS:
        waited = time.monotonic() - started
        assert waited < DEADLINE_S, f"only {ended} of {RENDERS} ended; {fleet.kills} kills"
        if wipes and ended >= wipes[0]:
            wipes.pop(0)
            broker.flushdb()
        if ended >= next_kill:
            time.sleep(dice.uniform(0.0, 0.5))
            fleet.kill_one()
            next_kill = ended + dice.randint(*KILL_EVERY)
        sweeping.sweep_stuck()
        time.sleep(0.1)


def _ended() -> int:
    return Render.objects.exclude(state__in=("queued", *ACTIVE)).count()


def _check_books(people: list[User]) -> None:
    assert set(Render.objects.values_list("state", flat=True)) == {"ready"}
    assert set(Hold.objects.values_list("state", flat=True)) == {"captured"}
    assert Hold.objects.count() == LedgerEntry.objects.filter(kind="capture").count() == RENDERS
    assert not drifted_wallets().exists()
    for person in people:
        spent = sum(
            LedgerEntry.objects.filter(user=person, kind="capture").values_list("amount", flat=True)
        )
        assert spent == -RENDERS // PEOPLE


def _check_media() -> None:
    for render in Render.objects.all():
        with delivery.local_path(render.media_subject, "public/90.mp4") as path:
            assert path.stat().st_size > 1000
    subjects = Render.objects.values_list("media_subject", flat=True)
    assert len(set(subjects)) == RENDERS


def _check_record() -> None:
    """Every try has ended once, and whoever made one had signed on."""
    tries = Counter(RenderAttempt.objects.values_list("outcome", flat=True))
    assert tries["done"] == RENDERS
    assert tries["lost"] >= 1
    used = set(RenderAttempt.objects.values_list("worker", flat=True))
    assert used <= set(Worker.objects.values_list("name", flat=True))


def _check_second_tries() -> None:
    """What crashed under one worker was left to the other for as long as is promised."""
    tries = RenderAttempt.objects.order_by("render", "number")
    pairs = [pair for pair in pairwise(tries) if pair[0].render_id == pair[1].render_id]
    assert pairs
    for crashed, second in pairs:
        waited = second.started_at - crashed.ended_at
        assert second.worker != crashed.worker or waited > LEFT_TO_OTHERS - timedelta(seconds=1)
