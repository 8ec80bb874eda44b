"""Checkpoints on disk: finding them, counting them and naming them by what is in them. No torch."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from importlib.util import find_spec
from operator import mul
from pathlib import Path
from typing import Any

import structlog

from generation.engines import EngineError
from generation.engines.diffusion.family import Family

log = structlog.get_logger(__name__)

INDEX = "model_index.json"
REMEMBERED = ".afterimage-digests.json"
# Component folders only: beside them, hub repositories keep the same weights again in single files
# of all precisions, some hundred gigabytes. And no pickles: those can run code when they are read.
KINDS = ("json", "safetensors", "txt", "model", "jinja")
FETCHED = (INDEX, *(f"*/*.{kind}" for kind in KINDS))
WEIGHTY = {".safetensors", ".json"}
LIBRARIES = ("torch", "diffusers", "transformers", "accelerate")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def missing_libraries() -> list[str]:
    """Return which libraries of the model stack are not installed, without importing them."""
    return [name for name in LIBRARIES if find_spec(name) is None]


def trouble_with(model: str, family: Family) -> str:
    """Say in one line what keeps a model from being loaded, and the way out. Empty if nothing.

    Looks at names and files only: nothing is imported, fetched or computed.
    """
    if missing := missing_libraries():
        return (
            f"{family.title} needs {', '.join(missing)}: install requirements/gpu.txt into the "
            "worker's environment (docs/models says how)."
        )
    if not model:
        return (
            f"{family.title} has no weights: set {family.setting} to a checkpoint folder or a hub "
            f"id such as {family.example}."
        )
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _trouble_in(folder, family)
    if not _HUB_ID.fullmatch(model):
        return f"{family.setting} is {model!r}: no such folder, and not a hub id (owner/name)."
    return ""


def find(model: str, family: Family, *, revision: str = "") -> Path:
    """Return the checkpoint folder of a model, fetching a hub id that is not on this machine yet.

    Raises EngineError with the way out.
    """
    if trouble := trouble_with(model, family):
        raise EngineError(trouble, permanent=True)
    folder = Path(model).expanduser()
    if not folder.is_dir():
        folder = _fetched(model, family, revision)
        if trouble := _trouble_in(folder, family):
            raise EngineError(trouble, permanent=True)
    return folder


def digest_of(paths: Mapping[str, Path]) -> str:
    """Return one SHA-256 over names and contents of weights and configurations, in name order.

    `paths`: folders or files by name. What was read once is remembered by size and time of change
    in a file beside the weights, so that a start does not read seventy gigabytes.
    """
    whole = hashlib.sha256()
    for name, path in sorted(paths.items()):
        folder = path if path.is_dir() else path.parent
        remembered = _recall(folder)
        for file in _weighty(path):
            label = f"{name}/{file.relative_to(folder).as_posix()}"
            whole.update(f"{label}\0{_sha256(file, folder, remembered)}\n".encode())
        _remember(folder, remembered)
    return whole.hexdigest()


def numbers_in(folder: Path, *, without: Collection[str] = ()) -> dict[str, int]:
    """Count the weights of each component folder from the headers of its safetensors."""
    counted: dict[str, int] = {}
    for file in sorted(folder.glob("*/*.safetensors")):
        name = file.parent.name
        if name not in without:
            counted[name] = counted.get(name, 0) + _numbers(file)
    return counted


def _numbers(file: Path) -> int:
    with file.open("rb") as opened:
        header = json.loads(opened.read(int.from_bytes(opened.read(8), "little")))
    shapes = (entry["shape"] for name, entry in header.items() if name != "__metadata__")
    return sum(reduce(mul, shape, 1) for shape in shapes)


def _trouble_in(folder: Path, family: Family) -> str:
    index = folder / INDEX
    if not index.is_file():
        return (
            f"{folder} is no diffusers checkpoint (no {INDEX}): download {family.example} whole, "
            f"and name its folder in {family.setting}."
        )
    try:
        kind = str(json.loads(index.read_text(encoding="utf-8")).get("_class_name", ""))
    except (OSError, ValueError) as error:
        return f"{index} cannot be read ({error}): download the checkpoint again."
    if not family.accepts(kind):
        return f"{folder} holds a {kind or 'checkpoint without a name'}, not {family.title}."
    return ""


def _fetched(model: str, family: Family, revision: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    way_out = f"download it elsewhere and set {family.setting} to the folder."
    try:
        return Path(
            snapshot_download(model, revision=revision or None, allow_patterns=list(FETCHED))
        )
    except GatedRepoError as error:
        raise EngineError(
            f"{model} is given only to those who accept its licence: accept it on the hub and set "
            f"HF_TOKEN, or {way_out}",
            permanent=True,
        ) from error
    except RepositoryNotFoundError as error:
        raise EngineError(
            f"The hub has no {model}, or does not show it to you: set {family.setting} to an id "
            f"such as {family.example}, and HF_TOKEN if it is private.",
            permanent=True,
        ) from error
    except (HfHubHTTPError, OSError) as error:
        raise EngineError(
            f"{model} is not on this machine and cannot be fetched now: check the network, or "
            f"{way_out}"
        ) from error


def _weighty(path: Path) -> Iterable[Path]:
    """A file itself; of a checkpoint the index and what is in its component folders."""
    if path.is_file():
        return [path]
    inside = (file for file in path.glob("*/*") if not file.parent.name.startswith("."))
    return sorted(file for file in (path / INDEX, *inside) if _is_weighty(file))


def _is_weighty(file: Path) -> bool:
    return file.is_file() and file.suffix in WEIGHTY


def _sha256(file: Path, folder: Path, remembered: dict[str, Any]) -> str:
    seen = file.stat()
    name = file.relative_to(folder).as_posix()
    known = remembered.get(name)
    if known and known[:2] == [seen.st_size, seen.st_mtime_ns]:
        return str(known[2])
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    remembered[name] = [seen.st_size, seen.st_mtime_ns, found]
    return found


def _recall(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(folder: Path, remembered: dict[str, Any]) -> None:
    """Write what was read; weights on a read-only disk are read again at the next start."""
    fresh = folder / f"{REMEMBERED}.{os.getpid()}"
    try:
        fresh.write_text(json.dumps(remembered, sort_keys=True), encoding="utf-8")
        fresh.replace(folder / REMEMBERED)
    except OSError as error:
        log.info("engine.digests_not_kept", folder=str(folder), error=str(error))
        with contextlib.suppress(OSError):
            fresh.unlink()
