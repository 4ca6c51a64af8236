"""Who else works on a lot: subcontractors and inclusive employers."""

from datetime import date, datetime

from django.db import transaction

from clauses.procurement.choices import Permission
from clauses.procurement.models import GroupMember, Lot, LotParticipant
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@transaction.atomic
def join(*, lot: Lot, organisation: Organisation, starts_on: date, by: Actor, at: datetime) -> None:
    """Let an organisation take part in a lot from a day on; nothing happens when it already does.

    Open to who runs the tender and to who works on the lot: a contractor brings its agencies and subcontractors.
    """
    if not (by.may(Permission.RUN_TENDER) or by.may(Permission.SEE_OWN_LOTS)):
        raise Refused("not_permitted", "Votre rôle ne permet pas cette action.")
    if not Lot.objects.visible_to(by).filter(pk=lot.pk).exists():
        raise Refused("not_visible", "Vous n’avez pas accès à ce lot.")
    if GroupMember.objects.filter(award__lot=lot, organisation=organisation).exists():
        return
    participant, created = LotParticipant.objects.get_or_create(
        lot=lot, organisation=organisation, defaults={"starts_on": starts_on}
    )
    is_earlier = starts_on < participant.starts_on
    if is_earlier:
        LotParticipant.objects.filter(pk=participant.pk).update(starts_on=starts_on)
    if created or is_earlier:
        audit.record(
            code="lot.joined" if created else "lot.joined_earlier",
            subjects=[lot.tender, lot, organisation],
            by=by,
            at=at,
            number=lot.number,
            organisation=organisation.name,
            starts_on=starts_on,
        )
