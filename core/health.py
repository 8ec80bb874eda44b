"""Is the process alive, and can it do its work? For load balancers, the launcher and people.

`/healthz` touches nothing: restart a process that does not answer it. `/readyz` asks what the work
depends on: send no requests while it answers 503.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import redis
import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

log = structlog.get_logger(__name__)

# /readyz is open to everybody, so it works at most once in this time.
ANSWER_KEPT_S = 1.0
BROKER_TIMEOUT_S = 2.0


@dataclass(frozen=True)
class Finding:
    """What one check found. A finding that is not needed for service does not stop it."""

    ok: bool
    detail: str
    way_out: str = ""
    is_needed: bool = True


def healthz(_: HttpRequest) -> JsonResponse:
    """Answer that this process is alive."""
    return JsonResponse({"status": "alive"})


def readyz(_: HttpRequest) -> JsonResponse:
    """Answer 200 if every check that service needs is content, else 503; each with its way out."""
    findings = recent_findings()
    lacks_needed = any(f.is_needed and not f.ok for f in findings.values())
    status = "not ready" if lacks_needed else "ready"
    if not lacks_needed and not all(f.ok for f in findings.values()):
        status = "degraded"
    document = {"status": status, "checks": {name: asdict(f) for name, f in findings.items()}}
    response = JsonResponse(document, status=503 if lacks_needed else 200)
    response["Cache-Control"] = "no-store"
    return response


_kept: tuple[float, dict[str, Finding]] = (float("-inf"), {})


def recent_findings() -> dict[str, Finding]:
    """Return what the checks found, at most ANSWER_KEPT_S ago."""
    global _kept  # noqa: PLW0603 - one answer per process, replaced whole, so threads cannot tear it
    asked_at, found = _kept
    if time.monotonic() - asked_at > ANSWER_KEPT_S:
        found = {name: check() for name, check in CHECKS.items()}
        _kept = (time.monotonic(), found)
    return found


def database() -> Finding:
    """Ask the database for a constant."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return Finding(
            ok=False, detail=_reason(error), way_out="Start PostgreSQL or correct DATABASE_URL."
        )
    return Finding(ok=True, detail="answers")


def migrations() -> Finding:
    """Look for migrations in the code that the database has not seen."""
    try:
        waiting = _waiting_migrations()
    except Error as error:
        return Finding(ok=False, detail=_reason(error), way_out="See the database check.")
    if waiting:
        names = ", ".join(waiting[:3])
        return Finding(
            ok=False,
            detail=f"{len(waiting)} not applied: {names}",
            way_out="Run: ./afterimage manage migrate",
        )
    return Finding(ok=True, detail="all applied")


_are_migrations_applied = False


def _waiting_migrations() -> list[str]:
    """List unapplied migrations; once there are none, this process does not ask again."""
    global _are_migrations_applied  # noqa: PLW0603 - only ever goes from False to True
    if _are_migrations_applied:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _are_migrations_applied = not plan
    return [str(migration) for migration, _ in plan]


def broker() -> Finding:
    """Ping the server that is broker, cache and channel layer."""
    try:
        _broker_client().ping()
    except redis.RedisError as error:
        return Finding(
            ok=False, detail=_reason(error), way_out="Start Valkey or correct BROKER_URL."
        )
    return Finding(ok=True, detail="answers")


@cache
def _broker_client() -> redis.Redis:
    address = settings.CACHES["default"]["LOCATION"]
    return redis.Redis.from_url(
        address, socket_timeout=BROKER_TIMEOUT_S, socket_connect_timeout=BROKER_TIMEOUT_S
    )


def media() -> Finding:
    """Write and remove a small file where clips are kept."""
    storage = storages["media"]
    try:
        if isinstance(storage, FileSystemStorage):
            Path(storage.location).mkdir(parents=True, exist_ok=True)
            name = storage.save(f".writable-{uuid.uuid4().hex}", ContentFile(b"x"))
            storage.delete(name)
        else:
            _ask_object_store(storage)
    except Exception as error:
        return Finding(
            ok=False, detail=_reason(error), way_out="Correct MEDIA_STORAGE or its rights."
        )
    return Finding(ok=True, detail="can be written")


def _ask_object_store(storage: Storage) -> None:
    """Ask for a name that is not there; a write every few seconds would cost money."""
    storage.exists("readiness")


def disk() -> Finding:
    """Compare the free space under the data folder with FREE_DISK_MIN_BYTES.

    Pages and clips are still served below it; new renders are refused.
    """
    free = shutil.disk_usage(settings.AFTERIMAGE_HOME).free
    ok = free >= settings.FREE_DISK_MIN_BYTES
    return Finding(
        ok=ok,
        detail=f"{free // 10**6} MB free",
        way_out="" if ok else f"Free {settings.FREE_DISK_MIN_BYTES // 10**6} MB for new renders.",
        is_needed=False,
    )


def _reason(error: Exception) -> str:
    """Name the error; what it says about hosts and paths is for the log, not for everybody."""
    log.warning("health.check_failed", error=str(error))
    return f"does not answer ({type(error).__name__})"


CHECKS: dict[str, Callable[[], Finding]] = {
    "database": database,
    "migrations": migrations,
    "broker": broker,
    "media": media,
    "disk": disk,
}
