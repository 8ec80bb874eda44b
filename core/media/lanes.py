"""Lanes.

One thread and one bounded queue per stage, so that stages overlap and memory stays small; and the
clock that says what each stage costs.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Item = TypeVar("Item")

# Frames that may wait in front of a stage: enough to ride out a key frame, few enough that six
# lanes of 720p hold 50 MB together.
_DEPTH = 6
_POLL_S = 0.5


class Stages:
    """CPU seconds by stage, from all threads."""

    def __init__(self) -> None:
        """Start with nothing spent."""
        self.cpu_s: dict[str, float] = defaultdict(float)
        self._lock = threading.Lock()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add this thread's CPU time in the block to `stage`."""
        before = time.thread_time()
        try:
            yield
        finally:
            with self._lock:
                self.cpu_s[stage] += time.thread_time() - before


class StoppedError(Exception):
    """Raise in every lane when one of them, or the caller, has given up."""


class Stop:
    """What the lanes of one job share: whether to stop, and the first error that made them."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self.error: BaseException | None = None

    def set(self, error: BaseException | None = None) -> None:
        """Stop all lanes; the first error is kept."""
        with self._lock:
            self.error = self.error or error
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Whether somebody has given up."""
        return self._event.is_set()


class Lane(Generic[Item]):
    """Works through items in order, in a thread of its own."""

    def __init__(
        self,
        name: str,
        work: Callable[[Item], None],
        *,
        stop: Stop,
        at_end: Callable[[], None],
        at_stop: Callable[[], None],
    ) -> None:
        """Start the thread.

        It ends with `at_end` after the last item, or with `at_stop` when stopped.
        """
        self._work, self._at_end, self._at_stop = work, at_end, at_stop
        self._stop = stop
        self._queue: queue.Queue[Item | None] = queue.Queue(_DEPTH)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, item: Item | None) -> None:
        """Hand over an item, waiting for room; None after the last. Raises StoppedError."""
        while not self._stop.is_set:
            try:
                self._queue.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return
        raise StoppedError

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._drain()
        except StoppedError:
            self._at_stop()
        except BaseException as error:  # raised again, in the caller
            self._stop.set(error)
            self._at_stop()

    def _drain(self) -> None:
        while not self._stop.is_set:
            try:
                item = self._queue.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if item is None:
                self._at_end()
                return
            self._work(item)
        raise StoppedError
