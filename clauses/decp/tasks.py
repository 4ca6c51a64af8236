"""What the job of a reading does: understand the file, then write its rows once."""

from typing import BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import transaction

from clauses.decp.actions import readings
from clauses.decp.models import FileReading
from inclusiv.accounts.models import Membership
from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import jobs


def read_upload(claim: jobs.Claim) -> None:
    """Read an uploaded file: its rows are written with the end of the job, or not at all.

    Raises Refused when the file cannot be read, SupersededError when another worker has taken the job over.
    """
    reading = FileReading.objects.get(job=claim.job)
    by = asker(claim)
    at = claim.clock()
    claim.report(5, "Lecture du fichier")
    with default_storage.open(claim.job.payload["path"]) as file:
        found = readings.understood(cast("BinaryIO", file), at=at)
    claim.report(50, "Comparaison avec les marchés déjà repérés")
    with transaction.atomic():
        readings.write(reading, found, by=by, at=at)
        claim.finish()


def asker(claim: jobs.Claim) -> Actor:
    """Return who gave the file. Raises Refused when their access is closed."""
    live = Membership.objects.live(on=paris_day(claim.clock()))
    membership = live.with_actor().filter(pk=claim.job.membership_id or 0).first()
    if membership is None:
        raise Refused(
            "asker_gone",
            "L’accès de la personne qui a déposé ce fichier n’existe plus : déposez-le à nouveau.",
        )
    return membership.actor()
