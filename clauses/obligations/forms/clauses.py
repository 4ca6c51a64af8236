"""Forms of what is owed: the calculation of a lot's hours with its clause, and the notification."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict

from clauses.obligations.choices import ClauseType, Expression, Public, Unit
from clauses.obligations.forms.terms import ASKED, TermsFields, terms_initial
from clauses.obligations.rules.owed import hours_of_invoices
from clauses.obligations.rules.sizing import SizingInputs, SizingResult
from clauses.obligations.rules.units import UNITS, expression_of
from clauses.obligations.selectors.sizing import SizingSheet
from clauses.obligations.selectors.terms import USUAL_DOCUMENTS
from clauses.procurement.choices import TenderNature
from clauses.procurement.models import Tender
from inclusiv.core.forms import (
    CountField,
    DayField,
    EurosField,
    FrenchDecimalField,
    HoursField,
    SubmissionForm,
)
from inclusiv.core.french import NARROW, NO_BREAK, number
from inclusiv.core.stamps import StampedForm

RATES = ("labour_share", "effort_rate")
"""Inputs typed in % and computed from 0 to 1."""

NEEDED = ("amount", "labour_share", "effort_rate", "hourly_cost")
"""Inputs without which nothing is computed."""

STAFF = ("staff_total", "staff_taken_over")
"""Inputs told only when a contractor takes over the staff of the one before."""


class InputsForm(forms.Form):
    """The inputs of the calculation; what comes from the parameters says so."""

    amount = EurosField(label="Montant du lot")
    labour_share = FrenchDecimalField(label="Part de main-d’œuvre", unit="%", max_value=100)
    effort_rate = FrenchDecimalField(label="Effort d’insertion", unit="%", max_value=100)
    hourly_cost = FrenchDecimalField(
        label="Coût horaire du travail", unit="€/h", min_value=Decimal("0.01"), max_value=999_999
    )
    staff_total = FrenchDecimalField(
        label="Personnel prévu",
        required=False,
        min_value=Decimal("0.01"),
        max_value=9_999_999,
        help_text="En personnes, ou en heures par an.",
    )
    staff_taken_over = FrenchDecimalField(
        label="dont personnel repris",
        required=False,
        max_value=9_999_999,
        help_text="Dans la même unité. L’effort ne porte que sur les autres.",
    )

    def __init__(self, data: QueryDict | None, *, sheet: SizingSheet) -> None:
        usual = sheet.clause.sizing if sheet.clause and sheet.clause.sizing else sheet.ground.inputs
        initial = {name: getattr(usual, name) for name in (*NEEDED, *STAFF)}
        initial |= {name: initial[name] * 100 for name in RATES}
        super().__init__(data, initial=initial | clause_initial(sheet))
        self.ground = sheet.ground
        for name, source in self.ground.sources.items():
            self[name].help_text = source_text(source, getattr(self.ground.inputs, name), name=name)

    def inputs(self) -> SizingInputs | None:
        """Return the inputs as they stand on the page, rates from 0 to 1; None while one of them cannot be read."""
        return self.read(self.shown)

    @property
    def shown(self) -> Mapping[str, Any]:
        """What the page shows: what was typed and could be read, else what it starts from."""
        return self.cleaned_data if self.is_bound and self.errors is not None else self.initial

    def read(self, shown: Mapping[str, Any]) -> SizingInputs | None:
        """Return the inputs of what is shown, rates in %; None while one of them is missing."""
        given: dict[str, Decimal] = {
            name: shown[name] for name in (*NEEDED, *STAFF) if shown.get(name) is not None
        }
        if not given.keys() >= set(NEEDED):
            return None
        rates = {name: given[name] / 100 for name in RATES}
        return SizingInputs(**given | rates, rounding_step=self.ground.inputs.rounding_step)

    @property
    def tells_staff(self) -> bool:
        """Whether the fold of the staff must be open."""
        return any(self[name].value() or self[name].errors for name in STAFF)

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

    expression = forms.ChoiceField(
        label="Ce que la clause demande",
        choices=Expression,
        widget=forms.RadioSelect,
        initial=Expression.HOURS,
    )
    quantity = HoursField(
        label="Heures inscrites au marché",
        min_value=1,
        help_text="Elles suivent le calcul. Si le contrat dit un autre nombre, c’est lui qui compte : tapez-le.",
    )
    count = CountField(label="Nombre de places ou de participants", min_value=1, max_value=99_999)
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

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way of saying the clause needs, and forget the rest."""
        given = super().clean() or self.cleaned_data
        for name in sorted(TYPED - {*NEEDED_BY[self.way], *OPTIONAL_BY.get(self.unit, ())}):
            self.errors.pop(name, None)
            given.pop(name, None)
        return given

    @property
    def way(self) -> Expression:
        """How the clause says what it asks for, as the page stands."""
        return Expression(self.shown.get("expression") or Expression.HOURS)

    @property
    def unit(self) -> Unit:
        """What the clause counts."""
        return UNITS[self.way]

    def inputs(self) -> SizingInputs | None:
        """Return the inputs as they stand; a part of the hours worked is the effort asked for."""
        if self.way is not Expression.PER_WORK:
            return super().inputs()
        return self.read({**self.shown, "effort_rate": self.shown.get("hours_rate")})

    def quantity_shown(self) -> Decimal | None:
        """Return what the clause asks for as the page stands, in hours; None while it cannot be read."""
        shown = self.shown
        inputs, result = self.inputs(), self.result()
        match self.way:
            case Expression.PER_AMOUNT:
                rate: Decimal | None = shown.get("hours_per_100k")
                return hours_of_invoices(inputs.amount, hours_per_100k=rate) if inputs and rate else None
            case Expression.PER_WORK:
                return result.hours if result else None
            case _:
                typed: Decimal | None = shown.get("quantity")
                return typed

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
        """Keep the errors of the inputs, and of rates that cannot be read: the rest is for when the clause is written."""
        for name in self.errors.keys() - InputsForm.base_fields.keys():
            if name not in ASKED or self.has_error(name, "required"):
                del self.errors[name]

    def clause(self) -> dict[str, Any]:
        """Return the clause as the action takes it."""
        names = ("clause_type", "strict_prior_validation", "count_training", "seen")
        given = {name: self.cleaned_data[name] for name in names}
        publics = [Public(one) for one in self.cleaned_data["priority_publics"]]
        count: int | None = self.cleaned_data.get("count")
        return given | {
            "unit": self.unit,
            "inputs": self.inputs() if self.unit is Unit.HOURS else None,
            "quantity": self.quantity_shown() if count is None else Decimal(count),
            "priority_publics": publics,
            "terms": self.terms(self.usual_terms),
        }


