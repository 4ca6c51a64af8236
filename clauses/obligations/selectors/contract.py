"""« Vie du contrat »: what each lot owes, why, and what may still change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from clauses.obligations.choices import Unit, VersionCause
from clauses.obligations.models import Obligation, ObligationVersion, SocialClause
from clauses.obligations.rules.owed import Known, owed_on
from clauses.obligations.rules.sizing import SizingInputs
from clauses.obligations.rules.units import quantity_text, signed_text
from clauses.obligations.selectors.values import inputs_of
from clauses.procurement.choices import AmendmentArticle
from clauses.procurement.models import (
    Amendment,
    AmendmentLot,
    InvoicedTotal,
    Lot,
    Renewal,
    Suspension,
    Tender,
    Tranche,
)
from inclusiv.core import french
from inclusiv.core.quantities import ZERO
from inclusiv.parameters.selectors import in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A change of what a lot owes: from which day, why, by how much, and what is then owed, in its unit."""

    effective_on: date
    recorded_at: datetime
    why: str
    delta: Decimal
    quantity: Decimal
    """What the lot owes in all from that day on."""
    unit: Unit

    @property
    def delta_text(self) -> str:
        """The change in words."""
        return signed_text(self.delta, self.unit)

    @property
    def quantity_text(self) -> str:
        """What is then owed, in words."""
        return quantity_text(self.quantity, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotOwed:
    """What a lot owes in one unit: by the end of the contract, on the day asked for, and the changes that led there, oldest first."""

    lot: Lot
    unit: Unit
    quantity: Decimal
    asked: Decimal
    is_proportional: bool
    lines: tuple[Line, ...]

    @property
    def asked_text(self) -> str:
        """What it owed on the day asked for, in words."""
        return quantity_text(self.asked, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSheet:
    """The page of a contract's life; `lots` are those that owe something."""

    lots: list[LotOwed]
    tranches: list[Tranche]
    amendments: list[Amendment]
    renewals: list[Renewal]
    suspensions: list[Suspension]
    invoiced: list[InvoicedTotal]

    @property
    def total(self) -> Decimal:
        """The hours that all the lots owe by the end of the contract, decided renewals included."""
        return sum((one.quantity for one in self.lots if one.unit is Unit.HOURS), ZERO)

    @property
    def asked(self) -> Decimal:
        """The hours that all the lots owed on the day asked for, as known then."""
        return sum((one.asked for one in self.lots if one.unit is Unit.HOURS), ZERO)

    @property
    def proportional(self) -> list[Lot]:
        """The lots whose hours follow what is invoiced."""
        return [one.lot for one in self.lots if one.is_proportional]


def contract_sheet(tender: Tender, *, on: date, known_at: datetime) -> ContractSheet:
    """Return the page of a visible tender's contract, in as many queries for one lot as for many."""
    lots = list(tender.lots.order_by("number"))
    proportional = set(
        SocialClause.objects.filter(lot__in=lots).exclude(hours_per_100k=None).values_list("lot", flat=True)
    )
    versions: dict[tuple[int, str], list[ObligationVersion]] = {}
    found = ObligationVersion.objects.filter(obligation__lot__tender=tender).select_related("obligation")
    for version in found.order_by("recorded_at", "effective_on", "obligation", "number"):
        key = version.obligation.lot_id, version.obligation.unit
        versions.setdefault(key, []).append(version)
    return ContractSheet(
        lots=[
            lot_owed(
                lot,
                versions[lot.pk, unit],
                unit=unit,
                on=on,
                known_at=known_at,
                is_proportional=lot.pk in proportional,
            )
            for lot in lots
            for unit in Unit
            if (lot.pk, unit) in versions
        ],
        tranches=list(
            Tranche.objects.filter(lot__in=lots).select_related("lot").order_by("lot__number", "number")
        ),
        amendments=list(
            Amendment.objects.filter(tender=tender)
            .prefetch_related("lots__lot", "lots__successor")
            .order_by("number")
        ),
        renewals=list(Renewal.objects.filter(tender=tender).order_by("number")),
        suspensions=list(Suspension.objects.filter(tender=tender).order_by("starts_on")),
        invoiced=list(
            InvoicedTotal.objects.filter(lot__in=lots)
            .select_related("lot")
            .order_by("lot__number", "quarter_end")
        ),
    )


def lot_owed(
    lot: Lot,
    versions: list[ObligationVersion],
    *,
    unit: Unit,
    on: date,
    known_at: datetime,
    is_proportional: bool,
) -> LotOwed:
    """Return what a lot owes from the versions of its obligations in a unit, in the order of their recording."""
    owing: dict[int, Decimal] = {}
    known: dict[int, list[Known]] = {}
    lines: list[Line] = []
    for version in versions:
        key = version.obligation_id
        before = sum(owing.values(), ZERO)
        owing[key] = version.quantity
        known.setdefault(key, []).append(
            Known(
                quantity=version.quantity,
                effective_on=version.effective_on,
                recorded_at=version.recorded_at,
            )
        )
        total = sum(owing.values(), ZERO)
        lines.append(
            Line(
                effective_on=version.effective_on,
                recorded_at=version.recorded_at,
                why=why(version),
                delta=total - before,
                quantity=total,
                unit=unit,
            )
        )
    return LotOwed(
        lot=lot,
        unit=unit,
        quantity=sum(owing.values(), ZERO),
        asked=sum((owed_on(its, on=on, known_at=known_at) for its in known.values()), ZERO),
        is_proportional=is_proportional,
        lines=tuple(lines),
    )


def why(version: ObligationVersion) -> str:
    """Say why what is owed changed: « Avenant n° 1 », « Tranche optionnelle 2 affermie »."""
    terms: Mapping[str, Any] = version.terms
    match version.cause:
        case VersionCause.AMENDMENT if "amendment" in terms:
            return f"Avenant n°{french.NO_BREAK}{terms['amendment']}"
        case VersionCause.AFFIRMATION:
            return f"Tranche optionnelle {terms['tranche']} affermie"
        case VersionCause.RENEWAL:
            return f"Reconduction n°{french.NO_BREAK}{terms['renewal']}"
        case VersionCause.INVOICES:
            return f"{french.euros(Decimal(terms['invoiced']))} HT facturés"
        case VersionCause.TERMINATION if "tranche" in terms:
            return f"Résiliation, tranche optionnelle {terms['tranche']}"
        case VersionCause.TERMINATION if "renewal" in terms:
            return f"Résiliation, reconduction n°{french.NO_BREAK}{terms['renewal']}"
        case _:
            return VersionCause(version.cause).label


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What an amendment's hours are computed from on a lot: its last calculation, and its amount until then."""

    lot: Lot
    owed: Decimal | None
    unit: Unit
    inputs: SizingInputs | None
    amount: Decimal
    added: Decimal = ZERO
    """What former amendments made of it, more or less."""
    ignored: Decimal = ZERO
    """The part of it that changed no hour, being under the trigger each time, since hours last changed."""

    @property
    def owed_text(self) -> str:
        """What it owes, in words."""
        return quantity_text(self.owed or ZERO, self.unit)


def lots_to_amend(tender: Tender, *, trigger: Decimal) -> list[LotTerms]:
    """Return the lots of a tender that have a contractor, with what the hours of an amendment are computed from.

    Under `trigger`, a part of a lot's amount, an amendment changed no hour.
    """
    lots = (
        tender.lots.filter(award__isnull=False)
        .prefetch_related("obligations", "amendments")
        .order_by("number")
    )
    clauses = {
        clause.lot_id: clause
        for clause in SocialClause.objects.filter(lot__tender=tender).select_related("sizing")
    }
    return [terms_of(lot, clauses.get(lot.pk), trigger=trigger) for lot in lots]


def terms_of(lot: Any, clause: SocialClause | None, *, trigger: Decimal) -> LotTerms:
    """Return a lot loaded by `lots_to_amend` with the inputs of its calculation and its amount since."""
    unit = Unit(clause.unit) if clause else Unit.HOURS
    obligations: list[Obligation] = [row for row in lot.obligations.all() if row.unit == unit]
    sizing = clause.sizing if clause else None
    first: Decimal = sizing.amount if sizing and sizing.amount else lot.estimated_amount or ZERO
    added = ignored = ZERO
    for row in sorted(lot.amendments.all(), key=lambda row: row.pk):
        is_small = abs(row.amount_delta) < (first + added) * trigger
        ignored = ZERO if row.hours_delta else ignored + (row.amount_delta if is_small else ZERO)
        added += row.amount_delta
    return LotTerms(
        lot=lot,
        owed=sum((row.quantity for row in obligations), ZERO) if obligations else None,
        unit=unit,
        inputs=inputs_of(sizing) if sizing else None,
        amount=first + added,
        added=added,
        ignored=ignored,
    )


def low_value_so_far(tender: Tender) -> Decimal:
    """Return what the amendments of low value of a tender come to, in € HT: the law adds them up (R2194-9)."""
    rows = AmendmentLot.objects.filter(
        amendment__tender=tender, amendment__article=AmendmentArticle.LOW_VALUE
    )
    return rows.aggregate(total=Sum("amount_delta"))["total"] or ZERO


def first_period(tender: Tender) -> tuple[date | None, date | None]:
    """Return the days of an execution before any renewal: what a contract is bought for again."""
    renewal = Renewal.objects.filter(tender=tender).order_by("number").first()
    return tender.starts_on, renewal.starts_on - timedelta(days=1) if renewal else tender.ends_on


def amendment_trigger(tender: Tender, *, on: date) -> Decimal:
    """Return the part of a lot's amount under which an amendment changes no hour (DOMAIN.md 3.1)."""
    return in_force(on=on, buyer_id=tender.buyer_id).decimal("AMENDMENT_TRIGGER")
