"""A procedural world in our own code: the fallback engine, and what models are trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generation.engines.diorama.engine import Diorama

__all__ = ["Diorama"]


def __getattr__(name: str) -> Any:
    """Import the engine on first use: its sound and vocabulary are cheaper without."""
    if name == "Diorama":
        from generation.engines.diorama.engine import Diorama

        return Diorama
    raise AttributeError(name)
