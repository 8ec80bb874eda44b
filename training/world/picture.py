"""Frames of many scenes at once: plates, shadows, sprites and weather, composited in torch."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor

from generation.engines.pocket import vocabulary
from training.world.motion import Motion
from training.world.plates import GROUND, VARIANTS, light, plates
from training.world.scenes import SLOTS, Scenes, on_stage
from training.world.sprites import BASE, CELL, POSES, SCALE, atlas

# Height of an actor in short sides of the picture, by size word; and its share when there are more.
HEIGHTS = (0.3, 0.4, 0.5)
CROWDING = (1.0, 0.84, 0.7)
# Side of the square that one actor may touch, in its own heights: a turning car and a stretched
# frog stay inside.
REACH = 1.36


class Canvas(NamedTuple):
    """Size of the picture in pixels."""

    height: int
    width: int

    @property
    def short(self) -> int:
        """The shorter side, which lengths are measured in."""
        return min(self.height, self.width)


class Window(NamedTuple):
    """Size in pixels of the rectangle that is painted around one actor's part on every frame."""

    height: int
    width: int


class Stamp(NamedTuple):
    """A part of an actor on every frame of some clips.

    `top`, `left` int64 [B, T] on the padded canvas; `paint` float32 [B, T, h, w, 3], premultiplied,
    or None for black; `alpha` float32 [B, T, h, w].
    """

    top: Tensor
    left: Tensor
    paint: Tensor | None
    alpha: Tensor


class Actor(NamedTuple):
    """One slot of some clips: pixels [B, T] of its base, height in pixels [B, 1], and the rest of
    it."""

    scenes: Scenes
    motion: Motion
    slot: int
    x: Tensor
    y: Tensor
    size: Tensor
    ground: float
    margin: int

    def of(self, values: Tensor) -> Tensor:
        """Return this slot's row of a [B, 3, T] value."""
        return values[:, self.slot]


def paint(scenes: Scenes, motion: Motion, *, canvas: Canvas, fps: int) -> Tensor:
    """Composite frames: float32 [B, 3, T, H, W] in -1..1. Nothing in it loops over clips or
    frames."""
    margin = round(canvas.short * HEIGHTS[-1] * REACH)
    frames = _backdrop(scenes, canvas, margin=margin, frames=motion.x.shape[-1])
    for slot in range(SLOTS):
        rows = on_stage(scenes)[:, slot].nonzero()[:, 0]
        if rows.numel():
            actor = _actor(_rows(scenes, rows), _rows(motion, rows), slot, (canvas, margin))
            _press(frames, rows, _shadow(actor))
            _press(frames, rows, _sprite(actor))
            _sing(frames, rows, actor)
    frames = frames[:, :, margin:-margin, margin:-margin].permute(0, 4, 1, 2, 3)
    _weather(frames, scenes, fps)
    # Channels stay innermost in memory, which is what the codec's convolutions want.
    return frames.mul(2).sub_(1).clamp_(-1, 1)


Batched = TypeVar("Batched", Scenes, Motion)


def _rows(batch: Batched, rows: Tensor) -> Batched:
    return type(batch)(*(part[rows] for part in batch))


def _actor(scenes: Scenes, motion: Motion, slot: int, stage: tuple[Canvas, int]) -> Actor:
    canvas, margin = stage
    device = scenes.x.device
    share = torch.tensor(CROWDING, device=device)[scenes.column("count")]
    size = torch.tensor(HEIGHTS, device=device)[scenes.column("size")] * share * canvas.short
    ground = canvas.height * (1 - GROUND * 0.62)
    x = canvas.width / 2 + motion.x[:, slot] * canvas.short
    y = ground - motion.y[:, slot] * canvas.short
    return Actor(scenes, motion, slot, x, y, size[:, None], ground, margin)


def _sing(frames: Tensor, rows: Tensor, actor: Actor) -> None:
    opens = (actor.of(actor.motion.mouth).amax(-1) > 0).nonzero()[:, 0]
    if opens.numel():
        some = actor._replace(
            scenes=_rows(actor.scenes, opens),
            motion=_rows(actor.motion, opens),
            x=actor.x[opens],
            y=actor.y[opens],
            size=actor.size[opens],
        )
        _press(frames, rows[opens], _mouth(some))


