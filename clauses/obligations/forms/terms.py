"""« Termes de la clause »: how the hours may be done, what is sent and by when, what a shortfall costs."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from clauses.obligations.choices import DueDocument, ModalityFamily, ReliefCase, SocialActionKind
from clauses.obligations.rules.terms import LAST_DUE_DAY, NAMES, Terms
from inclusiv.core.forms import CountField, FrenchDecimalField, HoursField
from inclusiv.core.french import euros, percent

ASKED = frozenset({"hours_per_100k", "hours_rate", "actions_per_year", "action_kinds"})
"""Terms that say what is asked for, shown beside the quantity rather than folded."""

MOST = 99_999
"""A penalty above is a typing error."""


class TermsFields(forms.Form):
    """The terms as they are typed; the page folds them, since those in force are usually right."""

    modalities = forms.MultipleChoiceField(
        label="Manières de réaliser les heures",
        choices=ModalityFamily,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Laissez au moins une manière de réaliser les heures."},
    )
    documents = forms.MultipleChoiceField(
        label="Documents à remettre par l’entreprise",
        choices=DueDocument,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Le relevé mensuel est toujours à remettre."},
    )
    statement_due_day = CountField(
        label="Relevé mensuel, au plus tard le (jour du mois suivant)", min_value=1, max_value=LAST_DUE_DAY
    )
    contact_days = CountField(
        label="L’entreprise appelle la facilitation, après la notification (jours)",
        min_value=1,
        max_value=365,
    )
    kickoff_months = CountField(
        label="Réunion de mise au point, après la notification (mois)", min_value=1, max_value=24
    )
    plan_days = CountField(
        label="Plan d’action insertion, après cette réunion (jours)", min_value=1, max_value=365
    )
    final_report_months = CountField(
        label="Bilan final, après la fin d’exécution (mois)", min_value=1, max_value=24
    )
    penalty_hour = FrenchDecimalField(
        label="Pénalité par heure non réalisée",
        unit="€/h",
        max_value=MOST,
        help_text="Elle n’est due qu’après une mise en demeure restée sans effet, et sur décision de l’acheteur.",
    )
    penalty_action = FrenchDecimalField(
        label="Pénalité par action, place ou participant qui manque", unit="€", max_value=MOST
    )
    penalty_document_day = FrenchDecimalField(
        label="Pénalité par document manquant et par jour de retard", unit="€/j", max_value=MOST
    )
    relief_cases = forms.MultipleChoiceField(
        label="Cas sans pénalité",
        choices=ReliefCase,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    penalty_cap_applies = forms.BooleanField(required=False)
    small_penalty_waiver_applies = forms.BooleanField(required=False)
    hours_per_100k = HoursField(
        label="Heures par tranche de 100 000 € HT facturés",
        min_value=Decimal("0.01"),
        help_text="Les heures inscrites au marché sont alors une prévision : ce qui est facturé fait ce qui est dû.",
    )
    hours_rate = FrenchDecimalField(
        label="Part des heures travaillées",
        unit="%",
        min_value=Decimal("0.01"),
        max_value=100,
    )
    actions_per_year = CountField(label="Actions par an", min_value=1, max_value=99, initial=1)
    action_kinds = forms.MultipleChoiceField(
        label="Actions que l’entreprise peut choisir",
        choices=SocialActionKind,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Laissez au moins une action possible."},
    )

    def label_terms(self, usual: Terms) -> None:
        """Say in the labels the numbers that stand behind the two boxes."""
        self[
            "penalty_cap_applies"
        ].label = f"Pénalités plafonnées à {percent(usual.penalty_cap_rate * 100)} du montant HT"
        self[
            "small_penalty_waiver_applies"
        ].label = (
            f"Pénalités non réclamées quand leur total ne dépasse pas {euros(usual.small_penalty_limit)}"
        )

    def terms(self, usual: Terms) -> Terms:
        """Return the terms typed; what is not on the form stays as it was."""
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in NAMES if name in self.cleaned_data}
        if "modalities" in given:
            given["modalities"] = tuple(ModalityFamily(one) for one in given["modalities"])
        if "documents" in given:
            given["documents"] = tuple(DueDocument(one) for one in given["documents"])
        given["action_kinds"] = tuple(SocialActionKind(one) for one in given.get("action_kinds", ()))
        given["relief_cases"] = tuple(ReliefCase(one) for one in given["relief_cases"])
        rate: Decimal | None = given.get("hours_rate")
        given["hours_rate"] = None if rate is None else rate / 100
        nothing: dict[str, Any] = {"hours_per_100k": None, "actions_per_year": None}
        return replace(usual, **nothing | given)

    @property
    def terms_have_errors(self) -> bool:
        """Whether the fold must be open for its errors to be seen."""
        return not self.errors.keys().isdisjoint(TermsFields.base_fields.keys() - ASKED)


def terms_initial(terms: Terms) -> dict[str, Any]:
    """Return what the fields start from."""
    found = {name: getattr(terms, name) for name in TermsFields.base_fields}
    rate = terms.hours_rate
    return found | {
        "hours_rate": None if rate is None else rate * 100,
        "actions_per_year": terms.actions_per_year or 1,
        "action_kinds": terms.action_kinds or tuple(SocialActionKind),
    }
