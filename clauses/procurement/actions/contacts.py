"""Ask the companies of a tender whom to call: at the notification, then each quarter (USERS.md, complaint 11)."""

from collections.abc import Collection
from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db import transaction

from clauses.procurement.models import Tender
from clauses.procurement.rules.tenders import RUNNING
from inclusiv.accounts.actions import contacts
from inclusiv.accounts.choices import CONTACTS_MONTHS
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.records.models import SignedLink

QUARTERLY = "Vous suivez avec nous un marché à clause sociale : vos contacts sont-ils toujours les bons ?"


def ask_at_notification(tender: Tender, *, but: Collection[int], by: Actor, at: datetime) -> None:
    """Ask each company that holds a lot with a clause of a tender just notified, but those already asked, by key.

    Who has no address that works is called by the facilitator.
    """
    for organisation in contractors(tender):
        if organisation.pk not in but:
            contacts.ask(organisation=organisation, why=why_at_notification(tender), by=by, at=at)


def why_at_notification(tender: Tender) -> str:
    """Return why a company is asked at the notification."""
    return (
        f"Le marché {tender.reference}, {tender.title}, vous est notifié avec une clause sociale d’insertion."
    )


def contractors(*tenders: Tender) -> list[Organisation]:
    """Return the companies to which lots of the tenders with a clause are awarded, in the order of their names."""
    members = Organisation.objects.filter(
        group_memberships__award__lot__tender__in=tenders, group_memberships__award__lot__has_clause=True
    )
    return list(members.distinct().order_by("folded_name", "pk"))


@transaction.atomic
def ask_each_quarter(*, at: datetime) -> int:
    """Ask the companies at work that neither said nor were asked anything for three months. Returns how many."""
    since = at - relativedelta(months=CONTACTS_MONTHS)
    lately = SignedLink.objects.filter(purpose=contacts.PURPOSE, created_at__gte=since)
    silent = [
        organisation
        for organisation in contractors(*Tender.objects.filter(status__in=RUNNING))
        if organisation.contacts.to_confirm(since=paris_day(since)).exists()
        and not lately.filter(organisation_id=organisation.pk).exists()
    ]
    return sum(
        contacts.ask(organisation=organisation, why=QUARTERLY, by=the_platform(organisation), at=at)
        for organisation in silent
    )


def the_platform(organisation: Organisation) -> Actor:
    """Return who acts when the clock asks."""
    return Actor(
        user_id=None,
        membership_id=None,
        organisation_id=organisation.pk,
        role=Role.FACILITATOR,
        name="Inclusiv",
        organisation="Inclusiv",
    )
