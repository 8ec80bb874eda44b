"""The studio as people use it: every part of it, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from generation.actions import requesting
from generation.models import Reference, Render
from generation.spec.wish import Wish
from tests.browser.test_pages import faults_of

Visit = Callable[..., Page]
Work = Callable[[], Render]
Photograph = Callable[[Page, str], None]
SMALL = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}
OVER = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
def made(ana: User, work: Work) -> Callable[..., Render]:
    """Return a way to have a short clip of Ana's made."""

    def make(prompt: str = "a red ball", **wanted: Any) -> Render:
        requesting.request_render(Wish(prompt=prompt, seconds=1.5, **wanted), by=ana)
        return work()

    return make


def pick(page: Page, operation: str) -> None:
    page.check(f"[name=operation][value={operation}]", force=True)


def send(page: Page, work: Work) -> Render:
    """Send the wish, have it made, and wait for the page that shows what came of it."""
    page.click("[data-submit]")
    page.wait_for_url("**/renders/*/")
    render = work()
    expect(page.locator("[data-percent]")).to_have_count(0)
    return render


def is_fine(page: Page) -> None:
    """Expect a page that shuts nobody out and spills over nowhere.

    At its full height: what the bar at the bottom covers can be scrolled from under it.
    """
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})
    assert faults_of(page) == []
    assert page.evaluate(OVER) <= 0
    page.set_viewport_size(size)


@pytest.fixture
def board(visit: Visit, ana: User) -> Page:
    """Open the studio on a storyboard of three shots of a second each."""
    page = visit(ana, viewport=SMALL)
    page.goto("/create/")
    pick(page, "storyboard")
    page.click("[data-rows=shots] [data-add]")
    for place, words in enumerate(("a street", "a window", "a cup")):
        page.locator("[data-rows=shots] [data-strip] button").nth(place).click()
        page.fill(f"[name='shots[{place}].prompt']", words)
        page.fill(f"[name='shots[{place}].seconds']", "1")
    return page


def test_shots_are_made_to_fit_and_put_in_order_by_keyboard(
    board: Page, photograph: Photograph
) -> None:
    page, shots = board, board.locator("[data-rows=shots]")
    page.fill("#seconds", "6")
    expect(shots.locator("[data-remainder]")).to_contain_text("3.0 s of the clip have no shot yet")
    shots.locator("[data-fit]").click()
    expect(shots.locator("[data-total]")).to_have_text("3 shots, 6.0 of 6.0 s")
    expect(page.locator("output[for=seconds]")).to_have_text("6")
    page.fill("#seconds", "3")
    shots.locator("[data-fit]").click()
    shots.locator("[data-strip] button").nth(2).focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("[data-said]")).to_have_text("Shot moved to place 2 of 3.")
    assert page.input_value("[name='shots[1].prompt']") == "a cup"
    expect(page.locator("[data-price]")).to_have_text("3")
    is_fine(page)
    photograph(page, "board")


def test_a_storyboard_is_made_and_one_of_its_shots_made_again(
    board: Page, work: Work, photograph: Photograph
) -> None:
    page = board
    page.click("[data-move='-1']:visible")
    page.select_option("[name='shots[1].transition']", "dissolve")
    page.click("[data-stretch]")
    render = send(page, work)
    assert [shot["prompt"] for shot in render.parts["shots"]] == ["a street", "a cup", "a window"]
    assert render.operation == "storyboard"
    photograph(page, "made")
    is_fine(page)

    page.click("[data-play] >> nth=1")
    page.wait_for_function("() => document.querySelector('[data-screen]').currentTime >= 1")
    page.click("[aria-label^='Re-roll shot 2']")
    page.wait_for_url(lambda url: str(render.pk) not in url)
    again = work()
    assert (again.parts["shot"], again.stack_id, again.price) == (1, render.pk, 1)
    expect(page.locator("h1")).to_have_text("Your draft is ready")


def test_a_shot_is_dragged_to_another_place(visit: Visit, ana: User) -> None:
    page = visit(ana, viewport=DESK)
    page.goto("/create/")
    pick(page, "storyboard")
    page.fill("[name='shots[0].prompt']", "a street")
    first, second = (page.locator("[data-rows=shots] [data-strip] button").nth(n) for n in (0, 1))
    first.hover()
    page.mouse.down()
    box = second.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + 20, steps=4)
    page.mouse.up()
    assert page.input_value("[name='shots[1].prompt']") == "a street"


def test_an_edit_is_drawn_on_a_frame(
    visit: Visit, work: Work, ana: User, made: Callable[..., Render], photograph: Photograph
) -> None:
    source = made()
    page = visit(ana, viewport=DESK)
    page.goto(f"/create/?from={source.pk}&do=edit")
    page.fill("#prompt", "a blue balloon")
    page.check("[data-region][value=mask]", force=True)
    canvas = page.locator("[data-canvas]")
    page.wait_for_function("() => document.querySelector('[data-canvas]').width === 180")
    box = canvas.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0], middle[1] + 40, steps=5)
    page.mouse.up()
    edit = page.locator("[data-edit]")
    edit.locator("[data-from]").focus()
    page.keyboard.press("ArrowRight")
    edit.locator("[data-to]").focus()
    page.keyboard.press("ArrowLeft")
    is_fine(page)
    photograph(page, "drawn")
    render = send(page, work)
    assert render.parts["region"]["kind"] == "mask"
    assert render.parts["span"]["start_s"] == pytest.approx(0.1)
    assert Reference.objects.get().pk.hex in render.parts["region"]["mask"].replace("-", "")
    assert render.parent == source


