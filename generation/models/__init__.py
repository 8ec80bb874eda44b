"""The tables of this app."""

from __future__ import annotations

from generation.models.library import (
    Inspiration,
    PromptTemplate,
    Reference,
    RenderReference,
    Style,
)
from generation.models.queueing import QueueShare, RenderAttempt, Worker, WorkerQuerySet
from generation.models.rendering import (
    ACTIVE,
    FINISHED,
    JUDGED,
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
    "JUDGED",
    "FROM_NOTHING",
    "Asset",
    "Inspiration",
    "PromptTemplate",
    "QueueShare",
    "Reference",
    "Render",
    "RenderAttempt",
    "RenderCast",
    "RenderParent",
    "RenderQuerySet",
    "RenderReference",
    "Style",
    "Worker",
    "WorkerQuerySet",
]
