"""Assembly: an engine makes single shots, and whatever is asked for is put together around them.

text, image, schedule, remix, blend    the engine alone
storyboard                             one shot after the other, with transitions
extend                                 a clip, and a new shot before or after it
edit, resound                          new frames or a new sound inside a clip
stitch, trim                           clips alone
"""

from __future__ import annotations

from dataclasses import dataclass

from generation.actions.assembling.boards import shoot_board
from generation.actions.assembling.changes import edit, extend, resound
from generation.actions.assembling.cuts import cut_and_join
from generation.actions.assembling.pictures import show_stills
from generation.actions.assembling.script import Script, ShotFacts
from generation.engines import Engine, Report
from generation.spec import Rendered, Span

_AROUND_ENGINE = {
    "storyboard": shoot_board,
    "extend": extend,
    "edit": edit,
    "resound": resound,
}


@dataclass(frozen=True, slots=True)
class Assembled:
    """A whole clip to be finished, and its shots."""

    rendered: Rendered
    shots: tuple[ShotFacts, ...]


def assemble(script: Script, *, engine: Engine, report: Report) -> Assembled:
    """Begin to make what a script asks for, with as many calls of the engine as it has shots.

    Sound is there when this returns; frames are made and read while they are taken, and at most
    two are held. `report` counts over all that the engine makes. Raises EngineError and MediaError,
    here or while frames are read; lets Cancelled through.
    """
    if script.spec.purpose == "stills":
        return Assembled(*show_stills(script, engine=engine, report=report))
    if script.operation in ("stitch", "trim"):
        return Assembled(*cut_and_join(script))
    around = _AROUND_ENGINE.get(script.operation)
    if around is not None:
        return Assembled(*around(script, engine=engine, report=report))
    rendered = engine.render(script.spec, report=report)
    seen = Span(0.0, rendered.frame_count / rendered.fps)
    return Assembled(rendered, (ShotFacts.of(script.spec, seen),))
