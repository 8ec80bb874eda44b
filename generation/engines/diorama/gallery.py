"""Draw the contact sheets of docs/gallery: five frames of each clip, its words above them.

    python -m generation.engines.diorama.gallery docs/gallery

Nothing is chosen by hand: the seed of a prompt is its place in the list.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from generation.engines.diorama.engine import Diorama
from generation.spec import (
    Cue,
    Frame,
    Region,
    RenderSpec,
    Shape,
    SoundWish,
    Source,
    SpokenLine,
    Still,
)

PROMPTS = (
    "a red ball bounces on a wet street at night, rain",
    "two white rabbits hop through a snowy forest at dawn",
    'a robot dances on a stage, neon, "I was born to move"',
    "a blue whale swims under the moon, calm music",
    "a small fox runs through an autumn forest, falling leaves",
    "a yellow taxi drives through the city at sunset, watercolour",
    "a giant pumpkin rolls through a farm, the camera follows",
    "a penguin and a polar bear stand on a snowfield, snow, paper style",
    "three colourful balloons float over the mountains at dawn",
    "a black cat sleeps on a piano in a library, candle light",
    "a girl with an umbrella walks on a street in the rain, noir",
    "a dragon flies over a castle in a storm, epic music",
    "an astronaut jumps on the moon, slow, wide shot",
    "a goldfish swims between plants under water, close-up",
    "a dog chases a ball on the beach at sunset",
    "a knight rides a horse through a meadow, vintage",
    "a chef dances in a kitchen, clay style, happy music",
    "a lion looks at a butterfly in a desert, comic style",
    "a train drives through the mountains in the snow, night",
    "a ghost floats in a castle in the fog, mysterious music",
    "an octopus plays the drums under water, playful music",
    "a bee flies around a sunflower in a garden by day",
    "a boat sails on the sea at night, the camera zooms out",
    "a bird sings on a tree in spring, falling petals",
    "a wizard waves in a forest at night, fireflies",
    "a cow stands on a farm at sunrise, watercolour style",
    "a rocket launches from the desert at dusk",
    "a ufo floats over a city at night, neon",
    "two owls sit on a house, moonlit, sketch style",
    "a monkey eats a cake in a room, confetti",
    "a turtle walks on a beach, felt style",
    "a helicopter flies over a lake in the wind",
    "a unicorn runs through a meadow, petals, anime style",
    "a snowman stands in a park, snow, night, romantic music",
    "a duck swims on a lake at sunset, pixel art",
    "a glass cube falls on a wooden stage",
    "an elephant plays with a ball in a park, the camera orbits",
    "a dolphin jumps on the sea, happy music",
    "a man kicks a ball in a garden",
    "a hedgehog walks through falling leaves, handheld camera",
)

_PARENT = RenderSpec(
    "a red ball bounces and a brown dog runs on a street at night", 3.0, "portrait", 4, lines=360
)
_FRAMES = 5
_TILE = (126, 224)
_LABEL_PX = 20
_ROWS_PER_SHEET = 10
_QUALITY = 72


class Row(NamedTuple):
    """One clip of a sheet: what is written above it, and how it is made."""

    label: str
    spec: RenderSpec


def _source(use: str, **said: object) -> Source:
    made = {"use": use, "spec": _PARENT, "seconds": _PARENT.seconds} | said
    return Source(_PARENT.prompt, _PARENT.seed, **made)  # type: ignore[arg-type]


def operations() -> Iterator[Row]:
    """Yield one clip for each way of making one; all but the last start from the first."""
    other = Source("a penguin walks in a snowfield at dawn, snow", 9, seconds=3.0)
    yield Row(_PARENT.prompt, _PARENT)
    said: list[tuple[str, str, Source]] = [
        ("go on: then it snows by day", "then it snows by day", _source("after")),
        ("begin earlier: a calm morning", "a calm morning", _source("before")),
        ("remix 0.4: two cats, autumn", "two cats, autumn", _source("remix", strength=0.4)),
        (
            "remix that keeps the motion: a blue cube and a lion in a desert by day",
            "a blue cube and a lion in a desert by day",
            _source("remix", strength=0.8, keeps=frozenset({"motion"})),
        ),
        (
            "remix that keeps the look: a ball and a dog sleep, the camera zooms in",
            "a ball and a dog sleep, the camera zooms in",
            _source("remix", strength=0.8, keeps=frozenset({"look"})),
        ),
        (
            "replace the ball: a green cube",
            "a green cube",
            _source("edit", region=Region("words", words="the ball")),
        ),
        (
            "dress the dog: make it white",
            "make it white",
            _source("edit", region=Region("words", words="the dog")),
        ),
        ("remove the dog", "remove", _source("edit", region=Region("words", words="the dog"))),
        (
            "change the sky: sunset, clouds",
            "at sunset, clouds",
            _source("edit", region=Region("words", words="the sky")),
        ),
    ]
    for label, prompt, source in said:
        yield Row(label, replace(_PARENT, prompt=prompt, source=source))
    mixed = _source("blend", strength=0.5)
    yield Row(
        f"blend with: {other.prompt}", replace(_PARENT, prompt="", source=mixed, blended=other)
    )
    cues = (Cue(1.0, "sunset"), Cue(2.0, "snow, day"))
    yield Row("schedule: at 1 s sunset, at 2 s snow by day", replace(_PARENT, schedule=cues))
    still = Still(_picture(), "first")
    yield Row("from a given picture", replace(_PARENT, stills=(still,)))
    yield Row("towards a given picture", replace(_PARENT, stills=(replace(still, role="last"),)))
    line = SoundWish(lines=(SpokenLine("good evening", "dog"),))
    yield Row("a spoken line for the dog: good evening", replace(_PARENT, sound=line))


def _picture() -> Frame:
    """Return a picture to start from: three sails on a sea, uint8 [H, W, 3]."""
    image = np.zeros((640, 360, 3), np.uint8)
    image[:420], image[420:] = (240, 190, 130), (40, 90, 130)
    for x, colour in ((90, (250, 245, 235)), (190, (210, 70, 60)), (290, (60, 60, 90))):
        sail = np.array([[x, 180], [x, 410], [x + 60, 410]], np.int32)
        cv2.fillPoly(image, [sail], colour, cv2.LINE_AA)
    return image


def prompts() -> Iterator[Row]:
    """Yield a clip for each prompt, in shapes by turns."""
    shapes: tuple[Shape, ...] = ("portrait", "landscape", "square")
    for seed, prompt in enumerate(PROMPTS):
        shape = shapes[0] if seed % 4 else shapes[seed // 4 % 3]
        yield Row(prompt, RenderSpec(prompt, 3.0, shape, seed, lines=360))


def strip(row: Row) -> Frame:
    """Draw five frames of a clip in a row under its words: uint8 [H, W, 3]."""
    spec = row.spec
    times = tuple(spec.seconds * (step + 0.02) / (_FRAMES - 0.9) for step in range(_FRAMES))
    rendered = Diorama().render(replace(spec, stills_at_s=times), report=lambda done, total: None)
    frames = list(rendered.frames)
    masks = list(rendered.masks) if rendered.masks else []
    if masks:
        was = Diorama().render(replace(_PARENT, stills_at_s=times), report=lambda done, total: None)
        frames = [
            np.where(mask[..., None] > 0, new, old)
            for new, old, mask in zip(frames, was.frames, masks, strict=True)
        ]
    tiles = [_tile(frame) for frame in frames]
    label = Image.new("RGB", (_TILE[0] * _FRAMES, _LABEL_PX), (18, 18, 22))
    font = ImageFont.load_default(13)
    ImageDraw.Draw(label).text((6, 2), row.label, fill=(235, 235, 240), font=font)
    return np.vstack([np.asarray(label, np.uint8), np.hstack(tiles)])


def _tile(frame: Frame) -> Frame:
    """Shrink a frame to fit a tile, on black where its shape is another."""
    width, height = _TILE
    scale = min(width / frame.shape[1], height / frame.shape[0])
    size = (round(frame.shape[1] * scale), round(frame.shape[0] * scale))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    tile = np.zeros((height, width, 3), np.uint8)
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    tile[top : top + size[1], left : left + size[0]] = small
    return tile


def _saved(rows: Sequence[Row], path: Path) -> None:
    Image.fromarray(np.vstack([strip(row) for row in rows])).save(path, quality=_QUALITY, method=6)
    sys.stdout.write(f"{path.name}: {len(rows)} clips, {path.stat().st_size // 1000} kB\n")


def main(folder: Path) -> None:
    """Write all sheets to a folder."""
    for name, rows in (("prompts", list(prompts())), ("operations", list(operations()))):
        for number, first in enumerate(range(0, len(rows), _ROWS_PER_SHEET), start=1):
            some = rows[first : first + _ROWS_PER_SHEET]
            _saved(some, folder / f"diorama-{name}-{number}.webp")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
