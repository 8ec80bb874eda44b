"""The secret behind the invisible mark, and the numbers that are drawn from it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class MarkKey:
    """One secret pattern. Whoever holds `material` can find, forge and remove the mark."""

    key_id: str
    material: bytes = field(repr=False)

    @classmethod
    def derive(cls, secret: bytes, *, key_id: str) -> Self:
        """Make the key `key_id` from the installation's secret.

        A new `key_id` gives an unrelated pattern, so that a key can be retired while clips marked
        with it stay detectable.
        """
        material = hmac.digest(secret, f"afterimage.mark.{key_id}".encode(), "sha256")
        return cls(key_id=key_id, material=material)

    def numbers(self, purpose: str, *, count: int) -> npt.NDArray[np.uint64]:
        """Draw `count` uniform 64-bit numbers for `purpose`; always the same ones.

        SHAKE-256 instead of numpy's generators: numpy may change its streams between versions, and
        a mark must be readable for as long as the clip exists.
        """
        stream = hashlib.shake_256(self.material + purpose.encode()).digest(8 * count)
        return np.frombuffer(stream, dtype="<u8")

    def shuffle(self, purpose: str, *, count: int) -> npt.NDArray[np.intp]:
        """Permute 0..count-1."""
        return np.argsort(self.numbers(purpose, count=count), kind="stable")

    def signs(self, purpose: str, *, count: int) -> npt.NDArray[np.int8]:
        """Draw `count` signs, -1 or 1."""
        bits = (self.numbers(purpose, count=count) & np.uint64(1)).astype(np.int8)
        return (2 * bits - 1).astype(np.int8)
