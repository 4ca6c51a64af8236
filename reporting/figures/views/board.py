"""The coordination's board as drawn: six figures beside last year's, hours by month, one row per structure."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString

from inclusiv.core import french
from inclusiv.core.charts import MONTHS, bars_by_month
from inclusiv.core.charts import Series as Months
from inclusiv.core.components.screens import Series
from inclusiv.core.quantities import ZERO
from reporting.figures.rules import told
from reporting.figures.selectors.annual import AnnualFigures
from reporting.figures.selectors.structures import StructureFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A figure as drawn: its number, what it counts, what it is compared with; `warm` stands out."""

    figure: str
    label: str
    detail: str
    warm: bool = False


@dataclass(frozen=True, kw_only=True)
class Board:
    """What the board tells; people are described only when enough of them worked (PRACTICE.md 2)."""

    figures: AnnualFigures
    before: AnnualFigures
    structures: list[StructureFigures]
    told_from: int
    known_months: int
    """The first months of the year whose hours should all be validated: 12 once it is settled."""

    @cached_property
    def key_figures(self) -> list[KeyFigure]:
        """The figures of the top, those of people left out when they are too few."""
        return [self.hours, self.people, *self.situations, self.tenders, self.rate]

    @property
    def hours(self) -> KeyFigure:
        """Validated hours."""
        return KeyFigure(
            figure=french.whole_hours(self.figures.hours),
            label=french.agreed(self.figures.hours, "heure validée"),
            detail=self.same_months
            if self.is_running
            else self.last_year(french.whole_hours(self.before.hours)),
        )

    @property
    def is_running(self) -> bool:
        """Whether months of the year are still to come, or to be validated."""
        return self.known_months < len(MONTHS)

    @property
    def same_months(self) -> str:
        """« de janvier à septembre : 51 200 h, contre 49 800 h en 2025 »: like with like, or nothing to compare."""
        if not self.known_months or not self.before.hours:
            return ""
        now, earlier = (sum(year.months[: self.known_months], ZERO) for year in (self.figures, self.before))
        first, last = french.MONTHS[0], french.MONTHS[self.known_months - 1]
        span = f"en {first}" if self.known_months == 1 else f"{french.elide('de', first)} à {last}"
        return (
            f"{span}{french.NO_BREAK}: {french.whole_hours(now)},"
            f" contre {french.whole_hours(earlier)} en {self.before.year}"
        )

    @property
    def cut_off(self) -> str:
        """Up to when the running year is known, in one sentence; empty once it is settled."""
        if not self.is_running:
            return ""
        if not self.known_months:
            return (
                f"Année en cours{french.NO_BREAK}: aucun mois de {self.figures.year} n’est encore à valider."
            )
        month = french.MONTHS[self.known_months - 1]
        return (
            f"Année en cours{french.NO_BREAK}: les heures sont attendues validées jusqu’à {month}"
            f" {self.figures.year}, celles des mois suivants sont en cours de déclaration ou de contrôle."
        )

    @property
    def people(self) -> KeyFigure:
        """Distinct people."""
        count = self.figures.people.total
        return KeyFigure(
            figure=french.number(count),
            label=f"{french.agreed(count, 'personne')} à l’emploi",
            detail=self.last_year(french.number(self.before.people.total)),
        )

    @property
    def situations(self) -> list[KeyFigure]:
        """RSA recipients, then women; nothing when people are too few to be described."""
        if not self.tells_people:
            return []
        people = self.figures.people
        return [
            self.situation("rsa", french.agreed(people.rsa, "personne"), "au RSA", warm=True),
            self.situation("women", french.agreed(people.women, "femme"), "", warm=False),
        ]

    def situation(self, name: str, noun: str, words: str, *, warm: bool) -> KeyFigure:
        """Return the share of people in a situation, with their number and last year's share."""
        count: int = getattr(self.figures.people, name)
        earlier = getattr(self.before.people, name)
        compared = [f"{french.number(count)} {noun}"]
        if told(self.before.people.total, told_from=self.told_from):
            compared.append(self.last_year(french.share_text(earlier, self.before.people.total)))
        return KeyFigure(
            figure=french.share_text(count, self.figures.people.total),
            label=words or "de femmes",
            detail=" · ".join(compared),
            warm=warm,
        )

    @property
    def tells_people(self) -> bool:
        """Whether enough people worked to say more than their number."""
        return told(self.figures.people.total, told_from=self.told_from) is not None

    @property
    def tenders(self) -> KeyFigure:
        """Tenders with hours owed in the year."""
        return KeyFigure(
            figure=french.number(self.figures.tenders),
            label=f"{french.agreed(self.figures.tenders, 'marché')} en cours",
            detail=self.last_year(french.number(self.before.tenders)),
        )

    @property
    def rate(self) -> KeyFigure:
        """Validated hours of those owed in the year."""
        return KeyFigure(
            figure=french.share_text(self.figures.hours, self.figures.owed),
            label="des heures prévues pour l’année réalisées"
            if self.is_running
            else "des heures prévues réalisées",
            detail=" · ".join(
                filter(
                    None,
                    [
                        f"{french.whole_hours(self.figures.owed)} prévues",
                        self.last_year(french.share_text(self.before.hours, self.before.owed)),
                    ],
                )
            ),
        )

    def last_year(self, text: str) -> str:
        """Return « 11 020 h en 2025 », « 161 en 2025, année entière »; nothing when that year counted nothing."""
        whole = ", année entière" if self.is_running else ""
        return f"{text} en {self.before.year}{whole}" if self.before.hours else ""

    @property
    def chart(self) -> SafeString:
        """Hours by month, last year's as a line."""
        title = f"Heures validées par mois de travail en {self.figures.year}"
        return bars_by_month(
            Months(name=str(self.figures.year), values=self.figures.months),
            Months(name=str(self.before.year), values=self.before.months) if self.before.hours else None,
            title=title,
            unit="h",
        )

    @property
    def series(self) -> Series:
        """The figures behind the chart."""
        return Series(
            headings=("Mois", str(self.figures.year), str(self.before.year)),
            rows=[
                (name, self.told_hours(place), french.hours_text(self.before.months[place]))
                for place, name in enumerate(MONTHS)
            ],
        )

    def told_hours(self, place: int) -> str:
        """Return the hours of a month, « — » when none is validated and it is not settled."""
        hours = self.figures.months[place]
        return french.hours_text(hours) if hours or place < self.known_months else "—"

    @property
    def total(self) -> StructureFigures:
        """The line of all the structures shown."""
        return StructureFigures(
            name="Ensemble",
            owed=sum((row.owed for row in self.structures), ZERO),
            validated=sum((row.validated for row in self.structures), ZERO),
            late_statements=sum(row.late_statements for row in self.structures),
            late_requests=sum(row.late_requests for row in self.structures),
            late_checks=sum(row.late_checks for row in self.structures),
        )
