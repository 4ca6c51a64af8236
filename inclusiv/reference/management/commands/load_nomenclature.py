"""Load an official nomenclature file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from inclusiv.core.doors import TracedCommand
from inclusiv.reference.actions import load_nomenclature


class Command(TracedCommand):
    """`manage.py load_nomenclature cpv cpv_2008_fr.csv`."""

    help = "Charge une nomenclature officielle (cpv, rome ou naf) depuis un fichier CSV, compressé ou non."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the list's name and its file."""
        parser.add_argument("kind", choices=["cpv", "rome", "naf"])
        parser.add_argument("path", type=Path)

    def handle(self, *_args: Any, kind: str, path: Path, **_options: Any) -> None:
        """Load, or say what the file lacks."""
        try:
            count = load_nomenclature(kind, path)
        except OSError as error:
            raise CommandError(f"{path} : {error.strerror}.") from error
        except KeyError as error:
            raise CommandError(
                f"{path} : la colonne {error} manque, ce n’est pas le fichier attendu."
            ) from error
        self.stdout.write(f"{count} codes chargés.")
