"""What the API's own description says of itself, for the settings."""

from __future__ import annotations

from typing import Any


def of_api(product_name: str) -> dict[str, Any]:
    """Return the settings of drf-spectacular for a product of this name."""
    return {
        "TITLE": f"{product_name} API",
        "DESCRIPTION": "Make, publish, watch and remix generated clips.",
        "VERSION": "1",
        "SERVE_INCLUDE_SCHEMA": False,
        "SCHEMA_PATH_PREFIX": "/api/v1",
        "COMPONENT_SPLIT_REQUEST": True,
        # Several apps call a column "state" or "kind": clients should not have to guess which.
        "ENUM_NAME_OVERRIDES": {
            "RenderState": "generation.models.Render.State",
            "Operation": "generation.models.Render.Operation",
            "Purpose": "generation.models.Render.Purpose",
            "RenderLane": "generation.models.Render.Lane",
            "WishLane": "generation.serializers.wishes.LANES",
            "ClipState": "social.models.Clip.State",
            "CameoState": "cameos.models.Cameo.State",
            "CameoKind": "cameos.models.Cameo.Kind",
            "CaseState": "moderation.models.Case.State",
            "AppealState": "moderation.models.Appeal.State",
            "Outcome": "moderation.models.OUTCOMES",
            "DecisionOutcome": "moderation.serializers.DECISION_OUTCOMES",
        },
    }
