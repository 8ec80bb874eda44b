"""System checks: every plug-in that settings name exists."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from core import plugins


@register()
def plugins_exist(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Report each BACKEND of the settings in PLUGIN_SETTINGS that cannot be imported."""
    found: list[CheckMessage] = []
    for setting in settings.PLUGIN_SETTINGS:
        for alias in plugins.configured(setting):
            try:
                plugins.backend_class(setting, alias)
            except ImportError as error:
                hint = f"Correct BACKEND of {setting}[{alias!r}]."
                found.append(Error(str(error), hint=hint, id="core.E001"))
    return found
