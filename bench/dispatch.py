"""From a request to a working worker, and from progress to a hundred sockets, beside bare Valkey.

    python -m bench.dispatch [--jobs 40] [--sockets 100]

Targets: created to started p50 20 ms, p95 60 ms; progress to browser p95 100 ms with nothing lost
at ten a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

# Before settings are read: this process asks for renders too, and limits are the engine's.
os.environ.update(
    GENERATION_ENGINE="generation.engines.test_card.TestCard",
    GENERATION_ENGINE_OPTIONS='{"canvas": [90, 160]}',
    LOG_LEVEL=os.environ.get("LOG_LEVEL", "ERROR"),
)
django.setup()

import redis  # noqa: E402
import websockets  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.cached_db import SessionStore  # noqa: E402
from django.db.models import F  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.worlds import own_database  # noqa: E402
from core.realtime import push  # noqa: E402
from generation import events  # noqa: E402
from generation.actions import requesting  # noqa: E402
from generation.models import Render  # noqa: E402
from generation.spec.wish import Wish  # noqa: E402

EVENTS = 50
EVENT_EVERY_S = 0.1


def main() -> None:
    """Measure and print both tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--jobs", type=int, default=40)
    asked.add_argument("--sockets", type=int, default=100)
    wanted = asked.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home, own_database() as env:
        env.update(AFTERIMAGE_HOME=home, MEDIA_STORAGE=f"file://{home}/media")
        bare = _bare_hops(wanted.jobs)
        _show("bare Valkey, push to pop", bare)
        with _worker(env):
            _show("created to started", _dispatches(wanted.jobs), base=bare)
        with _web(env) as port:
            _broadcast(port, wanted.sockets)


def _show(name: str, spans_ms: list[float], *, base: list[float] | None = None) -> None:
    p50, p95 = statistics.median(spans_ms), _p95(spans_ms)
    ratio = f"  {p50 / statistics.median(base):6.1f} times bare" if base else ""
    print(f"{name:<28} p50 {p50:7.2f} ms  p95 {p95:7.2f} ms  n {len(spans_ms)}{ratio}")


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _bare_hops(count: int) -> list[float]:
    """Time a list push in one thread to its blocking pop in another."""
    spans: list[float] = []
    address = settings.CACHES["default"]["LOCATION"]

    def pop() -> None:
        taker = redis.Redis.from_url(address)
        for _ in range(count):
            _, sent = taker.blpop(["bench-hops"]) or ("", "nan")
            spans.append((time.time() - float(sent)) * 1000)

    thread = threading.Thread(target=pop)
    thread.start()
    giver = redis.Redis.from_url(address)
    for _ in range(count):
        giver.rpush("bench-hops", repr(time.time()))
        time.sleep(0.01)
    thread.join()
    return spans


def _dispatches(jobs: int) -> list[float]:
    """Ask for one small render after another; return created to claimed, in ms."""
    ids = []
    for number in range(jobs + 3):
        wish = Wish(prompt=f"test card {number}", seconds=0.5, seed=number)
        render = requesting.request_render_in_terminal(wish)
        _wait(render)
        ids.append(render.pk)
    waited = F("started_at") - F("created_at")
    rows = Render.objects.filter(pk__in=ids[3:]).annotate(waited=waited)
    return [wait.total_seconds() * 1000 for wait in rows.values_list("waited", flat=True)]


def _wait(render: Render) -> None:
    deadline = time.monotonic() + 60
    while not render.has_ended:
        if time.monotonic() > deadline:
            raise SystemExit("The worker does not work.")
        time.sleep(0.05)
        render.refresh_from_db()


@contextmanager
def _worker(env: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker"]
    command += ["-Q", "render-default", "-P", "prefork", "-c", "1", "-l", "ERROR"]
    with _process([*command, "--without-gossip", "--without-mingle"], env):
        yield


@contextmanager
def _web(env: dict[str, str]) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
    command += ["--timeout-graceful-shutdown", "3"]
    with _process([*command, "--lifespan", "off", "--log-level", "critical"], env):
        _await_port(port)
        yield port


@contextmanager
def _process(command: list[str], env: dict[str, str]) -> Iterator[None]:
    child = subprocess.Popen(command, env=env, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.terminate()
        child.wait(timeout=20)


def _await_port(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The web process does not answer.")


def _broadcast(port: int, sockets: int) -> None:
    user = User.objects.create_user("bench_viewer", "bench@example.org", None)
    wish = Wish(prompt="waits for nobody", seconds=0.5)
    render = requesting.request_render(wish, by=user)
    spans, lost = asyncio.run(_listen(port, render, _session_of(user), sockets))
    _show(f"progress to {sockets} sockets", spans)
    print(f"{'lost':<28} {lost} of {sockets * EVENTS}")


def _session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


async def _listen(port: int, render: Render, session: str, count: int) -> tuple[list[float], int]:
    """Open the sockets, push events with their time from another thread, and collect the delays."""
    spans: list[float] = []
    headers = {"Cookie": f"sessionid={session}", "Origin": f"http://127.0.0.1:{port}"}
    address = f"ws://127.0.0.1:{port}/ws/renders/{render.pk}/"

    async def one(ready: asyncio.Semaphore) -> None:
        async with websockets.connect(address, additional_headers=headers) as opened:
            await opened.recv()
            ready.release()
            for _ in range(EVENTS):
                event: dict[str, Any] = json.loads(await asyncio.wait_for(opened.recv(), 20))
                spans.append((time.time() - event["sent"]) * 1000)

    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(one(ready)) for _ in range(count)]
    for _ in tasks:
        await ready.acquire()
    await asyncio.to_thread(_push_events, render)
    done = await asyncio.gather(*tasks, return_exceptions=True)
    failed = [result for result in done if isinstance(result, BaseException)]
    for error in failed[:1]:
        print(f"  a socket ended early: {error!r}")
    return spans, count * EVENTS - len(spans)


def _push_events(render: Render) -> None:
    for _ in range(EVENTS):
        push(events.group_of(render.pk), events.snapshot(render) | {"sent": time.time()})
        time.sleep(EVENT_EVERY_S)


if __name__ == "__main__":
    main()
