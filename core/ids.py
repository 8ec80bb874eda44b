"""Identifiers that sort by creation time and cannot be guessed."""

from __future__ import annotations

import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """Return a version 7 UUID: 48 bits of Unix milliseconds, then 74 random bits.

    Source: RFC 9562 section 5.7. Made here because production PostgreSQL may be older than 18.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return uuid.UUID(int=value)


def uuid_of(text: str) -> uuid.UUID | None:
    """Return the id that `text` spells, or None, which is the id of no row."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
