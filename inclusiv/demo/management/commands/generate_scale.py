"""Fill a database with believable rows, for measures."""

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from inclusiv.core.doors import TracedCommand
from inclusiv.core.french import number, plural
from inclusiv.core.periods import paris_day
from inclusiv.demo.plan import SEED
from inclusiv.demo.scale.build import build
from inclusiv.demo.scale.sizes import Sizes, SizesRefused


class Command(TracedCommand):
    """`manage.py generate_scale`: beside what is there, whole or not at all."""

    help = "Remplit la base de données vraisemblables, à la taille demandée, pour mesurer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sizes, the seed and the day."""
        parser.add_argument("--tenders", type=int, required=True, help="nombre de marchés")
        parser.add_argument("--persons", type=int, required=True, help="nombre de personnes")
        parser.add_argument("--entries", type=int, required=True, help="nombre d’écritures d’heures")
        parser.add_argument("--departments", type=int, default=1, help="nombre de départements, de 1 à 100")
        parser.add_argument("--seed", type=int, default=SEED, help="graine du tirage")
        parser.add_argument("--today", type=date.fromisoformat, help="jour du tirage (AAAA-MM-JJ)")
        parser.add_argument("--yes", action="store_true", help="remplir même hors du mode démonstration")

    def handle(self, *_args: Any, seed: int, today: date | None, yes: bool, **options: Any) -> None:
        """Fill, telling how far it is."""
        if not (settings.DEMO or yes):
            raise CommandError(
                "Ces données sont inventées et cette base n’est pas en mode démonstration : ajoutez --yes pour les"
                " y mettre malgré tout."
            )
        sizes = Sizes(**{name: options[name] for name in ("tenders", "persons", "entries", "departments")})
        started = time.monotonic()

        def tell(written: int) -> None:
            share = f"{100 * written // sizes.entries:3} %"
            self.stdout.write(f"\r{share}, {plural(written, 'écriture')}", ending="")
            self.stdout.flush()

        try:
            build(sizes=sizes, seed=seed, today=today or paris_day(timezone.now()), tell=tell)
        except SizesRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        seconds = time.monotonic() - started
        self.stdout.write(
            f"\r{plural(sizes.tenders, 'marché')}, {plural(sizes.persons, 'personne')},"
            f" {plural(sizes.entries, 'écriture')} en {number(round(seconds))} s."
        )
