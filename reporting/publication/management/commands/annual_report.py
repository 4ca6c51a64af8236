"""Make a year's draft report without a worker."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from inclusiv.accounts.models import Membership
from inclusiv.core.actors import Role
from inclusiv.core.doors import TracedCommand
from inclusiv.core.files import read
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import jobs
from reporting.publication.actions import reports
from reporting.publication.models import Charter


class Command(TracedCommand):
    """`manage.py annual_report 2025 --output bilan-2025.pdf`."""

    help = "Établit le brouillon du bilan annuel d’une charte, l’écrit dans un fichier et donne son SHA-256."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the year, the file to write and the département."""
        parser.add_argument("year", type=int)
        parser.add_argument("--output", type=Path, required=True)
        parser.add_argument("--department", default="91")

    def handle(self, *_args: Any, year: int, output: Path, department: str, **_options: Any) -> None:
        """Make the report in the name of the département's coordination, as its page would."""
        now = timezone.now()
        charter = Charter.objects.filter(department=department).order_by("-signed_on").first()
        coordination = Membership.objects.live(on=paris_day(now)).filter(
            capacity__role=Role.COORDINATION, capacity__department=department
        )
        membership = coordination.with_actor().order_by("pk").first()
        if charter is None or membership is None:
            raise CommandError(
                f"Le département {department} n’a pas de charte, ou personne à la coordination."
            )
        try:
            run = reports.ask(charter=charter, year=year, by=membership.actor(), at=now)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        jobs.run(job_id=run.job_id or 0, clock=timezone.now)
        run.refresh_from_db()
        document = run.documents.select_related("file").first()
        if document is None:
            raise CommandError(run.job.error if run.job else "Le bilan n’a pas été établi.")
        try:
            output.write_bytes(read(document.file))
        except OSError as error:
            raise CommandError(f"{output} : {error.strerror}.") from error
        self.stdout.write(f"{output} : {document.pages} pages, SHA-256 {document.file.sha256}")
