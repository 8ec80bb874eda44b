"""What crosses the wire about renders."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from generation import events, queries
from generation.actions.requesting import ENGINE_REFUSED
from generation.models import Render, RenderParent
from generation.queries import waiting


class FaultShape(serializers.Serializer[Any]):
    """One field that cannot be taken as it is."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()
    limit = serializers.JSONField(required=False)


class QuoteAnswer(serializers.Serializer[Any]):
    """A price beside what can be spent, and what stands in the way of the wish."""

    price = serializers.IntegerField(help_text="For all variations.")
    each = serializers.IntegerField()
    seconds = serializers.FloatField(help_text="How long the clip would be.")
    faults = FaultShape(many=True)
    available = serializers.IntegerField()
    plan = serializers.CharField()


class RenderCard(serializers.ModelSerializer[Render]):
    """A render as its maker sees it in a list.

    Made from `with_playable`: without it there are no media, which is right for what has just been
    queued or cancelled.
    """

    maker: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        slug_field="handle", read_only=True
    )
    media = serializers.SerializerMethodField()
    can_publish = serializers.SerializerMethodField()

    class Meta:
        model = Render
        fields = [
            "id", "state", "operation", "purpose", "maker", "prompt", "original_prompt", "parts",
            "seconds", "shape", "lines", "fps", "seed", "engine", "strength", "parent", "stack",
            "is_partial", "price", "lane", "deadline_at", "progress", "seq", "problem_code",
            "problem_text", "caption", "understood", "created_at", "ended_at", "media",
            "can_publish",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "object", "nullable": True, "additionalProperties": True})
    def get_media(self, render: Render) -> dict[str, Any] | None:
        if not getattr(render, "is_playable", False):
            return None
        return queries.media_urls(render, self.context["request"].user)

    def get_can_publish(self, render: Render) -> bool:
        is_final = render.purpose == Render.Purpose.FINAL
        return is_final and render.state == Render.State.READY and render.kept_at is None


class ParentShape(serializers.Serializer[Any]):
    """A clip that a render is made of, and what is done with it."""

    render = serializers.UUIDField()
    role = serializers.ChoiceField(RenderParent.Role.choices)


class ShotShape(serializers.Serializer[Any]):
    """A finished shot of a storyboard: where it lies, and what it was made of."""

    start_s = serializers.FloatField()
    end_s = serializers.FloatField()
    prompt = serializers.CharField()
    seed = serializers.IntegerField()


class RenderTicket(RenderCard):
    """One render with its place in the queue, its socket and its cast."""

    status = serializers.SerializerMethodField()
    problem_is_permanent = serializers.SerializerMethodField()
    cast = serializers.SerializerMethodField()
    position = serializers.SerializerMethodField()
    eta_s = serializers.SerializerMethodField()
    socket = serializers.SerializerMethodField()
    parents = serializers.SerializerMethodField()
    shots = serializers.SerializerMethodField()
    picture = serializers.SerializerMethodField()
    recipe = serializers.JSONField(read_only=True)
    words = serializers.JSONField(read_only=True)

    class Meta(RenderCard.Meta):
        fields = [
            *RenderCard.Meta.fields,
            *("status", "problem_is_permanent", "cast", "position", "eta_s", "socket"),
            *("recipe", "words", "parents", "shots", "picture"),
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_cast(self, render: Render) -> list[str]:
        return [one.cameo.owner.handle for one in render.cast.select_related("cameo__owner")]

    def to_representation(self, render: Render) -> dict[str, Any]:
        self._outlook = waiting.outlook(render)
        return super().to_representation(render)

    @extend_schema_field(
        serializers.ChoiceField(choices=[*Render.State.values, waiting.WAITING_SLOT])
    )
    def get_status(self, render: Render) -> str:
        """Return the state, or `waiting_slot` while all slots of the plan are taken."""
        return self._outlook.status

    def get_picture(self, render: Render) -> str:
        """Return a small picture of what is being made as a data address, or nothing."""
        return events.picture_of(render)

    def get_problem_is_permanent(self, render: Render) -> bool | None:
        """Return whether asking for the same again would fail again; None if nothing failed."""
        if render.state != Render.State.FAILED:
            return None
        return render.problem_code == ENGINE_REFUSED

    @extend_schema_field(ParentShape(many=True))
    def get_parents(self, render: Render) -> list[dict[str, Any]]:
        rows = render.parents.order_by("position").values("parent_id", "role")
        return [{"render": str(row["parent_id"]), "role": row["role"]} for row in rows]

    @extend_schema_field(ShotShape(many=True))
    def get_shots(self, render: Render) -> list[dict[str, Any]]:
        return list(render.media_facts.get("shots", []))

    def get_position(self, render: Render) -> int:
        return self._outlook.position

    def get_eta_s(self, render: Render) -> float | None:
        return self._outlook.eta_s

    def get_socket(self, render: Render) -> str:
        scheme = "wss" if self.context["request"].is_secure() else "ws"
        return f"{scheme}://{self.context['request'].get_host()}/ws/renders/{render.pk}/"


class TakesTicket(RenderTicket):
    """The first render of a request, with the ids of all that it asked for."""

    takes = serializers.SerializerMethodField()

    class Meta(RenderTicket.Meta):
        fields = [*RenderTicket.Meta.fields, "takes"]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_takes(self, render: Render) -> list[str]:
        return [str(one.pk) for one in self.context["takes"]]
