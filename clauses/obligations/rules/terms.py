"""The terms of a clause: what a contract fixes for itself, once copied from the parameters (ARCHITECTURE.md 4).

Sources: CCAG of 2021, 16.1.2, 16.1.4 and 16.1.5; DOMAIN.md 1.6, 3.6, 5, 6.1, 6.4.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clauses.obligations.choices import DueDocument, ModalityFamily, ReliefCase, SocialActionKind, Unit
from inclusiv.core.refusals import Refused

LAST_DUE_DAY = 28
"""The last day that every month has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a clause lets do, asks to send and by when, and costs when it is not held. Each is a column of the clause.

    `penalty_cap_rate` is a part of the amount HT and `small_penalty_limit` is in €: they count when the contract says
    that they apply. `hours_per_100k` is None unless the hours follow what is invoiced, `hours_rate` (a part of the
    hours worked) unless they follow those, `actions_per_year` unless social actions are owed.
    """

    modalities: tuple[ModalityFamily, ...]
    documents: tuple[DueDocument, ...]
    statement_due_day: int
    contact_days: int
    kickoff_months: int
    plan_days: int
    final_report_months: int
    penalty_hour: Decimal
    penalty_action: Decimal
    penalty_document_day: Decimal
    penalty_cap_applies: bool
    penalty_cap_rate: Decimal
    small_penalty_waiver_applies: bool
    small_penalty_limit: Decimal
    relief_cases: tuple[ReliefCase, ...] = tuple(ReliefCase)
    hours_per_100k: Decimal | None = None
    hours_rate: Decimal | None = None
    actions_per_year: int | None = None
    action_kinds: tuple[SocialActionKind, ...] = ()

    def frozen(self) -> dict[str, Any]:
        """Return the terms as data that never changes again; numbers of hours and money are texts."""
        found = {name: getattr(self, name) for name in NAMES}
        return {name: frozen_value(value) for name, value in found.items()}


NAMES: tuple[str, ...] = tuple(Terms.__dataclass_fields__)
"""The terms, by the names of the columns of the clause."""


def frozen_value(value: Any) -> Any:
    """Return a value as it is kept in JSON: no decimal number ever becomes a float."""
    if isinstance(value, Decimal):
        return str(value)
    return [str(one) for one in value] if isinstance(value, tuple) else value


def check_terms(terms: Terms, *, unit: Unit = Unit.HOURS) -> None:
    """Refuse terms that no contract could hold, given what its clause counts."""
    if unit is Unit.HOURS:
        check_hours(terms)
    elif unit is Unit.ACTIONS:
        check_actions(terms)
    for name in ("penalty_hour", "penalty_action", "penalty_document_day"):
        if getattr(terms, name) < 0:
            raise Refused("negative_penalty", "Une pénalité ne peut pas être négative.", field=name)


def check_actions(terms: Terms) -> None:
    """Refuse social actions of no kind, or none."""
    if not terms.actions_per_year:
        raise Refused("no_action", "Indiquez au moins une action par an.", field="actions_per_year")
    if not terms.action_kinds:
        raise Refused("no_action_kind", "Laissez au moins une action possible.", field="action_kinds")


def check_hours(terms: Terms) -> None:
    """Refuse hours that nobody could do, nor count."""
    if not terms.modalities:
        raise Refused(
            "no_modality", "Laissez au moins une manière de réaliser les heures.", field="modalities"
        )
    if DueDocument.MONTHLY_STATEMENT not in terms.documents:
        raise Refused(
            "no_statement",
            "Le relevé mensuel est toujours à remettre : c’est de lui que les heures sont comptées.",
            field="documents",
        )
    if not 1 <= terms.statement_due_day <= LAST_DUE_DAY:
        raise Refused(
            "due_day",
            f"Le relevé mensuel est attendu du 1 au {LAST_DUE_DAY} du mois suivant, un jour qui existe chaque mois :"
            f" {terms.statement_due_day} ne convient pas.",
            field="statement_due_day",
        )
    if terms.hours_per_100k is not None and terms.hours_per_100k <= 0:
        raise Refused(
            "rate_not_positive",
            "Une clause qui suit les montants facturés demande au moins une fraction d’heure pour 100 000 €.",
            field="hours_per_100k",
        )
    if terms.hours_rate is not None and not 0 < terms.hours_rate <= 1:
        raise Refused(
            "rate_out_of_range",
            "La part des heures travaillées est de plus de 0 %, et de 100 % au plus.",
            field="hours_rate",
        )
