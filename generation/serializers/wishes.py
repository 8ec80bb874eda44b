"""The shape of a wish on the wire: one for everything that can be made."""

from __future__ import annotations

from typing import Any, get_args

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from core.inputs import FiniteField, KnownFields
from generation.actions.requesting import SEED_MAX
from generation.models import Render
from generation.spec import (
    CANVASES,
    LINES,
    Camera,
    Cue,
    RegionKind,
    Shot,
    SoundWish,
    Span,
    SpokenLine,
    StillRole,
    Transition,
)
from generation.spec.parts import WHOLE_PICTURE, GivenRegion, GivenStill, Keep, Parts, Piece
from generation.spec.wish import CLIP_SECONDS_MAX, PARENTS_MAX, VARIATIONS_MAX, Wish

PROMPT_CHARS_MAX = 4000
LINE_CHARS_MAX = 300
WORDS_CHARS_MAX = 200
NEGATIVE_CHARS_MAX = 1000
SHOTS_MAX = 20
CUES_MAX = 20
STILLS_MAX = 8
PIECES_MAX = 32
LINES_MAX = 20
CAST_MAX = 10
# What may be asked for: previews have their lane by their purpose.
LANES = [(lane.value, lane.label) for lane in (Render.Lane.FINAL, Render.Lane.OFF_PEAK)]
_NOT_OF_A_WISH = frozenset({"parent", "parents", "stack", "edit", "sound", "style", "slots"})


class CastField(serializers.ListField):
    """Handles, with or without @, in any case, each once; ids of characters."""

    child = serializers.CharField(max_length=40)

    def to_internal_value(self, data: Any) -> list[str]:
        names = [name.removeprefix("@").lower() for name in super().to_internal_value(data)]
        return list(dict.fromkeys(names))


def _choice(words: Any, **options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=list(get_args(words)), **options)


def _words(limit: int, **options: Any) -> serializers.CharField:
    settings: dict[str, Any] = {"required": False, "default": "", "allow_blank": True} | options
    return serializers.CharField(max_length=limit, trim_whitespace=True, **settings)


def _many(part: Any, most: int, **options: Any) -> Any:
    return part(many=True, required=False, max_length=most, **options)


def _share(**options: Any) -> FiniteField:
    return FiniteField(min_value=0, max_value=1, **options)


def _seconds(**options: Any) -> FiniteField:
    return FiniteField(min_value=0, max_value=CLIP_SECONDS_MAX, **options)


class ShotPart(KnownFields):
    """One piece of a storyboard. A transition leads into it and makes the clip no shorter."""

    prompt = _words(PROMPT_CHARS_MAX)
    seconds = _seconds()
    camera = _choice(Camera, required=False, allow_null=True, default=None)
    cast = CastField(required=False, default=list, max_length=CAST_MAX)
    transition = _choice(Transition, default="cut")
    transition_s = _seconds(default=0.5)
    seed = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=SEED_MAX
    )

    def to_internal_value(self, data: Any) -> Shot:
        values = super().to_internal_value(data)
        return Shot(**(values | {"cast": tuple(values["cast"])}))


class CuePart(KnownFields):
    """From `at_s` on, the clip is about `prompt`."""

    at_s = _seconds()
    prompt = _words(PROMPT_CHARS_MAX)

    def to_internal_value(self, data: Any) -> Cue:
        return Cue(**super().to_internal_value(data))


class StillPart(KnownFields):
    """A picture from /references. `strength` 1 keeps it as it is, 0 ignores it."""

    reference = serializers.UUIDField()
    role = _choice(StillRole, default="first")
    at_s = _seconds(default=0.0, help_text="Matters for the role frame.")
    strength = _share(default=1.0)

    def to_internal_value(self, data: Any) -> GivenStill:
        values = super().to_internal_value(data)
        return GivenStill(**(values | {"reference": str(values["reference"])}))


class LinePart(KnownFields):
    """Words to be said. `speaker` is a handle, a subject of the prompt, or empty for a narrator."""

    text = _words(LINE_CHARS_MAX)
    speaker = _words(60)

    def to_internal_value(self, data: Any) -> SpokenLine:
        return SpokenLine(**super().to_internal_value(data))


class SoundPart(KnownFields):
    """What is to be heard beside what the picture causes."""

    ambience = _words(WORDS_CHARS_MAX, help_text="A place or weather in words.")
    music = _words(WORDS_CHARS_MAX, help_text='A mood; "none" for no music.')
    is_silent = serializers.BooleanField(default=False)
    lines = _many(LinePart, LINES_MAX, default=list)

    def to_internal_value(self, data: Any) -> SoundWish:
        values = super().to_internal_value(data)
        return SoundWish(**(values | {"lines": tuple(values["lines"])}))


