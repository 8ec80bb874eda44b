"""A puppet: sprites on joints, drawn once in one frame (height 1, base at 0, facing right)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from generation.engines.diorama.painting.brush import Colour, Easel, Finish, Sprite

# Room around the unit frame for tails, horns and raised arms.
_FRAME_WIDE, _FRAME_HIGH = 3.6, 1.9


@dataclass(frozen=True, slots=True)
class Part:
    """One sprite of a puppet. It turns about `pivot` (frame units) and follows `parent`."""

    name: str
    sprite: Sprite
    pivot: tuple[float, float]
    parent: str | None


@dataclass(frozen=True, slots=True)
class Rig:
    """A whole puppet, its parts from back to front. `glow` is where light comes out of it.

    `top` is the height of its outline, `half` half its width, both in frame units.
    """

    parts: tuple[Part, ...]
    glow: tuple[float, float, float, Colour] | None = None

    def has(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return any(part.name == name for part in self.parts)


@dataclass(slots=True)
class Puppet:
    """A rig being made: `part` draws the next sprite in front of the ones before."""

    px: float
    finish: Finish
    colour: Colour
    seed: int = 0
    feeling: str = "calm"
    material: str = ""
    subject: str = ""
    parts: list[Part] = field(default_factory=list)
    glow: tuple[float, float, float, Colour] | None = None
    easel: Easel = field(init=False)

    def __post_init__(self) -> None:
        width, height = int(_FRAME_WIDE * self.px), int(_FRAME_HIGH * self.px)
        origin = (width / 2, height - 0.3 * self.px)
        self.easel = Easel(width, height, origin, self.px, self.finish, self.seed)

    def part(
        self,
        name: str,
        draw: Callable[[Easel], None],
        *,
        pivot: tuple[float, float] = (0.0, 0.0),
        parent: str | None = "body",
    ) -> None:
        """Draw a part with `draw` and hang it on `parent`."""
        draw(self.easel)
        above = None if name == "body" else parent
        self.parts.append(Part(name, self.easel.lift(), pivot, above))

    def rig(self) -> Rig:
        """Return the finished puppet."""
        return Rig(tuple(self.parts), self.glow)
