"""What the annual report of the charter says (DOMAIN.md 8.5), frozen.

The figures are computed elsewhere: nothing is counted here. Hours are Decimal hours, shares and rates are Decimal
percentages. The canonical bytes are what is stored and sealed; the PDF is only their presentation.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Self

from inclusiv.core import canonical
from inclusiv.core.charts import MONTHS
from inclusiv.core.french import NARROW, NO_BREAK, number
from inclusiv.core.periods import paris_day
from inclusiv.core.tables import Cell, Column, Table, Unit

SCHEMA = 1
"""Version of the canonical form; bytes of another one are refused."""

MINIMUM_PEOPLE = 20
"""Below it, a group of people is counted but never described (PRACTICE.md 2)."""

MINIMUM_BUYERS = 2
"""Below it, the rate of a kind of buyer would be the rate of one of them, told by name or nearly (PRACTICE.md 2)."""
OTHER_BUYERS = "Autres acheteurs"
"""The line of the kinds that have too few buyers to be told apart."""

FULL_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    """A figure of the first page, with last year's, the charter's target and a note; `first` stands out."""

    label: str
    value: Decimal
    unit: Unit
    previous: Decimal | None = None
    target: Decimal | None = None
    note: str = ""
    first: bool = False

    def shown(self, value: Decimal) -> str:
        """Return a value with its unit: « 412 380 h », « 43 % », « 1 204 »."""
        suffix = {Unit.HOURS: f"{NO_BREAK}h", Unit.PERCENT: f"{NARROW}%"}.get(self.unit, "")
        return f"{number(value, places=0)}{suffix}"


@dataclass(frozen=True, kw_only=True)
class MonthHours:
    """The validated hours of a month (1 to 12), and those of the same month one year before."""

    month: int
    hours: Decimal
    previous: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class HoursShare:
    """Hours of one modality, and their share of all; `structures` counts the employers, where that matters."""

    label: str
    hours: Decimal
    share: Decimal
    structures: int | None = None


@dataclass(frozen=True, kw_only=True)
class BuyerKind:
    """Results of one kind of buyer; `people` is None where fewer than MINIMUM_PEOPLE would be described."""

    label: str
    tenders: int
    owed: Decimal
    validated: Decimal
    rate: Decimal | None
    people: int | None


@dataclass(frozen=True, kw_only=True)
class PeopleGroup:
    """People in one situation: how many, their share of all, and that share one year before."""

    label: str
    people: int | None
    share: Decimal | None
    previous: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Count:
    """A labelled number, with its share of the whole or last year's number where they have a meaning."""

    label: str
    count: int
    share: Decimal | None = None
    previous: int | None = None


@dataclass(frozen=True, kw_only=True)
class People:
    """Who worked: the total, always; situations (RSA first) and exits only from MINIMUM_PEOPLE people on."""

    total: int
    previous: int | None = None
    rsa: PeopleGroup | None = None
    groups: tuple[PeopleGroup, ...] = ()
    exits: tuple[Count, ...] = ()

    @property
    def is_described(self) -> bool:
        """Whether anything but the total is told."""
        return bool(self.rsa or self.groups or self.exits)

    @property
    def situations(self) -> tuple[PeopleGroup, ...]:
        """Every situation, RSA first."""
        return self.groups if self.rsa is None else (self.rsa, *self.groups)


@dataclass(frozen=True, kw_only=True)
class Compliance:
    """How commitments were kept; hours declared and not yet validated are told apart, and count nowhere else."""

    statements_expected: int
    statements_on_time: int
    on_time_rate: Decimal | None
    obligations: tuple[Count, ...] = ()
    unvalidated_hours: Decimal = Decimal(0)
    unvalidated_statements: int = 0


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The daily seal of the hours' records that the figures stand on: SHA-256 of all heads, and its moment."""

    sha256: str
    sealed_at: datetime
    entries: int


@dataclass(frozen=True, kw_only=True)
class Foreword:
    """A signed word of introduction."""

    paragraphs: tuple[str, ...]
    author: str
    role: str


