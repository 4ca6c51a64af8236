"""What a calculation starts from: the values in force for a lot, each with where it comes from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clauses.obligations.choices import Public
from clauses.obligations.models import Sizing, SocialClause
from clauses.obligations.rules.sizing import (
    SizingInputs,
    SizingLimits,
    SizingResult,
    effort_of,
    size,
    whole_months,
)
from clauses.obligations.rules.terms import Terms
from clauses.obligations.selectors.terms import terms_in_force, terms_of, told
from clauses.obligations.selectors.values import parameters_for
from clauses.procurement.choices import Sector, TenderNature
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.tenders import PUBLIC
from inclusiv.core import french
from inclusiv.core.providers import published
from inclusiv.core.quantities import ZERO
from inclusiv.parameters.models import Parameter
from inclusiv.parameters.selectors import Parameters

LIMITS = (
    "MIN_LOT_AMOUNT_WORKS",
    "MIN_LOT_AMOUNT_SERVICES",
    "MIN_HOURS_ADVISED",
    "MIN_LABOUR_SHARE",
    "MIN_DURATION_MONTHS",
    "EFFORT_MIN_ADVISED",
    "EFFORT_MAX_ADVISED",
)
TABLES = ("LABOUR_SHARE", "EFFORT_RATE", "HOURLY_COST")
STEP = "SIZING_ROUNDING_STEP"


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingGround:
    """What a lot's hours are computed from unless told otherwise, and the limits of what is advised."""

    inputs: SizingInputs
    limits: SizingLimits
    sources: dict[str, str]
    """Where each input comes from, in words, by its name in SizingInputs."""
    months: int | None
    """Whole months of execution, None while its days are not known."""

    def size(self, inputs: SizingInputs) -> SizingResult:
        """Return the hours of some inputs, judged by these limits."""
        return size(inputs, limits=self.limits, months=self.months)


