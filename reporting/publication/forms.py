"""Forms of the reports."""

from collections.abc import Sequence
from typing import Any

from django import forms

from inclusiv.core.forms import SubmissionForm, offer_words


class AskForm(SubmissionForm):
    """« Préparer le bilan » of a year."""

    year = forms.TypedChoiceField(label="Année", coerce=int)

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_words(self, "year", [(year, str(year)) for year in years])
        self.fields["year"].initial = years[0]
