"""What runs by the clock: Celery beat's table, for the settings."""

from __future__ import annotations

from typing import Any

BEAT: dict[str, dict[str, Any]] = {
    "recount": {
        "task": "social.tasks.recount",
        "schedule": 30.0,
        "kwargs": {"window_s": 300},
        "options": {"expires": 30},
    },
    "recount everything": {"task": "social.tasks.recount", "schedule": 86_400.0},
    "sweep renders": {"task": "generation.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "sweep media": {"task": "generation.tasks.sweep_media", "schedule": 600.0},
    "sweep references": {"task": "generation.tasks.sweep_references", "schedule": 3600.0},
    "delete expired captures": {
        "task": "cameos.tasks.delete_expired_captures",
        "schedule": 3600.0,
    },
    "purge idempotency keys": {"task": "core.tasks.purge_idempotency_keys", "schedule": 3600.0},
    "drain stripe events": {"task": "billing.tasks.drain_stripe_events", "schedule": 30.0},
    "check books": {"task": "billing.tasks.check_books", "schedule": 86_400.0},
    "reconcile stripe": {"task": "billing.tasks.reconcile_stripe", "schedule": 86_400.0},
}
