"""The shapes in which clips leave this app. No Django."""

from __future__ import annotations

from typing import TypedDict


class Maker(TypedDict):
    """Who made a clip."""

    handle: str
    name: str
    avatar_hue: int


class Origin(TypedDict):
    """A clip that another one descends from, as far as the viewer may know of it."""

    clip_id: str
    handle: str


class Grid(TypedDict):
    """How the stills of a sprite are laid out."""

    columns: int
    rows: int
    tiles: int
    tile_width: int
    tile_height: int
    every_s: float


class Media(TypedDict):
    """Signed addresses of what can be played, for this viewer and for some minutes."""

    poster: str
    sprite: str
    sprite_grid: Grid | None
    mp4: dict[str, str]
    hls: str
    captions: str | None
    width: int | None
    height: int | None
    duration_s: float | None


class ClipCard(TypedDict):
    """A clip as one viewer sees it, ready for JSON.

    `parent` and `root` are null for an original, and for a remix whose source is gone or hidden
    from this viewer; `is_remix` tells the two apart. `is_labelled`: the gate let it pass with a
    notice to show beside it.
    """

    id: str
    url: str
    state: str
    maker: Maker
    caption: str
    audience: str
    seconds: float
    shape: str
    published_at: str
    is_labelled: bool
    cast: list[str]
    is_remix: bool
    parent: Origin | None
    root: Origin | None
    allows_remix: bool
    like_count: int
    comment_count: int
    remix_count: int
    has_liked: bool
    is_followed: bool
    is_mine: bool
    media: Media
