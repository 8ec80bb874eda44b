"""Queueing of work by name, once the transaction that needs it has committed."""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)


def enqueue(task: str, *, queue: str | None = None, **kwargs: Any) -> None:
    """Queue `task` when the open transaction commits. Pass ids as text, never objects.

    Publishing is a hint: if the broker is away the failure is logged, and the sweep that reads the
    database sends the work again. Raises ImportError at once if `task` names nothing.
    """
    found = import_string(task)
    transaction.on_commit(partial(_publish, found, queue, kwargs))


def _publish(task: Any, queue: str | None, kwargs: dict[str, Any]) -> None:
    try:
        task.apply_async(kwargs=kwargs, queue=queue, retry=False)
    except (*task.app.connection().connection_errors, OSError) as error:
        log.warning("queue.publish_failed", task=task.name, error=str(error), **kwargs)
