"""The indicators of a year in a département, as known at an instant (DOMAIN.md 8.3).

Every figure of hours done is a sum of ledger entries; the number of queries does not depend on the volume.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from beneficiaries.hours.choices import HoursKind, StatementStatus
from beneficiaries.hours.models import HourEntry, StatementLine
from beneficiaries.hours.selectors.duties import expected_statements
from beneficiaries.people.choices import Criterion, EducationLevel, Sex
from clauses.obligations.models import Obligation, ObligationVersion
from clauses.procurement.models import Award, GroupMember
from clauses.procurement.rules.tenders import BOUND
from inclusiv.accounts.choices import INCLUSIVE_KINDS
from inclusiv.core.periods import month_of, paris_day
from inclusiv.core.quantities import ZERO
from reporting.figures.choices import BUYER_GROUPS
from reporting.figures.rules import Outcomes, Owed, outcomes, owed_in_year
from reporting.followup.selectors.standings import PERSON, at_work

YOUTH_MAX_AGE, SENIOR_MIN_AGE = 26, 50
"""Bands of the report: under 26, 50 and over, at the reference date (DOMAIN.md 8.3, P7 and P8)."""

LONG_TERM = [Criterion.LONG_TERM_UNEMPLOYED, Criterion.VERY_LONG_TERM_UNEMPLOYED]
LOW_EDUCATION = [EducationLevel.BELOW_3, EducationLevel.LEVEL_3]
UNTOLD = "Nature non renseignée"
"""The group of buyers whose kind is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Perimeter:
    """What is counted: a calendar year in a département, as known at the cut-off; None is every structure or buyer."""

    year: int
    department: str
    cut_off: datetime
    structure_id: int | None = None
    buyer_id: int | None = None

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """The last day, inclusive."""
        return date(self.year, 12, 31)

    def awards(self) -> QuerySet[Award]:
        """Return the awards of the perimeter's tenders, notified or not."""
        narrowed = {
            f"lot__tender__{name}": pk
            for name, pk in (("structure", self.structure_id), ("buyer", self.buyer_id))
            if pk is not None
        }
        return Award.objects.filter(lot__tender__department=self.department, **narrowed)

    def entries(self) -> QuerySet[HourEntry]:
        """Return the ledger entries of the year's months, written before the cut-off."""
        return HourEntry.objects.filter(
            award__in=self.awards(),
            month__range=(self.first, month_of(self.last)),
            recorded_at__lte=self.cut_off,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFigures:
    """Distinct people with at least 0.01 validated hour, and those in each situation at their reference date."""

    total: int = 0
    rsa: int = 0
    women: int = 0
    young: int = 0
    senior: int = 0
    long_term: int = 0
    qpv: int = 0
    low_education: int = 0
    plie: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """Results of one group of buyers: tenders in progress, hours owed and validated in the year, people."""

    label: str
    buyers: int
    """How many of them have a tender in progress."""
    tenders: int
    owed: Decimal
    validated: Decimal
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusiveFigures:
    """Hours of one kind of inclusive structure, and how many structures did them."""

    kind: str
    hours: Decimal
    structures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Monthly statements of the year that were due at the cut-off, and hours declared but not validated yet."""

    expected: int
    on_time: int
    unvalidated_hours: Decimal
    unvalidated_statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualFigures:
    """Every indicator of a year; hours and people as DOMAIN.md 8.2 counts them."""

    year: int
    months: tuple[Decimal, ...]
    """Validated hours by month worked, January first."""
    people: PeopleFigures
    placements: int
    tenders: int
    tenders_notified: int
    buyers: int
    contractors: int
    training: Decimal
    modalities: dict[str, Decimal]
    groups: tuple[GroupFigures, ...]
    inclusive: tuple[InclusiveFigures, ...]
    ended: Outcomes
    control: Control

    @property
    def hours(self) -> Decimal:
        """Validated hours (H3)."""
        return sum(self.months, ZERO)

    @property
    def owed(self) -> Decimal:
        """Hours owed in the year, by days of execution (H1)."""
        return sum((group.owed for group in self.groups), ZERO)


@dataclass(frozen=True, slots=True)
class Obliged:
    """An obligation that runs in the year, with what the figures need of its tender."""

    pk: int
    period: tuple[int, int | None]
    """The lot and its renewal: what is owed there, tranches included, is judged as a whole."""
    tender: int
    structure: int
    buyer: int
    group: str
    notified_on: date
    owed: Owed


def annual(perimeter: Perimeter) -> AnnualFigures:
    """Compute every indicator of a perimeter."""
    entries = perimeter.entries()
    obliged = obligations(perimeter)
    return AnnualFigures(
        year=perimeter.year,
        months=hours_by_month(entries),
        people=people(entries),
        placements=at_work(entries).count(),
        tenders=len({one.tender for one in obliged}),
        tenders_notified=len({one.tender for one in obliged if one.notified_on.year == perimeter.year}),
        buyers=len({one.buyer for one in obliged}),
        contractors=contractors([one.pk for one in obliged]),
        training=total(entries.filter(kind=HoursKind.TRAINING)),
        modalities=hours_by_modality(entries),
        groups=groups(perimeter, obliged),
        inclusive=inclusive(entries),
        ended=ended(perimeter, obliged),
        control=control(perimeter),
    )


def total(entries: QuerySet[HourEntry]) -> Decimal:
    """Return the counted hours of entries."""
    return entries.aggregate(sum=Sum("counted"))["sum"] or ZERO


def hours_by_month(entries: QuerySet[HourEntry]) -> tuple[Decimal, ...]:
    """Return the counted hours of the twelve months."""
    rows = entries.order_by().values("month").annotate(sum=Sum("counted")).values_list("month__month", "sum")
    found = dict(rows)
    return tuple(found.get(month, ZERO) for month in range(1, 13))


def hours_by_modality(entries: QuerySet[HourEntry]) -> dict[str, Decimal]:
    """Return the counted hours of each modality that has some, the largest first."""
    rows = entries.order_by().values("placement__modality").annotate(sum=Sum("counted")).filter(sum__gt=0)
    return dict(rows.order_by("-sum", "placement__modality").values_list("placement__modality", "sum"))


def people(entries: QuerySet[HourEntry]) -> PeopleFigures:
    """Count distinct people and their situations, from the facts frozen at validation, in one query."""
    facts = "check_of__facts__"

    def holding(**condition: object) -> Count:
        return Count(
            PERSON, distinct=True, filter=Q(**{f"{facts}{name}": value for name, value in condition.items()})
        )

    return PeopleFigures(
        **at_work(entries).aggregate(
            total=Count(PERSON, distinct=True),
            rsa=holding(criteria__contains=[Criterion.RSA]),
            women=holding(sex=Sex.F),
            young=holding(age__lt=YOUTH_MAX_AGE),
            senior=holding(age__gte=SENIOR_MIN_AGE),
            long_term=holding(criteria__overlap=LONG_TERM),
            qpv=holding(criteria__contains=[Criterion.QPV_RESIDENT]),
            low_education=holding(education__in=LOW_EDUCATION),
            plie=holding(criteria__contains=[Criterion.PLIE_PARTICIPANT]),
        )
    )


def obligations(perimeter: Perimeter) -> list[Obliged]:
    """Return the obligations in hours whose execution meets the year, as known at the cut-off, in one query."""
    versions = ObligationVersion.objects.filter(
        obligation=OuterRef("pk"), effective_on__lte=perimeter.last, recorded_at__lte=perimeter.cut_off
    ).order_by("-number")
    rows: QuerySet[Any] = (
        Obligation.objects.in_hours()
        .filter(
            lot__award__in=perimeter.awards(),
            lot__tender__status__in=BOUND,
            lot__tender__notified_on__lte=perimeter.last,
            starts_on__lte=perimeter.last,
            ends_on__gte=perimeter.first,
        )
        .annotate(known=Subquery(versions.values("quantity")[:1]))
        .filter(known__gt=0)
        .select_related("lot__tender__buyer")
    )
    return [obliged_of(obligation, quantity=obligation.known) for obligation in rows]


def obliged_of(obligation: Obligation, *, quantity: Decimal) -> Obliged:
    """Return an obligation as the figures need it; a bound tender carries its dates, the database says so."""
    tender = obligation.lot.tender
    if not tender.notified_on:
        raise ValueError(f"Tender {tender.pk} is bound without its dates.")
    return Obliged(
        pk=obligation.pk,
        period=(obligation.lot_id, obligation.renewal_id),
        tender=tender.pk,
        structure=tender.structure_id,
        buyer=tender.buyer_id,
        group=group_of(tender.buyer.buyer_kind),
        notified_on=tender.notified_on,
        owed=Owed(quantity=quantity, starts_on=obligation.starts_on, ends_on=obligation.ends_on),
    )


def group_of(kind: str) -> str:
    """Return the group of a kind of buyer."""
    return next((label for label, kinds in BUYER_GROUPS.items() if kind in kinds), UNTOLD)


def groups(perimeter: Perimeter, obliged: list[Obliged]) -> tuple[GroupFigures, ...]:
    """Return the results by group of buyers, in the report's order; groups without anything are left out."""
    entries = perimeter.entries()
    buyer_kind = "award__lot__tender__buyer__buyer_kind"
    validated: dict[str, Decimal] = {}
    for kind, hours in (
        entries.order_by().values(buyer_kind).annotate(sum=Sum("counted")).values_list(buyer_kind, "sum")
    ):
        validated[group_of(kind)] = validated.get(group_of(kind), ZERO) + hours
    persons: dict[str, set[int]] = {}
    for kind, person in at_work(entries).annotate(who=PERSON).values_list(buyer_kind, "who").distinct():
        persons.setdefault(group_of(kind), set()).add(person)
    made = [
        GroupFigures(
            label=label,
            buyers=len({one.buyer for one in obliged if one.group == label}),
            tenders=len({one.tender for one in obliged if one.group == label}),
            owed=sum((owed_in_year(one.owed, perimeter.year) for one in obliged if one.group == label), ZERO),
            validated=validated.get(label, ZERO),
            people=len(persons.get(label, ())),
        )
        for label in (*BUYER_GROUPS, UNTOLD)
    ]
    return tuple(group for group in made if group.tenders or group.validated)


def inclusive(entries: QuerySet[HourEntry]) -> tuple[InclusiveFigures, ...]:
    """Return the hours of inclusive structures by kind, the largest first (H12)."""
    kind = "placement__employer__company_kind"
    rows = (
        entries.order_by()
        .filter(placement__employer__company_kind__in=INCLUSIVE_KINDS)
        .values(kind)
        .annotate(hours=Sum("counted"), structures=Count("placement__employer", distinct=True))
        .filter(hours__gt=0)
        .order_by("-hours", kind)
    )
    return tuple(
        InclusiveFigures(kind=row[kind], hours=row["hours"], structures=row["structures"]) for row in rows
    )


def contractors(obligation_ids: list[int]) -> int:
    """Return how many companies hold an award with an obligation (A5)."""
    members = GroupMember.objects.filter(award__lot__obligations__in=obligation_ids)
    count: int = members.aggregate(count=Count("organisation", distinct=True))["count"]
    return count


def ended(perimeter: Perimeter, obliged: list[Obliged]) -> Outcomes:
    """Sort the obligations that ended in the year, before the cut-off, by what was done (C7)."""
    last = min(perimeter.last, paris_day(perimeter.cut_off))
    over = [one for one in obliged if perimeter.first <= one.owed.ends_on <= last]
    sums = (
        HourEntry.objects.filter(obligation__in=[one.pk for one in over], recorded_at__lte=perimeter.cut_off)
        .order_by()
        .values("obligation")
        .annotate(sum=Sum("counted"))
    )
    done = dict(sums.values_list("obligation", "sum"))
    judged: dict[tuple[int, int | None], tuple[Decimal, Decimal]] = {}
    for one in over:
        owing, worked = judged.get(one.period, (ZERO, ZERO))
        judged[one.period] = owing + one.owed.quantity, worked + done.get(one.pk, ZERO)
    return outcomes(list(judged.values()))


def control(perimeter: Perimeter) -> Control:
    """Count the year's statements that were due at the cut-off, and what waits for a control (C1, H2)."""
    known_on = paris_day(perimeter.cut_off)
    until = min(known_on, perimeter.last + timedelta(days=1))
    expected = expected_statements(perimeter.awards(), on=until, since=perimeter.first)
    due = [one for one in expected if one.due_on < known_on]
    waiting = StatementLine.objects.filter(
        statement__award__in=perimeter.awards(),
        statement__status=StatementStatus.SUBMITTED,
        statement__month__range=(perimeter.first, month_of(perimeter.last)),
    ).aggregate(hours=Coalesce(Sum("hours"), ZERO), statements=Count("statement", distinct=True))
    return Control(
        expected=len(due),
        on_time=sum(one.is_on_time for one in due),
        unvalidated_hours=waiting["hours"],
        unvalidated_statements=waiting["statements"],
    )
