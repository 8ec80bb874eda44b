"""The demo world is made by the pipeline that everybody uses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from core import plugins
from generation.actions.working import work_once
from generation.models import Render
from social.actions import demo
from social.models import Clip, Comment

SMALL = """
people = [
  { handle = "ana", name = "Ana", bio = "" },
  { handle = "ben", name = "Ben", bio = "" },
  { handle = "mod", name = "Mod", bio = "" },
]
[[clips]]
key = "one"
by = "ana"
prompt = "a red ball"
caption = "One"
talk = [["ben", "Nice."]]
[[clips]]
key = "two"
by = "ben"
remixes = "one"
prompt = "in the snow"
caption = "Two"
"""


@pytest.fixture
def _worker(settings: Any, transactional_db: None) -> Iterator[None]:
    card = {
        "BACKEND": "generation.engines.test_card.TestCard",
        "OPTIONS": {"canvas": (180, 320)},
    }
    settings.GENERATION_ENGINES = {"default": card}
    plugins.load.cache_clear()
    is_over = threading.Event()

    def work() -> None:
        while not is_over.wait(0.1):
            work_once("default")
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    is_over.set()
    thread.join()


@pytest.mark.usefixtures("_worker")
def test_a_small_world_is_made_once_and_repeating_adds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "SECONDS", 0.5)
    world = tmp_path / "world.toml"
    world.write_text(SMALL, encoding="utf-8")
    said: list[str] = []
    assert demo.make_demo_world(password="a long one", say=said.append, world=world) == 2
    assert Clip.objects.get(caption="Two").render.parent == Clip.objects.get(caption="One").render
    assert Comment.objects.get().text == "Nice."
    assert User.objects.get(handle="mod").is_moderator
    assert len(said) == 2
    assert demo.make_demo_world(password="a long one", say=said.append, world=world) == 0
    assert Render.objects.count() == 2


@pytest.mark.django_db
def test_without_a_password_there_is_no_demo_world(settings: Any) -> None:
    settings.DEMO_PASSWORD = ""
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("make_demo_world")
