"""Configuration of this app."""

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    """The generation app."""

    name = "generation"
    default_auto_field = "django.db.models.BigAutoField"
