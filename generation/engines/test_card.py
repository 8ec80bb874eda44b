"""A test card: bars, a moving block, a time code and a tone. The cheapest engine that does
everything an engine does, and whose pictures say what they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, NamedTuple, get_args

import cv2
import numpy as np

from generation.engines import EngineError, Report
from generation.spec import (
    LINES,
    Canvas,
    Frame,
    Limits,
    Mask,
    Purpose,
    RegionKind,
    Rendered,
    RenderSpec,
    Sound,
    Source,
    Still,
    StillRole,
    Word,
)

SAMPLE_RATE_HZ = 48_000
# Hue order of the EBU colour bars, at 75 % amplitude.
_BARS = ((191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0))
# The block crosses the picture in this time, whatever the length: so that a clip can be gone on
# with, and shows the same at any size.
_CROSSING_S = 2.0
_BLOCK_SHARE = 1 / 12
# How long a given frame is faded to and from.
_STILL_S = 0.5
_WORD_S = 0.2
_CODE_BITS = 16
_CODE_ROWS = 3
_CODE_SHARE = 1 / 16
_WHITE, _MIDDLE = 255, 128


class Card(NamedTuple):
    """What a picture of the test card says: where in time it is, and 16 bits of what made it."""

    at_ms: int
    seed: int
    prompt: int


class TestCard:
    """Colour bars whose order and tone follow from prompt and seed, and a code that can be read.

    For development and tests of everything around engines: `canvas` makes it small and quick. A
    prompt with the words "fails for good" or "fails once more" raises the corresponding
    EngineError. Every spoken line is beeped, a word in 0.2 s, as long as there is time.
    """

    __test__: ClassVar[bool] = False  # pytest: not a test class
    name = "test-card"
    limits = Limits(
        shapes=("portrait", "landscape", "square"),
        seconds_min=0.5,
        seconds_max=60,
        fps=(24, 30),
        prompt_chars_max=2000,
        cast_max=3,
        has_sound=True,
        accepts_source=True,
        operations=frozenset(
            (
                "text", "image", "storyboard", "schedule", "remix",
                "extend", "blend", "edit", "resound",
            )
        ),
        lines=LINES,
        roles=frozenset(get_args(StillRole)),
        regions=frozenset(get_args(RegionKind)),
        purposes=frozenset(get_args(Purpose)),
        shots_max=12,
    )  # fmt: skip

    def __init__(self, canvas: tuple[int, int] | None = None) -> None:
        self._canvas = None if canvas is None else Canvas(*canvas)

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        _refuse(spec)
        canvas = self._canvas or spec.canvas
        source, count = spec.source, len(spec.stills_at_s) or spec.frames
        is_resound = source is not None and source.use == "resound"
        words = _words(spec)
        return Rendered(
            frames=iter(()) if is_resound else _frames(spec, canvas, report),
            frame_count=count,
            fps=spec.fps,
            canvas=canvas,
            sound=_sound(spec, words),
            sample_rate_hz=SAMPLE_RATE_HZ,
            engine=self.name,
            weights_digest="",
            caption=f"test card: {spec.prompt}",
            words=words,
            understood={"seed": spec.seed},
            masks=_masks(spec, canvas),
        )


def _refuse(spec: RenderSpec) -> None:
    if "fails for good" in spec.prompt:
        raise EngineError("The test card refuses this prompt.", permanent=True)
    if "fails once more" in spec.prompt:
        raise EngineError("The test card is having a bad day.")


@dataclass(frozen=True, slots=True)
class _Look:
    """Everything that does not move: bars of a seed, and what the code says of it."""

    seed: int
    bars: Frame

    @classmethod
    def of(cls, seed: int) -> _Look:
        bars = np.random.default_rng(seed).permutation(np.array(_BARS, np.uint8))
        return cls(seed, bars)

    def mixed(self, other: _Look, share: float) -> _Look:
        """Go `share` of the way to another."""
        bars = cv2.addWeighted(self.bars, 1 - share, other.bars, share, 0)
        return replace(self, bars=np.asarray(bars, np.uint8))


def _look(spec: RenderSpec) -> _Look:
    """What is gone on with looks as it did; a remix and a blend lie between both clips."""
    own, source = _Look.of(spec.seed), spec.source
    if source is None or source.use in ("edit", "resound"):
        return own
    before = _Look.of(source.seed)
    if source.use in ("after", "before"):
        return before
    if source.use == "blend" and spec.blended is not None:
        return replace(before.mixed(_Look.of(spec.blended.seed), 0.5), seed=spec.seed)
    return own.mixed(before, 1.0 if "look" in source.keeps else 1 - source.strength)


def _times(spec: RenderSpec) -> Sequence[float]:
    """When each frame is, on the clock of the whole clip: an extension goes on where it starts."""
    times = spec.stills_at_s or tuple(index / spec.fps for index in range(spec.frames))
    return [at_s + _starts_at(spec) for at_s in times]


def _starts_at(spec: RenderSpec) -> float:
    source = spec.source
    if source is None:
        return 0.0
    if source.use == "after":
        return source.seconds
    if source.use == "before":
        return -spec.seconds
    return source.span.start_s if source.use == "edit" and source.span else 0.0


def _frames(spec: RenderSpec, canvas: Canvas, report: Report) -> Iterator[Frame]:
    look, times, begins_s = _look(spec), _times(spec), _starts_at(spec)
    for done, at_s in enumerate(times, start=1):
        frame = _bars(look, canvas)
        _put_block(frame, at_s)
        frame = _with_stills(frame, spec.stills, at_s=at_s - begins_s, seconds=spec.seconds)
        _put_code(frame, Card(round(at_s * 1000), look.seed, digest(_prompt_at(spec, at_s))))
        yield frame
        report(done, len(times))


def _prompt_at(spec: RenderSpec, at_s: float) -> str:
    said = [cue.prompt for cue in spec.schedule if cue.at_s <= at_s]
    return said[-1] if said else spec.prompt


def digest(prompt: str) -> int:
    """Return the 16 bits by which a picture names its prompt."""
    return int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:2], "big")


def _bars(look: _Look, canvas: Canvas) -> Frame:
    columns = np.arange(canvas.width) * len(look.bars) // canvas.width
    row = look.bars[columns]
    return np.broadcast_to(row, (canvas.height, canvas.width, 3)).copy()


def _block(canvas: Canvas, at_s: float) -> tuple[slice, slice]:
    """Rows and columns of the block: it goes to and fro."""
    phase = at_s / _CROSSING_S % 2
    share = phase if phase <= 1 else 2 - phase
    width = canvas.width * _BLOCK_SHARE
    left = (canvas.width - width) * share
    rows = slice(canvas.height // 3, 2 * canvas.height // 3)
    return rows, slice(round(left), round(left + width))


def _put_block(frame: Frame, at_s: float) -> None:
    frame[_block(Canvas(frame.shape[1], frame.shape[0]), at_s)] = _WHITE


def _with_stills(frame: Frame, stills: Sequence[Still], *, at_s: float, seconds: float) -> Frame:
    """Pass through given pictures; a reference is shown small, in the lower right corner."""
    for still in stills:
        picture = np.asarray(cv2.resize(still.image, frame.shape[1::-1]), np.uint8)
        if still.role == "reference":
            height, width = frame.shape[0] // 5, frame.shape[1] // 5
            small = cv2.resize(still.image, (width, height), interpolation=cv2.INTER_AREA)
            frame[-height:, -width:] = small
            continue
        due_s = {"first": 0.0, "last": seconds}.get(still.role, still.at_s)
        near = max(0.0, 1 - abs(at_s - due_s) / _STILL_S) * still.strength
        frame = np.asarray(cv2.addWeighted(frame, 1 - near, picture, near, 0), np.uint8)
    return frame


def _put_code(frame: Frame, card: Card) -> None:
    """Write three numbers as black and white cells into a strip at the top."""
    height, width = frame.shape[:2]
    rows = np.linspace(0, height * _CODE_SHARE, _CODE_ROWS + 1).round().astype(int)
    edges = np.linspace(0, width, _CODE_BITS + 1).round().astype(int)
    for (top, bottom), number in zip(pairwise(rows), card, strict=True):
        bits = format(number % 2**_CODE_BITS, f"0{_CODE_BITS}b")
        for (left, right), bit in zip(pairwise(edges), bits, strict=True):
            frame[top:bottom, left:right] = _WHITE if bit == "1" else 0


def read_card(frame: Frame) -> Card:
    """Read the code of a picture, of any size and after any encoding."""
    height, width = frame.shape[:2]
    rows = (np.arange(_CODE_ROWS) + 0.5) * height * _CODE_SHARE / _CODE_ROWS
    columns = (np.arange(_CODE_BITS) + 0.5) * width / _CODE_BITS
    cells = frame[rows.astype(int)][:, columns.astype(int)].mean(axis=2) > _MIDDLE
    at_ms, seed, prompt = (int("".join("01"[bit] for bit in row), 2) for row in cells.astype(int))
    return Card(at_ms, seed, prompt)


def _masks(spec: RenderSpec, canvas: Canvas) -> Iterator[Mask] | None:
    """Find what words name: there is one thing in the picture, the block."""
    region = spec.source.region if spec.source else None
    if region is None or region.kind != "words":
        return None
    return (_mask(canvas, at_s) for at_s in _times(spec))


def _mask(canvas: Canvas, at_s: float) -> Mask:
    mask = np.zeros((canvas.height, canvas.width), np.uint8)
    mask[_block(canvas, at_s)] = 255
    return mask


def _words(spec: RenderSpec) -> tuple[Word, ...]:
    """Say the lines, one word after the other, as far as there is time."""
    if spec.sound.is_silent or spec.stills_at_s:
        return ()
    said = [(text, line.speaker) for line in spec.sound.lines for text in line.text.split()]
    fit = int(spec.seconds / _WORD_S)
    return tuple(
        Word(text, index * _WORD_S, (index + 1) * _WORD_S, speaker)
        for index, (text, speaker) in enumerate(said[:fit])
    )


def _sound(spec: RenderSpec, words: Sequence[Word]) -> Sound:
    """A tone whose pitch is the seed's, with a beep an octave higher for every word."""
    if spec.stills_at_s:
        return np.zeros((2, 0), np.float32)
    count = round(spec.frames / spec.fps * SAMPLE_RATE_HZ)
    if spec.sound.is_silent:
        return np.zeros((2, count), np.float32)
    at_s = np.arange(count) / SAMPLE_RATE_HZ + _starts_at(spec)
    pitch_hz = 220.0 * 2 ** (_pitch_seed(spec.source, spec.seed) % 24 / 12)
    wave = 0.2 * np.sin(2 * np.pi * pitch_hz * at_s)
    for word in words:
        heard = slice(*(round(moment * SAMPLE_RATE_HZ) for moment in word[1:3]))
        wave[heard] += 0.2 * np.sin(4 * np.pi * pitch_hz * at_s[heard])
    return np.stack([wave, wave]).astype(np.float32)


def _pitch_seed(source: Source | None, seed: int) -> int:
    return source.seed if source is not None and source.use in ("after", "before") else seed