def _backdrop(scenes: Scenes, canvas: Canvas, *, margin: int, frames: int) -> Tensor:
    """Plates over time with a margin that actors may leave by, float32 [B, T, H+, W+, 3]."""
    device = scenes.x.device
    all_plates = plates(canvas.height, canvas.width, str(device))
    variant = (scenes.variant * VARIANTS).long().clamp(max=VARIANTS - 1)
    plate = all_plates[scenes.column("place"), scenes.column("time"), variant]
    padded = F.pad(plate, (margin, margin, margin, margin)).permute(0, 2, 3, 1)
    return padded[:, None].repeat(1, frames, 1, 1, 1)


def _corner(centre: Tensor, side: int, margin: int) -> tuple[Tensor, Tensor]:
    """Whole-pixel start of a window on the padded canvas, and its pixels' offsets from the
    centre."""
    start = (centre - side / 2).floor()
    pixel = torch.arange(side, device=centre.device, dtype=torch.float32) + 0.5
    return start.long() + margin, pixel - (centre - start)[..., None]


def _span(size: Tensor, share: float) -> int:
    return max(2, 2 * math.ceil(float(size.max()) * share / 2))


def _shadow(actor: Actor) -> Stamp:
    lift = actor.of(actor.motion.y)
    wide = actor.size * (0.42 + 0.25 * lift)
    window = Window(_span(wide, 0.56), _span(wide, 2.4))
    left, dx = _corner(actor.x, window.width, actor.margin)
    top, dy = _corner(torch.full_like(actor.x, actor.ground), window.height, actor.margin)
    u, v = dx / wide[..., None], dy / (wide * 0.22)[..., None]
    distance = u.square()[:, :, None, :] + v.square()[:, :, :, None]
    depth = (0.45 / (1 + 4 * lift))[..., None, None]
    return Stamp(top, left, None, ((1.2 - distance) * 1.2).clamp(0, 1) * depth)


def _sprite(actor: Actor) -> Stamp:
    side = _span(actor.size, REACH)
    left, dx = _corner(actor.x, side, actor.margin)
    # The window is centred on the actor's middle, so that a turning actor stays inside.
    top, dy = _corner(actor.y - actor.size * 0.5, side, actor.margin)
    squash = 0.28 * actor.of(actor.motion.squash)
    u = (dx / (actor.size * (1 + squash))[..., None])[:, :, None, :]
    v = (-dy / actor.size[..., None])[:, :, :, None]
    angle = actor.of(actor.motion.angle)[..., None, None]
    x = u * angle.cos() + v * angle.sin()
    y = v * angle.cos() - u * angle.sin()
    y = (y + 0.5) / (1 - squash)[..., None, None]
    facing = actor.scenes.facing[:, actor.slot, None, None, None]
    pose = (actor.of(actor.motion.stride) * POSES).floor().long() % POSES
    sampled = _sample(x * facing, y, (actor.scenes.column("subject"), pose))
    return Stamp(top, left, _coloured(actor.scenes, sampled), sampled[..., 4])


def _sample(x: Tensor, y: Tensor, cell: tuple[Tensor, Tensor]) -> Tensor:
    """Read the atlas at actor coordinates [B, T, S, S]: float32 [B, T, S, S, 5], zero outside a
    cell."""
    subject, pose = cell
    u, v = x * SCALE + 0.5, 1 - (y * SCALE + BASE)
    # Half a texel of margin keeps bilinear reads from the neighbouring cell.
    margin = 0.5 / CELL
    is_inside = (u > margin) & (u < 1 - margin) & (v > margin) & (v < 1 - margin)
    columns = (u + pose[..., None, None]) / POSES
    rows = (v + subject[:, None, None, None]) / len(vocabulary.SUBJECTS)
    grid = torch.stack([columns, rows], dim=-1) * 2 - 1
    flat = grid.reshape(1, -1, x.shape[-1], 2)
    picture = atlas(str(x.device)).picture.contiguous(memory_format=torch.channels_last)
    read = F.grid_sample(picture, flat, align_corners=False)
    return read[0].permute(1, 2, 0).reshape(*x.shape, 5) * is_inside[..., None]


def _coloured(scenes: Scenes, sampled: Tensor) -> Tensor:
    device = sampled.device
    pigments = torch.tensor(
        [vocabulary.PIGMENTS[name] for name in vocabulary.COLOURS], device=device
    )
    factor, addition = light(str(device))
    time = scenes.column("time")
    tint = pigments[scenes.column("colour")] / 255
    paint = sampled[..., :3] + sampled[..., 3:4] * tint[:, None, None, None]
    lit = paint * factor[time][:, None, None, None]
    return lit + sampled[..., 4:] * addition[time][:, None, None, None]


