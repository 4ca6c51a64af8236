"""What the report on a list of tenders says, frozen, and how it is printed: « Bilan PDF » of « Mes marchés » (PRACTICE.md 3).

Nothing is counted here. Hours are Decimal hours; the canonical bytes are stored, the PDF is only their presentation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Self

from inclusiv.core import canonical, pdf
from inclusiv.core.french import NO_BREAK, date_short, number, plural, share_text, whole_hours
from inclusiv.core.quantities import ZERO
from inclusiv.core.tables import Column, Table, Unit
from reporting.followup.choices import Standing

MEANINGS = {
    Standing.ACTION: "Loin des heures attendues à ce jour.",
    Standing.CATCH_UP: "Un peu moins d’heures qu’attendu à ce jour.",
    Standing.ON_TRACK: "Au rythme attendu, ou trop tôt pour en juger.",
    Standing.TO_DECIDE: "L’exécution est finie, des heures manquent : l’acheteur décide de la suite.",
    Standing.UPCOMING: "Aucune heure n’est attendue pour l’instant.",
    Standing.KEPT: "Toutes les heures sont faites.",
}
"""What each standing means, under its heading."""

MOST_LINES = 300
"""Lots printed one by one; the whole list travels as an attached file (ARCHITECTURE.md 5)."""


@dataclass(frozen=True, kw_only=True)
class PortfolioLine:
    """A lot as its reader saw it; hours are None before anything is owed."""

    tender: str
    title: str
    lot: str
    buyer: str
    contractor: str
    owed: Decimal | None
    done: Decimal
    pending: Decimal
    standing: Standing
    word: str
    """Why nothing is expected yet, else the word of the standing."""
    ends_on: date | None
    forecast: str

    @property
    def share(self) -> str:
        """What is done of what is owed: « 61 % »."""
        return share_text(self.done, self.owed) if self.owed else "—"

    @property
    def small(self) -> str:
        """« 2026-001 · Électra Services · fin le 08/06/2027 »."""
        ends = f"fin le {date_short(self.ends_on)}" if self.ends_on else ""
        return " · ".join(filter(None, [self.tender, self.buyer, self.contractor, ends]))


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """A list of lots as of an instant, the worst first; `people` worked on them, `rsa` is told from a number of people on."""

    reader: str
    is_own: bool
    """Whether the reader buys: the buyer of each line is then not repeated."""
    perimeter: str
    code: str
    cut_off: datetime
    tenders: int
    owed: Decimal
    done: Decimal
    people: int
    rsa: int | None
    lines: tuple[PortfolioLine, ...]

    @property
    def title(self) -> str:
        """« Bilan de nos marchés » of a buyer, « Bilan des marchés suivis » of the others."""
        return "Bilan de nos marchés" if self.is_own else "Bilan des marchés suivis"

    @property
    def pending(self) -> Decimal:
        """Hours declared and not checked yet."""
        return sum((line.pending for line in self.lines), ZERO)

    def to_json(self) -> bytes:
        """Return the canonical bytes."""
        return canonical.dump(self)

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Return the record whose bytes these are. Raises ValueError."""
        return canonical.load(cls, content)


@dataclass(frozen=True, kw_only=True)
class Group:
    """The lots of one standing that are printed."""

    standing: Standing
    count: int
    lines: list[PortfolioLine]

    @property
    def heading(self) -> str:
        """« Action nécessaire (3 lots) »."""
        return f"{self.standing.label} ({plural(self.count, 'lot')})"

    @property
    def meaning(self) -> str:
        """What the standing means."""
        return MEANINGS[self.standing]


def print_portfolio(portfolio: Portfolio) -> pdf.Pdf:
    """Return the PDF, its list attached as CSV: the same record gives the same bytes."""
    table = lots_table(portfolio)
    context = {
        "portfolio": portfolio,
        "lead": lead(portfolio),
        "cards": list(cards(portfolio)),
        "groups": list(groups(portfolio)),
        "left_out": max(0, len(portfolio.lines) - MOST_LINES),
    }
    attachment = pdf.Attachment(
        name=f"bilan-marches-{portfolio.code}.csv", content=table.csv(), description=table.caption
    )
    return pdf.render(
        "documents/portfolio.html",
        context,
        title=f"{portfolio.title}, {portfolio.reader}",
        created_at=portfolio.cut_off,
        attachments=[attachment],
    )


def lead(portfolio: Portfolio) -> str:
    """Return the sentence that a busy reader keeps."""
    if not portfolio.owed:
        return f"{plural(portfolio.tenders, 'marché')}, sans heure d’insertion due à ce jour."
    said = (
        f"{plural(portfolio.tenders, 'marché')}, {whole_hours(portfolio.owed)} d’insertion à réaliser :"
        f" {whole_hours(portfolio.done)} sont validées, soit {share_text(portfolio.done, portfolio.owed)}."
    )
    acting = sum(line.standing is Standing.ACTION for line in portfolio.lines)
    deciding = sum(line.standing is Standing.TO_DECIDE for line in portfolio.lines)
    if acting:
        said += f" {plural(acting, 'lot demande', 'lots demandent')} une action."
    if deciding:
        said += f" {plural(deciding, 'lot terminé attend', 'lots terminés attendent')} une décision."
    return said


@dataclass(frozen=True, kw_only=True)
class Card:
    """A key figure: the number, what it counts, a line of detail."""

    number: str
    label: str
    detail: str


def cards(portfolio: Portfolio) -> Iterator[Card]:
    """Yield the key figures, hours first."""
    yield Card(
        number=whole_hours(portfolio.done),
        label="heures validées",
        detail=f"sur {number(portfolio.owed, places=0)}{NO_BREAK}h à réaliser",
    )
    yield Card(
        number=whole_hours(portfolio.pending),
        label="heures à contrôler",
        detail="déclarées, pas encore validées",
    )
    told = "" if portfolio.rsa is None else f"dont {portfolio.rsa} au RSA"
    yield Card(number=number(portfolio.people), label="personnes mises à l’emploi", detail=told)


def groups(portfolio: Portfolio) -> Iterator[Group]:
    """Yield the printed lots by standing, the worst first."""
    ranked = sorted(portfolio.lines, key=lambda line: line.standing)
    counts = {standing: sum(line.standing is standing for line in ranked) for standing in Standing}
    for standing, lines in groupby(ranked[:MOST_LINES], key=lambda line: line.standing):
        yield Group(standing=standing, count=counts[standing], lines=list(lines))


def lots_table(portfolio: Portfolio) -> Table:
    """Return the whole list, as the attached file holds it."""
    texts = ("Marché", "Objet", "Lot", "Acheteur", "Titulaire", "État", "Fin d’exécution")
    hours = ("Heures à réaliser", "Heures validées", "Heures à contrôler")
    return Table(
        name="lots",
        caption="Heures d’insertion par lot",
        columns=(*(Column(text) for text in texts), *(Column(text, Unit.HOURS) for text in hours)),
        rows=tuple(
            (
                line.tender,
                line.title,
                line.lot,
                line.buyer,
                line.contractor,
                line.word,
                date_short(line.ends_on) if line.ends_on else "",
                line.owed,
                line.done,
                line.pending,
            )
            for line in portfolio.lines
        ),
    )
