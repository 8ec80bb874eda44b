"""Health of a sound track: damaged, clipped, or not there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moderation.spec import Item, Medium, Score

# Full-scale samples in a row that only a damaged or overdriven track has.
CLIP_LEVEL = 0.999
CLIPPED_RATIO = 0.02
QUIET_RMS = 1e-4
OFFSET_MAX = 0.2


class SoundChecks:
    """Sound that would hurt or that is broken. What is said is judged as text."""

    version = "sound-checks 1"
    accepts = frozenset({Medium.AUDIO})

    def score(self, item: Item) -> Sequence[Score]:
        sound = item.audio
        if sound is None or not sound.size:
            return ()
        if not np.isfinite(sound).all():
            return [Score("broken.sound", 1.0, note="the sound has values that are no numbers")]
        scores: list[Score] = []
        clipped = float((np.abs(sound) >= CLIP_LEVEL).mean())
        if clipped > CLIPPED_RATIO:
            scores.append(
                Score("broken.clipped", 1.0, note=f"{clipped:.0%} of the sound is clipped")
            )
        if abs(float(sound.mean())) > OFFSET_MAX:
            scores.append(Score("broken.offset", 1.0, note="the sound has a constant offset"))
        if float(np.sqrt(np.square(sound, dtype=np.float64).mean())) < QUIET_RMS:
            scores.append(Score("broken.quiet", 1.0, note="silence"))
        return scores
