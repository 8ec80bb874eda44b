"""What happens when Django has prepared the database."""

from __future__ import annotations

from typing import Any

from django.db import connections

from moderation.actions import publish_house_rules
from moderation.models import ThresholdSet


def write_house_rules(*, using: str, **_: Any) -> None:
    """Bring the shipped rules into the database, unless it was migrated to before their tables."""
    if ThresholdSet._meta.db_table in connections[using].introspection.table_names():
        publish_house_rules()
