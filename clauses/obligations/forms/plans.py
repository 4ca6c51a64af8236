"""The form of a plan of hours: one field a month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField

from clauses.obligations.rules.plans import PlanMonth, check_total
from clauses.obligations.selectors.plans import PlanSheet
from inclusiv.core.forms import HoursField, ParagraphField, SubmissionForm, check
from inclusiv.core.french import month_name
from inclusiv.core.quantities import ZERO


@dataclass(frozen=True, slots=True)
class MonthField:
    """A month and its field, for the template."""

    month: PlanMonth
    field: BoundField


class PlanForm(SubmissionForm):
    """« Plan d’heures »: hours month by month, an empty month is 0; they add up to what is owed."""

    comment = ParagraphField(
        label="Postes et manières de faire prévues",
        max_length=1000,
        rows=2,
        required=False,
        help_text="Par exemple : deux aides-maçons en embauche directe, un intérimaire d’insertion en juillet.",
    )

    def __init__(self, *args: Any, sheet: PlanSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        proposal = sheet.proposal()
        for month in sheet.months:
            field = HoursField(
                label=f"Heures prévues en {month_name(month.starts_on)}",
                required=False,
                initial=proposal.get(month.starts_on),
            )
            field.widget.attrs["data-hours"] = "work"
            self.fields[name_of(month)] = field

    def clean(self) -> dict[str, Any]:
        """Say what is missing, or what is too much."""
        if not self.errors:
            check(self, lambda hours: check_total(hours, owed=self.sheet.owed), list(self.hours().values()))
        return self.cleaned_data

    def hours(self) -> dict[date, Decimal]:
        """Return the hours by the first day of each month."""
        return {month.starts_on: self.cleaned_data.get(name_of(month)) or ZERO for month in self.sheet.months}

    def rows(self) -> list[MonthField]:
        """Return the months with their fields, for the template."""
        return [MonthField(month, self[name_of(month)]) for month in self.sheet.months]

    @property
    def total(self) -> Decimal:
        """What is typed, added up: shown before scripts do."""
        if self.is_bound:
            return sum(
                (value for value in map(self.cleaned_data.get, map(name_of, self.sheet.months)) if value),
                ZERO,
            )
        return sum(self.sheet.proposal().values(), ZERO)


def name_of(month: PlanMonth) -> str:
    """Return the name of a month's field."""
    return f"heures_{month.starts_on:%Y_%m}"


class PlanDecisionForm(SubmissionForm):
    """« Accepter le plan », or send it back with the reason."""

    reason = ParagraphField(
        label="Ce qui est à revoir",
        max_length=500,
        rows=2,
        required=False,
        help_text="Seulement pour renvoyer le plan à l’entreprise.",
    )
    decision = forms.ChoiceField(
        choices=[("accepter", "accepter"), ("revoir", "revoir")], widget=forms.HiddenInput, required=False
    )
