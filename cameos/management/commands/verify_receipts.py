"""Check every chain of receipts, and say where one does not hold."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cameos import actions
from cameos.models import Cameo


class Command(BaseCommand):
    help = "Verify order, links, digests and signatures of all receipts of likeness use."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        checked = 0
        for cameo in Cameo.objects.filter(receipts__isnull=False).distinct().iterator():
            checked += 1
            for link in actions.verify_receipts(cameo):
                broken += 1
                self.stderr.write(f"cameo {link.cameo_id} receipt {link.sequence}: {link.problem}")
        if broken:
            raise CommandError(f"{broken} faults in {checked} chains.")
        self.stdout.write(f"{checked} chains hold.")
