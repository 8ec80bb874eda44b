"""Configuration of this app."""

from django.apps import AppConfig


class FeedConfig(AppConfig):
    """The feed app."""

    name = "feed"
    default_auto_field = "django.db.models.BigAutoField"
