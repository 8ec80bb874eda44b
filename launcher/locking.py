"""`lock`: turn the ranges of pyproject.toml into exact versions with hashes."""

import hashlib
import json
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path

from launcher.console import step
from launcher.environment import LOCKS, find_uv, run_uv
from launcher.home import CHECKOUT, find_home

PYPROJECT = CHECKOUT / "pyproject.toml"
ALL_LOCKS = LOCKS | {"gpu": CHECKOUT / "requirements/gpu.txt"}
# One platform: what an index offers elsewhere must not hold the versions here back, nor push them
# to a release without a wheel for it. No address of any index gets into the files.
COMPILE = [
    *("--python-platform", "x86_64-manylinux_2_28", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
    *("--no-header", "--no-annotate", "--quiet"),
]


def run_lock(arguments: Sequence[str]) -> int:
    """Write the lock files, keeping versions that still fit; `--upgrade` takes the newest."""
    uv = find_uv(find_home(os.environ))
    for group, path in ALL_LOCKS.items():
        with step(f"Locking {path.name}"):
            chosen: list[str | Path] = (
                [] if group == "core" else ["--group", group, "--constraint", LOCKS["core"]]
            )
            run_uv([uv, "pip", "compile", PYPROJECT, *COMPILE, *chosen, *arguments, "-o", path])
            path.write_text(f"{mark()}\n{path.read_text()}")
    return 0


def mark() -> str:
    """Name the ranges that a lock was made from, as its first line."""
    project = tomllib.loads(PYPROJECT.read_text())
    ranges = [project["project"]["dependencies"], project["dependency-groups"]]
    digest = hashlib.sha256(json.dumps(ranges, sort_keys=True).encode()).hexdigest()
    return f"# Written by ./afterimage lock from the ranges {digest[:16]}"


def outdated() -> list[str]:
    """Return the names of lock files that were made from other ranges."""
    return [p.name for p in ALL_LOCKS.values() if not p.read_text().startswith(f"{mark()}\n")]
