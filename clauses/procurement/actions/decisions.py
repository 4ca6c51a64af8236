"""Decide to place no clause, with reasons that are kept (L2112-2-1, III CCP)."""

from datetime import date, datetime

from django.db import transaction

from clauses.procurement.actions import rows
from clauses.procurement.choices import NoClauseReason, Permission
from clauses.procurement.models import NoClauseDecision, Tender
from clauses.procurement.rules.tenders import OPEN, check_past
from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@transaction.atomic
def decide_without(
    *,
    tender: Tender,
    reason: NoClauseReason,
    text: str,
    decided_by: str,
    decided_on: date,
    by: Actor,
    at: datetime,
) -> NoClauseDecision:
    """Write, or write again, the buyer's decision to place no clause; `clauses.obligations` has judged its reason."""
    current = open_for_decision(tender, by=by)
    check_past(decided_on, today=paris_day(at), what="La décision", field="decided_on")
    held = NoClauseDecision.objects.filter(tender=current).first() or NoClauseDecision(tender=current)
    held.reason = reason
    held.text = text.strip()
    held.decided_by = decided_by.strip()
    held.decided_on = decided_on
    held.recorded_at = at
    rows.save(held)
    audit.record(
        code="tender.without_clause",
        subjects=[current],
        by=rows.for_buyer(by, current.buyer),
        at=at,
        reason=reason.label,
    )
    return held


@transaction.atomic
def want_clause(*, tender: Tender, by: Actor, at: datetime) -> None:
    """Take the decision back: a clause will be placed after all."""
    current = open_for_decision(tender, by=by)
    removed, _ = NoClauseDecision.objects.filter(tender=current).delete()
    if not removed:
        raise Refused("no_decision", "Aucune décision de ce genre n’est enregistrée pour ce marché.")
    audit.record(code="tender.clause_wanted", subjects=[current], by=rows.for_buyer(by, current.buyer), at=at)


def open_for_decision(tender: Tender, *, by: Actor) -> Tender:
    """Return the tender, locked, while a clause may still be placed: from the notification on, its reasons are kept."""
    current = rows.open_tender(tender, by=by, permission=Permission.REGISTER_TENDER)
    if current.status not in OPEN:
        raise Refused(
            "too_late", "Le marché est notifié ou arrêté : la décision sur la clause ne change plus."
        )
    return current
