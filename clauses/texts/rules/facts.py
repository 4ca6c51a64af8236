"""What the texts of a tender are written from: plain values read once, from the clause and from nothing else."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clauses.obligations.choices import ClauseType, Public, Unit
from clauses.obligations.rules.articles import Article
from clauses.obligations.rules.terms import Terms
from clauses.procurement.choices import Ccag


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A member of the group that holds a lot, with its part of the hours, from 0 to 1, and what that makes."""

    name: str
    part: Decimal
    hours: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrancheFacts:
    """An optional tranche of a lot: its hours are owed besides those of the lot, once it is affirmed."""

    number: int
    hours: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """A lot with its clause. `quantity` is in its unit, only foreseen when it follows invoices, work or years.

    `staff` is the staff foreseen and the part of it that is taken over, when the calculation leaves that out.
    """

    number: int
    title: str
    quantity: Decimal
    clause_type: ClauseType
    publics: tuple[Public, ...]
    strict_prior_validation: bool
    count_training: bool
    terms: Terms
    shares: tuple[Share, ...] = ()
    unit: Unit = Unit.HOURS
    staff: tuple[Decimal, Decimal] | None = None
    tranches: tuple[TrancheFacts, ...] = ()

    @property
    def in_hours(self) -> bool:
        """Whether it owes hours."""
        return self.unit is Unit.HOURS


@dataclass(frozen=True, slots=True, kw_only=True)
class Facilitation:
    """Whom a company calls."""

    structure: str
    person: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLimits:
    """The ages and the months that make somebody eligible (DOMAIN.md 4.2)."""

    youth_max_age: int
    senior_min_age: int
    unemployed_months: int
    worked_months: int
    youth_inactive_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderFacts:
    """A tender with the lots that carry a clause."""

    reference: str
    title: str
    buyer: str
    place: str
    ccag: Ccag
    starts_on: date | None
    ends_on: date | None
    lots: tuple[LotFacts, ...]
    facilitation: Facilitation
    limits: PublicLimits
    articles: tuple[Article, ...]
    is_renewal: bool = False
    """Whether the hours are for those who live in a priority neighbourhood (DOMAIN.md 1.5)."""
