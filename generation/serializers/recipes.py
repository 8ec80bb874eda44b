"""What a render was made of, as the wish that would make it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generation.models import Render

# Members of the parts that a wish names in the same way.
_SAME = ("shots", "schedule", "stills", "sound", "camera", "negative", "keeps")


def document_of(render: Render) -> dict[str, Any]:
    """Return the request, without its seed, that asks for a render like this one."""
    parts = render.parts
    document: dict[str, Any] = {
        "operation": render.operation,
        "prompt": render.prompt,
        "original_prompt": render.original_prompt,
        "seconds": parts.get("added_s") or round(render.seconds, 2),
        "shape": render.shape,
        "fps": render.fps,
        "engine": render.engine,
        "strength": render.strength,
        "style": parts.get("style_code", ""),
        "cast": [name.lower() for name in render.recipe.get("cast", ())],
        "people": list(render.recipe.get("people", ())),
        "direction": render.recipe.get("direction", "after"),
    }
    if render.purpose == Render.Purpose.FINAL:
        document["lines"] = render.lines
    document |= {name: parts[name] for name in _SAME if name in parts}
    document["pieces"] = [_piece(piece) for piece in parts.get("pieces", ())]
    document["edit"] = {name: parts[name] for name in ("region", "span") if parts.get(name)}
    if parts.get("shot") is not None:
        document.pop("shots", None)
    return {name: value for name, value in document.items() if value not in ("", None, [], {})}


def _piece(piece: Mapping[str, Any]) -> dict[str, Any]:
    span = piece.get("span") or {}
    return {name: value for name, value in piece.items() if name != "span"} | dict(span)
