"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from social.views import api, pages, studio, takes
from social.views.media import MediaView

api_urlpatterns: list[URLPattern] = [
    path("clips", api.ClipsView.as_view(), name="api_clips"),
    path("clips/<uuid:clip_id>", api.ClipView.as_view(), name="api_clip"),
    path("clips/<uuid:clip_id>/remixes", api.RemixesView.as_view(), name="api_remixes"),
    path(
        "clips/<uuid:clip_id>/remixes/quote", api.RemixQuoteView.as_view(), name="api_remix_quote"
    ),
    path("renders/<uuid:render_id>/rerolls", api.RerollsView.as_view(), name="api_rerolls"),
    path("renders/<uuid:render_id>/takes", api.TakesView.as_view(), name="api_takes"),
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
    path("create/", studio.create, name="create"),
    path("drafts/", pages.drafts, name="drafts"),
    path("renders/<uuid:render_id>/", takes.draft, name="render"),
    path("renders/<uuid:render_id>/publish/", takes.publish, name="publish"),
    path("renders/<uuid:render_id>/cancel/", takes.cancel, name="render_cancel"),
    path("renders/<uuid:render_id>/discard/", takes.discard, name="render_discard"),
    path("renders/<uuid:render_id>/appeal/", takes.appeal, name="render_appeal"),
    path("renders/<uuid:render_id>/reroll/", takes.reroll, name="render_reroll"),
    path("renders/<uuid:render_id>/remake/", takes.remake, name="render_remake"),
    path("renders/<uuid:render_id>/compare/<uuid:other_id>/", takes.compare, name="compare"),
    path("c/<uuid:clip_id>/", pages.clip, name="clip"),
    path("c/<uuid:clip_id>/like/", pages.like, name="clip_like"),
    path("c/<uuid:clip_id>/comment/", pages.comment, name="clip_comment"),
    path("c/<uuid:clip_id>/change/", pages.change_clip, name="clip_change"),
    path("c/<uuid:clip_id>/report/", pages.report, name="clip_report"),
    path("comments/<uuid:comment_id>/delete/", pages.delete_comment, name="comment_delete"),
    path("@<str:handle>/", pages.profile, name="profile"),
    path("media/<str:token>/<slug:subject>/<str:name>", MediaView.as_view(), name="media"),
]
