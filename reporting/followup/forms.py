"""Filters of the lists of lots."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Role
from inclusiv.core.forms import offer, offer_words
from inclusiv.core.listing import FilterForm
from reporting.followup.choices import DAYS_OF_MONTHS, Standing, State

ALL = ("", "Tous")


class LotFilters(FilterForm):
    """A buyer's filters: the word of the scale and the year of notification."""

    mot = forms.ChoiceField(label="État", choices=[ALL, *State.choices])
    annee = forms.TypedChoiceField(label="Notifié en", coerce=int, empty_value=None)

    fin = forms.TypedChoiceField(
        label="Se termine dans",
        coerce=int,
        empty_value=None,
        choices=[ALL, *((months, f"{months} mois") for months in DAYS_OF_MONTHS)],
    )

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Offer the years of the tenders that one sees."""
        dates = tenders_of(rows).filter(notified_on__isnull=False).dates("notified_on", "year", order="DESC")
        offer_words(self, "annee", [ALL, *((day.year, str(day.year)) for day in dates)])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the lots in this state, of tenders notified in this year, with hours owed until soon."""
        if state := self.cleaned_data.get("mot"):
            rows = rows.filter(standing__in=[stands for stands in Standing if stands.state == state])
        if year := self.cleaned_data.get("annee"):
            rows = rows.filter(tender__notified_on__year=year)
        if months := self.cleaned_data.get("fin"):
            rows = rows.filter(owed__isnull=False, days_left__range=(0, DAYS_OF_MONTHS[months]))
        return rows


class FollowedLotFilters(LotFilters):
    """The filters of those who follow many buyers: the buyer, and where the tender is in its life."""

    acheteur = forms.ModelChoiceField(
        label="Acheteur", queryset=Organisation.objects.none(), empty_label="Tous"
    )
    etape = forms.ChoiceField(label="Étape", choices=[ALL, *TenderStatus.choices])

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Offer the buyers of the tenders that one sees."""
        super().prepare(rows)
        buyers = Organisation.objects.filter(tenders__in=tenders_of(rows)).distinct().order_by("folded_name")
        offer(self, "acheteur", buyers)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep also the lots of this buyer, at this step."""
        rows = super().narrow(rows)
        if buyer := self.cleaned_data.get("acheteur"):
            rows = rows.filter(tender__buyer=buyer)
        if status := self.cleaned_data.get("etape"):
            rows = rows.filter(tender__status=status)
        return rows


class NetworkLotFilters(FollowedLotFilters):
    """The filters of those who follow the network: the structure too."""

    structure = forms.ModelChoiceField(
        label="Structure", queryset=Organisation.objects.none(), empty_label="Toutes"
    )

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Offer every structure of the place, even without a lot: the board leads here from all of them."""
        super().prepare(rows)
        places = tenders_of(rows).values("department")
        follow = Organisation.objects.filter(
            capacities__role=Role.FACILITATOR, capacities__department__in=places
        ).distinct()
        offer(self, "structure", follow.order_by("folded_name"))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep also the lots that this structure follows."""
        rows = super().narrow(rows)
        structure = self.cleaned_data.get("structure")
        return rows.filter(tender__structure=structure) if structure else rows


def tenders_of(rows: QuerySet[Any]) -> QuerySet[Tender]:
    """Return the tenders of lots."""
    return Tender.objects.filter(pk__in=rows.order_by().values("tender"))
