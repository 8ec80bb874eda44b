"""The tables of this app."""

from __future__ import annotations

from generation.models.queueing import QueueShare, RenderAttempt, Worker, WorkerQuerySet
from generation.models.rendering import (
    ACTIVE,
    FINISHED,
    FROM_NOTHING,
    Asset,
    Render,
    RenderCast,
    RenderParent,
    RenderQuerySet,
)

__all__ = [
    "ACTIVE",
    "FINISHED",
    "FROM_NOTHING",
    "Asset",
    "QueueShare",
    "Render",
    "RenderAttempt",
    "RenderCast",
    "RenderParent",
    "RenderQuerySet",
    "Worker",
    "WorkerQuerySet",
]
