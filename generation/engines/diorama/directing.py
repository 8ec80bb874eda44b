"""Turn a spec into a play: one scene, or several acts of the same people on one line of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from generation.engines import EngineError
from generation.engines.diorama import briefing
from generation.engines.diorama.asking import asked, bed_of, with_sound
from generation.engines.diorama.grammar import parse
from generation.engines.diorama.mounting import coloured
from generation.engines.diorama.restaging import restage, without
from generation.engines.diorama.scene import Brief, Line, Noun, Scene
from generation.engines.diorama.staging import stage
from generation.spec import Canvas, CastMember, RenderSpec, Source

NOBODY = -1
# How long one act melts into the next.
CHANGE_S = 0.5
# Strength with which later words are written over a running scene: what they name changes.
_GOING_ON = 0.3
# Up to this share of the second clip, a blend takes place and time from the first.
_EVEN = 0.5


class Act(NamedTuple):
    """A scene over all frames of a play, seen from frame `start` until the next act starts."""

    scene: Scene
    start: int = 0


@dataclass(frozen=True, slots=True)
class Play:
    """Acts on one line of time, and which of its frames are wanted: `first` up to `last`.

    `is_heard_only` says that nobody looks. `changed` is the noun that an edit is about in `before`,
    the play as it was, and in this one: NOBODY where it is not there, None for everybody.
    """

    acts: tuple[Act, ...]
    first: int
    last: int
    is_heard_only: bool = False
    before: Play | None = None
    changed: tuple[int | None, int | None] = (None, None)

    @property
    def frames(self) -> int:
        """How long the whole line of time is."""
        return self.acts[0].scene.frames

    @property
    def fps(self) -> int:
        """Frames per second of every act."""
        return self.acts[0].scene.fps

    @property
    def fade(self) -> int:
        """How many frames one act needs to melt into the next."""
        return max(1, round(CHANGE_S * self.fps))


def direct(spec: RenderSpec, *, canvas: Canvas | None = None) -> Play:
    """Return the play of a spec. Pure, and cheap: nothing is drawn.

    `canvas` stands in for the spec's own size. Raises EngineError, permanent, if an edit names what
    is not there.
    """
    size = canvas or spec.canvas
    use = spec.source.use if spec.source else "remix"
    makers = {"after": _after, "before": _before, "edit": _edited, "resound": _resounded}
    if spec.source is not None and use in makers:
        return makers[use](spec, spec.source, size)
    return _opened(spec, size)


def _opened(spec: RenderSpec, canvas: Canvas) -> Play:
    cues = sorted(cue for cue in spec.schedule if cue.at_s < spec.seconds)
    if cues and cues[0].at_s <= 0:
        spec = replace(spec, prompt=cues[0].prompt)
        cues = cues[1:]
    scene = _opening(spec, canvas)
    scene = replace(scene, bed=bed_of(scene, spec.sound.ambience))
    acts = [Act(scene)]
    for cue in cues:
        said = asked(replace(spec, prompt=cue.prompt, sound=replace(spec.sound, lines=())))
        start = round(cue.at_s * spec.fps)
        acts += _next_act(acts[-1].scene, said, start=start, cast=spec.cast)
    return Play(tuple(acts), 0, scene.frames)


def _opening(spec: RenderSpec, canvas: Canvas) -> Scene:
    source = spec.source
    if source is not None and source.spec is not None and source.keeps:
        return _kept(spec, source, canvas)
    if source is not None and spec.blended is not None:
        return _blend(spec, source, spec.blended, canvas)
    return stage(
        spec.prompt,
        seed=spec.seed,
        seconds=spec.seconds,
        fps=spec.fps,
        canvas=canvas,
        cast=spec.cast,
        source=source,
        said=coloured(asked(spec), spec.stills),
    )


def _kept(spec: RenderSpec, source: Source, canvas: Canvas) -> Scene:
    """Remix with one side nailed down: the motion of the parent, or its look."""
    opening = _parent(spec, source, canvas).acts[0].scene
    parent = replace(opening, frames=spec.frames, composed=0)
    child = asked(spec)
    if "look" in source.keeps:
        child = _deeds_only(parent.brief, child)
    mixed = briefing.remix(parent.brief, child, strength=min(source.strength, 0.9))
    if "motion" in source.keeps:
        mixed = _same_deeds(parent.brief, mixed)
    return restage(parent, _completed(mixed, parent, spec.cast))


def _deeds_only(parent: Brief, child: Brief) -> Brief:
    """Keep of the child's words what people do and say, and how it is filmed."""
    there = {noun.subject for noun in parent.nouns}
    nouns = tuple(
        Noun(noun.subject, action=noun.action, feeling=noun.feeling, handle=noun.handle)
        for noun in child.nouns
        if noun.subject in there
    )
    kept = child if len(nouns) == len(child.nouns) else replace(child, lines=())
    return replace(kept, nouns=nouns, place=None, weather=None, time=None, style=None)


