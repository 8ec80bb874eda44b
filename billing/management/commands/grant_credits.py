"""Give a person credits by hand."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from billing.actions.credits import grant_by_staff


class Command(BaseCommand):
    help = "Give a person credits that stay; audited, so it wants a reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("handle")
        parser.add_argument("credits", type=int)
        parser.add_argument("--by", required=True, help="your handle; you must be staff")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["credits"] <= 0:
            raise CommandError("Give at least one credit.")
        person = _person(options["handle"])
        grant_by_staff(
            person, amount=options["credits"], by=_staff(options["by"]), reason=options["reason"]
        )
        self.stdout.write(f"@{person.handle} has {options['credits']} credits more.")


def _person(handle: str) -> User:
    found = User.objects.filter(handle=handle.lstrip("@").lower()).first()
    if found is None:
        raise CommandError(f"There is no @{handle.lstrip('@')}.")
    return found


def _staff(handle: str) -> User:
    person = _person(handle)
    if not person.is_staff:
        raise CommandError(f"@{person.handle} is not staff.")
    return person
