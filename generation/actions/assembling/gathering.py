"""From a row to a script: what was asked, and every file that it takes, on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import delivery
from generation.actions import referencing
from generation.actions.assembling.boards import spec_of_shot
from generation.actions.assembling.script import Clip, Script, ShotFacts, shots_from_json
from generation.engines import EngineError
from generation.models import FINISHED, Render, RenderParent
from generation.spec import (
    CastMember,
    Region,
    RenderSpec,
    Source,
    SourceUse,
    Word,
)
from generation.spec.parts import Parts, from_json

MASTER = "private/master.mp4"
# How far up a line of clips an engine is told what they were made of.
_KNOWN_DEPTH = 8
_USES: Mapping[str, SourceUse] = {
    "remix": "remix",
    "after": "after",
    "before": "before",
    "blend": "blend",
    "edit": "edit",
    "resound": "resound",
}


@contextmanager
def script_of(render: Render, *, members: Sequence[Any] = ()) -> Iterator[Script]:
    """Gather what making a render takes. Files are there while the context is open.

    `members`: the unsealed likenesses of its cast. Raises EngineError, permanent, if a clip that
    it cannot do without is gone.
    """
    parts = from_json(render.parts)
    lines = parents_of(render)
    cast = tuple(
        CastMember(one.handle, one.name, tuple(one.references), one.voice_seed) for one in members
    )
    with ExitStack() as held:
        masters = [_master(line.parent, held) for line in lines]
        sources = [
            _source(render, line, parts, master=master)
            for line, master in zip(lines, masters, strict=True)
            if line.role in _USES
        ]
        yield Script(
            operation=render.operation,  # type: ignore[arg-type]
            spec=_with_pictures(_spec(render, parts, cast=cast, sources=sources), parts),
            parts=parts,
            clips=tuple(_clips(render, lines, masters)),
        )


def _with_pictures(spec: RenderSpec, parts: Parts) -> RenderSpec:
    """Add the pictures that were given: frames, looks, and the mask of an edit."""
    try:
        stills, mask = referencing.stills_of(parts), referencing.mask_of(parts)
    except referencing.ReferenceGoneError as error:
        raise EngineError(error.detail, permanent=True) from None
    source = spec.source
    if mask is not None and source is not None and source.region is not None:
        source = replace(source, region=replace(source.region, mask=mask))
    return replace(spec, stills=stills, source=source)


def parents_of(render: Render) -> list[RenderParent]:
    """Return the clips that a render is made of, in their order."""
    return list(render.parents.select_related("parent").order_by("position"))


def has_media(parent: Render) -> bool:
    """Whether a clip's files are still there: one that was thrown away leaves only its words."""
    return bool(parent.media_subject) and parent.state in FINISHED


def _master(parent: Render, held: ExitStack) -> Path | None:
    if not has_media(parent):
        return None
    return held.enter_context(delivery.local_path(parent.media_subject, MASTER))


def _clips(
    render: Render, lines: Sequence[RenderParent], masters: Sequence[Path | None]
) -> Iterator[Clip]:
    """Return the clips whose footage is needed. A remix and a blend do with the words."""
    if render.operation in ("remix", "blend"):
        return
    for line, master in zip(lines, masters, strict=True):
        if master is None:
            raise EngineError("A clip that this is made of was thrown away.", permanent=True)
        yield clip_of(line.parent, master=master)


def clip_of(render: Render, *, master: Path) -> Clip:
    """Return a finished render as material."""
    return Clip(
        master=master,
        caption=render.caption,
        shots=shots_of(render),
        words=tuple(Word(**word) for word in render.words),
        whole=_whole(render),
        specs=_specs_of_board(render),
    )


def shots_of(render: Render) -> tuple[ShotFacts, ...]:
    """Return the shots of a finished render; it is one itself where none were noted."""
    seconds = render.media_facts.get("duration_s", render.seconds)
    whole = ShotFacts(0, 0.0, seconds, render.seed, render.prompt)
    return shots_from_json(render.media_facts.get("shots", ()), otherwise=whole)


def _spec(
    render: Render,
    parts: Parts,
    *,
    cast: tuple[CastMember, ...] = (),
    sources: Sequence[Source] = (),
    seconds: float | None = None,
) -> RenderSpec:
    source, blended = (*sources, None, None)[:2]
    return RenderSpec(
        prompt=render.prompt,
        seconds=render.seconds if seconds is None else seconds,
        shape=render.shape,  # type: ignore[arg-type]
        seed=render.seed,
        fps=render.fps,
        cast=cast,
        source=source,
        lines=render.lines,
        style=parts.style,
        negative=parts.negative,
        camera=parts.camera,
        schedule=parts.schedule,
        sound=parts.sound,
        blended=blended if render.operation == "blend" else None,
        purpose=render.purpose,  # type: ignore[arg-type]
    )


def _source(
    render: Render, line: RenderParent, parts: Parts, *, master: Path | None, depth: int = 0
) -> Source:
    """Return a clip as an engine is told of it: by the shot that it goes on from."""
    parent, shots = line.parent, shots_of(line.parent)
    at = 0 if line.role == "before" else len(shots) - 1
    is_remix = line.role == "remix"
    specs = _specs_of_board(parent)
    return Source(
        prompt=(parent.caption or parent.prompt) if is_remix else shots[at].prompt,
        seed=parent.seed if is_remix else shots[at].seed,
        strength=render.strength,
        master=master,
        use=_USES[line.role],
        keeps=frozenset(parts.keeps),
        spec=_whole(parent, depth=depth) or (specs[at] if specs else None),
        seconds=shots[-1].end_s,
        region=_region(parts),
        span=parts.span,
    )


def _region(parts: Parts) -> Region | None:
    if parts.region is None:
        return None
    given = parts.region
    return Region(given.kind, box=given.box, words=given.words)


def _specs_of_board(render: Render) -> tuple[RenderSpec, ...]:
    """Return what the engine was told of each shot of a board; nothing of any other clip."""
    if render.operation != "storyboard":
        return ()
    parts, shots = from_json(render.parts), shots_of(render)
    script = Script("storyboard", _spec(render, parts), parts)
    if len(parts.shots) != len(shots):
        return ()
    return tuple(
        replace(spec_of_shot(script, at), seconds=shot.end_s - shot.start_s)
        for at, shot in enumerate(shots)
    )


def _whole(render: Render, *, depth: int = 0) -> RenderSpec | None:
    """Return everything that a clip was made of, with the clips that it was made of in turn.

    None where it was cut together: no engine ever made it as a whole.
    """
    if depth >= _KNOWN_DEPTH or render.operation in ("storyboard", "stitch", "trim"):
        return None
    parts = from_json(render.parts)
    sources = [
        _source(render, line, parts, master=None, depth=depth + 1)
        for line in parents_of(render)
        if line.role in _USES
    ]
    is_on_footage = render.operation in ("extend", "edit", "resound")
    if parts.shot is not None or (is_on_footage and sources[0].spec is None):
        return None
    seconds = render.seconds
    if render.operation == "extend":
        seconds -= sources[0].seconds
    return _spec(render, parts, sources=sources, seconds=seconds)
