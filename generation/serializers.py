"""What crosses the wire about renders."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from core.inputs import FiniteField
from generation import queries
from generation.actions.requesting import ENGINE_REFUSED, SEED_MAX, Wish
from generation.models import Render
from generation.queries import waiting
from generation.spec import CANVASES


class CastField(serializers.ListField):
    """Handles, with or without @."""

    child = serializers.CharField(max_length=40)

    def to_internal_value(self, data: Any) -> list[str]:
        names = [name.removeprefix("@").lower() for name in super().to_internal_value(data)]
        return list(dict.fromkeys(names))


class RenderRequest(serializers.Serializer[Any]):
    """A wish for a clip."""

    prompt = serializers.CharField(max_length=4000, trim_whitespace=True)
    seconds = FiniteField(default=5.0, min_value=0.5, max_value=60)
    shape = serializers.ChoiceField(choices=sorted(CANVASES), default="portrait")
    seed = serializers.IntegerField(
        required=False, min_value=0, max_value=SEED_MAX, allow_null=True
    )
    cast = CastField(required=False, default=list, max_length=10)
    parent = serializers.UUIDField(  # type: ignore[assignment]
        required=False,
        allow_null=True,
        help_text="A render of your own to start from. To remix a clip, post to its /remixes.",
    )
    strength = FiniteField(default=0.6, min_value=0, max_value=1)
    engine = serializers.CharField(default="default", max_length=40)

    def wish(self) -> Wish:
        """Return the validated wish."""
        values = dict(self.validated_data)
        values.pop("parent", None)
        return Wish(**values)


class QuoteRequest(serializers.Serializer[Any]):
    """What a price depends on."""

    seconds = FiniteField(default=5.0, min_value=0.5, max_value=60)
    shape = serializers.ChoiceField(choices=sorted(CANVASES), default="portrait")


class QuoteAnswer(serializers.Serializer[Any]):
    """A price beside what can be spent."""

    price = serializers.IntegerField()
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
            "id", "state", "maker", "prompt", "seconds", "shape", "fps", "seed", "engine",
            "strength", "parent", "price", "progress", "seq", "problem_code", "problem_text",
            "caption", "understood", "created_at", "ended_at", "media", "can_publish",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": "object", "nullable": True, "additionalProperties": True})
    def get_media(self, render: Render) -> dict[str, Any] | None:
        if not getattr(render, "is_playable", False):
            return None
        return queries.media_urls(render, self.context["request"].user)

    def get_can_publish(self, render: Render) -> bool:
        return render.state == Render.State.READY and render.kept_at is None


class RenderTicket(RenderCard):
    """One render with its place in the queue, its socket and its cast."""

    status = serializers.SerializerMethodField()
    problem_is_permanent = serializers.SerializerMethodField()
    cast = serializers.SerializerMethodField()
    position = serializers.SerializerMethodField()
    eta_s = serializers.SerializerMethodField()
    socket = serializers.SerializerMethodField()
    recipe = serializers.JSONField(read_only=True)
    words = serializers.JSONField(read_only=True)

    class Meta(RenderCard.Meta):
        fields = [
            *RenderCard.Meta.fields,
            *("status", "problem_is_permanent", "cast", "position", "eta_s", "socket"),
            *("recipe", "words"),
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

    def get_problem_is_permanent(self, render: Render) -> bool | None:
        """Return whether asking for the same again would fail again; None if nothing failed."""
        if render.state != Render.State.FAILED:
            return None
        return render.problem_code == ENGINE_REFUSED

    def get_position(self, render: Render) -> int:
        return self._outlook.position

    def get_eta_s(self, render: Render) -> float | None:
        return self._outlook.eta_s

    def get_socket(self, render: Render) -> str:
        scheme = "wss" if self.context["request"].is_secure() else "ws"
        return f"{scheme}://{self.context['request'].get_host()}/ws/renders/{render.pk}/"
