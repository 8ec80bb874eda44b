"""What people do, from the first visit to a clip with sound, as they do it: in a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from cameos.models import Cameo
from feed.models import Watch
from generation.models import Render
from moderation.models import Appeal
from social.models import Clip
from tests.cameos.test_capture import recording

Visit = Callable[..., Page]
Work = Callable[[], Render]
Photograph = Callable[[Page, str], None]

HELD = {
    "prompt_rules": {"BACKEND": "moderation.classifiers.prompt_rules.PromptRules"},
    "scripted": {
        "BACKEND": "moderation.classifiers.fake.Scripted",
        "OPTIONS": {"script": {"frames": {"violence": 0.7}}, "accepts": ["frames", "audio"]},
    },
}
# Loudness of what the element plays right now, through the page's own audio graph.
HEAR = """async (video) => {
    const context = new AudioContext();
    const ear = context.createAnalyser();
    context.createMediaElementSource(video).connect(ear);
    ear.connect(context.destination);
    const samples = new Float32Array(ear.fftSize);
    let loudest = 0;
    for (let tries = 0; tries < 60 && loudest < 0.01; tries++) {
        await new Promise((done) => setTimeout(done, 50));
        ear.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length;
        loudest = Math.max(loudest, Math.sqrt(power));
    }
    return loudest;
}"""


def make(page: Page, work: Work, prompt: str, *, cast: str = "") -> Render:
    """Fill in the studio, and wait until the page shows what came of it."""
    page.fill("#prompt", prompt)
    page.fill("#seconds", "2")
    if cast:
        page.check(f"[name=cast][value={cast}]", force=True)
    page.click("[data-submit]")
    page.wait_for_url("**/renders/*/")
    expect(page.locator("[data-percent]")).to_be_visible()
    render = work()
    # The page is told by its socket and draws itself anew; nobody reloads it.
    expect(page.locator("[data-percent]")).to_have_count(0)
    return render


def publish(page: Page, caption: str) -> Clip:
    page.fill("#caption", caption)
    page.click("button:has-text('Publish')")
    page.wait_for_url("**/c/*/")
    return Clip.objects.get(caption=caption)


def assert_plays_with_sound(page: Page, selector: str) -> None:
    video = page.locator(selector).first
    video.evaluate("async (video) => { video.muted = false; await video.play(); }")
    page.wait_for_function(
        "(selector) => document.querySelector(selector).currentTime > 0.2", arg=selector
    )
    assert video.evaluate("(video) => video.readyState") >= 3
    assert video.evaluate("(video) => video.webkitAudioDecodedByteCount") > 0
    assert video.evaluate(HEAR) > 0.01


def test_from_sign_up_to_a_clip_with_sound_in_everybodys_feed(
    visit: Visit, work: Work, photograph: Photograph
) -> None:
    page = visit(None)
    page.goto("/")
    photograph(page, "empty-feed")
    page.click("text=Create a clip")
    page.wait_for_url("**/accounts/login/**")
    page.click("main >> text=Sign up")
    page.fill("[name=username]", "Dora")
    page.fill("[name=email]", "dora@example.org")
    page.fill("[name=password1]", "a long enough password")
    photograph(page, "sign-up")
    page.click("main button")
    page.wait_for_url("**/create/")
    photograph(page, "studio")
    page.fill("#seconds", "7")
    expect(page.locator("[data-price]")).to_have_text("7")
    make(page, work, "a red ball bounces on a wet street")
    expect(page.locator("h1")).to_have_text("Your draft is ready")
    photograph(page, "draft")
    assert_plays_with_sound(page, ".screen video")
    publish(page, "It always comes back up")
    photograph(page, "clip")

    stranger = visit(None)
    stranger.goto("/")
    clip = stranger.locator("[data-clip]").first
    expect(clip).to_contain_text("It always comes back up")
    expect(clip).to_contain_text("@dora")
    photograph(stranger, "feed")
    stranger.click("[data-sound]")
    assert_plays_with_sound(stranger, "[data-video]")


def test_progress_is_shown_while_a_render_is_worked_on_and_it_can_be_cancelled(
    visit: Visit, ana: User, aside: Any, photograph: Photograph
) -> None:
    from generation.actions import claiming

    page = visit(ana)
    page.goto("/create/")
    page.fill("#prompt", "a red ball")
    page.click("[data-submit]")
    page.wait_for_url("**/renders/*/")
    expect(page.locator("[data-stage]")).to_have_text("Waiting for a free engine")
    photograph(page, "queued")
    claim = aside(claiming.claim_next, "default")
    assert claim is not None
    expect(page.locator("[data-stages] [aria-current]")).not_to_have_text(
        "Waiting for a free engine"
    )
    photograph(page, "working")
    page.click("text=Cancel")
    expect(page.locator(".message, h1").first).to_be_visible()


def test_ben_remixes_in_one_tap_and_both_clips_name_their_line(
    visit: Visit, work: Work, ana: User, ben: User, photograph: Photograph
) -> None:
    page = visit(ana)
    page.goto("/create/")
    make(page, work, "a red ball")
    original = publish(page, "The first ball")

    bens = visit(ben)
    bens.goto("/")
    bens.click(f"[data-clip='{original.pk}'] [aria-label^=Remix]")
    bens.wait_for_url("**/create/?remix=*")
    photograph(bens, "studio")
    make(bens, work, "now in the snow")
    publish(bens, "The second ball")
    line = bens.locator(".lineage")
    expect(line).to_contain_text("The first ball")
    expect(line.locator("[aria-current]")).to_contain_text("The second ball")
    photograph(bens, "clip")

    page.reload()
    expect(page.locator(".lineage")).to_contain_text("The second ball")
    expect(page.locator("[data-unread]")).to_have_text(re.compile(r"\d"))


def test_a_held_clip_is_approved_in_the_console_and_a_refused_one_says_why(
    visit: Visit, work: Work, ana: User, mod: User, settings: Any, photograph: Photograph
) -> None:
    settings.MODERATION_CLASSIFIERS = HELD
    maker, console = visit(ana), visit(mod, viewport={"width": 1280, "height": 900})
    maker.goto("/create/")
    make(maker, work, "a pillow fight")
    expect(maker.locator("h1")).to_have_text("Held for review")
    expect(maker.locator("button:has-text('Publish')")).to_have_count(0)
    photograph(maker, "held")
    decide(console, "allow", "Pillows hurt nobody.", photograph)
    maker.reload()
    expect(maker.locator("h1")).to_have_text("Your draft is ready")
    publish(maker, "Feathers everywhere")

    maker.goto("/create/")
    make(maker, work, "a sword fight")
    decide(console, "refuse", "A wound is shown closely.", photograph)
    maker.reload()
    expect(maker.locator(".notice.bad")).to_contain_text("A wound is shown closely.")
    photograph(maker, "refused")
    maker.click("text=Appeal: ask another person")
    maker.fill("#appeal", "It is a play on a stage.")
    maker.click("text=Send appeal")
    expect(maker.locator(".notice.bad")).to_contain_text("Your appeal")
    assert Appeal.objects.get().text == "It is a play on a stage."


def decide(page: Page, outcome: str, reason: str, photograph: Photograph) -> None:
    """Take the most urgent case in the console and decide it."""
    page.goto("/console/")
    photograph(page, f"queue-{outcome}")
    page.click("text=Take the next case")
    page.wait_for_url("**/console/cases/*/")
    photograph(page, f"case-{outcome}")
    page.check(f"[name=outcome][value={outcome}]", force=True)
    page.select_option("#rule", index=1)
    page.fill("#reason", reason)
    page.click("[data-decide] button.primary")
    page.wait_for_url("**/console/")


@pytest.fixture
def _lenient_verifier(settings: Any) -> None:
    """Accept a recording of no face at all, as the basic checks would not."""
    settings.CAMEOS_VERIFIERS = {"default": {"BACKEND": "cameos.verifiers.fake.Scripted"}}


@pytest.mark.usefixtures("_lenient_verifier")
def test_a_likeness_is_recorded_lent_cast_and_taken_back_everywhere_at_once(
    visit: Visit, work: Work, ana: User, ben: User, mod: User, photograph: Photograph
) -> None:
    owner, maker = visit(ana), visit(ben)
    console = visit(mod, viewport={"width": 1280, "height": 900})
    record(owner, photograph)
    decide(console, "allow", "One person, alone.", photograph)

    owner.goto("/cameo/")
    owner.check("[name=terms][value=approved]", force=True)
    owner.click("text=Save terms")
    owner.fill("#handle", "@ben")
    owner.click("button:has-text('Lend')")
    expect(owner.locator(".message")).to_contain_text("@ben may cast you now")
    photograph(owner, "active")

    maker.goto("/create/")
    make(maker, work, "a walk in the rain", cast="ana")
    clip = publish(maker, "Ana in the rain")
    maker.goto(f"/create/?remix={clip.pk}")
    make(maker, work, "now in the snow")
    remix = publish(maker, "Ana in the snow")

    owner.goto("/cameo/")
    expect(owner.locator("tbody tr")).to_have_count(2)
    owner.on("dialog", lambda dialog: dialog.accept())
    owner.click("text=Revoke everywhere")
    expect(owner.locator(".head .chip")).to_have_text("Revoked")
    photograph(owner, "revoked")
    for one in (clip, remix):
        assert maker.goto(f"/c/{one.pk}/").status == 404  # type: ignore[union-attr]
    photograph(maker, "gone")
    maker.goto("/")
    expect(maker.locator("[data-clip]")).to_have_count(0)
    maker.goto("/@ben/")
    expect(maker.locator(".tile")).to_have_count(0)


def record(page: Page, photograph: Photograph) -> None:
    page.goto("/cameo/")
    photograph(page, "no-likeness")
    page.click("text=Get my challenge")
    expect(page.locator(".digits")).to_have_text(re.compile(r"^\d{4}$"))
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"^\d:\d\d left$"))
    photograph(page, "challenge")
    page.set_input_files(
        "#file", {"name": "me.mp4", "mimeType": "video/mp4", "buffer": recording()}
    )
    page.check("[name=consent]")
    page.click("text=Send")
    expect(page.locator(".notice")).to_contain_text("A reviewer looks at your recording")
    photograph(page, "verifying")
    assert Cameo.objects.get().state == "verifying"


@pytest.fixture
def ball(work: Work, aside: Callable[..., Any], ana: User) -> Clip:
    """A clip of Ana's that plays."""
    from generation.actions import requesting
    from generation.spec.wish import Wish
    from social.actions import publish_clip

    wish = Wish(prompt="a red ball", seconds=1, seed=7)
    aside(requesting.request_render, wish, by=ana)
    clip: Clip = aside(publish_clip, work(), by=ana, caption="A ball")
    return clip


