"""Keeps processes running: restarts with back-off, stops in reverse order."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from launcher.children import Child
from launcher.console import say
from launcher.errors import LauncherError

BACK_OFF_FIRST_S = 1.0
BACK_OFF_MAX_S = 30.0
# A process that has worked this long has earned a fresh start.
STEADY_AFTER_S = 60.0


@dataclass
class Watched:
    """One process to keep running."""

    name: str
    start: Callable[[], Child]
    is_restarted: bool
    is_service: bool
    child: Child
    started_at: float
    back_off_s: float = BACK_OFF_FIRST_S
    due_at: float | None = None  # when to start it again; None while it runs or has ended well


class Supervisor:
    """The processes of one `up`, in the order in which they were started.

    Use as a context manager: leaving the block stops the application, then its services, the last
    started first.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._watched: list[Watched] = []

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()

    def add(
        self,
        name: str,
        start: Callable[[], Child],
        *,
        is_restarted: bool = True,
        is_service: bool = False,
    ) -> Child:
        """Start a process and watch it from now on; `start` is called again when it ends.

        A service is what the rest needs until it has stopped.
        """
        child = start()
        watched = Watched(name, start, is_restarted, is_service, child, self._clock())
        self._watched.append(watched)
        return child

    def tend(self) -> None:
        """Look at every process once: note the ended ones, restart those whose wait is over."""
        for watched in self._watched:
            if watched.due_at is not None:
                self._restart_when_due(watched)
            elif watched.is_restarted and watched.child.exit_code is not None:
                self._note_end(watched)

    def first_ended(self) -> Child | None:
        """Return a process that should run and does not, the earliest started first."""
        ended = (w.child for w in self._watched if w.is_restarted and w.child.exit_code is not None)
        return next(ended, None)

    def stop_all(self) -> None:
        """Stop every process and wait until it is gone: the application at once, then services."""
        for watched in reversed(self._watched):
            if not watched.is_service:
                watched.child.ask_to_stop()
        self._watched.sort(key=lambda watched: not watched.is_service)
        while self._watched:
            self._watched.pop().child.stop()

    def _note_end(self, watched: Watched) -> None:
        now = self._clock()
        if now - watched.started_at >= STEADY_AFTER_S:
            watched.back_off_s = BACK_OFF_FIRST_S
        watched.child.stop()  # whatever it left in its group
        say(
            f"  ! {watched.name} ended with code {watched.child.exit_code}; "
            f"again in {watched.back_off_s:.0f} s. Its last words:\n{watched.child.last_words()}"
        )
        watched.due_at = now + watched.back_off_s
        watched.back_off_s = min(2 * watched.back_off_s, BACK_OFF_MAX_S)

    def _restart_when_due(self, watched: Watched) -> None:
        if watched.due_at is None or self._clock() < watched.due_at:
            return
        watched.started_at = self._clock()
        try:
            watched.child = watched.start()
        except LauncherError as error:
            say(f"  ! {error.problem}")
            watched.due_at = self._clock() + watched.back_off_s
            watched.back_off_s = min(2 * watched.back_off_s, BACK_OFF_MAX_S)
            return
        watched.due_at = None
        say(f"  ✓ {watched.name} runs again")
