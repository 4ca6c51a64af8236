"""What happens to a notified contract, and what it changes in the hours owed: one transaction for both.

Sources: DOMAIN.md 2.1, 3.1, 3.6 and 12.7 (17, 21, 22); ARCHITECTURE.md 4.4.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from clauses.obligations.actions import curves, welcome
from clauses.obligations.actions.clauses import columns_of
from clauses.obligations.actions.obligations import bind, bound, of_period, owe, terms
from clauses.obligations.choices import ClauseType, ObligationStatus, Unit, VersionCause
from clauses.obligations.models import Obligation, ObligationVersion, SocialClause
from clauses.obligations.rules import owed
from clauses.obligations.rules.units import actions_owed
from clauses.procurement.actions import life, lots, rows
from clauses.procurement.choices import AmendmentArticle, AmendmentKind
from clauses.procurement.models import Amendment, InvoicedTotal, Lot, Renewal, Tender, Tranche
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_short, number
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit

LotChange = life.LotChange


def change(
    obligation: Obligation,
    *,
    quantity: Decimal,
    effective_on: date,
    cause: VersionCause,
    because: dict[str, Any],
    by: Actor,
    at: datetime,
) -> ObligationVersion:
    """Write the next version of what is owed; the history never goes back in time. The tender is locked."""
    last = last_version(obligation)
    owed.check_after(effective_on, last=last.effective_on)
    owed.check_held(quantity)
    version = ObligationVersion.objects.create(
        obligation=obligation,
        number=last.number + 1,
        quantity=quantity,
        effective_on=effective_on,
        recorded_at=at,
        cause=cause,
        terms=last.terms | because,
    )
    obligation.quantity = quantity
    obligation.save(update_fields=["quantity", "starts_on", "ends_on"])
    curves.owes_otherwise(obligation.lot, on=effective_on)
    tell_changed(obligation, before=last.quantity, effective_on=effective_on, by=by, at=at)
    return version


def last_version(obligation: Obligation) -> ObligationVersion:
    """Return the last version of what is owed."""
    return obligation.versions.order_by("-number")[0]


def tell_changed(
    obligation: Obligation, *, before: Decimal, effective_on: date, by: Actor, at: datetime
) -> None:
    """Write the event of what is owed changing, in the words of its unit."""
    unit = Unit(obligation.unit)
    in_hours = unit is Unit.HOURS
    said = (
        {"hours": number(obligation.quantity), "before": number(before)}
        if in_hours
        else {"owed": obligation.owed_text, "before": number(before)}
    )
    audit.record(
        code="obligation.changed" if in_hours else "obligation.changed_other",
        subjects=[obligation.lot.tender],
        by=rows.for_buyer(by, obligation.lot.tender.buyer),
        at=at,
        number=obligation.lot.number,
        effective_on=date_short(effective_on),
        **said,
    )


def of_tender(tender: Tender) -> list[Obligation]:
    """Return the obligations of a tender's lots, each with its lot and the tender in hand."""
    found = Obligation.objects.filter(lot__tender=tender).select_related("lot", "renewal")
    rows_found = list(found.order_by("lot__number", "pk"))
    for row in rows_found:
        row.lot.tender = tender
    return rows_found


class Signed(TypedDict, total=False):
    """What else is told of an amendment."""

    months: int
    article: AmendmentArticle | None
    reason: str
    version: int | None


@transaction.atomic
def amend(
    *,
    tender: Tender,
    kind: AmendmentKind,
    notified_on: date,
    changes: Sequence[LotChange] = (),
    by: Actor,
    at: datetime,
    **signed: Unpack[Signed],
) -> Amendment:
    """Record an amendment, and the hours that it adds or takes away, lot by lot.

    A lot without a clause receives one by the amendment's hours (L2194-1 CCP: clause added by amendment). A new
    contractor takes over what is owed as it stands.
    """
    amendment = life.amend(
        tender=tender, kind=kind, notified_on=notified_on, changes=changes, by=by, at=at, **signed
    )
    if amendment.months_delta:
        lengthen(amendment.tender)
        follow_years(amendment, told={one.lot.pk for one in changes if one.hours}, by=by, at=at)
    held = {row.lot_id: row for row in period_of(amendment.tender, on=notified_on)}
    for one in changes:
        obligation = held.get(one.lot.pk)
        if obligation is None and one.hours:
            add_clause(amendment, one, by=by, at=at)
        elif obligation is not None and (one.hours or one.successor):
            owed.check_left(obligation.quantity, delta=one.hours, unit=Unit(obligation.unit))
            change(
                obligation,
                quantity=obligation.quantity + one.hours,
                effective_on=notified_on,
                cause=VersionCause.AMENDMENT if one.hours else VersionCause.TRANSFER,
                because={"amendment": amendment.number},
                by=by,
                at=at,
            )
    welcome.greet([one.lot for one in changes if one.successor or one.lot.pk not in held], by=by, at=at)
    return amendment


