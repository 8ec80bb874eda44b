"""What the launcher says: one line per step, with how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from launcher.errors import LauncherError


def say(text: str = "") -> None:
    """Print one line at once, so that a pipe shows progress as a terminal does."""
    print(text, flush=True)


def complain(error: LauncherError) -> None:
    """Print an expected failure as its problem and its way out, to stderr."""
    print(f"\nafterimage: {error.problem}\n  way out: {error.way_out}", file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce `title`, and say how long the block took when it ends well."""
    started = time.monotonic()
    say(f"  … {title}")
    yield
    say(f"  ✓ {title} ({time.monotonic() - started:.1f} s)")
