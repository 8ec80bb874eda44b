"""What crosses the wire about clips. Cards themselves are made by queries; here is their shape."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.inputs import KnownFields
from generation.actions.requesting import SEED_MAX
from generation.models import Render
from generation.serializers.wishes import WishRequest
from generation.spec import CANVASES, LINES
from generation.spec.wish import PARENTS_MAX
from social.models import CAPTION_CHARS_MAX, COMMENT_CHARS_MAX, Clip, Comment


class PublishRequest(serializers.Serializer[Any]):
    """Which render to publish, and how."""

    render_id = serializers.UUIDField()
    caption = serializers.CharField(
        max_length=CAPTION_CHARS_MAX, required=False, default="", allow_blank=True
    )
    audience = serializers.ChoiceField(Clip.Audience.choices, default=Clip.Audience.PUBLIC)
    allows_remix = serializers.BooleanField(default=True)


class EditRequest(serializers.Serializer[Any]):
    """What to change of a clip; what is left out stays."""

    caption = serializers.CharField(max_length=CAPTION_CHARS_MAX, required=False, allow_blank=True)
    audience = serializers.ChoiceField(Clip.Audience.choices, required=False)
    allows_remix = serializers.BooleanField(required=False)
    is_hidden = serializers.BooleanField(required=False)


class RemixRequest(WishRequest):
    """A wish for something made of a clip; what is left out is taken from the clip."""

    clips = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=PARENTS_MAX - 1,
        help_text="What follows it in a stitch or blend: clips, or finished renders of your own.",
    )


class RerollRequest(KnownFields):
    """Another take: of all, or of one shot, with a seed of your choice or a drawn one."""

    seed = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=SEED_MAX
    )
    shot = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, help_text="Counted from 0."
    )


class TakeRequest(KnownFields):
    """The same, with the same seed, for another purpose."""

    purpose = serializers.ChoiceField(choices=Render.Purpose.choices)
    lines = serializers.ChoiceField(choices=list(LINES), required=False)
    fps = serializers.IntegerField(required=False, min_value=1, max_value=120)


class RemixTicket(serializers.ModelSerializer[Render]):
    """The render that a remix became; watch it at `url` or on `socket`."""

    url = serializers.SerializerMethodField()
    socket = serializers.SerializerMethodField()
    takes = serializers.SerializerMethodField()

    class Meta:
        model = Render
        fields = [
            "id", "state", "operation", "purpose", "prompt", "seconds", "shape", "seed", "price",
            "parent", "stack", "url", "socket", "takes",
        ]  # fmt: skip
        read_only_fields = fields

    def get_url(self, render: Render) -> str:
        return f"/api/v1/renders/{render.pk}"

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_takes(self, render: Render) -> list[str]:
        return [str(one.pk) for one in self.context.get("takes", (render,))]

    def get_socket(self, render: Render) -> str:
        return f"/ws/renders/{render.pk}/"


class CommentRequest(serializers.Serializer[Any]):
    """What to say."""

    text = serializers.CharField(max_length=COMMENT_CHARS_MAX, trim_whitespace=True)


class PersonShape(serializers.Serializer[Any]):
    handle = serializers.CharField()
    name = serializers.CharField()
    avatar_hue = serializers.IntegerField(min_value=0, max_value=359)


class CommentCard(serializers.ModelSerializer[Comment]):
    """A comment as one viewer sees it."""

    author = serializers.SerializerMethodField()
    may_delete = serializers.SerializerMethodField()
    is_held = serializers.BooleanField(
        help_text="It waits for a moderator; only its author sees it."
    )

    class Meta:
        model = Comment
        fields = ["id", "author", "text", "created_at", "may_delete", "is_held"]
        read_only_fields = fields

    @extend_schema_field(PersonShape)
    def get_author(self, comment: Comment) -> dict[str, Any]:
        author = comment.author
        return {
            "handle": author.handle,
            "name": author.shown_name,
            "avatar_hue": author.avatar_hue,
        }

    def get_may_delete(self, comment: Comment) -> bool:
        return self.context["viewer"].pk in (comment.author_id, self.context["clip"].maker_id)


class LikeState(serializers.Serializer[Any]):
    """The likes of a clip after one was given or taken."""

    like_count = serializers.IntegerField()
    has_liked = serializers.BooleanField()


class OriginShape(serializers.Serializer[Any]):
    clip_id = serializers.UUIDField()
    handle = serializers.CharField()


class GridShape(serializers.Serializer[Any]):
    columns = serializers.IntegerField()
    rows = serializers.IntegerField()
    tiles = serializers.IntegerField()
    tile_width = serializers.IntegerField()
    tile_height = serializers.IntegerField()
    every_s = serializers.FloatField()


class MediaShape(serializers.Serializer[Any]):
    """Signed addresses, good for some minutes and for this viewer."""

    poster = serializers.CharField()
    sprite = serializers.CharField()
    sprite_grid = GridShape(allow_null=True)
    mp4 = serializers.DictField(child=serializers.CharField(), help_text="By lines: 720, 540, 360.")
    hls = serializers.CharField()
    captions = serializers.CharField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    duration_s = serializers.FloatField(allow_null=True)


class ClipShape(serializers.Serializer[Any]):
    """A clip as one viewer sees it."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    state = serializers.ChoiceField(Clip.State.choices)
    maker = PersonShape()
    caption = serializers.CharField()
    audience = serializers.ChoiceField(Clip.Audience.choices)
    seconds = serializers.FloatField()
    shape = serializers.ChoiceField(choices=sorted(CANVASES))
    published_at = serializers.DateTimeField()
    is_labelled = serializers.BooleanField(help_text="The gate asks for a notice beside it.")
    cast = serializers.ListField(child=serializers.CharField())
    is_remix = serializers.BooleanField()
    parent = OriginShape(allow_null=True, help_text="Null if there is none, or none to be seen.")
    root = OriginShape(allow_null=True)
    allows_remix = serializers.BooleanField()
    like_count = serializers.IntegerField()
    comment_count = serializers.IntegerField()
    remix_count = serializers.IntegerField()
    has_liked = serializers.BooleanField()
    is_followed = serializers.BooleanField()
    is_mine = serializers.BooleanField()
    media = MediaShape()


class NodeShape(serializers.Serializer[Any]):
    """A place in a lineage. Without a clip it is a tombstone: removed, or not for this viewer."""

    depth = serializers.IntegerField()
    clip = ClipShape(allow_null=True)


class LineageShape(serializers.Serializer[Any]):
    """A clip's way down from its root, and what was made of it, newest first."""

    ancestors = NodeShape(many=True)
    clip = ClipShape()
    descendant_count = serializers.IntegerField(help_text="Of those that this viewer may see.")
    descendants = NodeShape(many=True)
    next = serializers.CharField(allow_null=True)


class ClipsPage(serializers.Serializer[Any]):
    items = ClipShape(many=True)
    next = serializers.CharField(allow_null=True)


class CommentsPage(serializers.Serializer[Any]):
    items = CommentCard(many=True)
    next = serializers.CharField(allow_null=True)
