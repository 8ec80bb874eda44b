"""Changes: a clip gone on with, changed in part, or with another sound; the rest stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from core.media.cutting.edits import Stencil, edited_frames, masked_frames, patched_sound
from core.media.cutting.joins import Piece, joined_sound
from core.media.cutting.reels import Reel, samples_of
from core.media.encoding import SOUND_RATE_HZ
from generation.actions.assembling.boards import sound_of_shot
from generation.actions.assembling.cuts import canvas_of, frames_of, joined
from generation.actions.assembling.script import (
    Clip,
    Script,
    ShotFacts,
    numbered,
    shot_at,
    shots_within,
    words_within,
)
from generation.actions.assembling.takes import Progress, Take, take
from generation.engines import Engine, EngineError, Report
from generation.spec import Canvas, Frame, Region, Rendered, RenderSpec, Source, Span, Word

Made = tuple[Rendered, tuple[ShotFacts, ...]]


def extend(script: Script, *, engine: Engine, report: Report) -> Made:
    """Put new footage after the end or before the start of a clip, joined by a straight cut."""
    clip, spec = script.clips[0], spec_of_extension(script)
    source, fps = _source(spec), spec.fps
    is_before = source.use == "before"
    made = take(engine, spec, report=report, frames=spec.frames, is_end=is_before)
    canvas = made.rendered.canvas or spec.canvas
    reel = Reel.of(clip.master, fps=fps, canvas=canvas)
    old = Piece(reel.frames(), reel.frame_count, reel.sound())
    new = Piece(made.frames, made.frame_count, made.sound)
    old_s, new_s = (made.frame_count / fps, 0.0) if is_before else (0.0, reel.seconds)
    words = words_within(clip.words, Span(0.0, reel.seconds), at_s=old_s)
    words += words_within(made.words, Span(0.0, spec.seconds), at_s=new_s)
    shots = shots_within(clip.shots, Span(0.0, reel.seconds), at_s=old_s)
    fresh = ShotFacts.of(spec, Span(new_s, new_s + made.frame_count / fps))
    captions = [clip.caption, made.rendered.caption]
    rendered = joined(
        [new, old] if is_before else [old, new],
        fps=fps,
        canvas=canvas,
        captions=captions[::-1] if is_before else captions,
        words=words,
        takes=[made],
    )
    return rendered, numbered((fresh, *shots) if is_before else (*shots, fresh))


def spec_of_extension(script: Script) -> RenderSpec:
    """Return what the engine is told: only what is new, and the clip that it goes on from."""
    spec, reel = script.spec, Reel.of(script.clips[0].master, fps=script.spec.fps)
    frames = max(1, spec.frames - reel.frame_count)
    source = replace(_source(spec), seconds=reel.seconds)
    return replace(spec, seconds=frames / spec.fps, source=source)


def edit(script: Script, *, engine: Engine, report: Report) -> Made:
    """Change a stretch, a region, or both. Everything outside stays bit for bit."""
    clip, span, spec = script.clips[0], span_of_edit(script), spec_of_edit(script)
    made = take(engine, spec, report=report, frames=spec.frames)
    canvas = made.rendered.canvas or spec.canvas
    reel = Reel.of(clip.master, fps=spec.fps, canvas=canvas)
    start, stop = frames_of(span, reel)
    region = spec.source.region if spec.source else None
    sound, words = reel.sound(), clip.words
    if engine.limits.has_sound:
        sound = patched_sound(sound, made.sound, start=samples_of(start, fps=spec.fps))
        words = _words_changed(clip, made, span, reel)
    rendered = replace(
        made.rendered,
        frames=_edited(reel, made, region, frames=(start, stop), canvas=canvas),
        frame_count=reel.frame_count,
        sound=sound,
        sample_rate_hz=SOUND_RATE_HZ,
        caption=f"{clip.caption} Changed: {made.rendered.caption}".strip(),
        words=words,
        happenings=tuple(
            one._replace(at_s=one.at_s + span.start_s) for one in made.rendered.happenings
        ),
        canvas=canvas,
        masks=None,
    )
    return rendered, clip.shots if region else _reshot(clip, spec, span, reel)


def span_of_edit(script: Script) -> Span:
    """Return the stretch that is made new, in whole frames: a span, a shot, or all of the clip."""
    clip, parts, fps = script.clips[0], script.parts, script.spec.fps
    reel = Reel.of(clip.master, fps=fps)
    span = parts.span or Span(0.0, reel.seconds)
    if parts.span is None and parts.shot is not None:
        shot = clip.shots[min(parts.shot, len(clip.shots) - 1)]
        span = Span(shot.start_s, shot.end_s)
    start, stop = frames_of(span, reel)
    return Span(start / fps, stop / fps)


def spec_of_edit(script: Script) -> RenderSpec:
    """Return what the engine is told of an edit.

    A shot that is made again starts from nothing, as it did; anything else from the clip, by the
    shot in which it lies.
    """
    spec, clip, span = script.spec, script.clips[0], span_of_edit(script)
    seconds = span.end_s - span.start_s
    at = shot_at(clip.shots, (span.start_s + span.end_s) / 2)
    prompt = spec.prompt or clip.shots[at].prompt
    if script.parts.shot is not None:
        return replace(spec, prompt=prompt, seconds=seconds, source=None)
    # The span is on the clock of the clip: what one of its shots was made of would have another.
    source = replace(
        _source_of_shot(script, at),
        spec=clip.whole,
        span=span,
        seconds=Reel.of(clip.master, fps=spec.fps).seconds,
    )
    return replace(spec, prompt=prompt, seconds=seconds, source=source)


def _source_of_shot(script: Script, at: int) -> Source:
    """Return the clip as what was made in one go has it: all of it, or one of its shots."""
    clip, source = script.clips[0], _source(script.spec)
    made = clip.whole or clip.shots[at]
    return replace(source, prompt=made.prompt, seed=made.seed, spec=clip.spec_of(at))


def stencil_of(region: Region | None, *, canvas: Canvas) -> Stencil | None:
    """Return where an edit may change the picture; None is everywhere."""
    if region is None:
        return None
    if region.kind == "mask" and region.mask is not None:
        return Stencil.of_mask(region.mask, canvas=canvas)
    return Stencil.of_box(region.box, canvas=canvas)


def _edited(
    reel: Reel, made: Take, region: Region | None, *, frames: tuple[int, int], canvas: Canvas
) -> Iterator[Frame]:
    start, stop = frames
    if region is None or region.kind != "words":
        stencil = stencil_of(region, canvas=canvas)
        return edited_frames(reel.frames(), made.frames, start=start, stop=stop, stencil=stencil)
    if made.masks is None:
        text = f"{made.rendered.engine} cannot find things by their names."
        raise EngineError(text, permanent=True)
    return masked_frames(reel.frames(), made.frames, made.masks, start=start, stop=stop)


def _words_changed(clip: Clip, made: Take, span: Span, reel: Reel) -> tuple[Word, ...]:
    """Take new words in the stretch and keep the old ones outside."""
    end_s = reel.seconds
    return (
        *words_within(clip.words, Span(0.0, span.start_s)),
        *words_within(made.words, Span(0.0, span.end_s - span.start_s), at_s=span.start_s),
        *words_within(clip.words, Span(span.end_s, end_s), at_s=span.end_s),
    )


def _reshot(clip: Clip, spec: RenderSpec, span: Span, reel: Reel) -> tuple[ShotFacts, ...]:
    """Put the new shot among the old ones, which it may divide."""
    return numbered(
        (
            *shots_within(clip.shots, Span(0.0, span.start_s)),
            ShotFacts.of(spec, span),
            *shots_within(clip.shots, Span(span.end_s, reel.seconds), at_s=span.end_s),
        )
    )


def resound(script: Script, *, engine: Engine, report: Report) -> Made:
    """Give a clip another sound, as a whole or shot by shot. Its pictures stay bit for bit."""
    clip, canvas, fps = script.clips[0], canvas_of(script), script.spec.fps
    reel = Reel.of(clip.master, fps=fps, canvas=canvas)
    cuts = () if clip.whole else (round(shot.start_s * fps) for shot in clip.shots[1:])
    starts = sorted({0, *cuts, reel.frame_count})
    counts = [stop - start for start, stop in pairwise(starts)]
    progress = Progress(report, counts)
    takes = [
        take(engine, spec, report=progress.of(at), frames=counts[at])
        for at, spec in enumerate(_specs_of_resound(script, starts))
    ]
    words = [
        word
        for made, start in zip(takes, starts[:-1], strict=True)
        for word in words_within(made.words, Span(0.0, reel.seconds), at_s=start / fps)
    ]
    pieces = [Piece(iter(()), made.frame_count, made.sound) for made in takes]
    rendered = replace(
        takes[0].rendered,
        frames=reel.frames(),
        frame_count=reel.frame_count,
        sound=joined_sound(pieces, fps=fps),
        sample_rate_hz=SOUND_RATE_HZ,
        caption=clip.caption,
        words=tuple(words),
        happenings=(),
        canvas=canvas,
    )
    return rendered, clip.shots


def _specs_of_resound(script: Script, starts: Sequence[int]) -> Iterator[RenderSpec]:
    """Return what the engine is told of each shot; the span says where in the clip it lies."""
    spec, count = script.spec, len(starts) - 1
    for at, (start, stop) in enumerate(pairwise(starts)):
        span = Span(start / spec.fps, stop / spec.fps)
        seconds = span.end_s - span.start_s
        shot = shot_at(script.clips[0].shots, span.start_s)
        source = replace(_source_of_shot(script, shot), seconds=seconds, span=span)
        sound = sound_of_shot(spec.sound, at, count)
        yield replace(spec, seconds=seconds, source=source, sound=sound)


def _source(spec: RenderSpec) -> Source:
    if spec.source is None:
        raise EngineError("There is no clip to start from.", permanent=True)
    return spec.source