def _same_deeds(parent: Brief, mixed: Brief) -> Brief:
    nouns = tuple(
        replace(noun, action=was.action, link=was.link, count=was.count)
        for noun, was in zip(mixed.nouns, parent.nouns, strict=False)
    )
    return replace(mixed, nouns=nouns, camera=parent.camera, lines=mixed.lines)


def _blend(spec: RenderSpec, one: Source, other: Source, canvas: Canvas) -> Scene:
    """Mix two clips: everybody of both, the place of the heavier, the air of the lighter."""
    share = one.strength
    scenes = [_parent(spec, source, canvas).acts[-1].scene for source in (one, other)]
    heavy, light = scenes if share <= _EVEN else reversed(scenes)
    brief = briefing.joined(heavy.brief, light.brief)
    said = asked(spec)
    mixed = briefing.remix(brief, said, strength=_GOING_ON) if _says_anything(said) else brief
    staged = replace(heavy, frames=spec.frames, composed=0, cast=_cast(spec.cast))
    return restage(staged, _completed(mixed, staged, spec.cast))


def _parent(spec: RenderSpec, source: Source, canvas: Canvas) -> Play:
    """Return the play that a source clip shows, at this spec's size and rate."""
    if source.spec is not None:
        people = {member.handle: member for member in (*source.spec.cast, *spec.cast)}
        made = replace(
            source.spec,
            shape=spec.shape,
            lines=spec.lines,
            fps=spec.fps,
            cast=tuple(people.values()),
            stills_at_s=(),
        )
    else:
        made = replace(
            spec,
            prompt=source.prompt,
            seed=source.seed,
            seconds=source.seconds or spec.seconds,
            source=None,
            blended=None,
            schedule=(),
            stills=(),
            stills_at_s=(),
            style="",
            negative="",
            camera=None,
            sound=replace(spec.sound, ambience="", music="", is_silent=False, lines=()),
        )
    return direct(made, canvas=canvas)


def _after(spec: RenderSpec, source: Source, canvas: Canvas) -> Play:
    parent = _parent(spec, source, canvas)
    end, total = parent.frames, parent.frames + spec.frames
    acts = [Act(_longer(act.scene, total), act.start) for act in parent.acts]
    acts += _next_act(acts[-1].scene, asked(spec), start=end, cast=spec.cast)
    return Play(tuple(acts), end, total)


def _longer(scene: Scene, frames: int) -> Scene:
    return replace(scene, frames=frames, composed=scene.composed_frames)


def _before(spec: RenderSpec, source: Source, canvas: Canvas) -> Play:
    parent = _parent(spec, source, canvas)
    ahead = spec.frames
    acts = [Act(_delayed(act.scene, ahead), act.start + ahead) for act in parent.acts]
    acts[0] = Act(acts[0].scene)
    play = Play(tuple(acts), 0, ahead)
    prelude = _next_act(acts[0].scene, asked(spec), start=0, cast=spec.cast)
    if prelude:
        # The change back to the parent is over when the parent begins.
        meets = max(0, ahead - play.fade)
        play = replace(play, acts=(prelude[0], Act(acts[0].scene, meets), *acts[1:]))
    return play


