"""What crosses the wire about feeds."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.inputs import FiniteField
from feed.actions import View

VIEWS_MAX = 50
# Longer than any clip played in a loop for a whole evening: a broken clock, not a viewer.
SECONDS_MAX = 6 * 3600


class ReasonShape(serializers.Serializer[Any]):
    """One part of a score. All parts of a card add up to its score."""

    reason = serializers.CharField()
    points = serializers.IntegerField(help_text="In thousandths; negative pushes down.")
    text = serializers.CharField()


class CardShape(serializers.Serializer[Any]):
    """One item of a feed."""

    clip = serializers.SerializerMethodField()
    score = serializers.IntegerField()
    why = ReasonShape(many=True)
    is_repeat = serializers.BooleanField(help_text="Watched before; nothing new was left.")

    @extend_schema_field({"$ref": "#/components/schemas/ClipShape"})
    def get_clip(self, card: Any) -> Any:
        return card["clip"]


class FeedPage(serializers.Serializer[Any]):
    items = CardShape(many=True)
    version = serializers.CharField(help_text="Of the ranking. The same version orders the same.")
    next = serializers.CharField(allow_null=True)


class ViewReport(serializers.Serializer[Any]):
    """One view of one clip. The client makes the id: sent again, it counts once."""

    id = serializers.UUIDField()
    clip_id = serializers.UUIDField()
    watched_ratio = FiniteField(min_value=0, max_value=1)
    seconds_watched = FiniteField(min_value=0, max_value=SECONDS_MAX)


class WatchesRequest(serializers.Serializer[Any]):
    """Views since the last report."""

    views = serializers.ListField(child=ViewReport(), max_length=VIEWS_MAX, allow_empty=False)

    def views_given(self) -> list[View]:
        """Return the validated views."""
        return [View(**view) for view in self.validated_data["views"]]


class WatchesAnswer(serializers.Serializer[Any]):
    stored = serializers.IntegerField()