class SpanPart(KnownFields):
    """A stretch of a clip, its end not included."""

    start_s = _seconds()
    end_s = _seconds()

    def to_internal_value(self, data: Any) -> Span:
        return Span(**super().to_internal_value(data))


class PiecePart(KnownFields):
    """A stretch of one of the clips. Its transition overlaps it with the piece before."""

    parent = serializers.IntegerField(  # type: ignore[assignment]
        default=0, min_value=0, max_value=PARENTS_MAX - 1, help_text="Which clip, counted from 0."
    )
    start_s = _seconds(required=False, allow_null=True, default=None)
    end_s = _seconds(required=False, allow_null=True, default=None)
    transition = _choice(Transition, default="cut")
    transition_s = _seconds(default=0.5)

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if (values["start_s"] is None) != (values["end_s"] is None):
            missing = "start_s" if values["start_s"] is None else "end_s"
            said = "Give both ends of the stretch, or neither for the whole clip."
            raise serializers.ValidationError({missing: said}, code="required")
        return values


class RegionPart(KnownFields):
    """The part of the picture that may change: a box, an uploaded mask, or a thing by its name."""

    kind = _choice(RegionKind)
    box = serializers.ListField(
        child=FiniteField(),
        min_length=4,
        max_length=4,
        default=list(WHOLE_PICTURE),
        help_text="Left, top, right, bottom as shares of the picture.",
    )
    mask = serializers.UUIDField(required=False, allow_null=True, default=None)
    words = _words(WORDS_CHARS_MAX)

    def to_internal_value(self, data: Any) -> GivenRegion:
        values = super().to_internal_value(data)
        left, top, right, bottom = values["box"]
        mask = "" if values["mask"] is None else str(values["mask"])
        return GivenRegion(values["kind"], (left, top, right, bottom), mask, values["words"])


class EditPart(KnownFields):
    """What an edit may change; all else stays bit for bit."""

    region = RegionPart(required=False, allow_null=True, default=None)
    span = SpanPart(required=False, allow_null=True, default=None)


_EXAMPLES = [
    OpenApiExample(
        "A clip from words",
        value={"prompt": 'a fox on a stage says "good evening"', "seconds": 5, "style": "retro"},
        request_only=True,
    ),
    OpenApiExample(
        "A storyboard",
        value={
            "prompt": "one rainy evening, warm light",
            "seconds": 9,
            "shots": [
                {"prompt": "a street from above", "seconds": 3, "camera": "pan left"},
                {"prompt": "@ana at a window", "seconds": 4, "transition": "dissolve"},
                {"prompt": "her cup, steam", "seconds": 2, "camera": "close"},
            ],
        },
        request_only=True,
    ),
    OpenApiExample(
        "A cheap look first",
        value={"prompt": "two rabbits in snow", "purpose": "stills", "variations": 4, "seed": 7},
        request_only=True,
    ),
    OpenApiExample(
        "From a picture",
        value={
            "prompt": "she turns and smiles",
            "stills": [{"reference": "019364a0-0000-7000-8000-000000000000", "role": "first"}],
            "people": ["@ana"],
        },
        request_only=True,
    ),
    OpenApiExample(
        "One thing changed in one second",
        value={
            "operation": "edit",
            "parent": "019364a0-0000-7000-8000-000000000000",
            "prompt": "a blue balloon",
            "edit": {
                "region": {"kind": "words", "words": "the ball"},
                "span": {"start_s": 1, "end_s": 2},
            },
        },
        request_only=True,
    ),
    OpenApiExample(
        "Cut shorter",
        value={
            "operation": "trim",
            "parent": "019364a0-0000-7000-8000-000000000000",
            "pieces": [{"start_s": 1.5, "end_s": 4}],
        },
        request_only=True,
    ),
]


