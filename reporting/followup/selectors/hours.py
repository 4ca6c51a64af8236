"""A tender's hours, lot by lot: months, companies, and placements by their pseudonym (DOMAIN.md 9.4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from beneficiaries.hours.choices import HoursKind, StatementStatus
from beneficiaries.hours.models import HourEntry, StatementLine
from beneficiaries.hours.selectors.duties import Expected, expected_statements
from beneficiaries.placements.choices import PlacementStatus
from beneficiaries.placements.models import Placement
from clauses.procurement.choices import GroupRole
from clauses.procurement.models import Award, GroupMember, Lot, Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core import french
from inclusiv.core.actors import Actor
from inclusiv.core.codes import spaced
from inclusiv.core.periods import months_between
from inclusiv.core.quantities import ZERO, cents
from reporting.followup.selectors.standings import HOURS, LotRow, Today, with_standing


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthHours:
    """The hours worked in a month: validated (training apart), running total, to check, and the statements due."""

    month: date
    work: Decimal
    training: Decimal
    running: Decimal
    pending: Decimal
    statements: tuple[Expected, ...]

    @property
    def validated(self) -> Decimal:
        """Work and training."""
        return self.work + self.training


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyHours:
    """What a company did: a contractor with its part of the hours owed, or somebody else who works there (None)."""

    organisation: int
    name: str
    is_lead: bool
    owed: Decimal | None
    done: Decimal

    @property
    def role(self) -> str:
        """What it is on the lot."""
        if self.owed is None:
            return "Intervenant"
        return "Mandataire" if self.is_lead else "Cotraitant"

    @property
    def share(self) -> str:
        """What it did of its part: « 113 % », « — » without a part."""
        return french.share_text(self.done, self.owed or ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementHours:
    """A placement without its person: pseudonym, post, employer, days (both inclusive) and validated hours."""

    code: str
    post: str
    employer: str
    first: date
    last: date | None
    done: Decimal

    @property
    def spaced_code(self) -> str:
        """The pseudonym as it is read aloud: « K7QF 2M9X TD »."""
        return spaced(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotHours:
    """A lot and all that its page tells."""

    row: LotRow
    months: list[MonthHours]
    companies: list[CompanyHours]
    placements: list[PlacementHours]


def lots_of(tender: Tender, *, actor: Actor, day: Today, with_placements: bool = True) -> list[LotHours]:
    """Return the lots of a tender that the actor sees, by number, in the same queries whatever their number.

    Without `with_placements` nobody is told apart, even by a pseudonym: it serves the control, which is the
    coordinator's in a buying group (DOMAIN.md 9.4).
    """
    lots = Lot.objects.visible_to(actor, as_member=True).filter(tender=tender)
    rows = list(
        with_standing(lots, actor=actor, day=day)
        .prefetch_related("award__members__organisation")
        .order_by("number")
    )
    awards = Award.objects.filter(lot__in=lots)
    months = months_of(awards, tender=tender, on=day.on)
    placements = placements_of(awards)
    told = [_lot(row, months, placements) for row in rows]
    return told if with_placements else [replace(lot, placements=[]) for lot in told]


def _lot(
    row: LotRow, months: Mapping[int, list[MonthHours]], placements: Mapping[int, list[Placement]]
) -> LotHours:
    award: Award | None = getattr(row, "award", None)
    if award is None:
        return LotHours(row=row, months=[], companies=[], placements=[])
    own = placements.get(award.pk, [])
    return LotHours(
        row=row,
        months=months[award.pk],
        companies=companies_of(row, award.members.all(), own),
        placements=[hours_of(placement) for placement in own],
    )


def months_of(awards: QuerySet[Award], *, tender: Tender, on: date) -> dict[int, list[MonthHours]]:
    """Return the months of each award (by id) since the first day of execution, and any other with hours."""
    cells: dict[int, dict[date, _Month]] = defaultdict(lambda: defaultdict(_Month))
    entries = HourEntry.objects.filter(award__in=awards).values_list("award", "month", "kind")
    for award, month, kind, counted in entries.order_by().annotate(total=Sum("counted")):
        cells[award][month].hours[kind] += counted
    lines = StatementLine.objects.filter(
        statement__award__in=awards, statement__status=StatementStatus.SUBMITTED
    )
    sent = lines.order_by().values_list("statement__award", "statement__month").annotate(total=Sum("hours"))
    for award, month, hours in sent:
        cells[award][month].pending += hours
    for due in expected_statements(awards, on=on):
        cells[due.award][due.month].statements.append(due)
    lived = months_lived(tender, on=on)
    return {award: _in_order(cells[award], lived) for award in awards.values_list("pk", flat=True)}


@dataclass(slots=True)
class _Month:
    """A month being added up."""

    hours: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    pending: Decimal = ZERO
    statements: list[Expected] = field(default_factory=list)


def _in_order(cells: Mapping[date, _Month], lived: Iterable[date]) -> list[MonthHours]:
    running, months = ZERO, []
    for month in sorted({*cells, *lived}):
        cell = cells.get(month) or _Month()
        work, training = cents(cell.hours[HoursKind.WORK]), cents(cell.hours[HoursKind.TRAINING])
        running += work + training
        months.append(
            MonthHours(
                month=month,
                work=work,
                training=training,
                running=running,
                pending=cell.pending,
                statements=tuple(cell.statements),
            )
        )
    return months


def months_lived(tender: Tender, *, on: date) -> list[date]:
    """Return the months of execution begun on the day."""
    if tender.starts_on is None or tender.ends_on is None:
        return []
    return list(months_between(tender.starts_on, min(on, tender.ends_on)))


def placements_of(awards: QuerySet[Award]) -> dict[int, list[Placement]]:
    """Return the placements of each award (by id) with their validated hours (`done`), the first hired first."""
    placements = (
        Placement.objects.filter(award__in=awards)
        .exclude(status=PlacementStatus.CANCELLED)
        .select_related("employer", "user_company")
        .annotate(done=Coalesce(Sum("entries__counted"), ZERO, output_field=HOURS))
        .order_by("hired_on", "code")
    )
    found: dict[int, list[Placement]] = defaultdict(list)
    for placement in placements:
        found[placement.award_id].append(placement)
    return found


def hours_of(placement: Placement) -> PlacementHours:
    """Return a placement of `placements_of` without its person."""
    return PlacementHours(
        code=placement.code,
        post=placement.post,
        employer=placement.employer.name,
        first=placement.hired_on,
        last=placement.ended_on or placement.planned_end_on,
        done=done_by(placement),
    )


def done_by(placement: Placement) -> Decimal:
    """Return the validated hours of a placement of `placements_of`."""
    done: Decimal = vars(placement)["done"]
    return done


def companies_of(
    row: LotRow, members: Iterable[GroupMember], placements: Iterable[Placement]
) -> list[CompanyHours]:
    """Return the contractors, then who else the people worked for: hours go to the company where they are worked."""
    done: dict[Organisation, Decimal] = defaultdict(Decimal)
    for placement in placements:
        done[placement.user_company] += done_by(placement)
    contractors = [
        CompanyHours(
            organisation=member.organisation_id,
            name=member.organisation.name,
            is_lead=member.role == GroupRole.LEAD,
            owed=cents(row.owed * member.hours_share) if row.owed is not None else None,
            done=cents(done.pop(member.organisation, ZERO)),
        )
        for member in sorted(members, key=lambda member: (member.role != GroupRole.LEAD, member.pk))
    ]
    others = [
        CompanyHours(organisation=company.pk, name=company.name, is_lead=False, owed=None, done=hours)
        for company, hours in sorted(done.items(), key=lambda item: item[0].name)
    ]
    return contractors + others
