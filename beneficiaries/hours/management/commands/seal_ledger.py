"""Seal the ledger by hand; beat does it each night."""

from typing import Any

from django.utils import timezone

from beneficiaries.hours.actions import ledger
from inclusiv.core.doors import TracedCommand
from inclusiv.core.french import date_short, plural
from inclusiv.core.periods import paris_day


class Command(TracedCommand):
    """`manage.py seal_ledger`: once a day, a second time changes nothing."""

    help = "Scelle l’historique des heures pour la journée."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Seal and print the seal."""
        at = timezone.now()
        seal = ledger.seal(day=paris_day(at), at=at)
        entries = plural(seal.entries, "écriture scellée")
        self.stdout.write(f"{date_short(seal.day)} : {entries}, empreinte {seal.hash}.")