@extend_schema_serializer(examples=_EXAMPLES)
class WishRequest(KnownFields):
    """A wish for a clip. What is left out follows from the rest; only fields given count."""

    prompt = _words(PROMPT_CHARS_MAX)
    operation = serializers.ChoiceField(
        choices=Render.Operation.choices,
        required=False,
        help_text="Left out: what the parts amount to, or a remix.",
    )
    seconds = FiniteField(
        required=False,
        min_value=0.5,
        max_value=CLIP_SECONDS_MAX,
        help_text="Of the clip; for an extension, of what it adds.",
    )
    shape = serializers.ChoiceField(choices=sorted(CANVASES), required=False)
    lines = serializers.ChoiceField(
        choices=list(LINES), required=False, help_text="Pixels of the short side."
    )
    fps = serializers.IntegerField(required=False, min_value=1, max_value=120)
    seed = serializers.IntegerField(
        required=False, min_value=0, max_value=SEED_MAX, allow_null=True
    )
    cast = CastField(
        required=False, max_length=CAST_MAX, help_text="Whoever is @mentioned is cast too."
    )
    strength = _share(required=False)
    engine = serializers.CharField(required=False, max_length=40)
    purpose = serializers.ChoiceField(choices=Render.Purpose.choices, required=False)
    variations = serializers.IntegerField(required=False, min_value=1, max_value=VARIATIONS_MAX)
    direction = serializers.ChoiceField(
        choices=["after", "before"], required=False, help_text="Where an extension goes on."
    )
    camera = _choice(Camera, required=False, allow_null=True)
    style = serializers.CharField(  # type: ignore[assignment]
        required=False, max_length=40, allow_blank=True
    )
    negative = _words(NEGATIVE_CHARS_MAX, help_text="What must not be there.")
    keeps = serializers.ListField(child=_choice(Keep), required=False, max_length=2)
    shots = _many(ShotPart, SHOTS_MAX)
    schedule = _many(CuePart, CUES_MAX)
    stills = _many(StillPart, STILLS_MAX)
    sound = SoundPart(required=False)
    pieces = _many(PiecePart, PIECES_MAX)
    edit = EditPart(required=False)
    lane = serializers.ChoiceField(choices=LANES, required=False)
    deadline_at = serializers.DateTimeField(required=False, allow_null=True)
    original_prompt = _words(
        PROMPT_CHARS_MAX, help_text="What you wrote before a rewrite that you took."
    )
    template = serializers.CharField(required=False, max_length=40)
    slots = serializers.DictField(child=serializers.CharField(max_length=400), required=False)
    people = CastField(
        required=False, max_length=CAST_MAX, help_text="Whose faces are in the given pictures."
    )

    def wish(self) -> Wish:
        """Return the validated wish."""
        given = dict(self.validated_data)
        values = {
            name: value
            for name, value in given.items()
            if name in Wish.__dataclass_fields__ and name not in _NOT_OF_A_WISH
        }
        slots = tuple(sorted(given.get("slots", {}).items()))
        return Wish(**values, slots=slots, parts=_parts_of(given))


class QuoteRequest(serializers.Serializer[Any]):
    """What a price depends on, for a wish that fits into an address."""

    seconds = FiniteField(default=5.0, min_value=0.5, max_value=CLIP_SECONDS_MAX)
    shape = serializers.ChoiceField(choices=sorted(CANVASES), default="portrait")
    lines = serializers.ChoiceField(choices=list(LINES), required=False)
    purpose = serializers.ChoiceField(choices=Render.Purpose.choices, required=False)
    variations = serializers.IntegerField(required=False, min_value=1, max_value=VARIATIONS_MAX)
    lane = serializers.ChoiceField(choices=LANES, required=False)
    engine = serializers.CharField(required=False, max_length=40)

    def wish(self) -> Wish:
        """Return a wish of this size."""
        return Wish(**self.validated_data)


class RenderRequest(WishRequest):
    """A wish for a clip of nothing, or of renders of one's own."""

    parent = serializers.UUIDField(  # type: ignore[assignment]
        required=False,
        allow_null=True,
        help_text="A render of your own to start from. To use a clip, post to its /remixes.",
    )
    parents = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=PARENTS_MAX,
        help_text="Renders of your own, in order: for stitch and blend.",
    )
    stack = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="A render of your own whose stack this is another take of.",
    )

    def parent_ids(self) -> list[Any]:
        """Return the ids of the renders to start from, in order."""
        first = self.validated_data.get("parent")
        rest = self.validated_data.get("parents", [])
        return [*([first] if first else []), *rest]


def _parts_of(given: dict[str, Any]) -> Parts:
    edit = given.get("edit") or {}
    values: dict[str, Any] = {
        name: tuple(given.get(name, ())) for name in ("shots", "schedule", "stills", "keeps")
    }
    values |= {name: given[name] for name in ("camera", "negative", "sound") if name in given}
    return Parts(
        **values,
        style_code=given.get("style", ""),
        pieces=tuple(map(_piece, given.get("pieces", ()))),
        region=edit.get("region"),
        span=edit.get("span"),
    )


def _piece(values: dict[str, Any]) -> Piece:
    whole = values["start_s"] is None
    span = None if whole else Span(values["start_s"], values["end_s"])
    return Piece(values["parent"], span, values["transition"], values["transition_s"])