def test_what_was_watched_is_reported_when_the_page_goes(
    visit: Visit, ball: Clip, ben: User
) -> None:
    page = visit(ben)
    page.goto("/")
    assert_plays_with_sound(page, "[data-video]")
    page.wait_for_timeout(700)  # shorter looks are not reported
    page.goto("/pricing/")
    deadline = time.monotonic() + 5
    while not (seen := Watch.objects.filter(viewer=ben, clip=ball)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert 0.5 < seen.get().seconds_watched < 10


@pytest.mark.parametrize("is_scripted", [True, False], ids=["with-scripts", "without-scripts"])
def test_liking_following_and_talking_work_with_and_without_scripts(
    visit: Visit, ball: Clip, ben: User, is_scripted: bool
) -> None:
    page = visit(ben, java_script_enabled=is_scripted)
    page.goto(f"/c/{ball.pk}/")
    page.click("[data-like]")
    expect(page.locator("[data-like]")).to_have_attribute("aria-pressed", "true")
    page.fill("#say", "I could watch this for an hour")
    page.click("button:has([aria-label=Send])")
    expect(page.locator(".comment")).to_contain_text("I could watch this for an hour")
    page.goto("/@ana/")
    page.click("text=Following >> nth=-1")
    expect(page.locator("main button[aria-pressed]")).to_have_attribute("aria-pressed", "false")
    ball.refresh_from_db()
    assert (ball.like_count, ball.comment_count) == (1, 1)
