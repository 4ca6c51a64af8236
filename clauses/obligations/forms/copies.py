"""« Copier pour un nouveau marché »: the new number, and what becomes of the dates."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms

from clauses.obligations.actions.copies import MOST_YEARS
from clauses.obligations.selectors.contract import first_period
from clauses.procurement.models import Tender
from inclusiv.core.forms import LineField, SubmissionForm, offer_words
from inclusiv.core.french import date_short, plural

EMPTY = "0"


class CopyForm(SubmissionForm):
    """A copy: the dates are moved by the whole years that bring the execution after today, or left empty."""

    years = forms.ChoiceField(label="Les dates du nouveau marché", widget=forms.RadioSelect)
    reference = LineField(
        is_number=True,
        label="Numéro du nouveau marché",
        max_length=16,
        required=False,
        help_text="S’il est déjà connu ; sinon un numéro provisoire est donné.",
    )

    def __init__(self, *args: Any, tender: Tender, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(EMPTY, "Laissées vides, à compléter")]
        first, last = first_period(tender)
        years = years_until_after(first, today=today) if first else 0
        if first and last and years <= MOST_YEARS:
            starts_on, ends_on = (day + relativedelta(years=years) for day in (first, last))
            told = f"exécution du {date_short(starts_on)} au {date_short(ends_on)}"
            choices.insert(0, (str(years), f"Décalées de {plural(years, 'an')} : {told}"))
        field = self.fields["years"]
        offer_words(self, "years", choices)
        field.initial = choices[0][0]

    @property
    def moved_by(self) -> int | None:
        """The years by which the dates move, None when they are left empty."""
        return int(self.cleaned_data["years"]) or None


def years_until_after(day: date, *, today: date) -> int:
    """Return the whole years, one at least, after which a day falls after today."""
    years = max(1, today.year - day.year)
    return years if day + relativedelta(years=years) > today else years + 1
