"""Plug-ins named in settings, as Django names its caches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string


class NoSuchPluginError(LookupError):
    """A setting has no entry of this alias."""


def configured(setting: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the entries of a plug-in setting by alias, in declared order."""
    entries: Mapping[str, Mapping[str, Any]] = getattr(settings, setting)
    return entries


def backend_class(setting: str, alias: str) -> Any:
    """Return the class of one entry without making an instance.

    Raises NoSuchPluginError naming the aliases that exist.
    """
    entries = configured(setting)
    if alias not in entries:
        known = ", ".join(entries) or "none"
        raise NoSuchPluginError(f"{setting} has no {alias!r}; it has: {known}")
    return import_string(entries[alias]["BACKEND"])


@lru_cache(maxsize=64)
def load(setting: str, alias: str = "default") -> Any:
    """Return this process's one instance of an entry, made with its OPTIONS as keywords."""
    options = dict(configured(setting).get(alias, {}).get("OPTIONS", {}))
    return backend_class(setting, alias)(**options)


def _forget(*, setting: str, **_: Any) -> None:
    load.cache_clear()


setting_changed.connect(_forget)