def lengthen(tender: Tender) -> None:
    """Carry the new end of an execution to the obligations of its last period and to the tranches affirmed in it."""
    _, _, ends_on = life.days_of(tender)
    renewal = tender.renewals.order_by("-number").first()
    since = renewal.starts_on if renewal else date.min
    tranches = [row for row in of_tender(tender) if row.tranche_id and row.ends_on >= since]
    for obligation in [*period_of(tender), *tranches]:
        owed.check_lasts(obligation.starts_on, ends_on=ends_on)
        obligation.ends_on = ends_on
        obligation.save(update_fields=["ends_on"])


def follow_years(amendment: Amendment, *, told: Collection[int], by: Actor, at: datetime) -> None:
    """Owe the actions of the years that an amendment adds or takes away, but for the lots whose number it tells."""
    clauses = SocialClause.objects.filter(lot__tender=amendment.tender, actions_per_year__gt=0)
    per_year = dict(clauses.values_list("lot", "actions_per_year"))
    for obligation in period_of(amendment.tender):
        if obligation.lot_id in told or obligation.lot_id not in per_year:
            continue
        quantity = actions_owed(
            per_year[obligation.lot_id] or 0, starts_on=obligation.starts_on, ends_on=obligation.ends_on
        )
        if quantity != obligation.quantity:
            change(
                obligation,
                quantity=quantity,
                effective_on=amendment.notified_on,
                cause=VersionCause.AMENDMENT,
                because={"amendment": amendment.number},
                by=by,
                at=at,
            )


def period_of(tender: Tender, *, on: date = date.max) -> list[Obligation]:
    """Return what each lot owes for the period that runs on a day, or for the last one: a renewal's, else the first's.

    A clause added during a renewal has no other period than its own.
    """
    last: dict[int, Obligation] = {}
    for row in sorted(of_tender(tender), key=rank_of):
        if row.tranche_id is None and (row.renewal is None or row.starts_on <= on):
            last[row.lot_id] = row
    return list(last.values())


def rank_of(row: Obligation) -> tuple[int, int]:
    """Return the place of a period: lot by lot, the first one, then the renewals."""
    return row.lot.number, row.renewal.number if row.renewal else 0


def add_clause(amendment: Amendment, added: LotChange, *, by: Actor, at: datetime) -> None:
    """Give a lot the clause that an amendment adds, and bind it."""
    if added.hours <= 0:
        raise Refused(
            "no_clause", f"Le lot {added.lot.number} ne doit pas d’heures : il n’y a rien à retirer."
        )
    added.lot.tender = amendment.tender
    clause = SocialClause.objects.create(
        lot=added.lot,
        clause_type=ClauseType.ADDED_BY_AMENDMENT,
        quantity=added.hours,
        updated_at=at,
        **columns_of(added.lot, None, at=at),
    )
    lots.mark_clause(added.lot, present=True)
    bind([clause], effective_on=amendment.notified_on, cause=VersionCause.AMENDMENT, by=by, at=at)


@transaction.atomic
def renew(
    *,
    tender: Tender,
    decided_on: date,
    starts_on: date,
    ends_on: date,
    is_tacit: bool = True,
    by: Actor,
    at: datetime,
) -> Renewal:
    """Record a renewal: what the clause asks for is owed once more, over its own days (DOMAIN.md 2.1)."""
    renewal = life.renew(
        tender=tender,
        decided_on=decided_on,
        starts_on=starts_on,
        ends_on=ends_on,
        is_tacit=is_tacit,
        by=by,
        at=at,
    )
    again = period_of(renewal.tender)
    found = SocialClause.objects.filter(lot__tender=renewal.tender).select_related(
        "lot__tender__buyer", "sizing"
    )
    clauses = {clause.lot_id: clause for clause in found}
    made = owe(
        [
            Obligation(
                lot=row.lot,
                renewal=renewal,
                unit=row.unit,
                quantity=renewed(clauses[row.lot_id], row, starts_on=starts_on, ends_on=ends_on),
                starts_on=starts_on,
                ends_on=ends_on,
            )
            for row in again
        ],
        terms=[terms(clauses[row.lot_id], at=at) | {"renewal": renewal.number} for row in again],
        effective_on=starts_on,
        cause=VersionCause.RENEWAL,
        at=at,
    )
    tell_bound(made, effective_on=starts_on, by=by, at=at)
    return renewal


def renewed(clause: SocialClause, before: Obligation, *, starts_on: date, ends_on: date) -> Decimal:
    """Return what a renewal owes: what the running period does, unless it follows invoices or years."""
    if clause.hours_per_100k or clause.actions_per_year:
        return of_period(clause, starts_on=starts_on, ends_on=ends_on)
    return before.quantity


