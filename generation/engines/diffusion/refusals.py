"""What an engine cannot make, said before anything is loaded, with what it could make instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generation.engines import EngineError
from generation.spec import Limits, Operation, RenderSpec

_BY_USE: dict[str, Operation] = {
    "remix": "remix",
    "after": "extend",
    "before": "extend",
    "blend": "blend",
    "edit": "edit",
    "resound": "resound",
}


def operation_of(spec: RenderSpec) -> Operation:
    """Name what a spec asks an engine for."""
    if spec.source is not None:
        return _BY_USE[spec.source.use]
    if spec.schedule:
        return "schedule"
    return "image" if spec.stills else "text"


def refuse(spec: RenderSpec, limits: Limits) -> None:
    """Raise EngineError (permanent) for the first thing in `spec` that `limits` forbids."""
    for check in _CHECKS:
        for fault in check(spec, limits):
            raise EngineError(fault, permanent=True)


def _operation(spec: RenderSpec, limits: Limits) -> Iterator[str]:
    wanted = operation_of(spec)
    if wanted not in limits.operations:
        can = ", ".join(sorted(limits.operations))
        yield f"This engine cannot make {wanted}; it makes {can}."
    if spec.purpose not in limits.purposes:
        yield f"This engine makes no {spec.purpose}; it makes {', '.join(sorted(limits.purposes))}."


def _picture(spec: RenderSpec, limits: Limits) -> Iterator[str]:
    if spec.shape not in limits.shapes:
        yield f"This engine makes {', '.join(limits.shapes)}, not {spec.shape}."
    if spec.lines not in limits.lines:
        yield f"Lines are one of {_numbers(limits.lines)}, not {spec.lines}."
    if spec.fps not in limits.fps:
        yield f"Frames per second are one of {_numbers(limits.fps)}, not {spec.fps}."


def _length(spec: RenderSpec, limits: Limits) -> Iterator[str]:
    # What is added to a clip or made again in it may be shorter than a clip of its own.
    shortest = 0.0 if spec.source is not None else limits.seconds_min
    if not shortest <= spec.seconds <= limits.seconds_max or spec.seconds <= 0:
        yield (
            f"This engine makes {limits.seconds_min:g} to {limits.seconds_max:g} s at once, "
            f"not {spec.seconds:g}."
        )


def _words(spec: RenderSpec, limits: Limits) -> Iterator[str]:
    if len(spec.prompt) > limits.prompt_chars_max:
        yield f"Keep the prompt to {limits.prompt_chars_max} characters, not {len(spec.prompt)}."
    if len(spec.cast) > limits.cast_max:
        yield (
            f"This engine casts {limits.cast_max or 'nobody'}; take the people out, or another "
            "engine."
        )


def _given(spec: RenderSpec, limits: Limits) -> Iterator[str]:
    for still in spec.stills:
        if still.role not in limits.roles:
            can = ", ".join(sorted(limits.roles)) or "none"
            yield f"This engine takes no picture as {still.role}; it takes: {can}."
    region = spec.source.region if spec.source else None
    if region is not None and region.kind not in limits.regions:
        can = ", ".join(sorted(limits.regions)) or "none"
        yield f"This engine takes no region by {region.kind}; it takes: {can}."


def _numbers(values: tuple[int, ...]) -> str:
    return ", ".join(str(value) for value in values)


_CHECKS: tuple[Callable[[RenderSpec, Limits], Iterator[str]], ...] = (
    _operation,
    _picture,
    _length,
    _words,
    _given,
)
