"""The clips that a render is made of: whether they may still be shown."""

from __future__ import annotations

from core.errors import ForbiddenError
from generation.models import FINISHED, Render
from moderation.models import Standing


class SourceRemovedError(ForbiddenError):
    """A clip that this is made of was removed by a moderator. Your credits were not spent."""

    code = "source_removed"


def check_sources(render: Render) -> None:
    """Refuse to go on with what is made of a clip that was taken down since it was asked for.

    Asked when a worker takes the render, and when what it made is judged. One that its maker threw
    away is another matter: its words may still be gone on from. Raises SourceRemovedError.
    """
    sources = Render.objects.filter(children__render=render, state__in=FINISHED)
    if sources.filter(pk__in=Standing.objects.hiding("render")).exists():
        raise SourceRemovedError
