"""The processes that take renders: signing on, telling that they live, and their limits."""

from __future__ import annotations

import os
import resource
import socket
import sys
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from billiard import current_process
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from core import plugins
from generation.actions.requesting import named_after, queue_of
from generation.engines import Engine, EngineError, HasWeights
from generation.models import Worker

log = structlog.get_logger(__name__)

# Its row is kept for a day after a worker was last heard of: operators may ask who it was.
FORGOTTEN_AFTER = timedelta(days=1)
RETRY_AFTER_S = 0.5
# Of the machine or the container: what is left runs the rest of it.
MEMORY_SHARE = 0.75
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def engines_on(queues: Sequence[str]) -> list[str]:
    """Return the aliases of the configured engines whose wake-up calls come on these queues."""
    return [
        alias for alias in plugins.configured("GENERATION_ENGINES") if queue_of(alias) in queues
    ]


def queues_named(queues: Collection[str]) -> list[str]:
    """Return the queues of the engines that these queues are named after.

    `render-ALIAS` is how a worker's command, which does not read the settings, asks for an engine.
    """
    configured = plugins.configured("GENERATION_ENGINES")
    return [queue_of(alias) for alias in configured if named_after(alias) in queues]


def name_of(node: str) -> str:
    """Return the name of this process among the workers: its node's, and its place in the pool,
    which its replacement inherits.
    """
    return f"{node}/{getattr(current_process(), 'index', 0)}"


def begin(node: str, *, queues: Sequence[str]) -> None:
    """Make this process a worker of the engines on these queues: limits first, then the list."""
    engines = engines_on(queues)
    warn_of_idle(queues, engines=engines)
    if engines:
        device = take_device()
        limit_memory()
        entry = entry_of(engines, device=device)
        threading.Thread(target=_stay, args=(name_of(node), entry), daemon=True).start()
        # Made here, so that there is one of each; warmed beside, for that may take minutes.
        made = [(alias, plugins.load("GENERATION_ENGINES", alias)) for alias in engines]
        threading.Thread(target=warm, args=(made,), daemon=True).start()


def warn_of_idle(queues: Sequence[str], *, engines: Sequence[str]) -> None:
    """Tell the operator of queues that no configured engine uses: a worker would wait in vain."""
    used = {queue for alias in engines for queue in (queue_of(alias), named_after(alias))}
    if unused := sorted(set(queues) - used - {settings.CELERY_TASK_DEFAULT_QUEUE}):
        configured = sorted(plugins.configured("GENERATION_ENGINES"))
        log.error("worker.queue_without_engine", queues=unused, engines_configured=configured)


def warm(engines: Sequence[tuple[str, Engine]]) -> None:
    """Load the weights of engines that have some, so that nobody's render waits for it.

    One that cannot is logged with the way out; its renders will fail with the same words.
    """
    for alias, engine in engines:
        if not isinstance(engine, HasWeights):
            continue
        try:
            engine.warm()
        except EngineError as error:
            log.error("worker.engine_not_ready", engine=alias, error=str(error))  # noqa: TRY400


def take_device() -> str:
    """Give this process of a pool a GPU of its own, if CUDA_VISIBLE_DEVICES names several.

    Before torch is imported: it reads the variable once.
    """
    named = os.environ.get("CUDA_VISIBLE_DEVICES", "")  # noqa: TID251 - torch's, not ours
    devices = [device.strip() for device in named.split(",") if device.strip()]
    if not devices:
        return ""
    device = devices[getattr(current_process(), "index", 0) % len(devices)]
    os.environ["CUDA_VISIBLE_DEVICES"] = device  # noqa: TID251
    return f"cuda {device}"


def entry_of(engines: Sequence[str], *, device: str = "") -> dict[str, Any]:
    """Return what the list of workers says of this process from now on."""
    return {
        "host": socket.gethostname()[:80],
        "pid": os.getpid(),
        "device": device,
        "engines": list(engines),
        "since": timezone.now(),
    }


def sign_on(name: str, *, entry: Mapping[str, Any]) -> None:
    """Say that this worker lives. The first call enters it, in place of an earlier one of its name;
    rows of those that are long gone are dropped.
    """
    now = timezone.now()
    Worker.objects.update_or_create(name=name, defaults={**entry, "seen_at": now})
    Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()


def sign_off() -> None:
    """Take this process off the list, if it is still there and no replacement has entered itself.

    Nothing waits for it: while the database is away the row ages out by itself.
    """
    with suppress(DatabaseError):
        mine = Worker.objects.filter(host=socket.gethostname()[:80], pid=os.getpid())
        mine.delete()


def _stay(name: str, entry: Mapping[str, Any]) -> None:
    while True:
        pause_s = settings.GENERATION_WORKER_GONE_AFTER_S / 3
        try:
            sign_on(name, entry=entry)
        except DatabaseError as error:
            log.warning("worker.unheard", error=str(error))
            pause_s = min(pause_s, RETRY_AFTER_S)
        finally:
            connection.close()
        time.sleep(pause_s)


def limit_memory() -> int:
    """Bound what this process may allocate, so that a render that is too big fails by itself.

    Beyond it an allocation raises MemoryError instead of waking the kernel's killer. Returns the
    bound in bytes. It holds for private writable memory (RLIMIT_DATA): the address space that a
    GPU's driver only reserves does not count.
    """
    bound = settings.GENERATION_MEMORY_MAX_MIB * 1024**2 or int(_memory_bytes() * MEMORY_SHARE)
    if sys.platform == "linux":  # elsewhere RLIMIT_DATA does not count mapped memory
        _, ceiling = resource.getrlimit(resource.RLIMIT_DATA)
        bound = bound if ceiling == resource.RLIM_INFINITY else min(bound, ceiling)
        resource.setrlimit(resource.RLIMIT_DATA, (bound, ceiling))
    return bound


def _memory_bytes() -> int:
    """Return the memory of the machine, or of the container if that has less."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _CGROUP_LIMIT.read_text().strip() if _CGROUP_LIMIT.exists() else "max"
    return min(physical, int(limit)) if limit.isdigit() else physical
