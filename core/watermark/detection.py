"""Find the invisible mark again.

In files as they were, and in copies that were cut, scaled or mirrored.

The pilot cells, the same in every clip of a key, say where the grid lies and where in its cycle of
signs the clip begins; then the other cells say which clip it is. Nothing is believed unless the
pilot stands seven standard deviations above chance and the code words agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from core.media.errors import MediaError
from core.media.probing import CONTAINER
from core.watermark import codes
from core.watermark.keys import MarkKey
from core.watermark.patterns import WINDOW_S, Pattern, grid_for, pattern_for
from core.watermark.placements import Placement
from core.watermark.residues import BIN_S, Residues
from core.watermark.searching import candidates

# In 90 unmarked clips chance reached 5.7 with a full search (research notes of this project); a
# search tries millions of placements, so the limit is far above what one trial would need.
PILOT_Z_MIN = 7.0
# The 63 bits are then judged together: the sum of the code cells, signed by the corrected word, in
# standard deviations. Chance reaches 6.4, because the word is chosen to fit the cells; a clip whose
# pilot just passes reaches 12.
_CODE_Z_MIN = 9.0
# Share of the soft bits' weight that must agree with the corrected word. In 1,600 simulated words
# at and below the pilot limit, 0.94 let 5 wrong ones pass, all far below it; 0.90 let 108.
_AGREEMENT_MIN = 0.94
# Bits that are tried both ways when the plain word cannot be corrected: the least certain ones.
_UNSURE_BITS = 6
_SECONDS_MAX = 30.0
# Steps of the climb to the exact place: shifts in cells, and growth that moves the edge as far.
_SETTLING_STEPS = (0.4, 0.2)
_DIRECTIONS = ((0, 0, 0), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))

Cells = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Detection:
    """A mark that was found.

    `confidence_z`: standard deviations of the pilot above chance. `scale`: size of the picture in
    it relative to a whole one; below 1 something was cut off.
    """

    payload: int
    key_id: str
    confidence_z: float
    corrected_bits: int
    is_mirrored: bool = False
    scale: float = 1.0


def detect_file(path: Path, *, keys: Sequence[MarkKey]) -> Detection | None:
    """Look for a mark of any of `keys` in a video file. Raises MediaError if it cannot be read."""
    try:
        with av.open(str(path), format=CONTAINER) as container:
            if not container.streams.video:
                raise MediaError(f"{path.name} has no pictures.")
            video = container.streams.video[0]
            video.thread_type = "AUTO"
            residues = Residues()
            for frame in container.decode(video):
                at_s = frame.time or 0.0
                if at_s > _SECONDS_MAX:
                    break
                luma = np.asarray(frame.to_ndarray(format="gray"), dtype=np.uint8)
                residues.add(luma, at_s=at_s)
    except av.FFmpegError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror}.") from error
    return _find(residues, keys)


def detect(
    lumas: Iterable[npt.NDArray[np.uint8]], *, fps: float, keys: Sequence[MarkKey]
) -> Detection | None:
    """Look for a mark of any of `keys` in uint8 [H, W] luma pictures."""
    residues = Residues()
    for index, luma in enumerate(islice(lumas, round(_SECONDS_MAX * fps))):
        residues.add(luma, at_s=index / fps)
    return _find(residues, keys)


def _find(residues: Residues, keys: Sequence[MarkKey]) -> Detection | None:
    """Try the cheap and likely first: the whole picture, then without black bars, then a search."""
    if residues.is_empty:
        return None
    for key in keys:
        for placement in _placements(residues, key):
            found = _read(residues, key, placement)
            if found is not None:
                return found
    return None


def _placements(residues: Residues, key: MarkKey) -> Iterator[Placement]:
    width, height = residues.size
    yield Placement(grid_for(width, height), 0.0, 0.0, float(width), float(height))
    left, top, right, bottom = residues.picture_box()
    if (right - left, bottom - top) != (width, height):
        grid = grid_for(right - left, bottom - top)
        yield Placement(grid, left, top, float(right), float(bottom))
    for candidate in candidates(residues, key):
        yield _settled(residues, key, candidate)


def _read(residues: Residues, key: MarkKey, placement: Placement) -> Detection | None:
    """Read the payload at one placement, or nothing."""
    pattern = pattern_for(key, placement.grid)
    bins = residues.cells(placement)
    z, phase = _phase(bins, pattern)
    if z < PILOT_Z_MIN:
        return None
    cells = _summed(bins, pattern, phase)
    soft = (cells.ravel()[pattern.cells] * pattern.signs).sum(axis=1)
    decoded = _decoded(soft)
    if decoded is None:
        return None
    payload, corrected = decoded
    spread = float(np.sqrt(np.square(cells.ravel()[pattern.cells]).sum())) + 1e-9
    if float(soft @ _signed(payload)) / spread < _CODE_Z_MIN:
        return None
    return Detection(
        payload=payload,
        key_id=key.key_id,
        confidence_z=round(z, 1),
        corrected_bits=corrected,
        is_mirrored=placement.is_mirrored,
        scale=round(placement.scale(residues.size), 3),
    )


def _decoded(soft: npt.NDArray[np.float32]) -> tuple[int, int] | None:
    """Decode 63 soft bits to payload and corrected bits; if need be with unsure ones turned.

    Source: Chase, "A class of algorithms for decoding block codes with channel measurement
    information", 1972 (his second algorithm).
    """
    hard = (soft > 0).astype(np.uint8)
    unsure = np.argsort(np.abs(soft))[:_UNSURE_BITS]
    found: dict[int, float] = {}
    for turned in product((0, 1), repeat=_UNSURE_BITS):
        word = hard.copy()
        word[unsure] ^= np.array(turned, dtype=np.uint8)
        decoded = codes.decode(word)
        if decoded is not None:
            found[decoded[0]] = float(soft @ _signed(decoded[0]))
            if not any(turned):
                break
    payload = max(found, key=lambda one: found[one], default=None)
    if payload is None or found[payload] < _AGREEMENT_MIN * float(np.abs(soft).sum()):
        return None
    return payload, int(np.count_nonzero((_signed(payload) > 0) != (soft > 0)))


def _signed(payload: int) -> npt.NDArray[np.float32]:
    return 2.0 * codes.encode(payload).astype(np.float32) - 1.0


def _settled(residues: Residues, key: MarkKey, placement: Placement) -> Placement:
    """Move a placement by fractions of a cell to where the pilot is clearest."""
    pattern = pattern_for(key, placement.grid)

    def clarity(one: Placement) -> float:
        return _phase(residues.cells(one), pattern)[0]

    for step in _SETTLING_STEPS:
        nearby = [
            placement.moved(across=across * step, down=down * step, growth=1 + size * step / 50)
            for across, down, size in _DIRECTIONS
        ]
        placement = max(nearby, key=clarity)
    return placement


def _phase(bins: Cells, pattern: Pattern) -> tuple[float, int]:
    """Find where in the cycle of signs the clip starts: the best z, and the bin of the cycle.

    z is exact under "no mark", whatever the picture: the pilot's signs are random and independent
    of it. Worked out from the bins' products with the pilot and with each other, because thousands
    of cells times every possible start would be the slowest step of a search.
    """
    at = np.flatnonzero(pattern.pilot)
    used = bins.reshape(len(bins), -1)[:, at]
    signs = _signs_by_start(pattern, len(bins))
    power = np.einsum("si,ij,sj->s", signs, used @ used.T, signs)
    z = (signs @ (used @ pattern.pilot.ravel()[at])) / np.sqrt(np.maximum(power, 1e-9))
    best = int(np.argmax(z))
    return float(z[best]), best


def _signs_by_start(pattern: Pattern, bins: int) -> npt.NDArray[np.float32]:
    """Give the sign of each of `bins` time bins for every start within the cycle."""
    signs = np.repeat(pattern.windows, round(WINDOW_S / BIN_S))
    steps = np.arange(len(signs))[:, None] + np.arange(bins)[None, :]
    return np.asarray(signs[steps % len(signs)], dtype=np.float32)


def _summed(bins: Cells, pattern: Pattern, phase: int) -> Cells:
    signs = _signs_by_start(pattern, len(bins))[phase]
    return np.asarray(np.tensordot(signs, bins, axes=1), dtype=np.float32)