def _delayed(scene: Scene, frames: int) -> Scene:
    return replace(
        scene,
        frames=scene.frames + frames,
        origin=scene.origin + frames,
        composed=scene.composed_frames,
        opens_s=scene.opens_s + frames / scene.fps,
    )


def _next_act(scene: Scene, said: Brief, *, start: int, cast: Sequence[CastMember]) -> list[Act]:
    """Return the act in which `said` has been written over a running scene; none if it is alike."""
    mixed = briefing.remix(scene.brief, said, strength=_GOING_ON)
    brief = _completed(replace(mixed, lines=()), scene, cast)
    opens_s = start / scene.fps - CHANGE_S / 2
    people = dict(scene.cast) | _cast(cast)
    lines = briefing.remix(scene.brief, said, strength=_GOING_ON).lines if said.lines else ()
    brief = replace(brief, lines=lines)
    if brief == replace(scene.brief, lines=()):
        return []
    changed = restage(replace(scene, cast=people), brief)
    return [Act(replace(changed, opens_s=max(0.0, opens_s)), start)]


def _completed(brief: Brief, scene: Scene, cast: Sequence[CastMember]) -> Brief:
    handles = frozenset(scene.cast) | {member.handle for member in cast}
    return briefing.complete(brief, seed=scene.seed, handles=handles)


def _cast(members: Sequence[CastMember]) -> dict[str, CastMember]:
    return {member.handle: member for member in members}


def _says_anything(brief: Brief) -> bool:
    return bool(brief.nouns or brief.lines or brief != Brief(lines=brief.lines))


def _edited(spec: RenderSpec, source: Source, canvas: Canvas) -> Play:
    parent = _parent(spec, source, canvas)
    first, last = 0, parent.frames
    if source.span is not None:
        first = max(0, round(source.span.start_s * spec.fps))
        last = min(parent.frames, first + spec.frames)
    region = source.region
    if region is not None and region.kind == "words":
        return _replaced(spec, parent, region.words, first=first, last=last)
    acts = []
    for act in parent.acts:
        lines = act.scene.brief.lines
        changed = _next_act(act.scene, asked(spec), start=act.start, cast=spec.cast)
        scene = changed[0].scene if changed else act.scene
        kept = scene.brief.lines or lines
        acts.append(Act(replace(scene, brief=replace(scene.brief, lines=kept)), act.start))
    return Play(tuple(acts), first, last, before=parent)


def _replaced(spec: RenderSpec, parent: Play, name: str, *, first: int, last: int) -> Play:
    """Let one thing become another, or go; nobody else changes."""
    target = _named(parent.acts[0].scene.brief, name)
    if target is None:
        return _surroundings(spec, parent, name, first=first, last=last)
    brief = parent.acts[0].scene.brief
    said = asked(spec)
    is_gone = brief.nouns[target].subject in said.forbidden or _is_removal(spec.prompt)
    if is_gone:
        acts = tuple(Act(without(act.scene, target), act.start) for act in parent.acts)
        return Play(acts, first, last, before=parent, changed=(target, NOBODY))
    new = said.nouns[0] if said.nouns else _dressed(spec.prompt, brief.nouns[target])
    acts = tuple(
        Act(_with_noun(act.scene, target, new, spec.cast), act.start) for act in parent.acts
    )
    return Play(acts, first, last, before=parent, changed=(target, target))


def _with_noun(scene: Scene, target: int, new: Noun, cast: Sequence[CastMember]) -> Scene:
    was = scene.brief.nouns[target]
    noun = replace(new, action=new.action or was.action, link=was.link, count=was.count)
    if new.subject == was.subject:
        said = ("colour", "size", "material", "feeling", "action", "handle")
        noun = replace(was, **{name: getattr(new, name) or getattr(was, name) for name in said})
    nouns = (*scene.brief.nouns[:target], noun, *scene.brief.nouns[target + 1 :])
    brief = _completed(replace(scene.brief, nouns=nouns), scene, cast)
    return restage(replace(scene, cast=dict(scene.cast) | _cast(cast)), brief)


