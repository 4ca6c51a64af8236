"""Write down what happens to a notified contract; what it changes in the hours owed is `clauses.obligations`' to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from clauses.procurement.actions import endings, lots, rows, tenders
from clauses.procurement.actions.awards import contractor_of
from clauses.procurement.choices import (
    AmendmentArticle,
    AmendmentKind,
    GroupRole,
    Permission,
    TenderAction,
    TenderStatus,
)
from clauses.procurement.models import (
    Amendment,
    AmendmentLot,
    GroupMember,
    InvoicedTotal,
    Lot,
    LotParticipant,
    Renewal,
    Suspension,
    Tender,
    Tranche,
)
from clauses.procurement.rules import life as rules
from clauses.procurement.rules.tenders import INVOICED, RUNNING, TENDER
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.models import Organisation
from inclusiv.core import transitions
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_short, euros
from inclusiv.core.periods import paris_day
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChange:
    """What an amendment changes on a lot: € HT and hours, more or less; who takes it over."""

    lot: Lot
    amount: Decimal = ZERO
    hours: Decimal = ZERO
    successor: Organisation | Told | None = None


def open_running(
    tender: Tender,
    *,
    states: frozenset[TenderStatus] = RUNNING,
    version: int | None = None,
    by: Actor,
) -> Tender:
    """Return the tender, locked, provided that it runs, or is in one of the `states`; `version` is the one read."""
    current = rows.open_tender(tender, by=by, permission=Permission.CHANGE_CONTRACT)
    rows.check_version(current, version)
    if current.status not in states:
        raise Refused(
            "not_running",
            f"Ce marché est à l’étape « {TenderStatus(current.status).label} » : ce changement concerne un marché"
            " notifié, avant son achèvement.",
        )
    return current


def days_of(tender: Tender) -> tuple[date, date, date]:
    """Return the days of a bound tender, which the database asks for: notification, start, end."""
    if tender.notified_on and tender.starts_on and tender.ends_on:
        return tender.notified_on, tender.starts_on, tender.ends_on
    raise ValueError(f"Tender {tender.pk} is bound without its dates.")


def tell(code: str, tender: Tender, *, by: Actor, at: datetime, **data: str | int) -> None:
    """Write the event of a change of the contract, and count it in the tender's version."""
    tenders.check_dates(tender)
    tender.version += 1
    tender.updated_at = at
    rows.save(tender, blame=tenders.BLAME)
    audit.record(code=code, subjects=[tender], by=rows.for_buyer(by, tender.buyer), at=at, **data)


