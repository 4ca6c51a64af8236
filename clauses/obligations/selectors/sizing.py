"""What a calculation starts from: the values in force for a lot, each with where it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clauses.obligations.choices import ClauseType, Public, Unit
from clauses.obligations.models import Sizing, SocialClause
from clauses.obligations.rules.articles import Article
from clauses.obligations.rules.comparing import PER_AMOUNT
from clauses.obligations.rules.sizing import (
    SizingInputs,
    SizingLimits,
    SizingResult,
    effort_of,
    size,
    whole_months,
)
from clauses.obligations.rules.terms import Terms
from clauses.obligations.rules.units import MINIMUM_HOURS
from clauses.obligations.selectors.articles import cited_by, consultation_day
from clauses.obligations.selectors.comparing import similar_lots
from clauses.obligations.selectors.terms import terms_in_force, terms_of, told
from clauses.obligations.selectors.values import inputs_of, parameters_for
from clauses.procurement.choices import Sector, TenderNature
from clauses.procurement.models import Lot, Tender
from clauses.procurement.rules.tenders import PUBLIC
from clauses.procurement.rules.trades import trade_of
from clauses.procurement.selectors.sourcing import LotSourcing, sourcing_of
from inclusiv.core import french
from inclusiv.core.providers import published
from inclusiv.core.quantities import ZERO
from inclusiv.core.stamps import stamp_of
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
ANRU = ("ANRU_WORKS_RATE", "ANRU_GUP_RATE")


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingGround:
    """What a lot's hours are computed from unless told otherwise, and the limits of what is advised."""

    inputs: SizingInputs
    limits: SizingLimits
    sources: dict[str, str]
    """Where each input comes from, in words, by its name in SizingInputs."""
    months: int | None
    """Whole months of execution, None while its days are not known."""
    renewal_rates: tuple[Decimal, Decimal]
    """Parts of the hours worked that urban renewal asks for: works, then upkeep."""

    def size(self, inputs: SizingInputs) -> SizingResult:
        """Return the hours of some inputs, judged by these limits."""
        return size(inputs, limits=self.limits, months=self.months)


def sizing_ground(lot: Lot, *, on: date) -> SizingGround:
    """Return the ground of a lot's calculation on a day: buyer's values over the territory's over everybody's."""
    sector = Sector(lot.sector)
    codes = {*LIMITS, *TABLES, STEP, *ANRU, *(f"{table}.{sector}" for table in TABLES)}
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
        renewal_rates=(values.decimal(ANRU[0]), values.decimal(ANRU[1])),
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
    articles: tuple[Article, ...]
    """Those that the clause cites on the day of its consultation."""
    similar: str
    """What similar lots asked for, in one sentence; nothing when too few are known."""
    sourcing: LotSourcing
    """What the inclusive suppliers known here let advise before any calculation."""

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
    def other_trade(self) -> str:
        """The trade that the CPV stands for, when it is not the lot's: the shares proposed would be others."""
        trade = trade_of(self.lot.cpv)
        return trade.label if trade and trade != self.lot.sector else ""

    @property
    def works_rate(self) -> str:
        """The part of the hours of works that urban renewal asks for."""
        return french.percent(self.ground.renewal_rates[0] * 100)

    @property
    def upkeep_rate(self) -> str:
        """The part of the hours of upkeep that urban renewal asks for."""
        return french.percent(self.ground.renewal_rates[1] * 100)

    @property
    def action_minimums(self) -> list[tuple[str, int]]:
        """The hours under which an action is not one, by its name."""
        return [(kind.label, hours) for kind, hours in MINIMUM_HOURS.items()]

    @property
    def publics(self) -> str:
        """The publics that the clause puts first, in words."""
        return ", ".join(Public(one).label for one in self.clause.priority_publics) if self.clause else ""

    @property
    def unit(self) -> Unit:
        """What the clause counts; hours while there is none."""
        return Unit(self.clause.unit) if self.clause else Unit.HOURS

    @property
    def told_terms(self) -> list[tuple[str, str]]:
        """The terms in words, each with its label."""
        return told(self.terms, unit=self.unit)


