"""Move the joints of puppets: gaits, wings, wheels, blinking eyes, speaking mouths."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from generation.engines.diorama.painting.rig import Part
from generation.engines.diorama.scene import Actor, Floats, Track
from generation.engines.diorama.vocabulary.subjects import SUBJECTS


@dataclass(frozen=True, slots=True)
class Joint:
    """How one part moves, float64 [frames] each: scaled, then turned about its pivot."""

    angle: Floats
    wide: Floats
    high: Floats
    opacity: Floats


@dataclass(frozen=True, slots=True)
class Moment:
    """What a part's rule may look at. `clock` in seconds, `mouth` 0..1, `gone` units travelled."""

    actor: Actor
    track: Track
    clock: Floats
    mouth: Floats
    gone: Floats
    part: Part


# Legs of a sleeper are this short: it lies on its belly.
_FOLDED = 0.45
Rule = Callable[[Moment], Mapping[str, Floats]]


def joint_of(moment: Moment) -> Joint:
    """Return how the part of `moment` moves, by the rule of its name."""
    name = moment.part.name
    rule = next((rule for prefix, rule in _RULES.items() if name.startswith(prefix)), _rigid)
    moved = rule(moment)
    zero = np.zeros_like(moment.clock)
    return Joint(
        angle=moved.get("angle", zero),
        wide=moved.get("wide", zero + 1.0),
        high=moved.get("high", zero + 1.0),
        opacity=moved.get("opacity", zero + 1.0),
    )


def _rigid(_moment: Moment) -> Mapping[str, Floats]:
    return {}


def _gait(actor: Actor) -> float:
    """How far legs swing, in radians."""
    return {"walk": 0.42, "run": 0.78, "chase": 0.78, "dance": 0.4, "kick": 0.6, "slide": 0.0}.get(
        actor.action, 0.0
    )


def _leg(moment: Moment) -> Mapping[str, Floats]:
    """Diagonal legs swing together: a trot for beasts, a walk for people."""
    actor, track, name = moment.actor, moment.track, moment.part.name
    ahead = 0.0 if name in {"leg_near_front", "leg_far_back"} else math.pi
    swing = _gait(actor) * np.sin(track.stride + ahead)
    if actor.action in {"jump", "bounce"}:
        back = -1.0 if "back" in name else 1.0
        swing = track.air * 0.55 * back
    elif actor.action == "fly":
        swing = np.full_like(track.x, -0.7 if "back" in name else -0.5)
    elif actor.action in {"swim", "float"}:
        swing = 0.3 * np.sin(moment.clock * 2.6 + ahead)
    elif actor.action == "kick" and name == "leg_near_back":
        swing = swing * (moment.clock < 0.75) + 1.1 * np.exp(-(((moment.clock - 0.92) / 0.12) ** 2))
    elif is_seated(actor):
        swing = np.full_like(track.x, 1.25 if "far" in name else 1.05)
    elif actor.action in {"sleep", "drive"}:
        swing = np.full_like(track.x, 0.15 if "front" in name else -0.15)
    lifted = _gait(actor) * 0.3 * np.clip(np.cos(track.stride + ahead), 0, 1)
    if actor.action == "kick":
        lifted = lifted * (track.speed > 0)
    folded = (
        _FOLDED if actor.action == "sleep" and SUBJECTS[actor.subject].kind != "person" else 1.0
    )
    return {"angle": swing, "high": folded - lifted}


def is_seated(actor: Actor) -> bool:
    """Whether somebody with knees sits on something."""
    jointed = SUBJECTS[actor.subject].kind == "person" and actor.subject not in {"ghost", "snowman"}
    return (
        jointed
        and actor.relation == "on"
        and actor.action not in {"jump", "dance", "walk", "run", "sleep"}
    )


def crouch(actor: Actor, track: Track, hip: float) -> Floats:
    """How far, in heights, a walker sinks because its legs are spread: feet stay on the ground."""
    if actor.action == "sleep" and SUBJECTS[actor.subject].kind != "person":
        return np.full_like(track.x, hip * (1 - _FOLDED))
    if is_seated(actor):
        return np.full_like(track.x, hip * 0.9)
    if actor.action not in {"walk", "run", "chase", "dance", "kick"}:
        return np.zeros_like(track.x)
    return hip * (1 - np.cos(_gait(actor) * np.sin(track.stride)))


def _shin(moment: Moment) -> Mapping[str, Floats]:
    """Knees bend while the leg comes forward, never the wrong way."""
    ahead = math.pi if moment.part.name == "shin_far" else 0.0
    phase = moment.track.stride + ahead + math.pi
    bend = _gait(moment.actor) * 1.25 * np.clip(np.cos(phase), 0, 1)
    if moment.actor.action == "kick":
        bend = bend * (moment.track.speed > 0)
    if moment.actor.action in {"jump", "bounce"}:
        bend = 0.8 * moment.track.air
    if is_seated(moment.actor):
        bend = np.full_like(bend, 1.0)
    return {"angle": -bend}


