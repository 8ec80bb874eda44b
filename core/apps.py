"""The mechanisms shared by all apps."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers core and its system checks."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks of plug-in settings, and join structlog to the standard library."""
        from core import checks, logs  # noqa: F401

        logs.configure()
