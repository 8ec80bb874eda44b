"""What a name may look like, before any table knows it."""

from __future__ import annotations

import zlib
from typing import Any, Protocol

HANDLE_MIN = 3
HANDLE_MAX = 24
HANDLE_PATTERN = r"^[a-z0-9_]{3,24}$"

# Paths and words under which a person could pose as the site itself. Short on purpose: names of
# people and brands are the moderation registries' business, not a list in code.
_RESERVED = """
about abuse account accounts admin administrator afterimage api app apps auth billing blog
cameo cameos clip clips console contact copyright create dashboard dmca docs drafts everyone
explore feed following help home info invite legal login logout mail me media moderation
moderator moderators mod mods new news nobody notices null official owner postmaster press
pricing privacy profile remix render renders root rules safety search security self sessions
settings signin signout signup staff static status support system team terms trust undefined
user users verified webhook webhooks webmaster www
"""
RESERVED_HANDLES = frozenset(_RESERVED.split())


# Whoever has one of these in a name seems to speak for the site.
STAFF_WORDS = frozenset(
    {"admin", "admins", "administrator", "moderator", "moderators", "official", "staff"}
)
UNMISTAKABLE_LETTERS = 6
# Digits that stand for letters in names that want to pass.
LEET = str.maketrans("013457", "oieast")


class TextRules(Protocol):
    """What people may call themselves and say of themselves; bound by `ACCOUNTS_TEXT_RULES`."""

    def require(self, text: str, /, *, by: Any, field: str) -> None:
        """Let `text` pass or raise an InvalidError that names `field` and says why.

        Call it with no transaction open: the record of a refusal must survive it.
        """

    def allows_handle(self, handle: str, /) -> bool:
        """Whether a handle that nobody has yet keeps the house rules. Writes nothing."""


def hue_of(handle: str) -> int:
    """Return the hue of the drawn avatar, in degrees; the same for a handle for ever."""
    return zlib.crc32(handle.encode()) % 360
