"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from social.views import api
from social.views.media import MediaView

api_urlpatterns: list[URLPattern] = [
    path("clips", api.ClipsView.as_view(), name="api_clips"),
    path("clips/<uuid:clip_id>", api.ClipView.as_view(), name="api_clip"),
    path("clips/<uuid:clip_id>/remixes", api.RemixesView.as_view(), name="api_remixes"),
    path("clips/<uuid:clip_id>/like", api.LikeView.as_view(), name="api_like"),
    path("clips/<uuid:clip_id>/comments", api.CommentsView.as_view(), name="api_comments"),
    path(
        "clips/<uuid:clip_id>/comments/<uuid:comment_id>",
        api.CommentView.as_view(),
        name="api_comment",
    ),
    path("clips/<uuid:clip_id>/lineage", api.LineageView.as_view(), name="api_lineage"),
    path("users/<str:handle>/clips", api.PersonClipsView.as_view(), name="api_person_clips"),
]
page_urlpatterns: list[URLPattern] = [
    path("media/<str:token>/<slug:subject>/<str:name>", MediaView.as_view(), name="media"),
]
