"""Tell the kick-off meeting of a tender, and correct what was told (DOMAIN.md 6.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from clauses.obligations.choices import ModalityFamily
from clauses.obligations.models import KickOff, KickOffLot
from clauses.obligations.rules import kickoffs as rules
from clauses.procurement.actions import rows
from clauses.procurement.actions.life import days_of
from clauses.procurement.choices import Permission, TenderStatus
from clauses.procurement.models import Award, Tender
from inclusiv.accounts.actions import contacts
from inclusiv.accounts.actions.contacts import Card
from inclusiv.accounts.models import Contact
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_short
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.core.texts import dialled
from inclusiv.records.actions import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What was settled for a lot: its correspondent, the ways and the posts foreseen."""

    award: Award
    correspondent: Card | None = None
    ways: Sequence[ModalityFamily] = ()
    posts: str = ""


@transaction.atomic
def hold(
    *,
    tender: Tender,
    held_on: date,
    place: str,
    attended: str,
    decisions: str = "",
    next_on: date | None = None,
    lots: Sequence[Settled] = (),
    version: int = 0,
    by: Actor,
    at: datetime,
) -> KickOff:
    """Write the meeting, or correct it when `version` is the one that was read (0 before any).

    Each correspondent becomes a contact of the lead. Raises Refused: not_permitted, not_notified, tender_closed,
    in_future, held_before_notification, next_before_meeting, stale_version, not_reachable.
    """
    current = rows.open_tender(tender, by=by, permission=Permission.RUN_TENDER)
    if not current.is_bound:
        raise Refused("not_notified", "La réunion de mise au point suit la notification du marché.")
    if current.status == TenderStatus.CLOSED:
        raise Refused("tender_closed", "Le bilan de ce marché est arrêté : son compte rendu ne change plus.")
    notified_on, _, _ = days_of(current)
    rules.check_held(held_on, notified_on=notified_on, next_on=next_on, today=paris_day(at))
    known = KickOff.objects.filter(tender=current).first()
    if (known.version if known else 0) != version:
        raise Refused(
            "stale_version",
            "Ce compte rendu a été modifié entre-temps : rechargez la page avant de l’envoyer.",
        )
    kick_off = known or KickOff(tender=current, version=0)
    kick_off.held_on, kick_off.place, kick_off.attended = held_on, place.strip(), attended.strip()
    kick_off.decisions, kick_off.next_on = decisions.strip(), next_on
    kick_off.recorded_at, kick_off.recorded_by = at, f"{by.name}, {by.organisation}"[:255]
    kick_off.version += 1
    rows.save(kick_off)
    # Companies in the same order for everybody: two meetings of the same ones would otherwise wait for one another.
    for settled in sorted(lots, key=lambda one: one.award.lead.pk):
        settle(kick_off, settled, by=by, at=at)
    audit.record(
        code="kickoff.corrected" if known else "kickoff.held",
        subjects=[current],
        by=rows.for_buyer(by, current.buyer),
        at=at,
        held_on=date_short(held_on),
    )
    return kick_off


def settle(kick_off: KickOff, settled: Settled, *, by: Actor, at: datetime) -> None:
    """Write what was settled for a lot of the tender."""
    award = Award.objects.filter(lot__tender=kick_off.tender, pk=settled.award.pk).first()
    if award is None:
        raise Refused("not_visible", "Ce lot n’est pas de ce marché : rechargez la page.")
    KickOffLot.objects.update_or_create(
        award=award,
        defaults={
            "kick_off": kick_off,
            "correspondent": correspondent(award, settled.correspondent, by=by, at=at),
            "ways": list(settled.ways),
            "posts": settled.posts.strip(),
        },
    )


def correspondent(award: Award, card: Card | None, *, by: Actor, at: datetime) -> Contact | None:
    """Return the contact of a card, which its lead keeps; whoever told of one sent on as it was shown is still who did."""
    if card is None:
        return None
    known = KickOffLot.objects.filter(award=award).select_related("correspondent", "award").first()
    if known and known.reached and is_as_shown(card, known.reached):
        return known.reached
    return contacts.told(organisation=award.lead, card=card, by=by, at=at)


def is_as_shown(card: Card, contact: Contact) -> bool:
    """Say whether a correspondent is sent on as the page filled them in."""
    shown = (contact.name, dialled(contact.mobile or contact.phone) or "", contact.email)
    return (card.name, card.mobile, card.email) == shown
