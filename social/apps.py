"""Configuration of this app."""

from django.apps import AppConfig


class SocialConfig(AppConfig):
    """The social app."""

    name = "social"
    default_auto_field = "django.db.models.BigAutoField"
