"""Static files under names that change with their content."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = (r"""(?P<matched>from\s+["'](?P<url>\./[^"']+)["'])""", 'from "%(url)s"')


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Renames what our own modules import, too.

    Otherwise a module that a page loads by its hashed name and another imports by its plain name
    would run twice, with two sockets and two listeners for every click. Django's own switch for
    this also reads the packages' files, which import what they do not bring.
    """

    patterns: Any = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (_IMPORTS,)))