def tell_bound(made: Sequence[Obligation], *, effective_on: date, by: Actor, at: datetime) -> None:
    """Write the events of hours that become owed."""
    for obligation in made:
        bound(obligation, effective_on=effective_on, by=by, at=at).save(force_insert=True)
        curves.owes_otherwise(obligation.lot, on=effective_on)


@transaction.atomic
def affirm(*, tranche: Tranche, affirmed_on: date, by: Actor, at: datetime) -> Tranche:
    """Affirm an optional tranche: its hours are owed besides those of its lot."""
    held = life.affirm(tranche=tranche, affirmed_on=affirmed_on, by=by, at=at)
    _, _, ends_on = life.days_of(held.lot.tender)
    made = owe(
        [Obligation(lot=held.lot, tranche=held, quantity=held.hours, starts_on=affirmed_on, ends_on=ends_on)],
        terms=[{"tranche": held.number, "quantity": str(held.hours)}],
        effective_on=affirmed_on,
        cause=VersionCause.AFFIRMATION,
        at=at,
    )
    tell_bound(made, effective_on=affirmed_on, by=by, at=at)
    return held


@transaction.atomic
def invoice(*, lot: Lot, quarter_end: date, amount: Decimal, by: Actor, at: datetime) -> InvoicedTotal:
    """Tell what was invoiced on a lot since its beginning: a proportional clause owes its hours (DOMAIN.md 3.6)."""
    total = life.invoice(lot=lot, quarter_end=quarter_end, amount=amount, by=by, at=at)
    clause = SocialClause.objects.filter(lot=total.lot).first()
    if clause is None or clause.hours_per_100k is None:
        raise Refused(
            "not_proportional",
            f"Les heures du lot {total.lot.number} ne dépendent pas des montants facturés.",
        )
    periods = [row for row in of_tender(total.lot.tender) if row.lot_id == lot.pk and row.tranche_id is None]
    running = next(row for row in period_of(total.lot.tender, on=quarter_end) if row.lot_id == lot.pk)
    before = sum((row.quantity for row in periods if row != running), ZERO)
    change(
        running,
        quantity=owed.hours_left(
            owed.hours_of_invoices(amount, hours_per_100k=clause.hours_per_100k), before=before
        ),
        effective_on=quarter_end,
        cause=VersionCause.INVOICES,
        because={"invoiced": str(amount)},
        by=by,
        at=at,
    )
    return total


@transaction.atomic
def suspend(*, tender: Tender, starts_on: date, reason: str, by: Actor, at: datetime) -> Tender:
    """Stop an execution: what is owed stays, nothing is expected until it resumes."""
    moved = life.suspend(tender=tender, starts_on=starts_on, reason=reason, by=by, at=at)
    mark(moved, ObligationStatus.SUSPENDED)
    curves.stop(moved)
    return moved


@transaction.atomic
def resume(*, tender: Tender, resumed_on: date, ends_on: date, by: Actor, at: datetime) -> Tender:
    """Take up a suspended execution again, until its last day."""
    moved = life.resume(tender=tender, resumed_on=resumed_on, ends_on=ends_on, by=by, at=at)
    mark(moved, ObligationStatus.BINDING)
    lengthen(moved)
    return moved


def mark(tender: Tender, status: ObligationStatus) -> None:
    """Give a status to what is owed on every lot."""
    Obligation.objects.filter(lot__tender=tender).update(status=status)


@transaction.atomic
def terminate(
    *, tender: Tender, last_on: date, reason: str, version: int | None = None, by: Actor, at: datetime
) -> Tender:
    """End a contract before its term: what is owed is what its days stand for, until the buyer decides otherwise.

    A period that has not begun owes nothing (DOMAIN.md 12.7, case 22). Hours that follow the invoices already stop
    with them.
    """
    moved = life.terminate(tender=tender, last_on=last_on, reason=reason, version=version, by=by, at=at)
    proportional = SocialClause.objects.filter(lot__tender=moved).exclude(hours_per_100k=None)
    invoiced = set(proportional.values_list("lot", flat=True))
    for obligation in of_tender(moved):
        since = max(last_on, obligation.starts_on)
        follows = obligation.lot_id in invoiced and obligation.tranche_id is None
        left = owed.owed_until(
            obligation.quantity,
            unit=Unit(obligation.unit),
            starts_on=obligation.starts_on,
            ends_on=obligation.ends_on,
            last=last_on,
        )
        obligation.ends_on = max(min(obligation.ends_on, last_on), obligation.starts_on)
        change(
            obligation,
            quantity=obligation.quantity if follows else left,
            effective_on=max(since, last_version(obligation).effective_on) if follows else since,
            cause=VersionCause.TERMINATION,
            because={"terminated_on": str(last_on)},
            by=by,
            at=at,
        )
    mark(moved, ObligationStatus.BINDING)
    return moved
