"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from feed.views import api, pages

api_urlpatterns: list[URLPattern] = [
    path("feed/home", api.HomeView.as_view(), name="api_home"),
    path("feed/following", api.FollowingView.as_view(), name="api_following"),
    path("feed/watches", api.WatchesView.as_view(), name="api_watches"),
]
page_urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("following/", pages.following, name="following"),
]
