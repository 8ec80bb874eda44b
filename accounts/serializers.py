from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import serializers

from accounts.models import Notice, User


class PersonCard(serializers.ModelSerializer[User]):
    """A person in a line of a list."""

    name = serializers.CharField(source="shown_name")
    avatar_hue = serializers.IntegerField(min_value=0, max_value=359)

    class Meta:
        model = User
        fields = ["handle", "name", "avatar_hue"]


class ProfileCard(PersonCard):
    """A person's page; made from `queries.profiles_for`."""

    followers = serializers.IntegerField(source="follower_count")
    following = serializers.IntegerField(source="following_count")
    is_followed = serializers.BooleanField()
    follows_you = serializers.BooleanField()

    class Meta:
        model = User
        fields = [
            "handle",
            "name",
            "avatar_hue",
            "bio",
            "followers",
            "following",
            "is_followed",
            "follows_you",
            "created_at",
        ]


class MeCard(PersonCard):
    """What a person's own client needs first; made from `queries.me`."""

    unread_notices = serializers.IntegerField()

    class Meta:
        model = User
        fields = [
            "handle",
            "name",
            "avatar_hue",
            "email",
            "display_name",
            "bio",
            "is_moderator",
            "unread_notices",
            "created_at",
        ]


class ProfileRequest(serializers.Serializer[User]):
    display_name = serializers.CharField(max_length=60, allow_blank=True, required=False)
    bio = serializers.CharField(max_length=300, allow_blank=True, required=False)


class NoticeCard(serializers.ModelSerializer[Notice]):
    class Meta:
        model = Notice
        fields = [
            "id",
            "kind",
            "text",
            "subject_kind",
            "subject_id",
            "url",
            "created_at",
            "read_at",
        ]


class TokenSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI file names `auth.TokenSession`. It cannot stand there: REST framework imports
    that module while it is itself being imported.
    """

    target_class = "accounts.auth.TokenSession"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token"}


class BrowserSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI file names `auth.BrowserSession`."""

    target_class = "accounts.auth.BrowserSession"
    name = "sessionCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
