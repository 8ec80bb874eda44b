"""The processes of the application itself, as command lines."""

import os
import signal
from collections.abc import Mapping
from dataclasses import replace

from launcher.children import Program
from launcher.home import CHECKOUT, Home

# A render may go on for longer, but nobody waits at a terminal for it: its lease runs out and the
# next start takes it up again.
WORKER_STOPS_WITHIN_S = 8.0


def web(home: Home, env: Mapping[str, str], *, host: str, port: int) -> Program:
    """Pages, API and sockets in one ASGI process."""
    argv = [
        *(str(home.python), "-m", "uvicorn", "config.asgi:application"),
        *("--host", host, "--port", str(port)),
        # Whom X-Forwarded-For is believed is said once, to Django (PROXY_COUNT).
        *("--lifespan", "off", "--no-access-log", "--no-server-header", "--no-proxy-headers"),
        *("--log-level", "warning", "--timeout-graceful-shutdown", "3"),
    ]
    return program(home, env, "web", argv)


# Frames are megabytes that come and go by the thousand. Left to itself glibc soon serves them from
# its heap, whose holes it never gives back: a worker grew by 200 MB a clip. Above a fixed megabyte
# they are mapped and unmapped one by one.
FRAME_ALLOCATION = {"MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_ARENA_MAX": "2"}
# Models' threads sleep while they wait for each other. Left to itself OpenMP lets them spin: beside
# other work on the machine a step then took two to three times as long.
MODEL_THREADS = {"OMP_WAIT_POLICY": "PASSIVE"}


def worker(
    home: Home,
    env: Mapping[str, str],
    *,
    queue: str,
    processes: int = 1,
    node: str | None = None,
) -> Program:
    """A Celery worker on one queue, or several with commas between. Prefork, so that time limits
    and revokes work.

    For renders one process: an engine owns its device. `node` must differ from those of other
    workers on this machine; by itself it is the queue.
    """
    argv = [
        *(str(home.python), "-m", "celery", "-A", "config.celery", "worker"),
        *("-Q", queue, "-P", "prefork", "-c", str(processes), "-n", f"{node or queue}@%h"),
        *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
    ]
    tuned = {**threads(processes), **env, **FRAME_ALLOCATION, **MODEL_THREADS}
    found = program(home, tuned, f"worker-{queue}", argv, stop_within_s=WORKER_STOPS_WITHIN_S)
    # Politely asked, it would first finish its render, on a database that is gone as well.
    return replace(found, death_signal=signal.SIGKILL)


def threads(processes: int) -> dict[str, str]:
    """Share the cores between the processes of a pool, unless the operator has."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"OMP_NUM_THREADS": str(max(1, (cores or 1) // max(1, processes)))}


def beat(home: Home, env: Mapping[str, str]) -> Program:
    """The clock: sends the periodic tasks."""
    argv = [
        *(str(home.python), "-m", "celery", "-A", "config.celery", "beat"),
        *("--schedule", str(home.folder / "beat"), "--pidfile=", "--loglevel", "INFO"),
    ]
    return program(home, env, "beat", argv)


def stripe_stand_in(home: Home, env: Mapping[str, str], *, port: int, webhook: str) -> Program:
    """Our stand-in for Stripe, on loopback, that calls `webhook`."""
    argv = [
        *(str(home.python), "-m", "billing.gateways.stand_in"),
        *("--port", str(port), "--webhook", webhook),
        *("--secret", env["STRIPE_WEBHOOK_SECRET"], "--price-id", env["STRIPE_PRICE_PRO"]),
        *("--data", str(home.folder / "stripe-stand-in.sqlite3")),
    ]
    return program(home, env, "stripe-stand-in", argv)


def manage(home: Home, env: Mapping[str, str], name: str, *arguments: str) -> Program:
    """One management command, with a log of its own."""
    return program(home, env, name, [str(home.python), "manage.py", *arguments])


def program(
    home: Home,
    env: Mapping[str, str],
    name: str,
    argv: list[str],
    *,
    stop_within_s: float = 6.0,
) -> Program:
    """A process of the application: in the checkout, polite to the rest, with its own log."""
    return Program(
        name=name,
        argv=argv,
        env=dict(env),
        cwd=CHECKOUT,
        log=home.logs / f"{name}.log",
        stop_signal=signal.SIGTERM,
        stop_within_s=stop_within_s,
    )
