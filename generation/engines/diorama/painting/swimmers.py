"""Fish and other swimmers, and the insects: small bodies whose fins and wings do the moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.bugs import bee, butterfly, ladybug
from generation.engines.diorama.painting.rig import Puppet, Rig

# Half length, half height of the body by subject, in heights.
_BODIES: Mapping[str, tuple[float, float]] = {
    "fish": (0.62, 0.40),
    "whale": (0.82, 0.42),
    "dolphin": (0.82, 0.26),
    "shark": (0.86, 0.27),
}


def build(puppet: Puppet) -> Rig:
    """Return the puppet of a swimmer or an insect."""
    _BUILDERS[puppet.subject](puppet)
    return puppet.rig()


def _fish(puppet: Puppet) -> None:
    subject, coat = puppet.subject, puppet.colour
    rx, ry = _BODIES[subject]
    y = 0.5
    _tail_fin(puppet, (-rx * 0.82, y), coat, size=ry * (1.0 if subject == "fish" else 0.9))
    puppet.part("body", lambda easel: _fish_body(easel, subject, coat, rx, ry, y))
    _side_fin(puppet, (rx * 0.1, y - ry * 0.35), darker(coat, 0.15), size=ry * 0.62)
    eyes = [(rx * 0.56, y + ry * 0.2, min(0.09, ry * 0.26))]
    puppet.part(
        "head", lambda easel: _fish_face(easel, puppet, eyes, rx, ry, y), pivot=(rx * 0.3, y)
    )
    faces.add_lids(puppet, eyes, lighter(coat, 0.1))
    faces.add_mouth(puppet, rx * 0.82, y - ry * 0.16, 0.06)


def _fish_face(
    easel: Easel, puppet: Puppet, eyes: faces.Eyes, rx: float, ry: float, y: float
) -> None:
    faces.draw_eyes(easel, eyes, feeling=puppet.feeling)
    if puppet.subject == "shark":
        teeth = [(rx * (0.5 + 0.1 * k), y - ry * (0.34 + 0.12 * (k % 2))) for k in range(4)]
        easel.limb(teeth, [0.02, 0.02], faces.WHITE, flat=True)
    else:
        faces.draw_smile(easel, rx * 0.78, y - ry * 0.16, 0.07, feeling=puppet.feeling)


def _fish_body(easel: Easel, subject: str, coat: Colour, rx: float, ry: float, y: float) -> None:
    fin = darker(coat, 0.18)
    if subject == "fish":
        easel.blob(
            [
                (-rx * 0.4, y + ry * 0.6),
                (-rx * 0.2, y + ry * 1.35),
                (rx * 0.3, y + ry * 1.1),
                (rx * 0.35, y + ry * 0.7),
            ],
            fin,
        )
        easel.blob(
            [(-rx * 0.25, y - ry * 0.7), (-rx * 0.3, y - ry * 1.2), (rx * 0.1, y - ry * 0.85)], fin
        )
    elif subject in {"shark", "dolphin"}:
        easel.blob(
            [
                (-rx * 0.05, y + ry * 0.7),
                (-rx * 0.22, y + ry * 1.75),
                (rx * 0.05, y + ry * 1.35),
                (rx * 0.25, y + ry * 0.75),
            ],
            fin,
        )
    nose = 0.12 if subject == "dolphin" else 0.0
    outline = [
        (-rx, y),
        (-rx * 0.5, y + ry * 0.68),
        (rx * 0.15, y + ry),
        (rx * 0.75, y + ry * 0.62),
        (rx + nose, y - ry * 0.08),
        (rx * 0.7, y - ry * 0.6),
        (rx * 0.1, y - ry * 0.95),
        (-rx * 0.5, y - ry * 0.52),
    ]
    easel.blob(outline, coat)
    if subject == "fish":
        for x in (0.28, -0.28):
            easel.blob(
                [
                    (rx * x - 0.05, y + ry),
                    (rx * x + 0.09, y + ry),
                    (rx * x + 0.13, y),
                    (rx * x + 0.09, y - ry),
                    (rx * x - 0.05, y - ry),
                    (rx * x, y),
                ],
                faces.WHITE,
                inside=True,
                bevel=0.2,
            )
    else:
        easel.oval(
            rx * 0.2,
            y - ry * 0.75,
            rx * 0.95,
            ry * 0.55,
            lighter(coat, 0.62),
            inside=True,
            bevel=0.2,
        )
    if subject == "whale":
        for k in range(5):
            easel.limb(
                [(rx * (0.75 - 0.14 * k), y - ry * 0.4), (rx * (0.6 - 0.14 * k), y - ry * 0.9)],
                [0.012, 0.012],
                lighter(coat, 0.3),
                inside=True,
                flat=True,
            )


def _tail_fin(puppet: Puppet, root: tuple[float, float], coat: Colour, *, size: float) -> None:
    def draw(easel: Easel) -> None:
        x, y = root
        easel.blob(
            [
                (x + 0.1, y + 0.03),
                (x - size * 0.7, y + size * 0.85),
                (x - size * 0.9, y + size * 0.6),
                (x - size * 0.5, y),
                (x - size * 0.9, y - size * 0.6),
                (x - size * 0.7, y - size * 0.85),
                (x + 0.1, y - 0.03),
            ],
            darker(coat, 0.14),
        )

    puppet.part("tail", draw, pivot=root)


def _side_fin(puppet: Puppet, root: tuple[float, float], shade: Colour, *, size: float) -> None:
    def draw(easel: Easel) -> None:
        x, y = root
        easel.blob(
            [
                (x + 0.06, y),
                (x - size * 0.55, y - size * 0.35),
                (x - size * 0.75, y - size * 0.85),
                (x - size * 0.1, y - size * 0.6),
            ],
            shade,
        )

    puppet.part("wing_near", draw, pivot=root)


def _octopus(puppet: Puppet) -> None:
    coat = puppet.colour
    for index in range(6):
        x = -0.3 + index * 0.12
        shade = faces.far_side(coat) if index % 2 else coat
        puppet.part(
            f"tentacle_{index}", _tentacle(x, shade, 1 if index > 2 else -1), pivot=(x * 0.8, 0.42)
        )

    def body(easel: Easel) -> None:
        easel.blob(
            [
                (-0.34, 0.5),
                (-0.38, 0.78),
                (-0.16, 1.02),
                (0.18, 1.02),
                (0.38, 0.78),
                (0.33, 0.48),
                (0, 0.36),
            ],
            coat,
        )
        for x, y, r in ((-0.22, 0.86, 0.05), (-0.1, 0.95, 0.03), (0.27, 0.86, 0.04)):
            easel.oval(x, y, r, r, lighter(coat, 0.35), inside=True, bevel=0.2)

    puppet.part("body", body)
    _front_face(puppet, 0.04, 0.66, 0.085, gap=0.14, skin=coat)


def _tentacle(x: float, shade: Colour, side: int) -> Callable[[Easel], None]:
    def draw(easel: Easel) -> None:
        easel.limb(
            [
                (x * 0.8, 0.5),
                (x * 1.2, 0.22),
                (x * 1.5, 0.04),
                (x * 1.5 + side * 0.14, 0.02),
                (x * 1.5 + side * 0.18, 0.12),
            ],
            [0.15, 0.12, 0.09, 0.07, 0.03],
            shade,
        )

    return draw


def _front_face(  # noqa: PLR0913 - a whole face
    puppet: Puppet, x: float, y: float, r: float, *, gap: float, skin: Colour, parent: str = "body"
) -> None:
    """Eyes, lids and mouth on a body without a head of its own."""
    eyes = [(x - gap, y, r), (x + gap, y, r)]

    def draw(easel: Easel) -> None:
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)
        faces.draw_smile(easel, x, y - r * 1.9, r * 0.9, feeling=puppet.feeling)

    puppet.part("head", draw, pivot=(x, y), parent=parent)
    faces.add_lids(puppet, eyes, lighter(skin, 0.1))
    faces.add_mouth(puppet, x, y - r * 1.8, r * 0.8)


def _jellyfish(puppet: Puppet) -> None:
    coat = puppet.colour
    for index in range(5):
        x = -0.24 + index * 0.12
        points = [(x, 0.5), (x - 0.04, 0.34), (x + 0.04, 0.18), (x - 0.02, 0.02)]
        puppet.part(f"tentacle_{index}", _ribbon(points, lighter(coat, 0.25)), pivot=(x, 0.5))

    def body(easel: Easel) -> None:
        easel.blob(
            [
                (-0.42, 0.52),
                (-0.4, 0.8),
                (0, 1.02),
                (0.4, 0.8),
                (0.42, 0.52),
                (0.2, 0.47),
                (0.0, 0.54),
                (-0.2, 0.47),
            ],
            coat,
            alpha=0.92,
        )
        easel.oval(
            -0.1, 0.84, 0.18, 0.09, lighter(coat, 0.7), inside=True, flat=True, alpha=0.5, angle=0.4
        )

    puppet.part("body", body)
    puppet.glow = (0.0, 0.6, 0.9, mix(coat, (0.3, 0.3, 0.5), 0.4))
    _front_face(puppet, 0.04, 0.68, 0.06, gap=0.12, skin=coat)


def _ribbon(points: list[tuple[float, float]], shade: Colour) -> Callable[[Easel], None]:
    return lambda easel: easel.limb(points, [0.07, 0.06, 0.05, 0.02], shade, alpha=0.85)


_BUILDERS: Mapping[str, Callable[[Puppet], None]] = {
    **dict.fromkeys(_BODIES, _fish),
    "octopus": _octopus,
    "jellyfish": _jellyfish,
    "bee": bee,
    "butterfly": butterfly,
    "ladybug": ladybug,
}
