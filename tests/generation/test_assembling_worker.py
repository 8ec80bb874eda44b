"""Every operation through the worker: from a queued row to a ready clip, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from accounts.models import User
from billing.models import Hold
from billing.queries import balance_of
from core import delivery, provenance
from core.media import probing
from core.media.cutting.reels import Reel
from generation.actions import making, repeating, requesting, working
from generation.actions.assembling.gathering import MASTER, script_of
from generation.engines.test_card import digest, read_card
from generation.models import Render
from generation.spec import Frame, Shot, SoundWish, Span, SpokenLine
from generation.spec.parts import GivenRegion, Parts, Piece
from generation.spec.wish import Wish

Done = Callable[..., Render]


@pytest.fixture
def done(ana: User) -> Done:
    """Return a maker of renders of every operation that have gone through the worker."""

    def make(
        prompt: str = "a red ball",
        *,
        parents: Sequence[Render] = (),
        parts: Parts | None = None,
        **wish: Any,
    ) -> Render:
        wanted = {"seed": 7, "parts": parts or Parts()} | wish
        if not parents and not (parts and parts.shots):
            wanted = {"seconds": 0.5} | wanted
        render = requesting.request_render(Wish(prompt=prompt, **wanted), by=ana, parents=parents)
        working.work_once("default")
        render.refresh_from_db()
        assert render.has_ended, render
        return render

    return make


def _frames(render: Render) -> list[Frame]:
    with delivery.local_path(render.media_subject, MASTER) as master:
        return list(Reel.of(master).frames())


def _spans(render: Render) -> list[tuple[float, float]]:
    return [(shot["start_s"], shot["end_s"]) for shot in render.media_facts["shots"]]


def _ingredients(render: Render) -> list[str]:
    with delivery.local_path(render.media_subject, "public/180.mp4") as path:
        return list(provenance.read(path, anchors=making.signer().anchors).parents)


def test_a_board_becomes_one_clip_and_one_of_its_shots_another(done: Done, ana: User) -> None:
    shots = (
        Shot("a red ball", 0.5),
        Shot("a blue cube", 0.5, camera="close", seed=9, transition="dissolve", transition_s=0.25),
    )
    board = done("", parts=Parts(shots=shots), seconds=None)
    assert board.state == "ready", board.problem_text
    assert (board.operation, board.media_facts["duration_s"]) == ("storyboard", 1.0)
    assert _spans(board) == [(0.0, 0.5), (0.5, 1.0)]
    assert [shot["seed"] for shot in board.media_facts["shots"]] == [7, 9]
    assert read_card(_frames(board)[20]).prompt == digest("a blue cube")

    again = repeating.reroll_render(board, by=ana, parents=(), seed=77, shot=0)
    working.work_once("default")
    again.refresh_from_db()
    assert again.state == "ready", again.problem_text
    assert [shot["seed"] for shot in again.media_facts["shots"]] == [77, 9]
    cards = [read_card(frame) for frame in _frames(again)]
    assert {card.seed for card in cards[:12]} == {77}
    assert {card.seed for card in cards[18:]} == {9}


def test_a_clip_is_gone_on_with_twice_and_remembers_the_whole_way(done: Done) -> None:
    first = done()
    second = done("it jumps", operation="extend", parents=[first], seconds=0.5)
    third = done("it lands", operation="extend", parents=[second], seconds=0.5)
    assert third.state == "ready", third.problem_text
    assert third.media_facts["frame_count"] == 36
    assert _spans(third) == [(0.0, 0.5), (0.5, 1.0), (1.0, 1.5)]
    at_ms = [read_card(frame).at_ms for frame in _frames(third)]
    assert at_ms == [round(index / 24 * 1000) for index in range(36)]
    assert (third.depth, third.root_id) == (2, first.pk)
    assert len(_ingredients(third)) == 1
    with script_of(third) as script:
        known = script.spec.source and script.spec.source.spec
    assert known is not None
    assert known.source is not None
    assert known.source.use == "after"
    assert known.source.spec is not None
    assert known.source.spec.prompt == "a red ball"


def test_clips_are_stitched_and_cut_for_nothing(done: Done, ana: User) -> None:
    said = Parts(sound=SoundWish(lines=(SpokenLine("hello you"),)))
    first, second = done(parts=said), done("a blue cube", seed=9)
    before = balance_of(ana).available
    pieces = (Piece(0), Piece(1, transition="slide", transition_s=0.25))
    both = done(operation="stitch", parents=[first, second], parts=Parts(pieces=pieces))
    assert both.state == "ready", both.problem_text
    assert both.media_facts["frame_count"] == 18
    assert (both.media_facts["width"], both.media_facts["height"]) == (180, 320)
    assert [word["text"] for word in both.words] == ["hello", "you"]
    assert both.recipe["engine"] == "cutting"
    assert len(_ingredients(both)) == 2

    cut = done(operation="trim", parents=[both], parts=Parts(pieces=(Piece(0, Span(0.25, 0.75)),)))
    assert cut.state == "ready", cut.problem_text
    assert cut.media_facts["frame_count"] == 12
    assert cut.verdict is not None
    assert cut.verdict.subject_digest == cut.media_digest
    assert cut.price == 0
    assert before - balance_of(ana).available == both.price


def test_a_region_and_a_sound_are_changed_and_nothing_else(done: Done) -> None:
    ball = done()
    region = GivenRegion("box", box=(0.0, 0.5, 1.0, 1.0))
    edited = done("rain", operation="edit", parents=[ball], parts=Parts(region=region), seed=8)
    assert edited.state == "ready", edited.problem_text
    assert [shot["prompt"] for shot in edited.media_facts["shots"]] == ["a red ball"]
    assert {read_card(frame).seed for frame in _frames(edited)} == {7}

    line = SoundWish(lines=(SpokenLine("good night"),))
    heard = done("", operation="resound", parents=[edited], parts=Parts(sound=line))
    assert heard.state == "ready", heard.problem_text
    assert [word["text"] for word in heard.words] == ["good", "night"]
    assert "captions.vtt" in heard.media_facts["files"]
    assert not heard.is_partial


def test_stills_come_first_and_show_what_the_clip_will(done: Done) -> None:
    stills = done(purpose="stills", seconds=1.0)
    assert stills.state == "ready", stills.problem_text
    assert stills.media_facts["duration_s"] == 3.0
    assert [read_card(frame).at_ms for frame in _frames(stills)[::6]] == [167, 500, 833]
    with delivery.local_path(stills.media_subject, "public/180.mp4") as path:
        assert probing.probe(path).has_sound


def test_a_line_that_nobody_says_makes_a_clip_partial(done: Done) -> None:
    line = SpokenLine("one two three four")
    short = done(parts=Parts(sound=SoundWish(lines=(line,))))
    assert short.state == "ready", short.problem_text
    assert short.is_partial
    assert short.understood["unsaid"] == ["one two three four"]


def test_a_clip_that_is_thrown_away_meanwhile_fails_the_render_and_costs_nothing(
    done: Done, ana: User
) -> None:
    ball = done()
    before = balance_of(ana).available
    wish = Wish(prompt="it jumps", operation="extend", seconds=0.5)
    render = requesting.request_render(wish, by=ana, parents=[ball])
    requesting.discard_render(ball, by=ana)
    working.work_once("default")
    render.refresh_from_db()
    assert (render.state, render.problem_code) == ("failed", "engine_refused")
    assert "thrown away" in render.problem_text
    assert Hold.objects.get(key=render.hold_key).state == "released"
    assert balance_of(ana).available == before
