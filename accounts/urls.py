"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from accounts.views import api, pages

api_urlpatterns: list[URLPattern] = [
    path("me", api.MeView.as_view(), name="api_me"),
    path("me/notices", api.NoticesView.as_view(), name="api_notices"),
    path("me/notices/read", api.NoticesReadView.as_view(), name="api_notices_read"),
    path("me/blocks", api.BlocksView.as_view(), name="api_blocks"),
    path("users/<str:handle>", api.ProfileView.as_view(), name="api_profile"),
    path("users/<str:handle>/follow", api.FollowView.as_view(), name="api_follow"),
    path("users/<str:handle>/block", api.BlockView.as_view(), name="api_block"),
]
page_urlpatterns: list[URLPattern] = [
    path("notices/", pages.notices, name="notices"),
    path("settings/", pages.settings, name="settings"),
    path("@<str:handle>/follow/", pages.follow, name="follow"),
    path("@<str:handle>/block/", pages.block, name="block"),
    path("@<str:handle>/unblock/", pages.unblock, name="unblock"),
]
