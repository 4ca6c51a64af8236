"""Forms of the reports."""

from datetime import date
from typing import Any

from django import forms

from inclusiv.core.forms import SubmissionForm


class AskForm(SubmissionForm):
    """« Préparer le bilan » of a year."""

    year = forms.TypedChoiceField(label="Année", coerce=int)

    def __init__(self, *args: Any, first_year: int, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = range(today.year, first_year - 1, -1)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]  # a choice field
        self.fields["year"].initial = today.year