def _arm(moment: Moment) -> Mapping[str, Floats]:
    actor, track, clock = moment.actor, moment.track, moment.clock
    near = moment.part.name == "arm_near"
    side = 1.0 if near else -1.0
    swing = 0.75 * _gait(actor) * np.sin(track.stride + (0.0 if near else math.pi))
    poses: Mapping[str, Floats] = {
        "wave": (-2.55 + 0.3 * np.sin(clock * 9)) if near else np.full_like(clock, 0.1),
        "dance": -side * (1.75 + 0.75 * np.sin(clock * math.tau + (0 if near else math.pi))),
        "play": 0.85 + 0.22 * np.sin(clock * 12 + (0 if near else math.pi)),
        "sing": 0.7 + 0.2 * np.sin(clock * 2) * side,
        "talk": 0.35 + 0.3 * np.sin(clock * 3.1 + side),
        "jump": -side * (2.2 * track.air + 0.15),
        "fall": -side * (2.3 + 0.3 * np.sin(clock * 7 + side)),
        "fly": np.full_like(clock, 1.7) + 0.1 * side,
        "float": -0.7 * side + 0.3 * np.sin(clock * 1.3 + side),
        "swim": 1.5 + 0.9 * np.sin(clock * 4 + side),
        "eat": 1.1 + 0.5 * np.maximum(0, np.sin(clock * 3.4)) if near else np.full_like(clock, 0.2),
        "drive": np.full_like(clock, 1.1),
        "slide": 0.9 * side + 0.15 * np.sin(clock * 3),
        "shake": 0.4 * np.sin(clock * 22),
        "look": np.full_like(clock, 0.25 if near else 1.9),
    }
    return {"angle": poses.get(actor.action, swing + 0.03 * np.sin(clock * 2 + side))}


def _forearm(moment: Moment) -> Mapping[str, Floats]:
    bend = {
        "run": 1.2,
        "chase": 1.2,
        "wave": 0.3,
        "dance": 0.7,
        "play": 0.7,
        "talk": 0.9,
        "eat": 1.3,
        "sing": 0.9,
        "look": 0.9,
    }
    amount = bend.get(moment.actor.action, 0.18)
    if moment.part.name == "fore_near" and moment.actor.action in {"wave", "dance"}:
        amount = -amount
    return {"angle": amount + 0.12 * amount * np.sin(moment.clock * 6)}


def _wing(moment: Moment) -> Mapping[str, Floats]:
    """Wings beat while flying; folded wings only breathe."""
    kind, clock = SUBJECTS[moment.actor.subject].kind, moment.clock
    lag = 0.35 if moment.part.name == "wing_far" else 0.0
    if kind == "fish":
        return {"angle": 0.35 * np.sin(clock * 3.2)}
    if kind == "bug":
        rate = 30.0 if moment.actor.action == "float" else 3.6
        span = 0.75 if moment.actor.subject == "butterfly" else 0.5
        beat = moment.track.stride if moment.actor.action == "fly" else clock * rate
        return {"wide": 1 - span * (0.5 + 0.5 * np.sin(beat + lag))}
    if moment.actor.action in {"fly", "float"} or moment.actor.subject == "dragon":
        beat = moment.track.stride if moment.actor.action == "fly" else clock * 5
        return {"angle": -0.75 - 0.75 * np.sin(beat - lag), "high": 1.12 + 0.1 * np.cos(beat)}
    excited = {"dance": 0.5, "jump": 0.5, "sing": 0.2, "shake": 0.5}.get(moment.actor.action, 0.02)
    return {"angle": -excited * (0.5 + 0.5 * np.sin(clock * 9))}


def _tail(moment: Moment) -> Mapping[str, Floats]:
    if SUBJECTS[moment.actor.subject].kind == "fish":
        rate = 7.0 if moment.actor.action == "swim" else 3.0
        return {
            "wide": 0.78 + 0.3 * np.sin(moment.clock * rate),
            "angle": 0.1 * np.sin(moment.clock * rate + 1),
        }
    rate, span = (9.0, 0.32) if moment.actor.subject == "dog" else (2.1, 0.14)
    if moment.actor.action == "sleep":
        rate, span = 0.8, 0.05
    return {"angle": span * np.sin(moment.clock * rate + moment.actor.phase)}


def _head(moment: Moment) -> Mapping[str, Floats]:
    actor, clock = moment.actor, moment.clock
    idle = 0.035 * np.sin(clock * 1.3 + actor.phase)
    poses: Mapping[str, Floats] = {
        "eat": -0.55 - 0.1 * np.sin(clock * 7),
        "sleep": np.full_like(clock, -0.28),
        "sing": 0.2 + 0.08 * np.sin(clock * 3),
        "talk": idle + 0.05 * np.sin(clock * 5),
        "look": 0.22 * np.sin(clock * 0.9) + 0.08,
        "dance": 0.14 * np.sin(clock * math.tau),
        "run": 0.05 * np.sin(moment.track.stride * 2),
        "chase": 0.05 * np.sin(moment.track.stride * 2),
        "shake": 0.1 * np.sin(clock * 30),
    }
    lifted = 0.06 * moment.mouth
    if SUBJECTS[actor.subject].kind in {"fish", "bug"} and actor.action in {"eat", "sleep"}:
        return {"angle": idle}
    return {"angle": poses.get(actor.action, idle) + lifted}


