"""People and those who walk like people: a paper doll with joints, dressed for its part."""

from __future__ import annotations

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.dolls import Doll, arm, doll_of, draw_doll, leg
from generation.engines.diorama.painting.rig import Puppet, Rig


def build(puppet: Puppet) -> Rig:
    """Return the puppet of a person, an ape, a robot, a ghost or a snowman."""
    special = {"robot": _robot, "ghost": _ghost, "snowman": _snowman}.get(puppet.subject)
    if special:
        special(puppet)
        return puppet.rig()
    doll = doll_of(puppet.subject, puppet.seed, puppet.colour)
    if puppet.subject == "monkey":
        doll = doll._replace(
            skin=(0.93, 0.78, 0.62),
            cloth=puppet.colour,
            legs=puppet.colour,
            shoe=(0.86, 0.68, 0.52),
            build=(0.21, 0.14, 0.30),
        )
        _monkey_tail(puppet)
    draw_doll(puppet, doll)
    return puppet.rig()


def _monkey_tail(puppet: Puppet) -> None:
    def draw(easel: Easel) -> None:
        easel.limb(
            [(-0.08, 0.34), (-0.3, 0.28), (-0.42, 0.46), (-0.34, 0.62), (-0.25, 0.56)],
            [0.06, 0.055, 0.05, 0.045, 0.03],
            puppet.colour,
        )

    puppet.part("tail", draw, pivot=(-0.08, 0.34))


def _robot(puppet: Puppet) -> None:
    coat = puppet.colour
    steel: Colour = (0.62, 0.66, 0.72)
    doll = Doll(steel, steel, steel, steel, coat, "none", (0.2, 0.17, 0.3))
    arm(puppet, doll, "far")
    leg(puppet, doll, "far")
    leg(puppet, doll, "near")

    def body(easel: Easel) -> None:
        easel.box(0, 0.43, 0.4, 0.34, coat, corner=0.06)
        easel.box(0.04, 0.45, 0.22, 0.17, lighter(coat, 0.5), corner=0.03, bevel=0.3)
        for k, shade in enumerate(((0.9, 0.35, 0.3), (0.97, 0.8, 0.35), (0.4, 0.8, 0.5))):
            easel.oval(-0.02 + k * 0.06, 0.48, 0.022, 0.022, shade)
        easel.limb([(-0.04, 0.41), (0.12, 0.41)], [0.02, 0.02], darker(coat, 0.4), flat=True)

    puppet.part("body", body)
    eyes = [(-0.04, 0.82, 0.045), (0.12, 0.82, 0.042)]

    def head(easel: Easel) -> None:
        easel.limb([(0.0, 0.94), (0.0, 1.06)], [0.025, 0.02], steel)
        easel.oval(0.0, 1.08, 0.035, 0.035, (0.95, 0.4, 0.35))
        easel.box(0.02, 0.63, 0.12, 0.08, darker(steel, 0.3))
        easel.box(0.02, 0.8, 0.44, 0.3, coat, corner=0.08)
        easel.box(0.05, 0.81, 0.33, 0.2, (0.16, 0.2, 0.26), corner=0.06, bevel=0.2)
        for x, y, r in eyes:
            easel.oval(x, y, r, r * 1.15, (0.55, 0.95, 0.95), flat=True)
            easel.oval(x - r * 0.2, y + r * 0.3, r * 0.3, r * 0.3, (1, 1, 1), flat=True)
        faces.draw_smile(easel, 0.05, 0.745, 0.04, feeling=puppet.feeling)

    puppet.part("head", head, pivot=(0.02, 0.64))
    faces.add_lids(puppet, eyes, (0.16, 0.2, 0.26))
    faces.add_mouth(puppet, 0.05, 0.765, 0.05)
    arm(puppet, doll, "near")


