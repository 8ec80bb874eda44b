"""The words of likenesses: what is captured, checked, borrowed. No Django."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

TURNS = ("left", "right", "up")
CHALLENGE_DIGITS = 4
CHALLENGE_TURNS = 2
CHALLENGE_VALID_S = 120
RECORDING_S_MIN = 3.0
RECORDING_S_MAX = 30.0
STILLS = 5


class Challenge(NamedTuple):
    """What a person must do, once and in time: say the digits, turn the head in this order."""

    digits: str
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """A decoded capture.

    `frames`: uint8 [T, H, W, 3] RGB at `frames_per_s`. `sound`: float32 [S], 16 kHz.
    """

    frames: npt.NDArray[np.uint8]
    frames_per_s: float
    sound: npt.NDArray[np.float32]
    duration_s: float


class Check(NamedTuple):
    """One finding of a verifier. `passed` None: not measured here, a person must look.

    `is_needed`: a failure sends the person back to record again; otherwise it is advice to the
    reviewer.
    """

    name: str
    passed: bool | None
    note: str = ""
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Borrowed:
    """One likeness that a render may use. `references` are there only inside `unsealed`."""

    cameo_id: UUID
    handle: str
    name: str
    voice_seed: int
    is_inherited: bool = False
    references: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a cameo's owner allows."""

    terms: str
    allows_remix: bool
    rules_text: str = ""


class BrokenLink(NamedTuple):
    """A place where a chain of receipts does not hold."""

    cameo_id: UUID
    sequence: int
    problem: str


class FaceBox(NamedTuple):
    """Where a face lies in a picture, in pixels from its upper left corner."""

    left: int
    top: int
    width: int
    height: int
