"""The year and the structure whose figures are read."""

from django import forms
from django.http import QueryDict

from inclusiv.accounts.models import Organisation
from inclusiv.core.forms import offer, offer_words
from reporting.figures.selectors.structures import structures


class PerimeterForm(forms.Form):
    """What the address asks: a year of the network's life, one structure or all of them."""

    annee = forms.TypedChoiceField(label="Année", coerce=int)
    structure = forms.ModelChoiceField(
        label="Structure", queryset=Organisation.objects.none(), empty_label="Toutes", required=False
    )

    def __init__(self, data: QueryDict, *, department: str, years: range) -> None:
        asked = data.copy()
        asked.setdefault("annee", str(years[0]))
        super().__init__(asked)
        offer_words(self, "annee", [(year, str(year)) for year in years])
        offer(self, "structure", structures(department))
