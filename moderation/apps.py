"""Configuration of this app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ModerationConfig(AppConfig):
    """The moderation app."""

    name = "moderation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Write the house rules after every migration, as Django writes its permissions."""
        from moderation.receivers import write_house_rules

        post_migrate.connect(write_house_rules, sender=self)
