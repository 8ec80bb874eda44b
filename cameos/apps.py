"""Configuration of this app."""

from django.apps import AppConfig


class CameosConfig(AppConfig):
    """The cameos app."""

    name = "cameos"
    default_auto_field = "django.db.models.BigAutoField"
