"""What can be wrong with a piece of media."""

from __future__ import annotations


class MediaError(ValueError):
    """Raise when pictures or sound are not what the caller promised, or cannot be read."""
