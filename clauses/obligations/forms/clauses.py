"""Forms of what is owed: the calculation of a lot's hours with its clause, and the notification."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict

from clauses.obligations.choices import ClauseType, Public
from clauses.obligations.forms.terms import TermsFields, terms_initial
from clauses.obligations.rules.sizing import SizingInputs, SizingResult
from clauses.obligations.selectors.sizing import SizingSheet
from clauses.procurement.models import Tender
from inclusiv.core.forms import DayField, EurosField, FrenchDecimalField, HoursField, SubmissionForm
from inclusiv.core.french import NARROW, NO_BREAK, number

RATES = ("labour_share", "effort_rate")
"""Inputs typed in % and computed from 0 to 1."""


class InputsForm(forms.Form):
    """The four inputs of the calculation; what comes from the parameters says so."""

    amount = EurosField(label="Montant du lot")
    labour_share = FrenchDecimalField(label="Part de main-d’œuvre", unit="%", max_value=100)
    effort_rate = FrenchDecimalField(label="Effort d’insertion", unit="%", max_value=100)
    hourly_cost = FrenchDecimalField(
        label="Coût horaire du travail", unit="€/h", min_value=Decimal("0.01"), max_value=999_999
    )

    def __init__(self, data: QueryDict | None, *, sheet: SizingSheet) -> None:
        usual = sheet.clause.sizing if sheet.clause and sheet.clause.sizing else sheet.ground.inputs
        initial = {name: getattr(usual, name) for name in InputsForm.base_fields}
        initial |= {name: initial[name] * 100 for name in RATES}
        super().__init__(data, initial=initial | clause_initial(sheet))
        self.ground = sheet.ground
        for name, source in self.ground.sources.items():
            self[name].help_text = source_text(source, getattr(self.ground.inputs, name), name=name)

    def inputs(self) -> SizingInputs | None:
        """Return the inputs as they stand on the page, rates from 0 to 1; None while one of them cannot be read."""
        shown = self.cleaned_data if self.is_bound and self.errors is not None else self.initial
        given: dict[str, Decimal] = {
            name: shown[name] for name in InputsForm.base_fields if shown.get(name) is not None
        }
        if len(given) < len(InputsForm.base_fields):
            return None
        rates = {name: given[name] / 100 for name in RATES}
        return SizingInputs(**given | rates, rounding_step=self.ground.inputs.rounding_step)

    def result(self) -> SizingResult | None:
        """Return the hours of the inputs as they stand, None while there is nothing to compute from."""
        inputs = self.inputs()
        return self.ground.size(inputs) if inputs and inputs.amount else None


def source_text(source: str, value: Decimal, *, name: str) -> str:
    """Say what the platform proposes for an input, and where it comes from."""
    unit = getattr(InputsForm.base_fields[name], "unit", "")
    shown_value = value * 100 if name in RATES else value
    gap = NARROW if unit == "%" else NO_BREAK
    return f"Proposé : {number(shown_value)}{gap}{unit}, {source}."


class ClauseForm(InputsForm, TermsFields, SubmissionForm):
    """« Calcul des heures d’insertion »: the calculation, the clause and its terms; the contract's number wins."""

    quantity = HoursField(
        label="Heures inscrites au marché",
        min_value=1,
        help_text="Elles suivent le calcul. Si le contrat dit un autre nombre, c’est lui qui compte : tapez-le.",
    )
    proposed = HoursField(widget=forms.HiddenInput, required=False)
    clause_type = forms.ChoiceField(label="Type de clause", choices=ClauseType, initial=ClauseType.EXECUTION)
    priority_publics = forms.MultipleChoiceField(
        label="Publics à proposer d’abord",
        choices=Public,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=[Public.RSA],
    )
    strict_prior_validation = forms.BooleanField(
        label="Éligibilité exigée avant le premier jour",
        required=False,
        help_text="Sinon, une validation tardive reste possible, avec un motif.",
    )
    count_training = forms.BooleanField(
        label="Les heures de formation comptent", required=False, initial=True
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: QueryDict | None = None, *, sheet: SizingSheet) -> None:
        super().__init__(data, sheet=sheet)
        self.usual_terms = sheet.terms
        self.label_terms(sheet.terms)
        if result := self.result():
            self.propose(result.hours)

    def propose(self, hours: Decimal) -> None:
        """Let the contract's number follow the calculation, until somebody types another one."""
        if not self.is_bound:
            self.initial = {"quantity": hours, **self.initial, "proposed": hours}
            return
        typed, proposed = self.cleaned_data.get("quantity"), self.cleaned_data.get("proposed")
        shown = cast("QueryDict", self.data).copy()
        shown["proposed"] = number(hours)
        if self.is_calculating and typed in {None, proposed}:
            self.cleaned_data["quantity"] = hours
            shown["quantity"] = number(hours)
        self.data = shown

    @property
    def is_calculating(self) -> bool:
        """Whether only the calculation is asked for, nothing being written."""
        return "calculer" in self.data

    def forget_other_errors(self) -> None:
        """Keep the errors of the inputs only: the rest is read when the clause is written."""
        for name in self.errors.keys() - InputsForm.base_fields.keys():
            del self.errors[name]

    def clause(self) -> dict[str, Any]:
        """Return the clause as the action takes it."""
        names = ("quantity", "clause_type", "strict_prior_validation", "count_training", "seen")
        given = {name: self.cleaned_data[name] for name in names}
        publics = [Public(one) for one in self.cleaned_data["priority_publics"]]
        return given | {"priority_publics": publics, "terms": self.terms(self.usual_terms)}


def clause_initial(sheet: SizingSheet) -> dict[str, Any]:
    """Return what the form starts from: the clause as it stands, else the usual one."""
    usual = terms_initial(sheet.terms) | {"seen": sheet.seen}
    if sheet.clause is None:
        return usual | {"amount": sheet.lot.estimated_amount}
    names = ("quantity", "clause_type", "priority_publics", "strict_prior_validation", "count_training")
    return usual | {name: getattr(sheet.clause, name) for name in names}


class NotifyForm(SubmissionForm):
    """« Notifier »: the day, and the period of execution."""

    notified_on = DayField(label="Date de notification")
    starts_on = DayField(label="Début d’exécution")
    ends_on = DayField(label="Fin d’exécution (incluse)")

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        known = {"starts_on": tender.starts_on, "ends_on": tender.ends_on}
        super().__init__(*args, initial=known | kwargs.pop("initial", {}), **kwargs)
