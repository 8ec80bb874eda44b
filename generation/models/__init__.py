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
    FROM_NOTHING,
    JUDGED,
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
    "JUDGED",
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