def _dressed(prompt: str, noun: Noun) -> Noun:
    """Read words without a noun, such as "make it blue", as if they spoke of `noun`."""
    nouns = parse(f"{prompt} {noun.subject}").nouns
    return nouns[0] if nouns else noun


def _is_removal(prompt: str) -> bool:
    words = prompt.lower().split()
    return bool(words) and words[0].strip(".,:") in {
        "remove",
        "delete",
        "erase",
        "without",
        "nothing",
    }


SURROUNDINGS = {
    "background": "background",
    "backdrop": "background",
    "surroundings": "background",
    "sky": "sky",
    "ground": "ground",
    "floor": "ground",
}


def _surroundings(spec: RenderSpec, parent: Play, name: str, *, first: int, last: int) -> Play:
    """Change what is around everybody, where the region names it."""
    if surroundings_of(name) is None:
        brief = parent.acts[0].scene.brief
        there = sorted({noun.subject for noun in brief.nouns} | {"background", "sky", "ground"})
        raise EngineError(
            f"There is no {name!r} in this clip. It shows: {', '.join(there)}.", permanent=True
        )
    said = replace(asked(spec), nouns=(), lines=())
    acts = []
    for act in parent.acts:
        mixed = briefing.remix(act.scene.brief, said, strength=_GOING_ON)
        acts.append(Act(restage(act.scene, _completed(mixed, act.scene, spec.cast)), act.start))
    return Play(tuple(acts), first, last, before=parent)


def surroundings_of(name: str) -> str | None:
    """Return background, sky or ground if that is what `name` means."""
    return next((SURROUNDINGS[word] for word in name.lower().split() if word in SURROUNDINGS), None)


def _named(brief: Brief, name: str) -> int | None:
    """Find the noun that words such as "the small dog" speak of: the one that fits best."""
    wanted = parse(name)
    handles = [word[1:].lower() for word in name.split() if word.startswith("@")]
    for index, noun in enumerate(brief.nouns):
        if noun.handle and noun.handle in handles:
            return index
    for asked_for in wanted.nouns[:1]:
        fits = [
            (sum(_alike(noun, asked_for)), -index)
            for index, noun in enumerate(brief.nouns)
            if noun.subject == asked_for.subject
        ]
        if fits:
            return -max(fits)[1]
    return None


def _alike(noun: Noun, wanted: Noun) -> list[bool]:
    names = ("colour", "size", "material", "feeling", "action")
    return [getattr(wanted, name) in {getattr(noun, name)} - {None} for name in names]


def _resounded(spec: RenderSpec, source: Source, canvas: Canvas) -> Play:
    """Let the same picture sound otherwise. Who speaks without being there is a voice off stage."""
    parent = _parent(spec, source, canvas)
    wished = with_sound(parse(spec.prompt), spec.sound)
    acts = []
    for act in parent.acts:
        brief = act.scene.brief
        lines = brief.lines
        if wished.lines:
            mapped = briefing.remix(brief, wished, strength=_GOING_ON).lines
            own = act is parent.acts[0]
            lines = tuple(_from_stage(line, len(brief.nouns)) for line in mapped) if own else ()
        music = brief.music if wished.music is None else wished.music
        heard = replace(brief, music=music, is_silent=wished.is_silent, lines=lines)
        scene = replace(act.scene, brief=heard)
        acts.append(Act(replace(scene, bed=bed_of(scene, spec.sound.ambience)), act.start))
    return Play(tuple(acts), 0, parent.frames, is_heard_only=True)


def _from_stage(line: Line, nouns: int) -> Line:
    return line if line.noun < nouns else Line(-1, line.text)
