"""Rows as the pipeline would leave them, without the minutes it would take.

Each factory builds only what an action could have built: the database's own promises see to that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

import cameos.actions
from accounts.models import User
from cameos.models import Cameo
from core.ids import uuid7
from generation.models import Render, RenderCast, RenderParent
from moderation.models import Verdict
from moderation.spec import Outcome, Reason
from social import actions as social_actions
from social.models import Clip

FILES = ("720.mp4", "540.mp4", "360.mp4", "hls.m3u8", "poster.webp", "sprite.webp")
FACTS = {
    "width": 720,
    "height": 1280,
    "duration_s": 5.0,
    "files": {name: {"name": name, "size_bytes": 1000} for name in FILES},
}


def make_cameo(owner: User, *, terms: str = "everyone", allows_remix: bool = True) -> Cameo:
    """A likeness that a reviewer has approved."""
    return Cameo.objects.create(
        owner=owner,
        name=owner.shown_name,
        state=Cameo.State.ACTIVE,
        terms=terms,
        allows_remix=allows_remix,
        consented_at=timezone.now(),
        assurance=1,
    )


@transaction.atomic
def make_render(
    maker: User,
    *,
    state: str = "ready",
    outcome: str = "allow",
    parent: Render | None = None,
    cast: Sequence[Cameo] = (),
    **columns: Any,
) -> Render:
    """A finished render with its verdict, its borrowed and inherited likenesses and no files."""
    key = uuid7()
    digest = hashlib.sha256(key.bytes).hexdigest()
    why = Reason("violence", "violence", value=0.9, threshold=0.8, outcome=Outcome(outcome))
    reasons = [] if outcome == "allow" else [why.as_json()]
    verdict = Verdict.objects.create(
        subject_kind="render",
        subject_id=str(key),
        stage="output",
        outcome=outcome,
        reasons=reasons,
        subject_digest=digest,
        owner=maker,
    )
    usual: dict[str, Any] = {
        "operation": "remix" if parent else "text",
        "prompt": "a red ball",
        "seconds": 5.0,
        "shape": "portrait",
        "seed": 7,
        "price": 5,
        "media_facts": FACTS,
    }
    render = Render.objects.create(
        id=key,
        maker=maker,
        state=state,
        parent=parent,
        root=(parent.root or parent) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        verdict=verdict,
        media_subject=f"{key.hex}-0123456789ab",
        media_digest=digest,
        ended_at=timezone.now(),
        stack_id=key,
        **(usual | columns),
    )
    if parent is not None:
        RenderParent.objects.create(render=render, parent=parent, position=0, role="remix")
    inherited = list(parent.cast.values_list("cameo_id", flat=True)) if parent else []
    borrowed = cameos.actions.borrow(
        [cameo.owner.handle for cameo in cast],
        by=maker,
        render_id=key,
        prompt=render.prompt,
        inherited=inherited,
    )
    RenderCast.objects.bulk_create(
        RenderCast(render=render, cameo_id=one.cameo_id, is_inherited=one.is_inherited)
        for one in borrowed
    )
    return render


def make_clip(
    maker: User, *, remix_of: Clip | None = None, cast: Sequence[Cameo] = (), **wanted: Any
) -> Clip:
    """A clip that `maker` has published."""
    parent = remix_of.render if remix_of else None
    render = make_render(maker, parent=parent, cast=cast)
    return social_actions.publish_clip(render, by=maker, **wanted)