NEEDED_BY: Mapping[Expression, tuple[str, ...]] = {
    Expression.HOURS: (*NEEDED, "quantity", "modalities", "documents"),
    Expression.PER_AMOUNT: (*NEEDED, "hours_per_100k", "modalities", "documents"),
    Expression.PER_WORK: ("amount", "labour_share", "hourly_cost", "hours_rate", "modalities", "documents"),
    Expression.ACTIONS: ("actions_per_year", "action_kinds"),
    Expression.PLACES: ("count",),
    Expression.PARTICIPANTS: ("count",),
}
"""What each way of saying a clause asks to type."""

OPTIONAL_BY: Mapping[Unit, tuple[str, ...]] = {Unit.HOURS: STAFF}
"""What may be typed besides."""

TYPED = {*STAFF, *(name for names in NEEDED_BY.values() for name in names)}
"""Every field that only some ways need: for the others, what is typed there is not read."""


def clause_initial(sheet: SizingSheet) -> dict[str, Any]:
    """Return what the form starts from: the clause as it stands, else the usual one."""
    usual = terms_initial(sheet.terms) | {"seen": sheet.seen}
    if sheet.clause is None:
        return usual | {"amount": sheet.lot.estimated_amount} | renewal_initial(sheet)
    clause, unit = sheet.clause, Unit(sheet.clause.unit)
    names = ("clause_type", "priority_publics", "strict_prior_validation", "count_training")
    usual |= {name: getattr(clause, name) for name in names}
    way = expression_of(unit, hours_per_100k=clause.hours_per_100k, hours_rate=clause.hours_rate)
    usual["expression"] = way
    if way is Expression.HOURS:
        usual["quantity"] = clause.quantity
    if unit is not Unit.HOURS:
        usual |= {
            "amount": sheet.lot.estimated_amount,
            "count": int(clause.quantity),
            "documents": USUAL_DOCUMENTS,
        }
    return usual


def renewal_initial(sheet: SizingSheet) -> dict[str, Any]:
    """Return what urban renewal usually asks for: a part of the hours worked, for its neighbourhoods (DOMAIN.md 1.5)."""
    tender = sheet.lot.tender
    if not tender.is_renewal:
        return {}
    works, upkeep = sheet.ground.renewal_rates
    rate = works if tender.nature == TenderNature.WORKS else upkeep
    return {
        "expression": Expression.PER_WORK,
        "hours_rate": rate * 100,
        "priority_publics": [Public.QPV_RESIDENT, Public.RSA],
    }


class NotifyForm(StampedForm):
    """« Notifier »: the day, and the period of execution; hours and contractors are bound as they were read."""

    changed = "Les heures ou les titulaires ont changé depuis que cette page est ouverte : rechargez-la, et relisez-les."
    notified_on = DayField(label="Date de notification")
    starts_on = DayField(label="Début d’exécution")
    ends_on = DayField(label="Fin d’exécution (incluse)")

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        known = {"starts_on": tender.starts_on, "ends_on": tender.ends_on}
        super().__init__(*args, initial=known | kwargs.pop("initial", {}), **kwargs)
