"""Form of what an inclusive structure can do."""

from decimal import Decimal
from typing import Any

from django import forms

from clauses.procurement.choices import Sector
from clauses.procurement.models import SupplierProfile
from inclusiv.core.forms import EurosField, SubmissionForm


class SupplierForm(SubmissionForm):
    """« Ses métiers »."""

    sectors = forms.MultipleChoiceField(
        label="Métiers",
        choices=Sector,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Ceux où elle exécute elle-même, ou met des personnes à disposition.",
    )
    turnover = EurosField(
        label="Chiffre d’affaires annuel",
        required=False,
        min_value=Decimal("0.01"),
        help_text="S’il est connu : il dit ce qu’un marché pèserait pour elle.",
    )

    def __init__(self, *args: Any, profile: SupplierProfile | None, **kwargs: Any) -> None:
        known = {"sectors": profile.sectors, "turnover": profile.turnover} if profile else {}
        super().__init__(*args, initial=known, **kwargs)

    def told(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        given = self.cleaned_data
        return {"sectors": [Sector(one) for one in given["sectors"]], "turnover": given["turnover"]}
