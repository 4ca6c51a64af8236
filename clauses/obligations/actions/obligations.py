"""Hours become owed at the notification: version 1 of each obligation, with the clause frozen in it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from clauses.obligations.actions import welcome
from clauses.obligations.choices import ClauseStatus, ClauseType, Unit, VersionCause
from clauses.obligations.models import Obligation, ObligationVersion, SocialClause
from clauses.obligations.rules.units import actions_owed
from clauses.obligations.selectors.articles import cited_by, consultation_day
from clauses.obligations.selectors.terms import terms_of
from clauses.procurement.actions import contacts, life, rows, tenders
from clauses.procurement.models import Tender
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_short, number
from inclusiv.core.periods import paris_day
from inclusiv.core.quantities import ZERO
from inclusiv.records.actions import audit
from inclusiv.records.models import AuditEvent


@transaction.atomic
def notify(
    *, tender: Tender, notified_on: date, starts_on: date, ends_on: date, by: Actor, at: datetime
) -> list[Obligation]:
    """Notify a tender and bind the clauses of its lots, in one transaction (ARCHITECTURE.md 4.4).

    Raises Refused when a lot with a clause has no contractor, or when the days contradict one another.
    """
    notified = tenders.notify(
        tender=tender, notified_on=notified_on, starts_on=starts_on, ends_on=ends_on, by=by, at=at
    )
    clauses = SocialClause.objects.filter(lot__tender=notified).select_related("lot__tender__buyer", "sizing")
    obligations = bind(list(clauses.order_by("lot__number")), effective_on=notified_on, by=by, at=at)
    asked = welcome.greet([obligation.lot for obligation in obligations], by=by, at=at)
    contacts.ask_at_notification(notified, but=asked, by=by, at=at)
    return obligations


def bind(
    clauses: Sequence[SocialClause],
    *,
    effective_on: date,
    cause: VersionCause = VersionCause.NOTIFICATION,
    by: Actor,
    at: datetime,
) -> list[Obligation]:
    """Make one obligation of each clause, over the days of its tender; from then on only an amendment changes it.

    A clause in proportion of what is invoiced owes nothing until something is.
    """
    days = [period(clause.lot.tender) for clause in clauses]
    obligations = owe(
        [
            Obligation(lot=clause.lot, unit=clause.unit, quantity=of_period(clause, **dates), **dates)
            for clause, dates in zip(clauses, days, strict=True)
        ],
        terms=[terms(clause, at=at) for clause in clauses],
        effective_on=effective_on,
        cause=cause,
        at=at,
    )
    SocialClause.objects.filter(pk__in=[clause.pk for clause in clauses]).update(
        status=ClauseStatus.BINDING, updated_at=at
    )
    for clause, obligation in zip(clauses, obligations, strict=True):
        if clause.actions_per_year and clause.quantity != obligation.quantity:
            SocialClause.objects.filter(pk=clause.pk).update(quantity=obligation.quantity)
    AuditEvent.objects.bulk_create(
        bound(obligation, effective_on=effective_on, by=by, at=at) for obligation in obligations
    )
    return obligations


def period(tender: Tender) -> dict[str, date]:
    """Return the days of a bound tender, as an obligation takes them."""
    _, starts_on, ends_on = life.days_of(tender)
    return {"starts_on": starts_on, "ends_on": ends_on}


def of_period(clause: SocialClause, *, starts_on: date, ends_on: date) -> Decimal:
    """Return what a clause asks for a period, in its unit, both days inclusive."""
    if clause.hours_per_100k:
        return ZERO
    if clause.actions_per_year:
        return actions_owed(clause.actions_per_year, starts_on=starts_on, ends_on=ends_on)
    return clause.quantity


def owe(
    drafts: Sequence[Obligation],
    *,
    terms: Sequence[dict[str, Any]],
    effective_on: date,
    cause: VersionCause,
    at: datetime,
) -> list[Obligation]:
    """Insert obligations with their version 1."""
    obligations = Obligation.objects.bulk_create(drafts)
    ObligationVersion.objects.bulk_create(
        ObligationVersion(
            obligation=obligation,
            number=1,
            quantity=obligation.quantity,
            effective_on=effective_on,
            recorded_at=at,
            cause=cause,
            terms=its_terms,
        )
        for obligation, its_terms in zip(obligations, terms, strict=True)
    )
    return obligations


def terms(clause: SocialClause, *, at: datetime) -> dict[str, Any]:
    """Return the clause as data that never changes again; numbers are texts, so that none becomes a float.

    The articles that it cites are those of its consultation, with the days on which they hold.
    """
    tender = clause.lot.tender
    on = consultation_day(tender, today=paris_day(at))
    cited = cited_by(tender, [ClauseType(clause.clause_type)], on=on)
    articles = [one.frozen() for one in cited]
    sizing = clause.sizing
    return {
        "clause_type": clause.clause_type,
        "insertion_policy": tender.insertion_policy,
        "unit": clause.unit,
        "quantity": str(clause.quantity),
        "priority_publics": list(clause.priority_publics),
        "strict_prior_validation": clause.strict_prior_validation,
        "count_training": clause.count_training,
        "articles": articles,
        **terms_of(clause).frozen(),
        "sizing": sizing
        and {
            "staff_total": sizing.staff_total and str(sizing.staff_total),
            "staff_taken_over": sizing.staff_taken_over and str(sizing.staff_taken_over),
            "amount": str(sizing.amount),
            "labour_share": str(sizing.labour_share),
            "effort_rate": str(sizing.effort_rate),
            "hourly_cost": str(sizing.hourly_cost),
            "rounding_step": str(sizing.rounding_step),
            "hours": str(sizing.hours),
        },
    }


def bound(obligation: Obligation, *, effective_on: date, by: Actor, at: datetime) -> AuditEvent:
    """Return the unsaved event of what becomes owed."""
    tender = obligation.lot.tender
    in_hours = obligation.unit == Unit.HOURS
    said = {"hours": number(obligation.quantity)} if in_hours else {"owed": obligation.owed_text}
    return audit.draft(
        code="obligation.bound" if in_hours else "obligation.bound_other",
        subjects=[tender],
        by=rows.for_buyer(by, tender.buyer),
        at=at,
        number=obligation.lot.number,
        effective_on=date_short(effective_on),
        **said,
    )
