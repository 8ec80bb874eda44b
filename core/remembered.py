"""What a process keeps of facts that never change, so that it need not fetch them again."""

from __future__ import annotations

from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """A map of the `size` to twice `size` entries used last, for any number of threads.

    Two dicts, the young and the old: when the young one is full it becomes the old one, whose
    entries are forgotten unless they have been used meanwhile. No lock and no list of uses; threads
    that meet here may at worst forget an entry early. Only for what never changes: nothing else
    makes an entry go.
    """

    def __init__(self, size: int) -> None:
        """Make an empty map."""
        self._size = size
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """Return the value of `key`, or None if it is not remembered."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: Key, value: Value) -> None:
        """Remember `value`, which is not None, as the one of `key`."""
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = value
