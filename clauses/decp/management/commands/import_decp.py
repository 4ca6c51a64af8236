"""Read files of essential data from the disk."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from clauses.decp.actions import readings
from clauses.decp.choices import Outcome
from clauses.decp.models import FileReading
from clauses.decp.selectors import line_text, remark_lines
from inclusiv.core.actors import Actor, Role
from inclusiv.core.doors import TracedCommand
from inclusiv.core.french import number, plural
from inclusiv.core.refusals import Refused

SYSTEM = Actor(
    user_id=None,
    membership_id=None,
    organisation_id=0,
    role=Role.COORDINATION,
    name="import_decp",
    organisation="Inclusiv",
)


class Command(TracedCommand):
    """`manage.py import_decp FILE...`: twice changes nothing; a file that cannot be read changes nothing."""

    help = "Lit des fichiers de données essentielles (JSON, compressés ou non) dans les marchés repérés."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files; `--verbosity 2` tells every line."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="FILE")

    def handle(self, *_args: Any, paths: list[Path], verbosity: int, **_options: Any) -> None:
        """Read each file in its own transaction; exit with 1 when one of them could not be read."""
        unread = 0
        for path in paths:
            try:
                with path.open("rb") as file:
                    reading = readings.read(file=file, name=path.name, by=SYSTEM, at=timezone.now())
            except (OSError, Refused) as error:
                unread += 1
                self.stderr.write(f"{path} : {error.strerror if isinstance(error, OSError) else error}")
            else:
                self.tell(reading, verbosity=verbosity)
        if unread:
            raise CommandError(
                f"{plural(unread, 'fichier')} sur {len(paths)} : illisible, rien n’en est repris."
            )

    def tell(self, reading: FileReading, *, verbosity: int) -> None:
        """Print the counts, what is refused and why; every line and every kind of remark when asked."""
        counts = (f"{one.label} : {number(getattr(reading, one.name.lower()))}" for one in Outcome)
        self.stdout.write(" ; ".join([f"{reading.name}, {plural(reading.read, 'enregistrement')}", *counts]))
        lines = reading.lines.order_by("rank")
        for line in lines if verbosity > 1 else lines.filter(outcome=Outcome.REFUSED):
            self.stdout.write(f"  {line_text(line)}")
        if verbosity > 1:
            for remark in remark_lines(reading):
                self.stdout.write(f"  {remark}")
