"""The console as a reviewer uses it: keys, the veil over evidence, a decision, the next case."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from cameos import actions
from cameos.models import Cameo
from tests.cameos.test_capture import recording, submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def page(monkeypatch):
    """Return a page of Debian's Chromium whose console must stay free of errors."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    # Playwright's loop runs in this thread; the ORM is used here only between its calls.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        opened = context.new_page()
        faults = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on("console", lambda line: _keep_fault(line, faults))
        yield opened
        browser.close()
        # Beside Playwright's loop the ORM opens a connection of its own, which nobody else closes.
        connections.close_all()
        assert faults == []


def _keep_fault(line, faults):
    # The test server answers pages, not sockets.
    if line.type == "error" and "WebSocket" not in line.text:
        faults.append(line.text)


def log_in(page, live_server, user):
    client = Client()
    client.force_login(user)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "url": live_server.url}
    page.context.add_cookies(
        [cookie | {"value": client.cookies[settings.SESSION_COOKIE_NAME].value}]
    )


def test_a_reviewer_decides_two_cases_without_the_mouse(page, live_server, ana, ben, mod, tmp_path):
    for seed, owner in enumerate((ana, ben)):
        cameo = actions.start_capture(by=owner, name=owner.shown_name)
        submit(cameo, owner, recording(seed=seed))
    log_in(page, live_server, mod)
    page.goto(f"{live_server.url}/console/")
    page.screenshot(path=str(tmp_path / "queue.png"))
    page.keyboard.press("n")
    page.wait_for_url("**/console/cases/*/")
    still = page.locator(".strip img").first
    assert "blur" in still.evaluate("image => getComputedStyle(image).filter")
    expect(still).to_have_js_property("complete", True)
    assert still.evaluate("image => image.naturalWidth") > 0
    page.screenshot(path=str(tmp_path / "case.png"), full_page=True)
    page.keyboard.press("b")
    expect(still).to_have_css("filter", "none")
    page.keyboard.press("a")
    page.keyboard.type("One person, alone, follows the challenge.")
    first = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "/console/cases/" in url and url != first)
    page.keyboard.press("r")
    page.keyboard.type("The face is covered.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/console/")
    page.screenshot(path=str(tmp_path / "empty.png"))
    assert sorted(Cameo.objects.values_list("state", flat=True)) == ["active", "refused"]
