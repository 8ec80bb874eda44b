"""A cast member on the paper stage: an appearance from the handle, the face from a lent picture."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from generation.engines.diorama.painting.brush import Colour, Rgba, Sprite, rgb
from generation.engines.diorama.painting.rig import Part, Puppet, Rig
from generation.engines.diorama.vocabulary.words import COLOURS
from generation.spec import CastMember

_WARDROBE = ("red", "teal", "blue", "purple", "orange", "green", "pink", "gold")
# A picture of a face is cut to this share of its shorter side, around the upper middle.
_FACE_SHARE = 0.62
_TONES = 7


def seed_of(handle: str) -> int:
    """Return the number that fixes hair, skin and clothes of a handle."""
    return int.from_bytes(hashlib.sha256(handle.encode()).digest()[:4], "big") & 0x7FFFFFFF


def cloth_of(handle: str) -> Colour:
    """Return the colour a handle always wears."""
    return rgb(COLOURS[_WARDROBE[seed_of(handle) % len(_WARDROBE)]])


def wear(rig: Rig, member: CastMember, puppet: Puppet) -> Rig:
    """Give a doll the face of the member's first readable picture, as a paper cut-out.

    Without one the rig is returned as it is: hair, skin and clothes already follow the handle.
    """
    for path in member.references:
        picture = _read(path)
        if picture is not None:
            return _with_face(rig, picture, puppet)
    return rig


def _read(path: Path) -> npt.NDArray[np.uint8] | None:
    """Decode a still picture. The caller's gate has checked it; anything unreadable is no face."""
    try:
        raw = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError:
        return None
    if raw.size == 0:
        return None
    picture = cv2.imdecode(raw, cv2.IMREAD_COLOR_RGB)
    return None if picture is None else np.asarray(picture, np.uint8)


def _with_face(rig: Rig, picture: npt.NDArray[np.uint8], puppet: Puppet) -> Rig:
    parts = []
    for part in rig.parts:
        if part.name == "head":
            parts.append(_masked(part, picture, puppet))
        elif part.name != "lids":
            parts.append(part)
    return replace(rig, parts=tuple(parts))


def _masked(head: Part, picture: npt.NDArray[np.uint8], puppet: Puppet) -> Part:
    """Lay the posterised face over the head: an oval with a paper edge, hair still around it."""
    sprite = head.sprite
    radius = 0.155 * sprite.px * 1.02
    cx, cy = sprite.origin[0] + 0.03 * sprite.px, sprite.origin[1] - (1 - 0.158) * sprite.px
    rgba = sprite.rgba.astype(np.float32)
    height, width = rgba.shape[:2]
    rows = (np.arange(height, dtype=np.float32)[:, None] - cy) / (radius * 1.08)
    columns = (np.arange(width, dtype=np.float32)[None, :] - cx) / radius
    far = np.sqrt(rows**2 + columns**2)
    cover = np.clip((1 - far) * radius, 0, 1)[..., None]
    rim = np.clip((1.07 - far) * radius, 0, 1)[..., None]
    face = _posterised(picture)
    u = ((columns + 1) / 2 * (face.shape[1] - 1)).astype(np.float32)
    v = ((rows + 1) / 2 * (face.shape[0] - 1)).astype(np.float32)
    seen = cv2.remap(
        face,
        np.repeat(u, height, 0),
        np.repeat(v, width, 1),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    tint = np.asarray(puppet.finish.tint, np.float32)
    paper = np.dstack(
        [
            np.full((height, width, 3), 246, np.float32) * tint,
            np.full((height, width), 255, np.float32),
        ]
    )
    drawn = np.dstack([seen.astype(np.float32) * tint, np.full((height, width), 255, np.float32)])
    edged = rgba * (1 - rim) + paper * rim
    worn = np.asarray(edged * (1 - cover) + drawn * cover, np.float32)
    return replace(head, sprite=Sprite(_bytes(worn), sprite.origin, sprite.px))


def _bytes(rgba: npt.NDArray[np.float32]) -> Rgba:
    return np.asarray(np.clip(rgba + 0.5, 0, 255), np.uint8)


def _posterised(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Cut out the face region and reduce it to a few flat tones, as if cut from coloured paper."""
    height, width = picture.shape[:2]
    side = int(min(height, width) * _FACE_SHARE)
    top, left = max(0, int(height * 0.42) - side // 2), (width - side) // 2
    face = cv2.resize(
        picture[top : top + side, left : left + side], (160, 160), interpolation=cv2.INTER_AREA
    )
    smooth = cv2.bilateralFilter(face, 9, 60, 9)
    step = 255 / (_TONES - 1)
    flat = np.round(smooth.astype(np.float32) / step) * step
    return np.asarray(flat * 0.7 + smooth.astype(np.float32) * 0.3, np.uint8)
