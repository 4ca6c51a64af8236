"""The list of statements, its columns on screen and in files."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from beneficiaries.hours.choices import StatementStatus
from beneficiaries.hours.selectors.sheets import work_of
from beneficiaries.hours.selectors.statements import StatementRow, matching
from beneficiaries.hours.views.pages import STATES
from inclusiv.core.components.figures import status, two_lines
from inclusiv.core.forms import offer_words
from inclusiv.core.french import date_short, hours_text, month_name
from inclusiv.core.listing import Column, FilterForm, Listing

ALL = ("", "Tous")


class StatementFilters(FilterForm):
    """The state, the month and the tender."""

    etat = forms.ChoiceField(label="État", choices=[ALL, *StatementStatus.choices])
    mois = forms.TypedChoiceField(label="Mois", coerce=date.fromisoformat, empty_value=None)
    marche = forms.TypedChoiceField(label="Marché", coerce=int, empty_value=None)

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Offer the months and the tenders of the rows."""
        months = rows.order_by("-month").values_list("month", flat=True).distinct()
        offer_words(self, "mois", [ALL, *((month.isoformat(), month_name(month)) for month in months)])
        tenders = rows.order_by("award__lot__tender__reference").values_list(
            "award__lot__tender", "award__lot__tender__reference", "award__lot__tender__title"
        )
        offer_words(
            self,
            "marche",
            [
                ALL,
                *((pk, f"{reference} {title}"[:60]) for pk, reference, title in tenders.distinct()),
            ],
        )

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that pass."""
        chosen = self.cleaned_data
        paths = {"etat": "status", "mois": "month", "marche": "award__lot__tender"}
        return rows.filter(**{paths[name]: value for name, value in chosen.items() if value})


def statement_list(today: date, *, names_company: bool) -> Listing[StatementRow]:
    """Return the list as this role reads it: the company is named to those who follow several."""
    company: Column[StatementRow] = Column(
        key="entreprise",
        label="Entreprise",
        cell=lambda row: row.declarant.name,
        export=lambda row: row.declarant.name,
        sort="declarant__folded_name",
    )
    return Listing(
        template="beneficiaries/hours/statement_list.html",
        noun="relevé",
        filename="releves",
        columns=(
            Column(
                key="mois",
                label="Mois",
                cell=heading,
                export=lambda row: row.month,
                sort="month",
            ),
            *((company,) if names_company else ()),
            Column(
                key="marche",
                label="Marché, lot",
                cell=lambda row: two_lines(main=work_of(row.award), small=row.award.lot.tender.reference),
                export=lambda row: f"{row.award.lot.tender.reference} {work_of(row.award)}",
                sort=("award__lot__tender__folded_title", "award__lot__number"),
            ),
            Column(
                key="declarees",
                label="Déclarées",
                cell=lambda row: hours_text(row.declared),
                export=lambda row: row.declared,
                sort=F("declared"),
                numeric=True,
            ),
            Column(
                key="comptees",
                label="Comptées",
                cell=counted,
                export=lambda row: row.counted if is_decided(row) else None,
                sort=F("counted"),
                numeric=True,
            ),
            Column(
                key="recu",
                label="Reçu le",
                cell=lambda row: received(row, today),
                export=lambda row: row.received_on,
                sort=F("received_on"),
            ),
            Column(
                key="etat",
                label="État",
                cell=lambda row: status(
                    state=STATES[StatementStatus(row.status)][0], word=STATES[StatementStatus(row.status)][1]
                ),
                export=lambda row: row.get_status_display(),
                sort=F("urgency"),
            ),
            Column(key="attendu", label="Attendu le", export=lambda row: row.due_on),
            Column(key="version", label="Version", export=lambda row: row.version),
        ),
        order=("urgency", F("waiting_since").asc(nulls_last=True), "-month"),
        search=matching,
        search_hint="Une entreprise, un marché" if names_company else "Un marché",
        filters=StatementFilters,
        empty_title="Aucun relevé pour l’instant",
        empty_text="Les relevés envoyés par les entreprises, ou saisis pour elles, viendront ici.",
    )


def is_decided(row: StatementRow) -> bool:
    """Say whether the control is done."""
    return row.status == StatementStatus.VALIDATED


def counted(row: StatementRow) -> SafeString | str:
    """Show the hours that count, and those set aside under them."""
    if not is_decided(row):
        return ""
    aside = row.declared - row.counted
    return two_lines(
        main=hours_text(row.counted), small=f"{hours_text(aside)} écartées" if aside else "", strong=False
    )


def heading(row: StatementRow) -> SafeString:
    """Show the month, as a link to the statement."""
    return two_lines(
        main=month_name(row.month),
        small=f"correction n°\u00a0{row.version - 1}" if row.version > 1 else "",
        href=reverse("hours:statement", args=[row.pk]),
    )


def received(row: StatementRow, today: date) -> SafeString | str:
    """Show the day of reception, and that it was late."""
    came_on = row.received_on
    if row.version > 1 or (came_on or today) <= row.due_on:
        return date_short(came_on) if came_on else ""
    late = status(state="CATCH_UP", word="en retard")
    return format_html("{} {}", date_short(came_on) if came_on else "", late)
