"""The kick-off meeting of a tender: told, awaited, or late."""

from dataclasses import dataclass
from datetime import date

from clauses.obligations.models import KickOff, KickOffLot, SocialClause
from clauses.procurement.models import Award, Tender
from clauses.procurement.rules.tenders import RUNNING
from clauses.procurement.selectors.tenders import duties
from inclusiv.core.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class KickOffSheet:
    """The meeting as a reader sees it: its lots are those that they see; None before it is told."""

    kick_off: KickOff | None
    lots: list[KickOffLot]
    due_on: date | None
    is_late: bool
    """Not told, and its day has passed while the contract runs: a warning, never a block."""


def kick_off_sheet(tender: Tender, *, actor: Actor, on: date) -> KickOffSheet | None:
    """Return what is told of the meeting of a visible tender; None before the notification or without a clause.

    A company that has left its lots there reads nothing any more of what is said with who took them over.
    """
    kick_off = KickOff.objects.visible_to(actor).filter(tender=tender).first()
    due_on = kick_off_due(tender, on=on)
    if not tender.is_bound or (due_on is None and kick_off is None):
        return None
    seen = Award.objects.visible_to(actor).at_work(actor, on=on).filter(lot__tender=tender)
    if not seen.exists():
        return None
    lots = (
        KickOffLot.objects.filter(kick_off=kick_off, award__in=seen)
        if kick_off
        else KickOffLot.objects.none()
    )
    return KickOffSheet(
        kick_off=kick_off,
        lots=list(
            lots.select_related("award__lot", "correspondent")
            .prefetch_related("award__members__organisation")
            .order_by("award__lot__number")
        ),
        due_on=due_on,
        is_late=kick_off is None and due_on is not None and due_on < on and tender.status in RUNNING,
    )


def kick_off_due(tender: Tender, *, on: date) -> date | None:
    """Return the last day for the meeting, as the clause of the first lot says; None without a clause."""
    clauses = SocialClause.objects.filter(lot__tender=tender).select_related("lot").order_by("lot__number")
    due = duties(tender, [clause.lot for clause in clauses[:1]], today=on)
    return due.kickoff_on if due else None


def awards_to_settle(tender: Tender) -> list[Award]:
    """Return the awards of the lots that owe hours, with their lead and what was already settled."""
    found = Award.objects.filter(lot__tender=tender, lot__obligations__isnull=False).distinct()
    return list(
        found.select_related("lot__tender", "kick_off_lot__correspondent")
        .prefetch_related("members__organisation__contacts")
        .order_by("lot__number")
    )
