"""What a name may look like, before any table knows it."""

import zlib

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


def hue_of(handle: str) -> int:
    """Return the hue of the drawn avatar, in degrees; the same for a handle for ever."""
    return zlib.crc32(handle.encode()) % 360
