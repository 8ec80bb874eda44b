"""The measures of every four-legged animal: one row each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Beast(NamedTuple):
    """Measures in heights: leg length and width, body radii, head place and radius, snout length and half height."""

    leg: float
    limb: float
    body: tuple[float, float]
    head: tuple[float, float, float]
    snout: tuple[float, float]
    ears: str
    tail: str
    marks: tuple[str, ...] = ()


BEASTS: Mapping[str, Beast] = {
    "dog": Beast(0.27, 0.13, (0.36, 0.20), (0.36, 0.70, 0.235), (0.17, 0.10), "flop", "wag", ("belly", "collar")),
    "cat": Beast(0.25, 0.11, (0.36, 0.185), (0.36, 0.66, 0.235), (0.07, 0.07), "point", "curl", ("stripes", "whiskers")),
    "fox": Beast(0.25, 0.10, (0.37, 0.18), (0.37, 0.66, 0.22), (0.19, 0.075), "point", "bush", ("belly", "socks", "bib")),
    "wolf": Beast(0.31, 0.11, (0.38, 0.19), (0.39, 0.72, 0.20), (0.20, 0.085), "point", "bush", ("belly", "bib")),
    "lion": Beast(0.28, 0.13, (0.38, 0.20), (0.37, 0.68, 0.20), (0.12, 0.10), "round", "tuft", ("mane",)),
    "tiger": Beast(0.27, 0.13, (0.40, 0.20), (0.38, 0.68, 0.22), (0.12, 0.09), "round", "curl", ("belly", "stripes")),
    "bear": Beast(0.24, 0.17, (0.38, 0.27), (0.38, 0.70, 0.23), (0.14, 0.10), "round", "puff", ("muzzle",)),
    "panda": Beast(0.22, 0.18, (0.36, 0.28), (0.34, 0.70, 0.25), (0.10, 0.09), "round", "puff", ("panda",)),
    "rabbit": Beast(0.17, 0.12, (0.28, 0.20), (0.24, 0.50, 0.20), (0.06, 0.06), "long", "puff", ("belly", "whiskers")),
    "mouse": Beast(0.16, 0.09, (0.34, 0.22), (0.34, 0.52, 0.22), (0.16, 0.07), "dish", "thin", ("belly", "whiskers")),
    "horse": Beast(0.42, 0.09, (0.36, 0.16), (0.46, 0.86, 0.105), (0.19, 0.075), "leaf", "hair", ("neck", "horsemane", "hooves")),
    "unicorn": Beast(0.42, 0.09, (0.36, 0.16), (0.46, 0.84, 0.105), (0.19, 0.075), "leaf", "hair", ("neck", "horsemane", "hooves", "horn")),
    "cow": Beast(0.30, 0.11, (0.42, 0.22), (0.46, 0.70, 0.16), (0.15, 0.11), "side", "tuft", ("patches", "muzzle", "horns", "hooves")),
    "pig": Beast(0.20, 0.13, (0.42, 0.27), (0.40, 0.58, 0.22), (0.11, 0.10), "leaf", "spiral", ("disc", "hooves")),
    "sheep": Beast(0.24, 0.09, (0.36, 0.25), (0.38, 0.66, 0.165), (0.10, 0.09), "side", "puff", ("wool", "hooves")),
    "goat": Beast(0.30, 0.09, (0.34, 0.19), (0.36, 0.72, 0.155), (0.15, 0.085), "side", "up", ("backhorns", "beard", "hooves", "belly")),
    "deer": Beast(0.40, 0.08, (0.32, 0.15), (0.40, 0.76, 0.12), (0.14, 0.065), "leaf", "puff", ("neck", "antlers", "dots", "hooves", "belly")),
    "giraffe": Beast(0.36, 0.075, (0.25, 0.13), (0.40, 0.90, 0.085), (0.13, 0.055), "leaf", "tuft", ("neck", "spots", "knobs", "hooves")),
    "elephant": Beast(0.26, 0.18, (0.42, 0.28), (0.44, 0.64, 0.22), (0.0, 0.0), "sail", "thin", ("trunk",)),
    "dinosaur": Beast(0.22, 0.14, (0.36, 0.20), (0.58, 0.86, 0.13), (0.14, 0.085), "none", "lizard", ("neck", "spikes", "belly")),
    "dragon": Beast(0.22, 0.14, (0.36, 0.20), (0.46, 0.76, 0.17), (0.17, 0.095), "none", "arrow", ("neck", "spikes", "belly", "wings", "backhorns")),
    "frog": Beast(0.12, 0.16, (0.36, 0.24), (0.22, 0.56, 0.26), (0.0, 0.0), "none", "none", ("belly", "frogeyes")),
    "turtle": Beast(0.16, 0.17, (0.48, 0.22), (0.66, 0.46, 0.17), (0.06, 0.08), "none", "nub", ("shell",)),
    "hedgehog": Beast(0.12, 0.11, (0.44, 0.30), (0.44, 0.40, 0.21), (0.18, 0.07), "round", "none", ("quills",)),
}  # fmt: skip
