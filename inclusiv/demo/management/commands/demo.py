"""Load the demonstration."""

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.doors import TracedCommand
from inclusiv.core.periods import paris_day
from inclusiv.demo.build import build


class Command(TracedCommand):
    """`manage.py demo`: an invented Essonne as of today, whole or not at all."""

    help = "Charge la démonstration dans une base vide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the day, and what to do with a base that is not empty."""
        parser.add_argument("--today", type=date.fromisoformat, help="jour de la démonstration (AAAA-MM-JJ)")
        parser.add_argument(
            "--if-empty", action="store_true", help="ne rien faire dans une base déjà remplie"
        )

    def handle(self, *_args: Any, today: date | None, if_empty: bool, **_options: Any) -> None:
        """Build, telling each step."""
        if Organisation.objects.exists():
            if if_empty:
                return
            raise CommandError(
                "La base n’est pas vide : la démonstration ne se charge que dans une base vide."
            )
        started = time.monotonic()
        with transaction.atomic():
            build(today=today or paris_day(timezone.now()), tell=self.stdout.write)
        seconds = time.monotonic() - started
        self.stdout.write(f"{Tender.objects.count()} marchés, chargés en {seconds:.0f} s.")