def _lids(moment: Moment) -> Mapping[str, Floats]:
    """Blink now and then; sleepers keep their eyes closed."""
    actor, clock = moment.actor, moment.clock
    if actor.action == "sleep":
        return {"opacity": np.ones_like(clock)}
    chance = np.random.default_rng([actor.seed, 5])
    gap = 1.9 if actor.feeling == "sleepy" else 3.1
    times = np.cumsum(chance.uniform(0.5 * gap, 1.4 * gap, 1 + int(clock[-1] / (0.5 * gap))))
    long = 0.3 if actor.feeling == "sleepy" else 0.13
    closed = np.any(np.abs(clock[:, None] - times[None, :]) < long / 2, axis=1)
    return {"opacity": np.asarray(closed, np.float64)}


def _mouth(moment: Moment) -> Mapping[str, Floats]:
    """The lips follow the voice; eaters chew, singers without a voice still sing."""
    opened = _opening(moment)
    return {
        "high": 0.25 + 0.95 * opened,
        "wide": 0.85 + 0.2 * opened,
        "opacity": (opened > 0.06).astype(np.float64),
    }


def _opening(moment: Moment) -> Floats:
    if moment.mouth.any():
        return moment.mouth
    clock = moment.clock
    silent: Mapping[str, Floats] = {
        "eat": np.maximum(0, np.sin(clock * 10)) * 0.6,
        "sing": 0.5 + 0.4 * np.sin(clock * 4.7) * np.sin(clock * 1.9),
        "talk": np.maximum(0, np.sin(clock * 13) * np.sin(clock * 3.1)) * 0.8,
        "fall": np.full_like(clock, 0.7),
    }
    return silent.get(moment.actor.action, np.zeros_like(clock))


def _jaw(moment: Moment) -> Mapping[str, Floats]:
    return {"angle": -0.55 * _opening(moment)}


def _wheel(moment: Moment) -> Mapping[str, Floats]:
    radius = max(moment.part.pivot[1], 0.05) * moment.actor.height
    return {"angle": -moment.gone / radius}


def _rotor(moment: Moment) -> Mapping[str, Floats]:
    return {"wide": np.cos(moment.clock * 38)}


def _propeller(moment: Moment) -> Mapping[str, Floats]:
    return {"angle": moment.clock * 29}


def _flame(moment: Moment) -> Mapping[str, Floats]:
    """Fire flickers; a rocket burns only when it works."""
    clock = moment.clock
    flicker = 1 + 0.14 * np.sin(clock * 23) + 0.1 * np.sin(clock * 37 + 1)
    if moment.actor.subject == "rocket":
        burning = moment.actor.action in {"launch", "fly", "drive", "float"}
        strong = 1.7 if moment.actor.action in {"launch", "fly"} else 0.7
        return {
            "high": flicker * strong,
            "wide": 0.9 + 0.1 * flicker,
            "opacity": np.full_like(clock, float(burning)),
        }
    return {"high": flicker, "angle": 0.06 * np.sin(clock * 5)}


def _stick(moment: Moment) -> Mapping[str, Floats]:
    side = 1.0 if moment.part.name == "stick_left" else -1.0
    lifted = np.maximum(0, side * np.sin(moment.clock * math.tau * 2))
    busy = 1.0 if moment.actor.action == "play" else 0.0
    return {"angle": side * 0.5 * lifted * busy}


def _tentacle(moment: Moment) -> Mapping[str, Floats]:
    index = int(moment.part.name.rsplit("_", 1)[1])
    rate = 3.4 if moment.actor.action in {"swim", "dance"} else 1.8
    return {
        "angle": 0.13 * np.sin(moment.clock * rate + index * 0.9),
        "high": 1 + 0.07 * np.sin(moment.clock * rate + index),
    }


def _trunk(moment: Moment) -> Mapping[str, Floats]:
    return {"angle": 0.14 * np.sin(moment.clock * 1.5) + 0.35 * moment.mouth}


def _hand(moment: Moment) -> Mapping[str, Floats]:
    return {"angle": -np.floor(moment.clock) * math.tau / 12}


# The first prefix that fits wins, so longer names stand before shorter ones.
_RULES: Mapping[str, Rule] = {
    "leg_": _leg,
    "shin_": _shin,
    "arm_": _arm,
    "fore_": _forearm,
    "wing_": _wing,
    "tail_rotor": _propeller,
    "tail": _tail,
    "head": _head,
    "lids": _lids,
    "mouth": _mouth,
    "jaw": _jaw,
    "wheel_": _wheel,
    "rotor": _rotor,
    "flame": _flame,
    "stick_": _stick,
    "tentacle_": _tentacle,
    "trunk": _trunk,
    "hand": _hand,
}