@transaction.atomic
def amend(
    *,
    tender: Tender,
    kind: AmendmentKind,
    notified_on: date,
    changes: Sequence[LotChange] = (),
    months: int = 0,
    article: AmendmentArticle | None = None,
    reason: str = "",
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Amendment:
    """Record an amendment: its number follows the last one; `months` move the end of the execution.

    `version` is that of the tender as it was read. Raises Refused before the notification, in the future, or when it
    changes nothing.
    """
    current = open_running(tender, version=version, by=by)
    tender_notified_on, _, ends_on = days_of(current)
    rules.check_amendment(
        notified_on=notified_on,
        tender_notified_on=tender_notified_on,
        today=paris_day(at),
        changes=len(changes),
        months=months,
    )
    amendment = Amendment(
        tender=current,
        number=next_number(Amendment, current),
        kind=kind,
        article=article or "",
        notified_on=notified_on,
        months_delta=months,
        reason=reason.strip(),
        recorded_at=at,
        recorded_by=by.name,
    )
    rows.save(amendment)
    for change in changes:
        write_change(amendment, change, by=by, at=at)
    current.ends_on = rules.end_after(ends_on, months=months) if months else ends_on
    tenders.check_dates(current)
    endings.check(current, last_on=current.ends_on, field="months", at=at)
    tell(
        "amendment.recorded",
        current,
        by=by,
        at=at,
        amendment=amendment.number,
        notified_on=date_short(notified_on),
        kind=kind.label.lower(),
    )
    amendment.tender = current
    return amendment


def next_number(model: type[Amendment] | type[Renewal], tender: Tender) -> int:
    """Return the number after the last one of a tender."""
    last = model._default_manager.filter(tender=tender).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def write_change(amendment: Amendment, change: LotChange, *, by: Actor, at: datetime) -> None:
    """Write what an amendment changes on a lot of its tender; a successor takes the lead's place."""
    if change.lot.tender_id != amendment.tender_id:
        raise Refused("another_tender", "Ce lot n’est pas de ce marché.")
    row = AmendmentLot(
        amendment=amendment, lot=change.lot, amount_delta=change.amount, hours_delta=change.hours
    )
    if change.successor:
        row.successor = transfer(amendment, change.lot, to=change.successor, by=by, at=at)
    rows.save(row)


def transfer(
    amendment: Amendment, lot: Lot, *, to: Organisation | Told, by: Actor, at: datetime
) -> Organisation:
    """Give the lead of a lot's group to another company; the one that leaves still sees what it declared."""
    lead = GroupMember.objects.filter(award__lot=lot, role=GroupRole.LEAD).select_related("award").first()
    if lead is None:
        raise Refused("no_award", f"Le lot {lot.number} n’a pas de titulaire.")
    day = amendment.notified_on
    successor = contractor_of(to, tender=amendment.tender, on=day, by=by, at=at)
    if GroupMember.objects.filter(award=lead.award, organisation=successor).exists():
        raise Refused("already_there", f"{successor} est déjà titulaire du lot {lot.number}.")
    endings.check_departure(lead.organisation_id, lot, last_on=day, field="notified_on", at=at)
    since = lead.award.awarded_on
    LotParticipant.objects.update_or_create(
        lot=lot,
        organisation_id=lead.organisation_id,
        defaults={"starts_on": since, "ends_on": max(day, since)},
    )
    lead.organisation = successor
    lead.save(update_fields=["organisation"])
    return successor


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
    """Record a renewal, which follows the running period; the execution ends with it (R2112-4 CCP)."""
    current = open_running(tender, by=by)
    _, _, last = days_of(current)
    number = next_number(Renewal, current)
    rules.check_renewal(
        number=number,
        allowed=current.renewals_max,
        starts_on=starts_on,
        ends_on=ends_on,
        after=last,
        decided_on=decided_on,
        today=paris_day(at),
    )
    renewal = Renewal(
        tender=current,
        number=number,
        decided_on=decided_on,
        is_tacit=is_tacit,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    rows.save(renewal)
    current.ends_on = ends_on
    tell(
        "renewal.recorded",
        current,
        by=by,
        at=at,
        renewal=number,
        starts_on=date_short(starts_on),
        ends_on=date_short(ends_on),
    )
    renewal.tender = current
    return renewal


@transaction.atomic
def add_tranche(
    *,
    lot: Lot,
    number: int,
    hours: Decimal,
    amount: Decimal | None = None,
    deadline_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Tranche:
    """Describe an optional tranche of a lot before the notification, with the hours that it will ask for."""
    current = rows.open_lot(lot, by=by, permission=Permission.REGISTER_TENDER)
    lots.check_open(current.tender)
    rules.check_tranches(Tranche.objects.filter(lot__tender=current.tender).count())
    if not current.has_clause:
        raise Refused(
            "no_clause",
            f"Le lot {current.number} n’a pas encore de clause : calculez d’abord ses heures, puis décrivez ses tranches.",
        )
    tranche = Tranche(lot=current, number=number, amount=amount, hours=hours, deadline_on=deadline_on)
    rows.save(tranche, blame={"tranche_number_in_lot": "number", "tranche_values_not_negative": "hours"})
    tell("tranche.added", current.tender, by=by, at=at, number=current.number, tranche=number)
    return tranche


@transaction.atomic
def remove_tranche(*, tranche: Tranche, by: Actor, at: datetime) -> None:
    """Take an optional tranche away before the notification: described again, it is corrected."""
    current = rows.open_lot(tranche.lot, by=by, permission=Permission.REGISTER_TENDER)
    lots.check_open(current.tender)
    removed, _ = Tranche.objects.filter(pk=tranche.pk).delete()
    if not removed:
        raise Refused(
            "no_tranche", f"Le lot {current.number} n’a plus de tranche optionnelle {tranche.number}."
        )
    tell("tranche.removed", current.tender, by=by, at=at, number=current.number, tranche=tranche.number)


@transaction.atomic
def affirm(*, tranche: Tranche, affirmed_on: date, by: Actor, at: datetime) -> Tranche:
    """Affirm an optional tranche: its hours are owed from that day on (R2113-5 CCP)."""
    lot = Lot.objects.select_related("tender").get(pk=tranche.lot_id)
    current = open_running(lot.tender, by=by)
    held = Tranche.objects.select_for_update().get(pk=tranche.pk)
    notified_on, _, ends_on = days_of(current)
    rules.check_affirmed(
        affirmed_on,
        already=held.affirmed_on,
        deadline_on=held.deadline_on,
        notified_on=notified_on,
        ends_on=ends_on,
        today=paris_day(at),
    )
    held.affirmed_on = affirmed_on
    held.save(update_fields=["affirmed_on"])
    lot.tender = current
    held.lot = lot
    tell(
        "tranche.affirmed",
        current,
        by=by,
        at=at,
        number=lot.number,
        tranche=held.number,
        affirmed_on=date_short(affirmed_on),
    )
    return held


@transaction.atomic
def invoice(*, lot: Lot, quarter_end: date, amount: Decimal, by: Actor, at: datetime) -> InvoicedTotal:
    """Tell what was invoiced on a lot since its beginning, in € HT, at the end of a quarter (PRACTICE.md 2)."""
    current = rows.open_lot(lot, by=by, permission=Permission.CHANGE_CONTRACT)
    current.tender = open_running(current.tender, states=INVOICED, by=by)
    rules.check_invoiced(
        amount,
        quarter_end=quarter_end,
        known=InvoicedTotal.objects.filter(lot=current).values_list("quarter_end", "amount"),
        today=paris_day(at),
    )
    total = InvoicedTotal(
        lot=current, quarter_end=quarter_end, amount=amount, recorded_at=at, recorded_by=by.name
    )
    rows.save(total, blame={"invoicedtotal_not_negative": "amount"})
    tell(
        "invoices.recorded",
        current.tender,
        by=by,
        at=at,
        number=current.number,
        amount=euros(amount),
        quarter=date_short(quarter_end),
    )
    return total


@transaction.atomic
def suspend(*, tender: Tender, starts_on: date, reason: str, by: Actor, at: datetime) -> Tender:
    """Stop an execution: no hour is expected until it resumes."""
    current = rows.open_tender(tender, by=by, permission=Permission.RUN_TENDER)
    step(current, TenderAction.SUSPEND, by=by, at=at)
    check_within(current, starts_on, what="La suspension", field="starts_on", at=at)
    last = Suspension.objects.filter(tender=current).aggregate(day=Max("resumed_on"))["day"]
    rules.check_suspended(starts_on, resumed_on=last)
    Suspension.objects.create(tender=current, starts_on=starts_on, reason=reason.strip())
    tell("suspension.opened", current, by=by, at=at, starts_on=date_short(starts_on))
    return current


@transaction.atomic
def resume(*, tender: Tender, resumed_on: date, ends_on: date, by: Actor, at: datetime) -> Tender:
    """Take up a suspended execution again, with its last day, which may have moved."""
    current = rows.open_tender(tender, by=by, permission=Permission.RUN_TENDER)
    step(current, TenderAction.RESUME, by=by, at=at)
    held = Suspension.objects.filter(tender=current, resumed_on=None).first()
    rules.check_resumed(
        resumed_on,
        suspended_on=held.starts_on if held else None,
        ends_on=ends_on,
        was_ending_on=days_of(current)[2],
        today=paris_day(at),
    )
    Suspension.objects.filter(tender=current, resumed_on=None).update(resumed_on=resumed_on)
    current.ends_on = ends_on
    tell("suspension.closed", current, by=by, at=at, resumed_on=date_short(resumed_on))
    return current


@transaction.atomic
def terminate(
    *, tender: Tender, last_on: date, reason: str, version: int | None = None, by: Actor, at: datetime
) -> Tender:
    """End a contract before its term, on its last day of execution (inclusive); this is not undone."""
    current = rows.open_tender(tender, by=by, permission=Permission.RUN_TENDER)
    rows.check_version(current, version)
    step(current, TenderAction.TERMINATE, by=by, at=at)
    check_within(current, last_on, what="La résiliation", field="last_on", at=at)
    endings.check(current, last_on=last_on, field="last_on", at=at)
    current.ends_on = last_on
    current.termination_reason = reason.strip()
    tell("tender.terminated", current, by=by, at=at, last_on=date_short(last_on))
    return current


def step(tender: Tender, action: TenderAction, *, by: Actor, at: datetime) -> None:
    """Take a step of the table whose event tells more than the state reached."""
    transitions.move(tender, TENDER[action], by=by, at=at)


def check_within(tender: Tender, day: date, *, what: str, field: str, at: datetime) -> None:
    """Refuse a fact outside the execution or after today."""
    _, first, last = days_of(tender)
    rules.check_within(day, starts_on=first, ends_on=last, what=what, field=field, today=paris_day(at))
