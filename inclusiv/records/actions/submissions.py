"""A form sent twice acts once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused
from inclusiv.records.models import Submission


def is_received(submission: UUID) -> bool:
    """Say whether a form's number has already served."""
    return Submission.objects.filter(pk=submission).exists()


@transaction.atomic
def receive(*, submission: UUID, by: Actor, at: datetime) -> None:
    """Take note of a form's number inside the transaction of its action.

    A double click waits for the first one, then raises Refused `already_sent`.
    """
    _, created = Submission.objects.get_or_create(
        pk=submission, defaults={"membership_id": by.membership_id or 0, "received_at": at}
    )
    if not created:
        raise Refused(
            "already_sent", "Ce formulaire a déjà été envoyé : votre première demande est enregistrée."
        )