@dataclass(frozen=True, kw_only=True)
class AnnualReport:
    """Everything that the report says; `published_on` is None while it is a draft, and the pages say so."""

    year: int
    charter: str
    perimeter: str
    cut_off: datetime
    edition: int
    code: str
    key_figures: tuple[KeyFigure, ...]
    months: tuple[MonthHours, ...]
    buyers: tuple[BuyerKind, ...]
    all_buyers: BuyerKind
    people: People
    compliance: Compliance
    seal: Seal
    fte_hours: int
    published_on: date | None = None
    foreword: Foreword | None = None
    modalities: tuple[HoursShare, ...] = ()
    companies: tuple[Count, ...] = ()
    inclusive: tuple[HoursShare, ...] = ()
    corrections: tuple[str, ...] = ()
    schema: int = SCHEMA

    def __post_init__(self) -> None:
        """Refuse what must never be printed: another schema, a part of a year, a group too small."""
        if self.schema != SCHEMA:
            raise ValueError(f"This report follows schema {self.schema}; schema {SCHEMA} is read here.")
        if [row.month for row in self.months] != list(range(1, FULL_YEAR + 1)):
            raise ValueError("A report has its twelve months, in order.")
        if any(kind.people is not None and kind.people < MINIMUM_PEOPLE for kind in self.buyers):
            raise ValueError(f"People by kind of buyer are published from {MINIMUM_PEOPLE} on.")
        if self.people.total < MINIMUM_PEOPLE and self.people.is_described:
            raise ValueError(f"Fewer than {MINIMUM_PEOPLE} people are counted, not described.")

    def to_json(self) -> bytes:
        """Return the canonical bytes; those of the draft are the ones that are stored."""
        return canonical.dump(self)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the stored bytes, which every printing of the report tells, draft or published."""
        return sha256(replace(self, published_on=None).to_json()).hexdigest()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read canonical bytes back. Raises ValueError when they are not a report of this schema."""
        return canonical.load(cls, content)

    @property
    def title(self) -> str:
        """The title of the document: « Bilan annuel 2026, Charte Inclusiv’Essonne »."""
        return f"Bilan annuel {self.year}, {self.charter}" + ("" if self.published_on else " (projet)")

    @property
    def hours(self) -> Decimal:
        """The validated hours of the year."""
        return self.all_buyers.validated

    @property
    def known(self) -> tuple[MonthHours, ...]:
        """The months that have something to tell: before February after the year, those up to the last with hours."""
        settled = paris_day(self.cut_off) >= date(self.year + 1, 2, 1)
        last = max((month.month for month in self.months if month.hours), default=0)
        return self.months if settled or not last else self.months[:last]

    @property
    def is_partial(self) -> bool:
        """Whether months are missing: only like months are compared, and years are said whole."""
        return len(self.known) < FULL_YEAR

    @property
    def previous_hours(self) -> Decimal | None:
        """The validated hours of the same months one year before; None when one of them is not known."""
        before = [month.previous for month in self.known if month.previous is not None]
        return sum(before, Decimal(0)) if len(before) == len(self.known) else None

    def tables(self) -> dict[str, Table]:
        """Return the tables and columns that have something to say, by name, in the order of the pages."""
        made = (
            _key_figures(self), _months(self), _modalities(self), _buyers(self), _people(self),
            _exits(self), _companies(self), _inclusive(self), _obligations(self),
        )  # fmt: skip
        return {table.name: table.told() for table in made if table.rows}


