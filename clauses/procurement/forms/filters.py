"""Filters of the lists of operations, of buying groups and of purchase plans."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from clauses.procurement.choices import OperationStatus, TenderStatus
from inclusiv.accounts.models import Organisation
from inclusiv.core.forms import offer, offer_words
from inclusiv.core.listing import FilterForm

WAITING, IMPORTED = "À confirmer", "Importé"


class BuyerFilters(FilterForm):
    """The buyer, for those who read several."""

    acheteur = forms.ModelChoiceField(
        label="Acheteur", queryset=Organisation.objects.none(), empty_label="Tous"
    )

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Offer the buyers of the rows."""
        buyers = Organisation.objects.filter(pk__in=rows.order_by().values("buyer"))
        offer(self, "acheteur", buyers.order_by("folded_name"))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of this buyer."""
        buyer = self.cleaned_data.get("acheteur")
        return rows.filter(buyer=buyer) if buyer else rows


class OperationFilters(BuyerFilters):
    """State and buyer of an operation."""

    etat = forms.ChoiceField(label="État", choices=[("", "Tous"), *OperationStatus.choices])
    field_order = ("etat", "acheteur")

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep also those in this state."""
        rows = super().narrow(rows)
        state = self.cleaned_data.get("etat")
        return rows.filter(status=state) if state else rows


class GroupFilters(OperationFilters):
    """Step and coordinator of a tender bought together."""

    etat = forms.ChoiceField(label="Étape", choices=[("", "Toutes"), *TenderStatus.choices])

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Call the buyer what it is in a group."""
        super().prepare(rows)
        self.fields["acheteur"].label = "Coordonnateur"


class PlanFilters(BuyerFilters):
    """Year, state and buyer of a plan."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, empty_value=None)
    etat = forms.ChoiceField(
        label="État", choices=[("", "Tous"), ("A-CONFIRMER", WAITING), ("IMPORTE", IMPORTED)]
    )
    field_order = ("annee", "etat", "acheteur")

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Offer the years and the buyers of the plans."""
        super().prepare(rows)
        years = rows.order_by("-year").values_list("year", flat=True).distinct()
        offer_words(self, "annee", [("", "Toutes"), *((year, str(year)) for year in years)])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the plans that pass."""
        rows = super().narrow(rows)
        if year := self.cleaned_data.get("annee"):
            rows = rows.filter(year=year)
        if state := self.cleaned_data.get("etat"):
            rows = rows.filter(confirmed_at__isnull=state == "A-CONFIRMER")
        return rows