def sizing_sheet(lot: Lot, *, on: date) -> SizingSheet:
    """Return what the page of a visible lot's calculation shows, newest calculation first."""
    clause = SocialClause.objects.filter(lot=lot).select_related("sizing").first()
    return SizingSheet(
        lot=lot,
        clause=clause,
        terms=terms_of(clause) if clause else terms_in_force(lot, on=on),
        ground=sizing_ground(lot, on=on),
        articles=cited_by(
            lot.tender,
            [ClauseType(clause.clause_type)] if clause else [],
            on=consultation_day(lot.tender, today=on),
        ),
        similar=similar_lots(lot, on=on),
        sourcing=sourcing_of([lot], department=lot.tender.department, on=on)[0],
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
    measure: str = ""
    """What the hours come to: so many for 100 000 €, an effort of so much."""


def calculation(inputs: SizingInputs, result: SizingResult, *, quantity: Decimal | None) -> Calculation:
    """Write a calculation in French: « 1 800 000 € × 45 % × 7 % ÷ 30 € = 1 890 h »."""
    step = french.number(inputs.rounding_step)
    return Calculation(
        formula=formula(inputs, result),
        hours=result.hours,
        rounding=""
        if result.raw_hours == result.hours
        else f"arrondi au multiple de {step} h le plus proche",
        warnings=result.warnings,
        difference=difference(inputs, result.hours, quantity),
        measure=measure(inputs, result.hours if quantity is None else quantity),
    )


def measure(inputs: SizingInputs, hours: Decimal) -> str:
    """Say what some hours come to, in the measures of similar lots."""
    effort = effort_of(hours, inputs)
    if effort is None:
        return ""
    per_amount = french.number(hours * PER_AMOUNT / inputs.amount, places=0)
    return f"Ici : effort de {french.percent(effort * 100)}, {per_amount} h pour 100 000 €."


def formula(inputs: SizingInputs, result: SizingResult) -> str:
    """Write the formula with its numbers, the part of new staff when some is taken over."""
    staff = ""
    if inputs.staff_total and inputs.staff_taken_over is not None:
        fresh = french.number(inputs.staff_total - inputs.staff_taken_over)
        staff = (
            f" × {french.percent(inputs.new_staff_share * 100)} de personnel nouveau"
            f" ({fresh} sur {french.number(inputs.staff_total)})"
        )
    return (
        f"{french.euros(inputs.amount)} × {french.percent(inputs.labour_share * 100)}"
        f" × {french.percent(inputs.effort_rate * 100)}{staff} ÷ {french.euros(inputs.hourly_cost)}"
        f" = {french.hours_text(result.raw_hours)}"
    )


def difference(inputs: SizingInputs, computed: Decimal, quantity: Decimal | None) -> str:
    """Say by how much the contract's number departs from the calculation, and the effort that it stands for."""
    if quantity is None or quantity == computed:
        return ""
    gap = quantity - computed
    more = f"{french.hours_text(abs(gap))} de {'plus' if gap > 0 else 'moins'} que le calcul"
    effort = effort_of(quantity, inputs)
    return f"{more}, soit un effort de {french.percent(effort * 100)}" if effort is not None else more


def clauses_to_bind(tender: Tender) -> list[SocialClause]:
    """Return the clauses that the notification of a tender binds, with their lots and contractors."""
    return list(
        SocialClause.objects.filter(lot__tender=tender)
        .select_related("lot__award")
        .prefetch_related("lot__award__members__organisation")
        .order_by("lot__number")
    )


def stamp_of_binding(clauses: Iterable[SocialClause]) -> int:
    """Return what the page of a notification says that it showed: other hours, or another contractor, have another one.

    `clauses` come from `clauses_to_bind`.
    """
    told = (
        f"{clause.lot_id} {getattr(getattr(clause.lot, 'award', None), 'pk', '')} {clause.owed_text}"
        for clause in clauses
    )
    return stamp_of(*told)


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
    result = SizingResult(raw_hours=kept.raw_hours, hours=kept.hours, warnings=tuple(kept.warnings))
    return calculation(inputs_of(kept), result, quantity=clause.quantity)
