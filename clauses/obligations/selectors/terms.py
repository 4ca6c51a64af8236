"""The terms of clauses: those in force for a lot to draft, those of a clause, and the days that they fix."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from clauses.obligations.choices import DueDocument, ModalityFamily, ReliefCase, SocialActionKind, Unit
from clauses.obligations.models import SocialClause
from clauses.obligations.rules.terms import NAMES, Terms
from clauses.obligations.rules.units import COUNTED
from clauses.obligations.selectors.values import parameters_for
from clauses.procurement.models import Award, Lot
from inclusiv.core.french import NO_BREAK, day_of_month, euros, hours_text, number, percent, plural
from inclusiv.parameters.selectors import Parameters

CODES = (
    "STATEMENT_DUE_DAY",
    "CONTACT_DAYS",
    "KICKOFF_MONTHS",
    "PLAN_DAYS",
    "FINAL_REPORT_MONTHS",
    "PENALTY_HOUR",
    "PENALTY_ACTION",
    "PENALTY_DOCUMENT_DAY",
    "PENALTY_CAP_RATE",
    "SMALL_PENALTY_LIMIT",
)
USUAL_DOCUMENTS = (DueDocument.MONTHLY_STATEMENT, DueDocument.HOURS_PROOF, DueDocument.ACTION_PLAN)
OTHER_DOCUMENTS = (DueDocument.ACTION_PLAN, DueDocument.ACTION_REPORT)
"""What is sent when no hours are owed: no monthly statement is expected."""


def terms_in_force(lot: Lot, *, on: date) -> Terms:
    """Return the terms of a clause drafted on a day: buyer's values over the territory's over everybody's."""
    found = parameters_for(lot, codes=CODES, on=on)
    return usual_terms(Parameters({code: parameter.value for code, parameter in found.items()}))


def usual_terms(values: Parameters) -> Terms:
    """Return the terms that the parameters propose: every family of modalities, neither cap nor waiver."""
    return Terms(
        modalities=tuple(ModalityFamily),
        documents=USUAL_DOCUMENTS,
        statement_due_day=values.integer("STATEMENT_DUE_DAY"),
        contact_days=values.integer("CONTACT_DAYS"),
        kickoff_months=values.integer("KICKOFF_MONTHS"),
        plan_days=values.integer("PLAN_DAYS"),
        final_report_months=values.integer("FINAL_REPORT_MONTHS"),
        penalty_hour=values.decimal("PENALTY_HOUR"),
        penalty_action=values.decimal("PENALTY_ACTION"),
        penalty_document_day=values.decimal("PENALTY_DOCUMENT_DAY"),
        penalty_cap_applies=False,
        penalty_cap_rate=values.decimal("PENALTY_CAP_RATE"),
        small_penalty_waiver_applies=False,
        small_penalty_limit=values.decimal("SMALL_PENALTY_LIMIT"),
    )


def terms_of(clause: SocialClause) -> Terms:
    """Return the terms of a clause."""
    found = {name: getattr(clause, name) for name in NAMES}
    modalities = tuple(ModalityFamily(one) for one in clause.modalities)
    documents = tuple(DueDocument(one) for one in clause.documents)
    relief = tuple(ReliefCase(one) for one in clause.relief_cases)
    kinds = tuple(SocialActionKind(one) for one in clause.action_kinds)
    return Terms(
        **found
        | {"modalities": modalities, "documents": documents, "action_kinds": kinds, "relief_cases": relief}
    )


def told(terms: Terms, *, unit: Unit = Unit.HOURS) -> list[tuple[str, str]]:
    """Return the terms in words, as pages list them: label, value."""
    return [*asked(terms, unit), *delays_and_penalties(terms, unit)]


def asked(terms: Terms, unit: Unit) -> list[tuple[str, str]]:
    """Return what the clause asks for besides its quantity, and how it may be done."""
    if unit is not Unit.HOURS:
        kinds = " ; ".join(one.label for one in terms.action_kinds)
        return [("Actions acceptées", kinds)] if kinds else []
    lines = [("Manières de réaliser les heures", " ; ".join(one.label for one in terms.modalities))]
    if terms.hours_per_100k is not None:
        lines.append(("Heures par tranche de 100 000 € HT facturés", hours_text(terms.hours_per_100k)))
    if terms.hours_rate is not None:
        lines.append(("Part des heures travaillées", percent(terms.hours_rate * 100)))
    return lines


def delays_and_penalties(terms: Terms, unit: Unit) -> list[tuple[str, str]]:
    """Return by when each thing is due, and what it costs when it is not."""
    cap = f"plafonnées à {percent(terms.penalty_cap_rate * 100)} du montant HT"
    waiver = f"non réclamées quand leur total ne dépasse pas {euros(terms.small_penalty_limit)}"
    in_hours = unit is Unit.HOURS
    lines = [
        ("Documents à remettre", " ; ".join(one.label for one in terms.documents)),
        ("Relevé mensuel", f"au plus tard le {day_of_month(terms.statement_due_day)} du mois suivant"),
        ("Appel de la facilitation", f"{plural(terms.contact_days, 'jour')} après la notification"),
        ("Réunion de mise au point", f"{number(terms.kickoff_months)}{NO_BREAK}mois après la notification"),
        ("Plan d’action insertion", f"{plural(terms.plan_days, 'jour')} après cette réunion"),
        ("Bilan final", f"{number(terms.final_report_months)}{NO_BREAK}mois après la fin d’exécution"),
        ("Pénalité par heure non réalisée", euros(terms.penalty_hour))
        if in_hours
        else (f"Pénalité par {COUNTED[unit][0]} qui manque", euros(terms.penalty_action)),
        ("Pénalité par document et par jour de retard", euros(terms.penalty_document_day)),
        ("Cas sans pénalité", " ; ".join(one.label for one in terms.relief_cases) or "aucun"),
        ("Plafond des pénalités", cap if terms.penalty_cap_applies else "aucun"),
        (
            "Petites pénalités",
            waiver if terms.small_penalty_waiver_applies else "réclamées dès le premier euro",
        ),
    ]
    statement = "Relevé mensuel"
    return [line for line in lines if in_hours or line[0] != statement]


def statement_due_days(awards: Collection[int] | QuerySet[Award]) -> dict[int, int]:
    """Return the day of the next month by which each award's statements are due, as its clause says, in one query."""
    rows = SocialClause.objects.filter(lot__award__in=awards)
    return dict(rows.values_list("lot__award", "statement_due_day"))
