"""A real server, a real browser, and a worker that works when it is told to.

The server is uvicorn on config.asgi in a thread: pages, API and sockets on the test's database.
`AFTERIMAGE_SHOTS=<folder>` keeps a picture of every page that a test looks at. The pictures in
docs/img are made of the demo world of `./afterimage up` in this browser, dark, as Ben: the feed
and a profile at 390 x 844, scaled to 0.68, side by side in 255 colours; the studio at 1280 x 800.
"""

from __future__ import annotations

import asyncio
import gc
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from channels.layers import channel_layers, get_channel_layer
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from accounts.models import User
from core import plugins
from generation.actions import working
from generation.models import Render

CHROMIUM = shutil.which("chromium")
# Nothing may leave the machine, and sound may start as it does for people who have tapped before.
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
PHONE = {"width": 390, "height": 844}
SHOTS = os.environ.get("AFTERIMAGE_SHOTS", "")
# Django leaves a request's body unclosed when the server is stopped under it, and a file of media
# when the browser goes elsewhere in the middle of it.
_UNCLOSED = (
    r"ignore:(?s).*(SpooledTemporaryFile|FileIO name=.*\.(mp4|webp))"
    ":pytest.PytestUnraisableExceptionWarning"
)
# A small canvas, so that a whole clip takes a moment.
TEST_CARD = {"BACKEND": "generation.engines.test_card.TestCard", "OPTIONS": {"canvas": (180, 320)}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.filterwarnings(_UNCLOSED))


@pytest.fixture(autouse=True)
def _small_clips(settings: Any) -> None:
    settings.GENERATION_ENGINES = {"default": TEST_CARD}
    # A sign-up from this address in every test must not look like an attack.
    settings.ACCOUNT_RATE_LIMITS = False
    plugins.load.cache_clear()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start one browser for a file of tests."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    # Playwright's event loop counts as running in this thread; the rows are still ours to read.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Serve the application on a free port and return its address."""
    from config.asgi import application

    config = uvicorn.Config(
        ASGIStaticFilesHandler(application),
        port=0,
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    running = uvicorn.Server(config)

    async def serve() -> None:
        await running.serve()
        await get_channel_layer().close_pools()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not running.started and time.monotonic() < deadline:
        time.sleep(0.02)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(10)
    # The next file's server has a loop of its own, which may not read from this one's layer.
    channel_layers.backends.clear()
    gc.collect()  # what is unclosed is warned about here, not in somebody else's test


@pytest.fixture
def aside() -> Iterator[Callable[..., Any]]:
    """Return a way to call actions in a thread of their own, as a worker process would.

    In the test's thread Playwright's loop is running, and pushes to sockets would be refused.
    """
    with ThreadPoolExecutor(1) as pool:
        yield lambda act, *args, **kwargs: pool.submit(act, *args, **kwargs).result(60)
        pool.submit(connections.close_all).result()


@pytest.fixture
def work(aside: Callable[..., Any]) -> Callable[[], Render]:
    """Return a way to have the worker take the next render and finish it."""

    def finish() -> Render:
        assert aside(working.work_once, "default"), "nothing was queued"
        return Render.objects.order_by("-created_at").first()  # type: ignore[return-value]

    return finish


@pytest.fixture
def visit(chromium: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """Return a way to open the browser as somebody, or as nobody.

    Whatever a page throws, or refuses to load by its security policy, fails the test.
    """
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def open_as(user: User | None, **options: Any) -> Page:
        context = chromium.new_context(base_url=server, **{"viewport": PHONE} | options)
        context.set_default_timeout(15_000)
        opened.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": server}]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: _note_fault(line, faults))
        return page

    yield open_as
    for context in opened:
        context.close()
    assert faults == []


def _note_fault(line: Any, faults: list[str]) -> None:
    # A page that answers 403, 404 or 422 is also told to the console, and may be what is tested.
    if line.type == "error" and "Failed to load resource" not in line.text:
        faults.append(line.text)


@pytest.fixture
def photograph(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Return a way to keep a picture of a page, if somebody wants to look."""
    test = re.sub(r"\W+", "-", request.node.name)

    def keep(page: Page, name: str) -> None:
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{test}-{name}.png")

    return keep