def test_a_clip_is_cut_by_two_handles(
    visit: Visit, work: Work, ana: User, made: Callable[..., Render], photograph: Photograph
) -> None:
    source = made()
    page = visit(ana, viewport=SMALL)
    page.goto(f"/create/?from={source.pk}&do=trim")
    trim = page.locator("[data-trim]")
    trim.locator("[data-split]").first.click()
    expect(trim.locator("[data-strip] button")).to_have_count(2)
    trim.locator("[data-strip] button").nth(1).focus()
    page.keyboard.press("Alt+ArrowLeft")
    trim.locator("[data-to]").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-price]")).to_have_text("0")
    is_fine(page)
    photograph(page, "cut")
    render = send(page, work)
    spans = [piece["span"] for piece in render.parts["pieces"]]
    assert [span["start_s"] for span in spans] == [0.8, 0.0]
    assert render.price == 0


def test_takes_are_made_larger_and_compared_side_by_side(
    visit: Visit, work: Work, ana: User, made: Callable[..., Render], photograph: Photograph
) -> None:
    preview = made(purpose="preview", seed=5)
    page = visit(ana, viewport=DESK)
    page.goto(f"/renders/{preview.pk}/")
    page.click("text=Make the final")
    page.wait_for_url(lambda url: str(preview.pk) not in url)
    photograph(page, "working")
    final = work()
    assert (final.seed, final.stack_id, final.purpose) == (5, preview.pk, "final")
    page.click("text=Compare")
    page.wait_for_url("**/compare/**")
    first, second = page.locator("video").first, page.locator("video").last
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    assert first.evaluate("(video) => video.muted")
    assert not second.evaluate("(video) => video.muted")
    page.keyboard.press(" ")
    page.wait_for_function(
        "() => [...document.querySelectorAll('video')].every((video) => video.currentTime > 0.1)"
    )
    is_fine(page)
    photograph(page, "compared")


def test_a_prompt_is_written_out_and_taken_only_by_hand(
    visit: Visit, work: Work, ana: User, photograph: Photograph
) -> None:
    page = visit(ana, viewport=SMALL)
    page.goto("/create/")
    page.fill("#prompt", "a fox")
    page.click("text=Write it out")
    page.click("[data-length=medium]")
    expect(page.locator("#proposal")).not_to_have_value("")
    assert page.input_value("#prompt") == "a fox"
    page.fill("#proposal", "a fox on a stage")
    photograph(page, "proposal")
    page.click("[data-take]")
    assert page.input_value("#prompt") == "a fox on a stage"
    expect(page.locator("[data-original]")).to_have_text("a fox")
    page.fill("#seconds", "2")
    render = send(page, work)
    assert (render.prompt, render.original_prompt) == ("a fox on a stage", "a fox")


def test_what_is_wrong_is_said_at_its_field(visit: Visit, ana: User) -> None:
    page = visit(ana, viewport=SMALL)
    page.goto("/create/")
    page.click("[data-submit]")
    expect(page.locator("[data-part=prompt] [data-fault]")).to_have_text(
        "Say in words what to make."
    )
    pick(page, "storyboard")
    page.fill("[name='shots[0].prompt']", "a street")
    page.click("[data-submit]")
    expect(page.locator("[name='shots[1].prompt']")).to_be_focused()


@pytest.mark.parametrize("operation", ["text", "storyboard", "schedule"])
def test_a_clip_is_asked_for_without_scripts(visit: Visit, ana: User, operation: str) -> None:
    page = visit(ana, java_script_enabled=False)
    page.goto("/create/")
    pick(page, operation)
    if operation != "storyboard":
        page.fill("#prompt", "a red ball")
    else:
        page.fill("[name='shots[0].prompt']", "a street")
        page.fill("[name='shots[1].prompt']", "a window")
    if operation == "schedule":
        page.fill("[name='schedule[0].at_s']", "1")
        page.fill("[name='schedule[0].prompt']", "it snows")
    page.click("[data-submit]")
    page.wait_for_url("**/renders/*/")
    assert Render.objects.get().operation == operation


def test_clips_are_joined_in_an_order_of_ones_own(
    visit: Visit, work: Work, ana: User, made: Callable[..., Render], photograph: Photograph
) -> None:
    first, second = made("a red ball"), made("a blue ball")
    page = visit(ana, viewport=SMALL)
    page.goto(f"/create/?from={first.pk}&do=stitch")
    page.locator("[data-footage] label").first.click()
    strip = page.locator("[data-pieces] [data-strip] button")
    expect(strip).to_have_count(2)
    strip.nth(1).focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(strip.first).to_contain_text("a blue ball")
    is_fine(page)
    photograph(page, "joined")
    render = send(page, work)
    parents = list(render.parents.order_by("position").values_list("parent", flat=True))
    assert parents == [first.pk, second.pk]
    assert [piece["parent"] for piece in render.parts["pieces"]] == [1, 0]


def test_a_picture_is_given_and_becomes_the_first_frame(
    visit: Visit, work: Work, ana: User, photograph: Photograph, tmp_path: Path
) -> None:
    Image.new("RGB", (90, 160), "teal").save(tmp_path / "sea.png")
    page = visit(ana, viewport=SMALL)
    page.goto("/create/")
    pick(page, "image")
    page.fill("#prompt", "waves")
    page.fill("#seconds", "1")
    page.set_input_files("[data-upload]", tmp_path / "sea.png")
    expect(page.locator("[data-thumb]")).to_be_visible()
    is_fine(page)
    photograph(page, "given")
    render = send(page, work)
    assert (render.operation, render.parts["stills"][0]["role"]) == ("image", "first")
