"""Fish and other swimmers, and the insects: small bodies whose fins and wings do the moving."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
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


def _bee(puppet: Puppet) -> None:
    coat = puppet.colour
    for name, shade in (("wing_far", (0.8, 0.86, 0.94)), ("wing_near", (0.92, 0.96, 1.0))):
        puppet.part(name, _bug_wing(shade, 0.75), pivot=(0.0, 0.66))

    def body(easel: Easel) -> None:
        easel.poly([(-0.5, 0.46), (-0.66, 0.42), (-0.5, 0.36)], faces.INK)
        easel.oval(-0.06, 0.42, 0.48, 0.32, coat)
        for x in (-0.36, -0.14, 0.08):
            easel.blob(
                [
                    (x - 0.05, 0.1),
                    (x + 0.04, 0.1),
                    (x + 0.08, 0.42),
                    (x + 0.04, 0.76),
                    (x - 0.05, 0.76),
                    (x - 0.01, 0.42),
                ],
                faces.INK,
                inside=True,
                bevel=0.2,
            )

    puppet.part("body", body)
    puppet.parts.append(puppet.parts.pop(1))
    _bug_head(puppet, 0.38, 0.48, 0.26, lighter(coat, 0.2))


def _bug_wing(shade: Colour, length: float) -> Callable[[Easel], None]:
    def draw(easel: Easel) -> None:
        easel.blob(
            [
                (0.02, 0.66),
                (-0.24, 0.66 + length * 0.4),
                (-0.28, 0.66 + length * 0.78),
                (0.02, 0.66 + length * 0.74),
                (0.1, 0.66 + length * 0.3),
            ],
            shade,
            alpha=0.8,
        )

    return draw


def _bug_head(puppet: Puppet, x: float, y: float, r: float, skin: Colour) -> None:
    eyes = [(x - r * 0.1, y + r * 0.12, r * 0.27), (x + r * 0.58, y + r * 0.12, r * 0.24)]

    def draw(easel: Easel) -> None:
        for dx in (-0.2, 0.35):
            easel.limb(
                [
                    (x + r * dx, y + r * 0.8),
                    (x + r * (dx + 0.15), y + r * 1.4),
                    (x + r * (dx + 0.4), y + r * 1.6),
                ],
                [0.03, 0.025, 0.025],
                faces.INK,
            )
            easel.oval(x + r * (dx + 0.42), y + r * 1.62, 0.035, 0.035, faces.INK)
        easel.oval(x, y, r, r, skin)
        faces.draw_cheeks(easel, [(x - r * 0.3, y - r * 0.35, r * 0.25)])
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)
        faces.draw_smile(easel, x + r * 0.3, y - r * 0.4, r * 0.24, feeling=puppet.feeling)

    puppet.part("head", draw, pivot=(x - r * 0.5, y))
    faces.add_lids(puppet, eyes, lighter(skin, 0.1))
    faces.add_mouth(puppet, x + r * 0.3, y - r * 0.36, r * 0.22)


def _butterfly(puppet: Puppet) -> None:
    coat = puppet.colour
    for name, shade in (("wing_far", faces.far_side(coat)), ("wing_near", coat)):
        puppet.part(name, _patterned_wing(shade), pivot=(0.0, 0.5))
    puppet.part(
        "body",
        lambda easel: easel.limb(
            [(-0.22, 0.3), (0.0, 0.5), (0.16, 0.66)], [0.05, 0.11, 0.1], (0.25, 0.18, 0.17)
        ),
    )
    puppet.parts.append(puppet.parts.pop(1))
    _bug_head(puppet, 0.22, 0.74, 0.13, (0.35, 0.26, 0.24))


def _patterned_wing(shade: Colour) -> Callable[[Easel], None]:
    def draw(easel: Easel) -> None:
        edge = darker(shade, 0.6)
        easel.blob(
            [(0.02, 0.52), (-0.02, 0.95), (-0.34, 1.22), (-0.62, 1.1), (-0.58, 0.74), (-0.24, 0.5)],
            edge,
        )
        easel.blob(
            [(0.0, 0.54), (-0.06, 0.9), (-0.33, 1.13), (-0.53, 1.03), (-0.5, 0.76), (-0.2, 0.54)],
            shade,
            shadow=0.0,
        )
        easel.blob(
            [(0.0, 0.5), (-0.3, 0.5), (-0.52, 0.3), (-0.42, 0.06), (-0.16, 0.14), (0.0, 0.4)], edge
        )
        easel.blob(
            [(-0.02, 0.46), (-0.28, 0.45), (-0.45, 0.29), (-0.37, 0.12), (-0.16, 0.2)],
            mix(shade, (1, 0.85, 0.5), 0.4),
            shadow=0.0,
        )
        for x, y, r in ((-0.4, 0.95, 0.06), (-0.28, 0.8, 0.045), (-0.32, 0.28, 0.05)):
            easel.oval(x, y, r, r, lighter(shade, 0.75), inside=True, flat=True)

    return draw


def _ladybug(puppet: Puppet) -> None:
    for name, x, shade in (
        ("leg_far_back", -0.25, (0.1, 0.08, 0.1)),
        ("leg_far_front", 0.25, (0.1, 0.08, 0.1)),
        ("leg_near_back", -0.1, faces.INK),
        ("leg_near_front", 0.12, faces.INK),
    ):
        puppet.part(name, _bug_leg(x, shade), pivot=(x, 0.2))
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.blob(
            [(-0.55, 0.18), (-0.5, 0.55), (-0.1, 0.84), (0.35, 0.66), (0.46, 0.18), (0, 0.12)],
            coat,
            bevel=0.8,
        )
        easel.limb(
            [(-0.1, 0.84), (-0.02, 0.5), (-0.04, 0.14)],
            [0.02, 0.025, 0.02],
            faces.INK,
            flat=True,
            inside=True,
        )
        for x, y, r in (
            (-0.34, 0.5, 0.08),
            (-0.3, 0.27, 0.07),
            (0.2, 0.56, 0.075),
            (0.24, 0.3, 0.07),
            (-0.16, 0.68, 0.05),
        ):
            easel.oval(x, y, r, r, faces.INK, inside=True, flat=True)

    puppet.part("body", body)
    _bug_head(puppet, 0.5, 0.36, 0.22, (0.25, 0.2, 0.22))


def _bug_leg(x: float, shade: Colour) -> Callable[[Easel], None]:
    return lambda easel: easel.limb(
        [(x, 0.22), (x + 0.04, 0.1), (x + 0.02, 0.0)], [0.06, 0.05, 0.05], shade
    )


_BUILDERS: Mapping[str, Callable[[Puppet], None]] = {
    **dict.fromkeys(_BODIES, _fish),
    "octopus": _octopus,
    "jellyfish": _jellyfish,
    "bee": _bee,
    "butterfly": _butterfly,
    "ladybug": _ladybug,
}
