"""The verifier port: did a living person make this recording, now, and is it one person?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cameos.spec import Challenge, Check, Recording


class Verifier(Protocol):
    """Measures one recording against its challenge; a reviewer decides.

    `version` changes when any finding could. `assurance` is the level that an approved recording
    reaches: 1 challenge and reviewer, 2 liveness certified at the sensor, 3 that and a document.
    """

    version: str
    assurance: int

    def check(self, recording: Recording, challenge: Challenge | None) -> Sequence[Check]:
        """Return every finding, the unmeasured ones included.

        `challenge` None: an invented character.

        Raises nothing for a bad recording: that is a finding.
        """
