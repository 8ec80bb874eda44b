"""The demo world: people and clips to look at on the first evening, made by the real pipeline."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import accounts.actions
from accounts.models import User
from generation.actions.requesting import request_render
from generation.models import Render
from generation.spec.wish import Wish
from social.actions import publishing, talking
from social.actions.remixing import remix_clip
from social.models import Clip

WORLD = Path(__file__).resolve().parent.parent / "demo_world.toml"
SECONDS = 5.0
# A clip takes some ten seconds; a queue full of other people's is the reason to wait longer.
PATIENCE_S = 900.0
LOOK_EVERY_S = 0.5

Say = Callable[[str], None]


class WorkerAwayError(RuntimeError):
    """No worker has taken the render in all this time."""


def make_demo_world(*, password: str, say: Say, world: Path = WORLD) -> int:
    """Make the people and clips of `world` that are not there yet; return how many clips were
    published.

    Every clip is asked for, rendered by whoever works on the queue, judged and published as
    anybody's is. Safe to repeat and to break off: it goes on where it stopped. Raises
    WorkerAwayError.
    """
    plan = tomllib.loads(world.read_text(encoding="utf-8"))
    people = {facts["handle"]: _person(facts, password) for facts in plan["people"]}
    _befriend(list(people.values()))
    renders: dict[str, Render] = {}
    published = 0
    for number, facts in enumerate(plan["clips"], start=1):
        render = _rendered(facts, people[facts["by"]], renders)
        renders[facts["key"]] = render
        is_new = _publish(render, facts, people)
        published += is_new
        say(f"clip {number} of {len(plan['clips'])}: {facts['prompt']} ({render.state})")
    return published


def _person(facts: dict[str, Any], password: str) -> User:
    found = User.objects.filter(handle=facts["handle"]).first()
    if found is not None:
        return found
    return User.objects.create_user(
        facts["handle"],
        f"{facts['handle']}@example.org",
        password,
        display_name=facts["name"],
        bio=facts["bio"],
        is_moderator=facts["handle"] == "mod",
    )


def _befriend(people: list[User]) -> None:
    """Everybody follows the two before them, and Ana and Ben follow each other."""
    for index, person in enumerate(people):
        for other in (people[index - 1], people[index - 2]):
            accounts.actions.follow(other, by=person)
    accounts.actions.follow(people[1], by=people[0])


def _rendered(facts: dict[str, Any], by: User, renders: dict[str, Render]) -> Render:
    """Return the ended render of a clip: an earlier run's, or a new one."""
    render = by.renders.filter(prompt=facts["prompt"]).exclude(state="discarded").first()
    if render is None:
        wish = Wish(prompt=facts["prompt"], seconds=SECONDS, strength=facts.get("strength", 0.6))
        source = renders.get(facts.get("remixes", ""))
        render = _ask(wish, by, source)
    started = time.monotonic()
    while not render.has_ended:
        if time.monotonic() - started > PATIENCE_S:
            raise WorkerAwayError("No worker made the clip. Is one running?")
        time.sleep(LOOK_EVERY_S)
        render.refresh_from_db()
    return render


def _ask(wish: Wish, by: User, source: Render | None) -> Render:
    clip = Clip.objects.filter(render=source).first() if source else None
    return remix_clip(clip, wish, by=by)[0] if clip else request_render(wish, by=by)


def _publish(render: Render, facts: dict[str, Any], people: dict[str, User]) -> bool:
    """Publish a ready render that is not, and let the others talk about it."""
    if render.state != Render.State.READY or Clip.objects.filter(render=render).exists():
        return False
    clip = publishing.publish_clip(render, by=render.maker, caption=facts["caption"])
    for handle, text in facts.get("talk", []):
        talking.like(clip, by=people[handle])
        talking.comment(clip, by=people[handle], text=text)
    return True