def sizing_ground(lot: Lot, *, on: date) -> SizingGround:
    """Return the ground of a lot's calculation on a day: buyer's values over the territory's over everybody's."""
    sector = Sector(lot.sector)
    codes = {*LIMITS, *TABLES, STEP, *(f"{table}.{sector}" for table in TABLES)}
    found = parameters_for(lot, codes=codes, on=on)
    values = Parameters({code: parameter.value for code, parameter in found.items()})
    return SizingGround(
        inputs=SizingInputs(
            amount=lot.estimated_amount if lot.estimated_amount is not None else ZERO,
            labour_share=values.line("LABOUR_SHARE", sector),
            effort_rate=values.line("EFFORT_RATE", sector),
            hourly_cost=values.line("HOURLY_COST", sector),
            rounding_step=values.decimal(STEP),
        ),
        limits=limits_of(values, nature=TenderNature(lot.tender.nature)),
        sources={
            "labour_share": source_of(found, "LABOUR_SHARE", sector),
            "effort_rate": source_of(found, "EFFORT_RATE", sector),
            "hourly_cost": source_of(found, "HOURLY_COST", sector),
        },
        months=whole_months(lot.tender.starts_on, lot.tender.ends_on),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingSheet:
    """The page of a lot's calculation: the lot, its clause, what it starts from, the calculations already kept."""

    lot: Lot
    clause: SocialClause | None
    terms: Terms
    """Those of the clause, else those that it would take."""
    ground: SizingGround
    kept: list[Sizing]

    @property
    def seen(self) -> int:
        """How many calculations the reader of the page knows of."""
        return len(self.kept)

    @property
    def is_public(self) -> bool:
        """Whether candidates have read the clause and wait: changing it means telling them all.

        A contract followed from open data was notified before it came here: nobody waits any more.
        """
        return self.lot.tender.status in PUBLIC and published(self.lot.tender_id) is None

    @property
    def publics(self) -> str:
        """The publics that the clause puts first, in words."""
        return ", ".join(Public(one).label for one in self.clause.priority_publics) if self.clause else ""

    @property
    def told_terms(self) -> list[tuple[str, str]]:
        """The terms in words, each with its label."""
        return told(self.terms)


def sizing_sheet(lot: Lot, *, on: date) -> SizingSheet:
    """Return what the page of a visible lot's calculation shows, newest calculation first."""
    clause = SocialClause.objects.filter(lot=lot).select_related("sizing").first()
    return SizingSheet(
        lot=lot,
        clause=clause,
        terms=terms_of(clause) if clause else terms_in_force(lot, on=on),
        ground=sizing_ground(lot, on=on),
        kept=list(Sizing.objects.filter(lot=lot).order_by("-computed_at", "-pk")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """A calculation as it is read: the formula with its numbers, the plain translation, what to look at twice."""

    formula: str
    hours: Decimal
    rounding: str
    warnings: tuple[str, ...]
    difference: str = ""


def calculation(inputs: SizingInputs, result: SizingResult, *, quantity: Decimal | None) -> Calculation:
    """Write a calculation in French: « 1 800 000 € × 45 % × 7 % ÷ 30 € = 1 890 h »."""
    step = french.number(inputs.rounding_step)
    return Calculation(
        formula=(
            f"{french.euros(inputs.amount)} × {french.percent(inputs.labour_share * 100)}"
            f" × {french.percent(inputs.effort_rate * 100)} ÷ {french.euros(inputs.hourly_cost)}"
            f" = {french.hours_text(result.raw_hours)}"
        ),
        hours=result.hours,
        rounding=""
        if result.raw_hours == result.hours
        else f"arrondi au multiple de {step} h le plus proche",
        warnings=result.warnings,
        difference=difference(inputs, result.hours, quantity),
    )


def difference(inputs: SizingInputs, computed: Decimal, quantity: Decimal | None) -> str:
    """Say by how much the contract's number departs from the calculation, and the effort that it stands for."""
    if quantity is None or quantity == computed:
        return ""
    gap = quantity - computed
    more = f"{french.hours_text(abs(gap))} de {'plus' if gap > 0 else 'moins'} que le calcul"
    effort = effort_of(
        quantity,
        amount=inputs.amount,
        labour_share=inputs.labour_share,
        hourly_cost=inputs.hourly_cost,
    )
    return f"{more}, soit un effort de {french.percent(effort * 100)}" if effort is not None else more


def clauses_to_bind(tender: Tender) -> list[SocialClause]:
    """Return the clauses that the notification of a tender binds, with their lots and contractors."""
    return list(
        SocialClause.objects.filter(lot__tender=tender)
        .select_related("lot__award")
        .prefetch_related("lot__award__members__organisation")
        .order_by("lot__number")
    )


def limits_of(values: Parameters, *, nature: TenderNature) -> SizingLimits:
    """Return what is advised for a nature of purchase; supplies follow the services (DOMAIN.md 3.5)."""
    kind = "WORKS" if nature is TenderNature.WORKS else "SERVICES"
    return SizingLimits(
        min_amount=values.decimal(f"MIN_LOT_AMOUNT_{kind}"),
        min_hours=values.decimal("MIN_HOURS_ADVISED"),
        min_labour_share=values.decimal("MIN_LABOUR_SHARE"),
        min_months=values.integer("MIN_DURATION_MONTHS"),
        effort_min=values.decimal("EFFORT_MIN_ADVISED"),
        effort_max=values.decimal("EFFORT_MAX_ADVISED"),
    )


def source_of(found: dict[str, Parameter], table: str, sector: Sector) -> str:
    """Say in words where the value of a table comes from."""
    parameter = found.get(f"{table}.{sector}") or found[table]
    if parameter.buyer_id:
        return "valeur fixée pour cet acheteur"
    if parameter.territory_id:
        return "valeur fixée pour ce territoire"
    if parameter.code == table:
        return "valeur par défaut"
    certain = "" if parameter.source.endswith("source lue") else ", à confirmer"
    return f"valeur d’usage du métier «{french.NO_BREAK}{sector.label}{french.NO_BREAK}»{certain}"


def calculation_of(clause: SocialClause | None) -> Calculation | None:
    """Return the calculation kept behind a clause, as it is read."""
    if clause is None or clause.sizing is None:
        return None
    kept = clause.sizing
    inputs = SizingInputs(
        amount=kept.amount or ZERO,
        labour_share=kept.labour_share,
        effort_rate=kept.effort_rate,
        hourly_cost=kept.hourly_cost,
        rounding_step=kept.rounding_step,
    )
    result = SizingResult(raw_hours=kept.raw_hours, hours=kept.hours, warnings=tuple(kept.warnings))
    return calculation(inputs, result, quantity=clause.quantity)