def _ghost(puppet: Puppet) -> None:
    coat = mix(puppet.colour, (0.85, 0.9, 1.0), 0.3)
    puppet.part(
        "arm_far",
        lambda e: e.limb([(0.25, 0.55), (0.42, 0.5)], [0.14, 0.1], faces.far_side(coat)),
        pivot=(0.25, 0.55),
    )

    def body(easel: Easel) -> None:
        easel.blob(
            [
                (-0.34, 0.1),
                (-0.36, 0.55),
                (-0.2, 0.92),
                (0.06, 1.0),
                (0.3, 0.86),
                (0.37, 0.5),
                (0.36, 0.1),
                (0.26, 0.0),
                (0.15, 0.09),
                (0.02, 0.0),
                (-0.1, 0.09),
                (-0.24, 0.0),
            ],
            coat,
            alpha=0.94,
        )

    puppet.part("body", body)
    puppet.glow = (0.0, 0.55, 0.95, (0.4, 0.5, 0.75))
    eyes = [(-0.02, 0.68, 0.065), (0.2, 0.68, 0.06)]

    def head(easel: Easel) -> None:
        faces.draw_cheeks(easel, [])
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)
        faces.draw_smile(easel, 0.1, 0.53, 0.05, feeling=puppet.feeling)

    puppet.part("head", head, pivot=(0.06, 0.5))
    faces.add_lids(puppet, eyes, lighter(coat, 0.2))
    faces.add_mouth(puppet, 0.1, 0.55, 0.06)
    puppet.part(
        "arm_near",
        lambda e: e.limb([(-0.26, 0.52), (-0.44, 0.44)], [0.15, 0.1], coat),
        pivot=(-0.26, 0.52),
    )


def _snowman(puppet: Puppet) -> None:
    coat = puppet.colour
    twig: Colour = (0.4, 0.28, 0.2)
    puppet.part(
        "arm_far",
        lambda e: e.limb(
            [(0.2, 0.52), (0.42, 0.64), (0.5, 0.74)], [0.035, 0.03, 0.02], darker(twig, 0.2)
        ),
        pivot=(0.2, 0.52),
    )

    def body(easel: Easel) -> None:
        easel.oval(0, 0.22, 0.33, 0.26, coat)
        easel.oval(0, 0.52, 0.25, 0.21, coat)
        for y in (0.6, 0.5, 0.4):
            easel.oval(0.08, y, 0.025, 0.025, faces.INK)

    puppet.part("body", body)
    eyes = [(0.0, 0.82, 0.028), (0.14, 0.82, 0.027)]

    def head(easel: Easel) -> None:
        easel.oval(0.02, 0.79, 0.19, 0.18, coat)
        easel.limb(
            [(-0.17, 0.655), (0.03, 0.62), (0.2, 0.66)], [0.08, 0.09, 0.08], (0.82, 0.27, 0.27)
        )
        easel.limb([(-0.12, 0.63), (-0.16, 0.48)], [0.08, 0.085], (0.74, 0.22, 0.24))
        easel.limb([(0.1, 0.785), (0.3, 0.755)], [0.06, 0.012], (0.95, 0.55, 0.2))
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)
        faces.draw_smile(easel, 0.09, 0.725, 0.045, feeling=puppet.feeling)
        easel.box(0.0, 0.945, 0.4, 0.04, (0.22, 0.2, 0.24), corner=0.02)
        easel.box(0.0, 1.04, 0.25, 0.18, (0.22, 0.2, 0.24), corner=0.03)
        easel.box(0.0, 0.985, 0.25, 0.045, (0.82, 0.27, 0.27))

    puppet.part("head", head, pivot=(0.0, 0.66))
    faces.add_lids(puppet, eyes, coat)
    faces.add_mouth(puppet, 0.09, 0.735, 0.045)
    puppet.part(
        "arm_near",
        lambda e: e.limb([(-0.18, 0.5), (-0.4, 0.58), (-0.5, 0.7)], [0.035, 0.03, 0.02], twig),
        pivot=(-0.18, 0.5),
    )
