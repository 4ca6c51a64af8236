"""A lot as its page tells it: ready texts, the drawing of its pace, the table under it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.safestring import SafeString

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.selectors.duties import Expected
from inclusiv.core import french
from inclusiv.core.charts import MONTHS
from inclusiv.core.components.screens import Series
from inclusiv.core.curves import Point, running_total
from inclusiv.core.periods import month_end, months_between
from inclusiv.core.quantities import ZERO
from reporting.followup import rules
from reporting.followup.choices import Standing, State
from reporting.followup.selectors.hours import CompanyHours, LotHours, MonthHours
from reporting.followup.selectors.standings import LotRow, Today, commitment, forecast
from reporting.followup.views import cells

TICKS = 12
"""The most months named under a drawing."""

APART = Decimal("0.07")
"""What two names need between them, as a share of the drawing."""


@dataclass(frozen=True)
class Pace:
    """Where one lot stands today, in words and figures."""

    row: LotRow
    day: Today

    @cached_property
    def owing(self) -> rules.Commitment | None:
        """What the lot owes, None before its notification or without a clause."""
        return commitment(self.row, self.day)

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return Standing(self.row.standing)

    @property
    def title(self) -> str:
        """« École Jean-Moulin, lot 1 »."""
        return cells.title(self.row)

    @property
    def name(self) -> str:
        """« Lot 1, Gros œuvre »."""
        return f"Lot {self.row.number}, {self.row.title}"

    @property
    def contractor(self) -> str:
        """Who answers for the lot."""
        return cells.contractor(self.row)

    @property
    def next_actor(self) -> tuple[str, str]:
        """Who acts next on the lot and how: « Couleurs du Val », « rattraper le retard »; empty when nothing waits."""
        if self.standing is Standing.TO_DECIDE:
            return self.row.tender.buyer.name, "décider de l’issue"
        if self.standing.is_late:
            return self.contractor, "rattraper le retard"
        if self.pending:
            return self.facilitator[0], f"contrôler {french.whole_hours(self.pending)}"
        return "", ""

    @property
    def state(self) -> SafeString:
        """The word of the scale, and how it ended."""
        return cells.state(self.row)

    @property
    def is_over(self) -> bool:
        """Whether no more hours are awaited."""
        return self.standing.state is State.DONE

    @property
    def pending(self) -> Decimal:
        """Hours to check."""
        return self.row.pending or ZERO

    @property
    def tick(self) -> Decimal | None:
        """The hours expected today; None when there is nothing to compare with."""
        runs = self.standing.is_late or self.standing is Standing.ON_TRACK
        return self.row.expected or None if runs else None

    @property
    def forecast(self) -> str:
        """« À ce rythme : … », or nothing."""
        return forecast(self.row, self.day)

    @property
    def remaining(self) -> Decimal:
        """Hours still to do."""
        return self.owing.remaining if self.owing else ZERO

    @property
    def people_needed(self) -> str:
        """The remaining hours in people and months, or nothing."""
        return rules.people_needed(self.owing, on=self.day.on) if self.owing else ""

    @property
    def facilitator(self) -> tuple[str, str]:
        """The name and the telephone of who follows."""
        return cells.facilitator(self.row, self.day)


@dataclass(frozen=True)
class LotPanel(Pace):
    """One lot of a tender's « Heures »."""

    hours: LotHours

    @property
    def companies(self) -> list[CompanyHours]:
        """Each company, when there are several to tell apart."""
        return self.hours.companies if len(self.hours.companies) > 1 else []

    @property
    def drawing(self) -> SafeString | str:
        """The running total against the straight line; what comes after the last hours is not known, not zero."""
        owing = self.owing
        if owing is None or not owing.owed:
            return ""
        last = max((month.month for month in self.hours.months if month.validated), default=date.min)
        points = [
            Point(at=self.place(min(month_end(month.month), owing.ends_on)), value=month.running)
            for month in self.hours.months
            if month.month <= last
        ]
        labels = f"{french.whole_hours(self.row.done)} validées", f"{french.whole_hours(owing.owed)} prévues"
        return running_total(
            points, aim=owing.owed, way=self.way, labels=labels, ticks=self.ticks, title=self.spoken
        )

    @property
    def way(self) -> list[Point]:
        """What was to be reached at the end of each month; nothing when that is a straight line."""
        owing = self.owing
        if owing is None or not (owing.plan or owing.stops):
            return []
        ends = [
            min(month_end(month), owing.ends_on) for month in months_between(owing.starts_on, owing.ends_on)
        ]
        return [Point(at=self.place(end), value=rules.expected(owing, on=end)) for end in ends]

    def place(self, day: date) -> Decimal:
        """Return where a day stands in the execution, from 0 to 1."""
        if self.owing is None:
            raise ValueError("A lot that owes nothing has no days.")
        whole = self.owing.calendar
        return Decimal(whole.lived(on=day)) / whole.days

    @property
    def chart_title(self) -> str:
        """What the drawing shows, of which lot."""
        awaited = "le plan accepté" if self.owing and self.owing.plan else "le rythme attendu"
        return f"Lot {self.row.number}{french.NO_BREAK}: heures validées, et {awaited}"

    @property
    def ticks(self) -> list[tuple[Decimal, str]]:
        """The ends of months, named; one in two, three… when they are many, the last one only where it fits."""
        if self.owing is None:
            return []
        months = list(months_between(self.owing.starts_on, self.owing.ends_on))
        every = -(-len(months) // TICKS)
        named = [(self.place(month_end(month)), month) for month in months[every - 1 :: every]]
        if len(named) > 1 and named[-1][0] - named[-2][0] < APART:
            named.pop()
        return [(place, MONTHS[month.month - 1]) for place, month in named]

    @property
    def spoken(self) -> str:
        """What is read aloud in place of the drawing."""
        return (
            f"Heures validées de ce lot : {french.hours_text(self.row.done)} sur"
            f" {french.hours_text(self.row.owed or ZERO)} à réaliser."
        )

    @property
    def series(self) -> Series:
        """The figures behind the drawing, month by month; what a plan or a suspension awaits, besides."""
        headings: tuple[str, ...] = ("Mois", "Validées", "dont formation", "À contrôler", "Cumul", "Relevés")
        rows = [month_cells(month, on=self.day.on) for month in self.hours.months]
        owing = self.owing
        if owing is not None and self.way:
            headings = (*headings, "Cumul attendu")
            rows = [
                (*cells_of, french.hours_text(rules.expected(owing, on=month_end(month.month))))
                for cells_of, month in zip(rows, self.hours.months, strict=True)
            ]
        return Series(headings=headings, rows=rows)


def month_cells(month: MonthHours, *, on: date) -> tuple[str, ...]:
    """Return the texts of a month's row."""
    return (
        french.month_name(month.month),
        *(
            french.hours_text(hours)
            for hours in (month.validated, month.training, month.pending, month.running)
        ),
        statements_text(month.statements, on=on),
    )


WORDS = {
    StatementStatus.VALIDATED: "validé",
    StatementStatus.SUBMITTED: "à contrôler",
    StatementStatus.RETURNED: "à corriger",
}


def statements_text(statements: tuple[Expected, ...], *, on: date) -> str:
    """Return « 2 validés · 1 à contrôler · 1 en retard », or « — » when none is due."""
    counted = Counter(word_of(due, on=on) for due in statements)
    return " · ".join(french.plural(count, word) for word, count in counted.items()) or "—"


def word_of(due: Expected, *, on: date) -> str:
    """Return where an expected statement is."""
    known = WORDS.get(StatementStatus(due.sent.status)) if due.sent.status else None
    return known or ("en retard" if due.due_on < on else "attendu")
