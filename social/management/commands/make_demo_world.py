"""Fill a fresh installation with people and clips."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from social.actions.demo import WorkerAwayError, make_demo_world


class Command(BaseCommand):
    help = "Make the demo world through the real pipeline. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_PASSWORD:
            raise CommandError("Set DEMO_PASSWORD: the demo people log in with it.")
        try:
            count = make_demo_world(password=settings.DEMO_PASSWORD, say=self._say)
        except WorkerAwayError as error:
            raise CommandError(str(error)) from None
        self._say(f"{count} clips published")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