def change(now: Decimal, before: Decimal | None) -> Decimal | None:
    """Return the change in percent, to the tenth; None without a value to compare with."""
    if not before:
        return None
    return ((now - before) * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _key_figures(report: AnnualReport) -> Table:
    return Table(
        name="chiffres-cles",
        caption=f"Chiffres clés de {report.year}",
        columns=(
            Column("Indicateur"), Column("Unité"), Column(str(report.year), Unit.COUNT),
            Column(str(report.year - 1), Unit.COUNT), Column("Objectif", Unit.COUNT), Column("Précision"),
        ),
        rows=tuple(
            (figure.label, figure.unit.value, figure.value, figure.previous, figure.target, figure.note)
            for figure in report.key_figures
        ),
    )  # fmt: skip


def _months(report: AnnualReport) -> Table:
    return Table(
        name="heures-par-mois",
        caption="Heures validées par mois de travail",
        columns=(
            Column("Mois"), Column(str(report.year), Unit.HOURS), Column(str(report.year - 1), Unit.HOURS),
            Column("Évolution", Unit.PERCENT, is_change=True),
        ),
        rows=tuple(
            (MONTHS[row.month - 1], row.hours, row.previous, change(row.hours, row.previous))
            if row in report.known else (MONTHS[row.month - 1], None, row.previous, None)
            for row in report.months if report.hours
        ),
        total=(_span(report), report.hours, report.previous_hours, change(report.hours, report.previous_hours)),
    )  # fmt: skip


def _span(report: AnnualReport) -> str:
    """Return what the total of the months covers: « Année », « janv. à sept. »."""
    return f"{MONTHS[0]} à {MONTHS[len(report.known) - 1]}" if report.is_partial else "Année"


def _modalities(report: AnnualReport) -> Table:
    return Table(
        name="heures-par-modalite",
        caption="Heures validées par forme d’emploi",
        columns=(
            Column("Forme d’emploi"),
            Column("Heures validées", Unit.HOURS),
            Column("Part", Unit.PERCENT),
        ),
        rows=tuple((row.label, row.hours, row.share) for row in report.modalities),
        total=("Ensemble", report.hours, Decimal("100.0")),
    )


def _buyers(report: AnnualReport) -> Table:
    def cells(kind: BuyerKind) -> tuple[Cell, ...]:
        return kind.label, kind.tenders, kind.owed, kind.validated, kind.rate, kind.people

    return Table(
        name="donneurs-d-ordre",
        caption="Heures par nature de donneur d’ordre",
        columns=(
            Column("Donneurs d’ordre"), Column("Marchés", Unit.COUNT), Column("Heures prévues", Unit.HOURS),
            Column("Heures validées", Unit.HOURS), Column("Réalisation", Unit.PERCENT),
            Column("Personnes", Unit.COUNT),
        ),
        rows=tuple(cells(kind) for kind in report.buyers),
        total=cells(report.all_buyers),
        note=(
            "Une personne qui a travaillé pour plusieurs donneurs d’ordre compte une fois dans l’ensemble : "
            f"les lignes ne s’additionnent pas. « — » : moins de {MINIMUM_PEOPLE} personnes, détail non publié"
            + (
                " ; les natures qui ne comptent qu’un acheteur sont regroupées, sans ce détail."
                if any(kind.label == OTHER_BUYERS for kind in report.buyers)
                else "."
            )
        ),
    )  # fmt: skip


def _people(report: AnnualReport) -> Table:
    return Table(
        name="personnes",
        caption="Situation des personnes à leur entrée",
        columns=(
            Column("Situation"), Column("Personnes", Unit.COUNT), Column(f"Part en {report.year}", Unit.PERCENT),
            Column(f"Part en {report.year - 1}", Unit.PERCENT),
        ),
        rows=tuple((row.label, row.people, row.share, row.previous) for row in report.people.situations),
        note="Une même personne peut être dans plusieurs situations : les lignes ne s’additionnent pas.",
    )  # fmt: skip


def _exits(report: AnnualReport) -> Table:
    return Table(
        name="sorties",
        caption=f"Ce que sont devenues les personnes sorties en {report.year}",
        columns=(Column("Suite"), Column("Personnes", Unit.COUNT), Column("Part", Unit.PERCENT)),
        rows=tuple((row.label, row.count, row.share) for row in report.people.exits),
    )


def _companies(report: AnnualReport) -> Table:
    return Table(
        name="entreprises",
        caption="Nombre d’entreprises et de structures",
        columns=(
            Column("Nature"), Column(str(report.year), Unit.COUNT), Column(str(report.year - 1), Unit.COUNT),
        ),
        rows=tuple((row.label, row.count, row.previous) for row in report.companies),
    )  # fmt: skip


def _inclusive(report: AnnualReport) -> Table:
    return Table(
        name="structures-inclusives",
        caption="Heures réalisées par des structures d’insertion et du handicap",
        columns=(
            Column("Nature de la structure"), Column("Structures", Unit.COUNT),
            Column("Heures validées", Unit.HOURS), Column("Part de toutes les heures", Unit.PERCENT),
        ),
        rows=tuple((row.label, row.structures, row.hours, row.share) for row in report.inclusive),
    )  # fmt: skip


def _obligations(report: AnnualReport) -> Table:
    return Table(
        name="engagements",
        caption=f"Engagements arrivés à leur terme en {report.year}",
        columns=(Column("Issue"), Column("Engagements", Unit.COUNT), Column("Part", Unit.PERCENT)),
        rows=tuple((row.label, row.count, row.share) for row in report.compliance.obligations),
    )
