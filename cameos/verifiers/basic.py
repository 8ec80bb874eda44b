"""Checks of a capture that run offline, without weights. Basic, and not certified liveness.

They catch what is plainly no answer to the challenge: a photograph, a silent clip, a montage. They
cannot tell a good replay or a synthetic face from a person; a reviewer looks at every capture.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cameos.spec import RECORDING_S_MAX, RECORDING_S_MIN, Challenge, Check, Recording

DARK_LUMA, BRIGHT_LUMA = 30.0, 230.0
# Mean change (of 255) between two samples: under it nobody moved, over it the scene was cut.
STILL, CUT = 0.8, 55.0
CUT_RATIO = 8.0
VOICE_RMS = 0.005
FRAMES_MIN = 3
# Energy of one syllable, in windows of 50 ms.
WINDOW_S = 0.05
RATE_HZ = 16_000


class BasicChecks:
    """Length, light, motion, cuts and voice."""

    version = "basic-checks 1"
    assurance = 1

    def check(self, recording: Recording, challenge: Challenge | None) -> Sequence[Check]:
        found = [_light(recording)]
        if challenge is None:
            return [*found, _reviewed("no real person", "a character must show no real person")]
        return [
            _length(recording),
            *found,
            *_motion(recording),
            *_voice(recording, challenge),
            _reviewed("digits", f"must say {' '.join(challenge.digits)}"),
            _reviewed("turns", f"must look {', then '.join(challenge.turns)}"),
            _reviewed("one face", "one person, alone, through the whole recording"),
        ]


def _reviewed(name: str, note: str) -> Check:
    return Check(name, None, note)


def _length(recording: Recording) -> Check:
    good = RECORDING_S_MIN <= recording.duration_s <= RECORDING_S_MAX
    return Check("length", good, f"{recording.duration_s:.1f} s", is_needed=True)


def _light(recording: Recording) -> Check:
    luma = float(recording.frames.mean()) if len(recording.frames) else 0.0
    good = DARK_LUMA < luma < BRIGHT_LUMA
    return Check("light", good, f"mean brightness {luma:.0f} of 255", is_needed=True)


def _motion(recording: Recording) -> list[Check]:
    if len(recording.frames) < FRAMES_MIN:
        return [Check("motion", False, "too few pictures", is_needed=True)]
    luma = recording.frames[:, ::8, ::8].mean(axis=3, dtype=np.float32)
    change = np.abs(np.diff(luma, axis=0)).mean(axis=(1, 2))
    usual = float(np.median(change))
    cuts = int(
        ((change > CUT) | ((change > CUT_RATIO * max(usual, 0.5)) & (change > CUT / 3))).sum()
    )
    return [
        Check(
            "motion", float(change.max()) > STILL, f"most change {change.max():.1f}", is_needed=True
        ),
        Check("uncut", cuts == 0, f"{cuts} cuts", is_needed=True),
    ]


def _voice(recording: Recording, challenge: Challenge) -> list[Check]:
    window = int(RATE_HZ * WINDOW_S)
    whole = len(recording.sound) // window * window
    if not whole:
        return [Check("voice", False, "no sound", is_needed=True)]
    loud = np.sqrt(np.square(recording.sound[:whole].reshape(-1, window)).mean(axis=1))
    bursts = _bursts(loud)
    good = float(loud.max()) > VOICE_RMS
    heard = Check("voice", good, f"loudest {loud.max():.3f}", is_needed=True)
    # Digits run together in fast speech, so fewer bursts than digits is only advice.
    plausible = bursts >= len(challenge.digits) // 2
    return [heard, Check("syllables", plausible, f"{bursts} bursts of sound")]


def _bursts(loud: np.ndarray) -> int:
    voiced = loud > max(VOICE_RMS, float(loud.max()) * 0.25)
    return int((voiced[1:] & ~voiced[:-1]).sum() + int(voiced[0]))
