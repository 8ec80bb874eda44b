"""Which builder draws which kind of subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generation.engines.diorama.painting import beasts, birds, people, swimmers, things, vehicles
from generation.engines.diorama.painting.rig import Puppet, Rig
from generation.engines.diorama.vocabulary.subjects import SUBJECTS, Kind

_BUILDERS: Mapping[Kind, Callable[[Puppet], Rig]] = {
    "beast": beasts.build,
    "bird": birds.build,
    "fish": swimmers.build,
    "bug": swimmers.build,
    "person": people.build,
    "vehicle": vehicles.build,
    "thing": things.build,
    "plant": things.build,
}


def build(puppet: Puppet) -> Rig:
    """Draw the subject that `puppet` names; returns its rig."""
    return _BUILDERS[SUBJECTS[puppet.subject].kind](puppet)
