"""Pushing events to open sockets. A push is a hint: the database holds the truth."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = structlog.get_logger(__name__)


def push(group: str, event: Mapping[str, Any]) -> None:
    """Send `event` to every socket in `group` once the open transaction commits. Never raises."""
    transaction.on_commit(partial(_send, group, dict(event)))


def _send(group: str, event: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group, {"type": "event", "event": event})
    except Exception as error:
        log.warning("realtime.push_failed", group=group, error=str(error))
