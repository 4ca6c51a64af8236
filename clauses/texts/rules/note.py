"""« Note d'opportunité et de calcul des heures »: what a buyer reads before deciding (DOMAIN.md 6.5, OPPORTUNITY_NOTE)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clauses.obligations.choices import Public
from clauses.texts.rules.blocks import Block, Heading, Items, Paragraph, Table
from clauses.texts.rules.facts import Facilitation
from clauses.texts.rules.telling import capital, lowered
from inclusiv.core.french import NO_BREAK, date_long, elide, euros, hours_text, listed, people_months, plural
from inclusiv.core.quantities import ZERO
from inclusiv.core.texts import one_line

UNKNOWN = "non précisé"
FORMULA = (
    "Les heures sont une part du travail que le marché demande : montant hors taxes × part de main-d’œuvre × effort"
    " d’insertion ÷ coût d’une heure de travail, arrondi. L’effort est la part du travail confiée à des personnes"
    " éloignées de l’emploi."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A value that the hours were computed from, and where it comes from."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotNote:
    """A lot as the note tells it; `owed` is what its clause asks for, empty without one, `hours` its hours."""

    number: int
    title: str
    trade: str
    amount: Decimal | None
    owed: str
    hours: Decimal
    formula: str
    inputs: tuple[Input, ...]
    warnings: tuple[str, ...]
    similar: str
    sourcing: str
    publics: tuple[Public, ...]
    ways: tuple[str, ...]

    @property
    def named(self) -> str:
        """« Lot 1, peinture »."""
        return f"Lot{NO_BREAK}{self.number}, {one_line(self.title)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFacts:
    """What the note is written from, read once."""

    reference: str
    title: str
    buyer: str
    place: str
    amount: Decimal | None
    launched_on: date | None
    starts_on: date | None
    ends_on: date | None
    months: int | None
    duty: str
    duty_warning: str
    sourcing_where: str
    sourcing_is_uncertain: bool
    facilitation: Facilitation
    lots: tuple[LotNote, ...]

    @property
    def hours(self) -> Decimal:
        """The hours of every lot."""
        return sum((lot.hours for lot in self.lots), ZERO)


def note_blocks(facts: NoteFacts) -> tuple[Block, ...]:
    """Return the note, ready to be drawn."""
    return (
        Paragraph(brief(facts)),
        Paragraph(the_tender(facts)),
        *the_hours(facts),
        *the_people(facts),
        *the_risks(facts),
        Heading(1, "La clause est-elle obligatoire ?"),
        Paragraph(f"{facts.duty} {facts.duty_warning}".strip()),
        *the_suppliers(facts),
        *the_calculation(facts),
        Heading(1, "La suite"),
        Paragraph(
            "Vous pouvez accepter cette proposition, l’ajuster ou l’écarter : la décision vous appartient."
            f" {contact(facts.facilitation)}"
        ),
    )


def brief(facts: NoteFacts) -> str:
    """Say in one sentence what is proposed."""
    asking = [lot for lot in facts.lots if lot.owed]
    if not asking:
        return "Aucune clause sociale n’est proposée à ce stade pour ce marché."
    others = [lot.owed for lot in asking if not lot.hours]
    said = [f"{hours_text(facts.hours)} d’insertion"] if facts.hours else []
    work = f", {people_months(facts.hours, months=facts.months)}" if facts.hours else ""
    return f"Nous proposons une clause sociale sur {plural(len(asking), 'lot')} : {listed([*said, *others])}{work}."


def the_tender(facts: NoteFacts) -> str:
    """Tell the purchase in one sentence, what is not known left out."""
    where = f", {elide('à', one_line(facts.place))}" if facts.place else ""
    amount = f"{euros(facts.amount)} HT estimés" if facts.amount is not None else "montant à estimer"
    told = [amount]
    if facts.starts_on and facts.ends_on:
        told.append(f"exécution du {date_long(facts.starts_on)} au {date_long(facts.ends_on)}")
    if facts.launched_on:
        told.append(f"consultation le {date_long(facts.launched_on)}")
    about = f"Marché n°{NO_BREAK}{one_line(facts.reference)}, « {one_line(facts.title)} »"
    return f"{about}, {one_line(facts.buyer)}{where} : {', '.join(told)}."


def the_hours(facts: NoteFacts) -> list[Block]:
    """Give what each lot would owe, and what that makes in people."""
    rows = tuple(
        (
            lot.named,
            euros(lot.amount) if lot.amount is not None else UNKNOWN,
            lot.owed or "pas de clause",
            capital(people_months(lot.hours, months=facts.months)) if lot.hours else "",
        )
        for lot in facts.lots
    )
    total = ("Total", "", hours_text(facts.hours), capital(people_months(facts.hours, months=facts.months)))
    return [
        Heading(1, "Ce que nous proposons"),
        Table(
            caption="Proposition, lot par lot",
            columns=("Lot", "Montant estimé HT", "Engagement", "Soit"),
            rows=rows,
            total=total if len(rows) > 1 and facts.hours else (),
            numbers=frozenset({1, 2}),
        ),
    ]


def the_calculation(facts: NoteFacts) -> list[Block]:
    """Write the formula with the values of each lot, and where each comes from."""
    computed = [lot for lot in facts.lots if lot.formula]
    if not computed:
        return []
    blocks: list[Block] = [Heading(1, "D’où viennent les heures"), Paragraph(FORMULA)]
    for lot in computed:
        blocks += [
            Heading(2, lot.named if lot.trade == lot.title else f"{lot.named} ({lot.trade.lower()})"),
            Paragraph(lot.formula),
            Items(tuple(f"{one.name}, {one.value} : {one.source}" for one in lot.inputs)),
        ]
        blocks += [Paragraph(lot.similar)] if lot.similar else []
    return blocks


def the_people(facts: NoteFacts) -> list[Block]:
    """Say for whom, and how."""
    asking = [lot for lot in facts.lots if lot.owed]
    if not asking:
        return []
    publics = {one: None for lot in asking for one in lot.publics}
    ways = {one: None for lot in asking for one in lot.ways}
    first = listed(lowered(one.label) for one in publics) or "aucun public en particulier"
    blocks: list[Block] = [
        Heading(1, "Pour qui, et comment"),
        Paragraph(f"Sont proposés d’abord : {first}. Toute personne éligible au sens du CCAG compte."),
        Paragraph("L’entreprise choisit, seules ou ensemble :"),
        Items(tuple(ways)),
    ]
    return blocks if ways else blocks[:2]


def the_suppliers(facts: NoteFacts) -> list[Block]:
    """Say what the inclusive structures known here let expect."""
    if not facts.lots:
        return []
    source = f"Structures connues de la plateforme dans le département ({facts.sourcing_where})"
    uncertain = " ; les seuils sont d’usage, à confirmer par le réseau" if facts.sourcing_is_uncertain else ""
    return [
        Heading(1, "Les structures inclusives du métier"),
        Items(tuple(f"{lot.named} : {lot.sourcing}" for lot in facts.lots)),
        Paragraph(f"{source}{uncertain}."),
    ]


def the_risks(facts: NoteFacts) -> list[Block]:
    """List what deserves a second look; say it when nothing does."""
    said = [f"{lot.named} : {warning}" for lot in facts.lots for warning in lot.warnings]
    said += [f"{lot.named} : aucune clause proposée." for lot in facts.lots if not lot.owed]
    heading = Heading(1, "Points d’attention")
    if not said:
        return [heading, Paragraph("Rien de particulier : les heures sont dans les usages du réseau.")]
    return [heading, Items(tuple(said))]


def contact(facilitation: Facilitation) -> str:
    """Say whom to call."""
    known: Sequence[str] = (
        facilitation.person,
        facilitation.structure,
        facilitation.phone,
        facilitation.email,
    )
    return f"Votre interlocuteur : {', '.join(one_line(one) for one in known if one)}."