def _mouth(actor: Actor) -> Stamp:
    place = atlas(str(actor.x.device)).mouths[actor.scenes.column("subject")]
    opening = actor.of(actor.motion.mouth) * place.isfinite().all(-1, keepdim=True)
    place = place.nan_to_num()
    x = actor.x + actor.scenes.facing[:, actor.slot, None] * place[:, :1] * actor.size
    y = actor.y - place[:, 1:] * actor.size
    window = Window(_span(actor.size, 0.36), _span(actor.size, 0.3))
    left, dx = _corner(x, window.width, actor.margin)
    top, dy = _corner(y, window.height, actor.margin)
    u = dx / (0.1 * actor.size)[..., None]
    v = dy / (0.13 * actor.size * opening + 1e-3)[..., None]
    distance = u.square()[:, :, None, :] + v.square()[:, :, :, None]
    alpha = ((1.3 - distance) * 2).clamp(0, 1) * (opening > 0.02)[..., None, None]
    dark = torch.tensor([0.32, 0.08, 0.1], device=x.device)
    return Stamp(top, left, alpha[..., None] * dark, alpha)


def _press(frames: Tensor, rows: Tensor, stamp: Stamp) -> None:
    """Composite a stamp over the clips `rows` in place. The margin keeps most stamps whole; the
    clamp folds what strays beyond it onto the margin's edge, which is cut off."""
    _, t, height, width, _ = frames.shape
    down = torch.arange(stamp.alpha.shape[2], device=frames.device)
    across = torch.arange(stamp.alpha.shape[3], device=frames.device)
    y = (stamp.top[..., None] + down).clamp(0, height - 1)
    x = (stamp.left[..., None] + across).clamp(0, width - 1)
    frame = (rows[:, None] * t + torch.arange(t, device=frames.device))[..., None, None]
    index = ((frame * height + y[..., None]) * width + x[:, :, None]).reshape(-1)
    flat = frames.view(-1, 3)
    under = flat[index]
    under *= 1 - stamp.alpha.reshape(-1, 1)
    if stamp.paint is not None:
        under += stamp.paint.reshape(-1, 3)
    flat[index] = under


def _weather(frames: Tensor, scenes: Scenes, fps: int) -> None:
    """Lay rain, snow or fog over frames [B, 3, T, H, W] in 0..1, in place."""
    weather = scenes.column("weather")
    for name, fall in (("rain", 1.9), ("snow", 0.22)):
        rows = (weather == vocabulary.WEATHERS.index(name)).nonzero()[:, 0]
        if rows.numel():
            veil = _falling(frames[rows], scenes.variant[rows], fall / fps)
            frames[rows] = frames[rows] * (1 - veil) + veil * (0.97 if name == "snow" else 0.85)
    rows = (weather == vocabulary.WEATHERS.index("fog")).nonzero()[:, 0]
    if rows.numel():
        frames[rows] = frames[rows] * 0.55 + 0.45 * 0.78


def _falling(frames: Tensor, variant: Tensor, fall: float) -> Tensor:
    """Coverage [B, 1, T, H, W] of drops that fall `fall` short sides per frame, from a tile that
    repeats."""
    _, _, t, height, width = frames.shape
    is_snow = fall < 0.05
    tile = _tile(height, width, "snow" if is_snow else "rain").to(frames.device)
    moved = torch.arange(t, device=frames.device) * fall * min(height, width)
    start = variant[:, None] * height + moved
    rows = (torch.arange(height, device=frames.device) - start[..., None]).long() % height
    sway = (moved * 0.15 + variant[:, None] * 9).sin() * (3 if is_snow else 0)
    columns = (torch.arange(width, device=frames.device) - sway[..., None]).long() % width
    return tile[rows[..., :, None], columns[..., None, :]][:, None]


def _tile(height: int, width: int, kind: str) -> Tensor:
    generator = torch.Generator().manual_seed(height * 31 + width)
    seeds = (torch.rand(height, width, generator=generator) < 0.006).float()[None, None]
    if kind == "snow":
        return (F.max_pool2d(seeds, 2, 1, 1)[0, 0, :height, :width] * 0.9).contiguous()
    streak = max(3, round(min(height, width) * 0.055))
    padded = F.pad(seeds, (0, 0, streak - 1, 0), mode="circular")
    return F.max_pool2d(padded, (streak, 1), 1)[0, 0] * 0.5
