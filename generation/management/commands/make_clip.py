"""The main job from a terminal: prompt in, finished clip out."""

from __future__ import annotations

import shutil
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.text import slugify

from core import delivery
from core.errors import DomainError
from generation.actions.requesting import request_render_in_terminal
from generation.actions.working import work_once
from generation.models import Render
from generation.queries import renditions
from generation.spec import CANVASES
from generation.spec.wish import Wish

BAR_COLUMNS = 32


class Command(BaseCommand):
    help = "Make a clip from a prompt through the whole pipeline, and print where it is."
    _told = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("prompt")
        parser.add_argument("--seconds", type=float, default=5.0)
        parser.add_argument("--shape", choices=sorted(CANVASES), default="portrait")
        parser.add_argument("--seed", type=int)
        parser.add_argument("--engine", default="default")
        parser.add_argument("--out", type=Path, help="folder of the finished mp4")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = ("prompt", "seconds", "shape", "seed", "engine")
        wish = Wish(**{name: options[name] for name in wanted})
        try:
            render = request_render_in_terminal(wish)
        except DomainError as error:
            raise CommandError(f"{error.code}: {error.detail}") from None
        self._follow(render)
        self._tell(render, options["out"] or settings.AFTERIMAGE_HOME / "made")

    def _follow(self, render: Render) -> None:
        """Work on the queue in a thread, whoever else does, and show how far this render is until
        it has ended: by a bar in a terminal, by a line for each stage elsewhere.
        """
        show = self._draw if self.stdout.isatty() else self._tell_stage
        done = threading.Event()
        worker = threading.Thread(target=self._work, args=(render, done), daemon=True)
        worker.start()
        while not render.has_ended:
            show(render)
            done.wait(0.2)
            render.refresh_from_db()
        show(render)
        if self.stdout.isatty():
            self.stdout.write("")
        worker.join()

    def _work(self, render: Render, done: threading.Event) -> None:
        try:
            while not Render.objects.get(pk=render.pk).has_ended:
                if work_once(render.engine) is None:
                    done.wait(0.2)
        finally:
            done.set()
            connection.close()

    def _draw(self, render: Render) -> None:
        filled = round(render.progress * BAR_COLUMNS)
        bar = "█" * filled + "░" * (BAR_COLUMNS - filled)
        self.stdout.write(f"\r  {bar} {render.progress:4.0%} {render.state:<10}", ending="")
        self.stdout.flush()

    def _tell_stage(self, render: Render) -> None:
        if render.state != self._told:
            self._told = render.state
            self.stdout.write(f"  {render.state}")
            self.stdout.flush()

    def _tell(self, render: Render, folder: Path) -> None:
        if render.state != Render.State.READY:
            why = render.problem_text or "A moderator has to look at it first, in /console/."
            raise CommandError(f"The render is {render.state}: {why}")
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{slugify(render.prompt)[:40] or 'clip'}-{render.pk.hex[-6:]}.mp4"
        largest = next(iter(renditions(render.media_facts).values()))
        with delivery.local_path(render.media_subject, f"public/{largest}") as path:
            shutil.copyfile(path, target)
        self.stdout.write(f"  {render.timings['wall']:.1f} s for {render.seconds:g} s of video")
        self.stdout.write(str(target))
