"""Weights on disk: safetensors shards with one digest, checked before anything is loaded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from generation.engines import EngineError

FOLDER = Path(__file__).with_name("weights")
MANIFEST = "digests.json"
SHARD = "15MB"
BUDGET_BYTES = 60_000_000
_WEIGHTY = {".safetensors", ".json"}


def digest(folder: Path) -> str:
    """Compute SHA-256 over names and contents of every configuration and shard, in name order."""
    total = hashlib.sha256()
    for path in _files(folder):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(_sha256(path).encode())
    return total.hexdigest()


def seal(folder: Path) -> str:
    """Write the manifest of a weights folder and return its digest. Raises ValueError over
    budget."""
    size = sum(path.stat().st_size for path in _files(folder))
    if size > BUDGET_BYTES:
        raise ValueError(f"weights are {size} bytes, the budget is {BUDGET_BYTES}")
    found = digest(folder)
    files = {path.relative_to(folder).as_posix(): _sha256(path) for path in _files(folder)}
    manifest = {"digest": found, "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return found


def verify(folder: Path) -> str:
    """Return the digest of a weights folder after checking every byte against its manifest.

    Raises EngineError (permanent) if there are no weights, or not the ones that were sealed.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise EngineError(
            f"Pocket has no weights in {folder}: train them with `python -m training run` and "
            "`python -m training export`, or name another engine",
            permanent=True,
        )
    sealed: str = json.loads(path.read_text())["digest"]
    if digest(folder) != sealed:
        raise EngineError(f"Pocket's weights in {folder} are damaged or changed", permanent=True)
    return sealed


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in _WEIGHTY and path.name != MANIFEST
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
