"""Housekeeping that belongs to no app."""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from core import idempotency

log = structlog.get_logger(__name__)


@shared_task
def purge_idempotency_keys(**_: Any) -> None:
    """Forget answered requests that nobody will repeat any more."""
    log.info("idempotency.purged", keys=idempotency.purge())
