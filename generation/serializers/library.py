"""What crosses the wire about styles, templates, ideas, engines and prices."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.models import Inspiration, PromptTemplate, Reference, Style


class StyleCard(serializers.ModelSerializer[Style]):
    """A look in one tap; ask for it by its code."""

    class Meta:
        model = Style
        fields = ["code", "title", "words"]
        read_only_fields = fields


class StylesAnswer(serializers.Serializer[Any]):
    items = StyleCard(many=True)


class SlotShape(serializers.Serializer[Any]):
    """A place to fill in."""

    name = serializers.CharField()
    title = serializers.CharField()
    example = serializers.CharField()


class TemplateCard(serializers.ModelSerializer[PromptTemplate]):
    """A prompt with {slots}: send its code as `template`, and `slots` by name."""

    slots = SlotShape(many=True)

    class Meta:
        model = PromptTemplate
        fields = ["code", "title", "text", "slots", "seconds", "shape", "style"]
        read_only_fields = fields


class TemplatesAnswer(serializers.Serializer[Any]):
    items = TemplateCard(many=True)


class InspirationCard(serializers.ModelSerializer[Inspiration]):
    """An idea for a clip. The same seed gives the same one while the shelf is the same."""

    class Meta:
        model = Inspiration
        fields = ["prompt", "seconds", "shape"]
        read_only_fields = fields


class EngineShape(serializers.Serializer[Any]):
    """What an engine can make, and how much of it in one go."""

    name = serializers.CharField()
    operations = serializers.ListField(child=serializers.CharField())
    purposes = serializers.ListField(child=serializers.CharField())
    shapes = serializers.ListField(child=serializers.CharField())
    lines = serializers.ListField(child=serializers.IntegerField())
    fps = serializers.ListField(child=serializers.IntegerField())
    seconds_min = serializers.FloatField()
    seconds_max = serializers.FloatField(help_text="In one go: of one shot.")
    shots_max = serializers.IntegerField()
    cast_max = serializers.IntegerField()
    prompt_chars_max = serializers.IntegerField()
    roles = serializers.ListField(child=serializers.CharField(), help_text="Of given pictures.")
    regions = serializers.ListField(child=serializers.CharField(), help_text="Of edits.")
    has_sound = serializers.BooleanField()


class EnginesAnswer(serializers.Serializer[Any]):
    items = EngineShape(many=True)


class PricesAnswer(serializers.Serializer[Any]):
    """The numbers that a price is the product of: new seconds times every factor, rounded up."""

    credits_per_second = serializers.FloatField()
    minimum = serializers.IntegerField()
    shape = serializers.DictField(child=serializers.FloatField())
    lines = serializers.DictField(child=serializers.FloatField(), help_text="Finals only.")
    operation = serializers.DictField(child=serializers.FloatField())
    purpose = serializers.DictField(child=serializers.FloatField())
    reroll = serializers.FloatField()
    off_peak = serializers.FloatField()


class InspirationRequest(serializers.Serializer[Any]):
    seed = serializers.IntegerField(required=False, min_value=0)


class RewriteRequest(serializers.Serializer[Any]):
    """A prompt to be written out."""

    prompt = serializers.CharField(max_length=4000, trim_whitespace=True)
    length = serializers.ChoiceField(choices=["short", "medium", "long"], default="medium")
    seconds = serializers.FloatField(default=5.0, min_value=0.5, max_value=60)


class RewriteAnswer(serializers.Serializer[Any]):
    """Proposals are never used by themselves: send the one you like as `prompt`, and what you wrote
    as `original_prompt`.
    """

    prompt = serializers.CharField()
    original_prompt = serializers.CharField()
    length = serializers.CharField()
    rewriter = serializers.CharField()


class PictureRequest(serializers.Serializer[Any]):
    """A PNG, JPEG or WebP."""

    file = serializers.FileField()


class ReferenceCard(serializers.ModelSerializer[Reference]):
    """A picture that was given. Each face in it needs a person in `people` who lends theirs."""

    class Meta:
        model = Reference
        fields = ["id", "width", "height", "faces", "created_at", "expires_at"]
        read_only_fields = fields
