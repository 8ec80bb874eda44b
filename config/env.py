"""Typed readers of the environment. Nothing else in the project touches os.environ."""

from __future__ import annotations

import os
from json import loads
from pathlib import Path
from typing import Any

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


class MissingSettingError(RuntimeError):
    """A required variable is absent. The message names it and where to find an example."""


class WrongSettingError(RuntimeError):
    """A variable is present but cannot be read as its type."""


def text(name: str, default: str | None = None) -> str:
    """Return the variable as text. Without a default it is required."""
    value = os.environ.get(name)
    if value is not None:
        return value
    if default is None:
        raise MissingSettingError(f"{name} is not set; .env.example shows every setting.")
    return default


def flag(name: str, *, default: bool) -> bool:
    """Return the variable as a boolean: 1/true/yes/on or 0/false/no/off."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise WrongSettingError(f"{name}={value!r} is not a yes or a no.")


def number(name: str, default: float) -> float:
    """Return the variable as a number."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return float(value)
    except ValueError:
        raise WrongSettingError(f"{name}={value!r} is not a number.") from None


def whole(name: str, default: int) -> int:
    """Return the variable as a whole number."""
    return int(number(name, default))


def names(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without empty items."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def json(name: str, default: dict[str, Any]) -> dict[str, Any]:
    """Return the variable as a JSON object."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        found = loads(value)
    except ValueError:
        raise WrongSettingError(f"{name} is not JSON.") from None
    if not isinstance(found, dict):
        raise WrongSettingError(f"{name} is not a JSON object.")
    return found


def secret(name: str, default: str | None = None) -> str:
    """Return a secret, read from the file in NAME_FILE when that is set.

    A file that is named but cannot be read is an error: a silent fall back to a default would be a
    weak key.
    """
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return text(name, default)
