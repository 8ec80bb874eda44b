"""What holds for every page: nobody is shut out, nothing spills over, and keys are enough.

axe.min.js is axe-core 4.14 (MPL 2.0, see axe-LICENSE.txt). The debugger reads it into the page,
past the page's security policy, which allows no script but our own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.actions import follow
from accounts.models import User
from core.subjects import SubjectRef
from generation.actions import requesting
from moderation.actions import report
from social.actions import talking
from tests.factories import make_cameo, make_clip, make_render

Visit = Callable[..., Page]
AXE = (Path(__file__).parent / "axe.min.js").read_text()
GRAVE = {"serious", "critical"}
SMALL = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}
# The number of the clip on which the feed rests; between two clips it is no whole number.
PLACE = """() => {
    const feed = document.querySelector("[data-feed]");
    return feed.scrollTop / feed.clientHeight;
}"""


@pytest.fixture
def world(ana: User, ben: User, cleo: User, mod: User) -> dict[str, str]:
    """Fill every page with something, and return the pages by what is on them."""
    cameo = make_cameo(ben)
    clip = make_clip(
        ana, caption="A ball that has a rather long and winding caption, told in one breath"
    )
    make_clip(ben, remix_of=clip, cast=[cameo], caption="The same ball, with me in it")
    talking.comment(clip, by=ben, text="Averyveryveryverylongwordwithoutanyspacesthatmustnotspill")
    follow(ana, by=cleo)
    held = make_render(ana, state="held", outcome="hold")
    why = {"problem_code": "violence", "problem_text": "It shows a wound."}
    refused = make_render(ana, state="refused", outcome="refuse", **why)
    report(SubjectRef("clip", str(clip.pk)), by=cleo, rule="violence", text="Look at the ball.")
    return {
        "home": "/",
        "following": "/following/",
        "studio": "/create/",
        "remix": f"/create/?remix={clip.pk}",
        "drafts": "/drafts/",
        "draft": f"/renders/{make_render(ana).pk}/",
        "held": f"/renders/{held.pk}/",
        "refused": f"/renders/{refused.pk}/",
        "clip": f"/c/{clip.pk}/",
        "profile": "/@ana/",
        "other profile": "/@ben/?tab=appearances",
        "likeness": "/cameo/",
        "pricing": "/pricing/",
        "notices": "/notices/",
        "settings": "/settings/",
        "rules": "/rules/",
        "decisions": "/decisions/",
        "e-mail": "/accounts/email/",
        "password": "/accounts/password/change/",
        "two-factor": "/accounts/2fa/",
        "sessions": "/accounts/sessions/",
        "log out": "/accounts/logout/",
        "nothing": "/nothing-here/",
    }


OPEN_PAGES = (
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/pricing/",
    "/rules/",
)


def faults_of(page: Page) -> list[str]:
    """Return what axe finds serious or critical, as lines a person can act on."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        """async () => (await axe.run({
            resultTypes: ["violations"],
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
        })).violations"""
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def check(page: Page, addresses: dict[str, str]) -> dict[str, list[str]]:
    """Visit every address, and return by page what is wrong with it."""
    wrong: dict[str, list[str]] = {}
    for name, address in addresses.items():
        page.goto(address)
        faults = faults_of(page)
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            faults.append(f"{over} px wider than the window")
        if faults:
            wrong[name] = faults
    return wrong


@pytest.mark.parametrize(
    ("scheme", "size"), [("dark", SMALL), ("light", DESK)], ids=["dark-phone", "light-desk"]
)
def test_no_page_shuts_anybody_out_or_spills_over(
    visit: Visit, world: dict[str, str], ana: User, mod: User, scheme: str, size: Any
) -> None:
    options = {"color_scheme": scheme, "viewport": size, "reduced_motion": "reduce"}
    assert check(visit(ana, **options), world) == {}
    assert check(visit(None, **options), {one: one for one in OPEN_PAGES}) == {}
    console = visit(mod, **options)
    assert check(console, {"console": "/console/"}) == {}
    console.click("text=Take the next case")
    console.wait_for_url("**/console/cases/*/")
    assert faults_of(console) == []


def test_keys_are_enough_for_the_feed(visit: Visit, ana: User, ben: User) -> None:
    for number in range(3):
        make_clip(ana, caption=f"Clip {number}")
    page = visit(ben, reduced_motion="reduce")
    page.goto("/")
    captions = page.locator("[data-clip]")
    expect(captions).to_have_count(3)
    assert in_view(page) == 0
    page.keyboard.press("ArrowDown")
    expect(captions.nth(1)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert in_view(page) == 1
    page.keyboard.press("l")
    expect(captions.nth(1).locator("[data-like]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("m")
    expect(captions.nth(1).locator("[data-sound]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-clip]') !== null")


def test_keys_pressed_faster_than_the_feed_glides_are_all_obeyed(
    visit: Visit, ana: User, ben: User
) -> None:
    for number in range(5):
        make_clip(ana, caption=f"Clip {number}")
    page = visit(ben, reduced_motion="no-preference")
    page.goto("/")
    for key in "jjkjj":
        page.keyboard.press(key)
    page.keyboard.press("l")
    clips = page.locator("[data-clip]")
    expect(clips.nth(3)).to_be_focused()
    expect(clips.nth(3).locator("[data-like]")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(f"() => ({PLACE})() === 3")
    page.keyboard.press("Home")
    page.wait_for_function(f"() => ({PLACE})() === 0")
    expect(page.locator("[data-like][aria-pressed=true]")).to_have_count(1)


def test_keys_alone_bring_the_next_page_of_the_feed(visit: Visit, ana: User, ben: User) -> None:
    for number in range(8):
        make_clip(ana, caption=f"Clip {number}")
    page = visit(ben, reduced_motion="reduce")
    page.goto("/")
    clips = page.locator("[data-clip]")
    for number in range(1, 8):
        expect(clips.nth(number)).to_be_attached()
        page.keyboard.press("ArrowDown")
        expect(clips.nth(number)).to_be_focused()
    assert in_view(page) == 7


def in_view(page: Page) -> float:
    # Two frames: the browser snaps the feed in the first that it draws after a key.
    place: float = page.evaluate(
        f"""() => new Promise((tell) => {{
            requestAnimationFrame(() => requestAnimationFrame(() => tell(({PLACE})())));
        }})"""
    )
    return place


def test_a_clip_that_is_gone_says_so_in_the_feed(visit: Visit, ana: User, ben: User) -> None:
    make_clip(ana, caption="Files that nobody stored")
    page = visit(ben)
    page.goto("/")
    expect(page.locator("[data-broken]")).to_be_visible()
    expect(page.locator("[data-broken]")).to_contain_text("does not play")


def test_the_feed_goes_on_where_a_page_ends(visit: Visit, ana: User, ben: User) -> None:
    for number in range(8):
        make_clip(ana, caption=f"Clip {number}")
    page = visit(ben, reduced_motion="reduce")
    page.goto("/")
    expect(page.locator("[data-clip]")).to_have_count(6)
    page.evaluate("document.querySelector('[data-feed]').scrollTo(0, 1e6)")
    expect(page.locator("[data-clip]")).to_have_count(8)
    expect(page.locator(".feed-end")).to_be_attached()


def test_drafts_show_by_themselves_what_has_been_made(
    visit: Visit, aside: Callable[..., Any], work: Callable[[], Any], ana: User
) -> None:
    aside(requesting.request_render, requesting.Wish(prompt="a red ball", seconds=1.0), by=ana)
    page = visit(ana)
    page.goto("/drafts/")
    tile = page.locator(".tile")
    expect(tile.locator(".chip")).to_have_text("Queued")
    tile.focus()
    work()
    expect(tile.locator(".chip")).to_have_text("Ready", timeout=20_000)
    expect(tile).to_be_focused()
    expect(page.locator("[data-drafts]")).not_to_have_attribute("hx-get", "/drafts/")


def test_who_is_told_hears_it_without_reloading(
    visit: Visit, aside: Callable[..., Any], ana: User, cleo: User
) -> None:
    page = visit(ana)
    page.goto("/pricing/")
    badge = page.locator("[data-unread]")
    expect(badge).to_be_hidden()
    page.wait_for_timeout(300)  # the socket opens after the page
    aside(follow, ana, by=cleo)
    expect(badge).to_have_text("1")
    expect(page.locator(".toast")).to_contain_text("@cleo follows you")
    page.goto("/notices/")
    expect(page.locator("[data-unread]")).to_be_hidden()
