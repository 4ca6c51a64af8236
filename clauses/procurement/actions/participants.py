"""Who else works on a lot: subcontractors and inclusive employers."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from clauses.procurement.choices import Permission
from clauses.procurement.models import GroupMember, Lot, LotParticipant
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@transaction.atomic
def join(
    *, lot: Lot, organisations: Collection[Organisation], starts_on: date, by: Actor, at: datetime
) -> None:
    """Let organisations take part in a lot from a day on; nothing happens to those that already do.

    Open to who runs the tender and to who works on the lot: a contractor brings its agencies and subcontractors.
    """
    if not (by.may(Permission.RUN_TENDER) or by.may(Permission.SEE_OWN_LOTS)):
        raise Refused("not_permitted", "Votre rôle ne permet pas cette action.")
    if not Lot.objects.visible_to(by).filter(pk=lot.pk).exists():
        raise Refused("not_visible", "Vous n’avez pas accès à ce lot.")
    members = GroupMember.objects.filter(award__lot=lot).values_list("organisation", flat=True)
    others = {one.pk: one for one in organisations if one.pk not in set(members)}
    there = LotParticipant.objects.filter(lot=lot, organisation__in=others)
    known = dict(there.values_list("organisation", "starts_on"))
    for key, organisation in others.items():
        if starts_on < known.get(key, date.max):
            take_part(lot, organisation, starts_on=starts_on, by=by, at=at)


def take_part(lot: Lot, organisation: Organisation, *, starts_on: date, by: Actor, at: datetime) -> None:
    """Write that an organisation takes part in a lot from a day on, once even when two people bring it together."""
    participant, created = LotParticipant.objects.get_or_create(
        lot=lot, organisation=organisation, defaults={"starts_on": starts_on}
    )
    is_earlier = starts_on < participant.starts_on
    if is_earlier:
        LotParticipant.objects.filter(pk=participant.pk).update(starts_on=starts_on)
    if created or is_earlier:
        code = "lot.joined" if created else "lot.joined_earlier"
        tell(code, lot, organisation, starts_on=starts_on, by=by, at=at)


def come_back(lot: Lot, organisation: Organisation, *, starts_on: date, by: Actor, at: datetime) -> None:
    """Let an organisation that has left a lot work there again; nothing happens to one that is there, or never was.

    Only a new agreement of the buyer does so: `join` never lifts an end.
    """
    left = LotParticipant.objects.filter(lot=lot, organisation=organisation, ends_on__isnull=False)
    if left.update(ends_on=None):
        tell("lot.came_back", lot, organisation, starts_on=starts_on, by=by, at=at)


def tell(
    code: str, lot: Lot, organisation: Organisation, *, starts_on: date, by: Actor, at: datetime
) -> None:
    """Write the event on the tender, the lot and the organisation."""
    audit.record(
        code=code,
        subjects=[lot.tender, lot, organisation],
        by=by,
        at=at,
        number=lot.number,
        organisation=organisation.name,
        starts_on=starts_on,
    )
