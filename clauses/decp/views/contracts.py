"""The list of the spotted contracts, and the page of one."""

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clauses.decp import selectors
from clauses.decp.choices import Answer, Permission, SocialConsideration, SpottedStatus
from clauses.decp.models import SpottedContract
from clauses.decp.rules.answers import ANSWERS
from clauses.procurement.choices import TenderNature
from clauses.procurement.models import Tender
from inclusiv.core import french, transitions
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.figures import status, two_lines
from inclusiv.core.components.screens import Crumb
from inclusiv.core.listing import Column, FilterForm, Listing
from inclusiv.records.selectors import timeline

TITLE_SHOWN = 110
"""Characters of an object that a list or a heading shows."""

NOT_TOLD = "inconnue"
STATES = {
    SpottedStatus.NEW: "CATCH_UP",
    SpottedStatus.FOLLOWED: "DONE",
    SpottedStatus.ATTACHED: "DONE",
    SpottedStatus.DISMISSED: "NEUTRAL",
}
"""The colour and the shape of each state; its word is its own."""


class SpottedFilters(FilterForm):
    """Narrow the list: what was decided, what the publication says of social considerations, when, what, where."""

    suite = forms.ChoiceField(label="Suite donnée", choices=[("", "Toutes"), *SpottedStatus.choices])
    social = forms.ChoiceField(
        label="Considération sociale",
        choices=[("", "Toutes"), *SocialConsideration.choices, (NOT_TOLD, "Non renseignée")],
    )
    annee = forms.ChoiceField(label="Année")
    type = forms.ChoiceField(label="Type", choices=[("", "Tous"), *TenderNature.choices])
    dept = forms.ChoiceField(label="Département")

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Offer the years and the places of the contracts that this reader sees."""
        years = [str(day.year) for day in rows.dates("notified_on", "year", order="DESC")]
        places = rows.exclude(department="").order_by("department").values_list("department", flat=True)
        for name, values in (("annee", years), ("dept", list(places.distinct()))):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [
                    ("", "Toutes" if name == "annee" else "Tous"),
                    *((one, one) for one in values),
                ]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the contracts that pass every filter."""
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        conditions: dict[str, Any] = {}
        if "suite" in asked:
            conditions["status"] = asked["suite"]
        if social := asked.get("social"):
            told = {"social__contains": [social]}
            conditions |= {"social": None} if social == NOT_TOLD else told
        if "annee" in asked:
            conditions["notified_on__year"] = int(asked["annee"])
        if "type" in asked:
            conditions["bought"] = asked["type"]
        if "dept" in asked:
            conditions["department"] = asked["dept"]
        return rows.filter(**conditions)


def title_cell(contract: SpottedContract) -> str:
    """Show the object, the number and the place."""
    small = " · ".join(filter(None, [contract.reference, contract.place_label]))
    return two_lines(
        main=shortened(contract.title), small=small, href=reverse("decp:contract", args=[contract.pk])
    )


def shortened(title: str) -> str:
    """Return an object as a list shows it: at most a hundred characters or so, never blank."""
    if len(title) <= TITLE_SHOWN:
        return title or "Objet non renseigné"
    return f"{title[:TITLE_SHOWN].rsplit(' ', 1)[0]}…"


def amount_cell(contract: SpottedContract) -> str | None:
    """Show the amount, before tax."""
    return None if contract.amount is None else french.euros(contract.amount)


def status_cell(contract: SpottedContract) -> str:
    """Show what was decided."""
    return status(state=STATES[SpottedStatus(contract.status)], word=contract.get_status_display())


def social_text(contract: SpottedContract) -> str:
    """Return the social considerations in the words of the publication."""
    return ", ".join(contract.social_labels)


SPOTTED = Listing[SpottedContract](
    template="clauses/decp/contract_list.html",
    noun="marché repéré",
    filename="marches-reperes",
    columns=(
        Column(key="objet", label="Marché", cell=title_cell, sort="folded_title", export=lambda c: c.title),
        Column(key="numero", label="Numéro", export=lambda c: c.reference),
        Column(
            key="acheteur",
            label="Acheteur",
            cell=lambda c: c.buyer_label,
            sort="folded_buyer_name",
            export=lambda c: c.buyer_label,
        ),
        Column(key="siret", label="SIRET de l’acheteur", export=lambda c: c.buyer_number),
        Column(
            key="montant", label="Montant HT", cell=amount_cell, sort=F("amount"), numeric=True,
            export=lambda c: c.amount,
        ),
        Column(
            key="notifie", label="Notifié le", sort=F("notified_on"), export=lambda c: c.notified_on,
            cell=lambda c: french.date_short(c.notified_on) if c.notified_on else None,
        ),
        Column(key="social", label="Considération sociale", cell=social_text, export=social_text),
        Column(key="titulaires", label="Titulaires", export=lambda c: ", ".join(c.contractor_labels)),
        Column(key="lieu", label="Lieu d’exécution", export=lambda c: c.place_label),
        Column(key="cpv", label="Code CPV", export=lambda c: c.cpv),
        Column(
            key="suite", label="Suite donnée", cell=status_cell, sort="status",
            export=lambda c: c.get_status_display(),
        ),
    ),
    search=selectors.spotted_matching,
    search_hint="Objet, numéro, acheteur…",
    filters=SpottedFilters,
    order=(F("notified_on").desc(nulls_last=True),),
    empty_title="Aucun marché repéré",
    empty_text="Lisez un fichier de données essentielles : les marchés qu’il contient apparaîtront ici.",
)  # fmt: skip


@require_safe
@requires(Permission.SEE_SPOTTED)
def contract_list(request: ActorRequest) -> HttpResponseBase:
    """Show the spotted contracts, the latest notified first."""
    visible = SpottedContract.objects.visible_to(request.actor)
    rows = visible.select_related("buyer", "place").defer("content", "notices")
    return SPOTTED.answer(request, rows)


@require_safe
@requires(Permission.SEE_SPOTTED)
def contract(request: ActorRequest, pk: int) -> HttpResponse:
    """Show one: what was published, what is odd in it, and the answers that it waits for."""
    visible = SpottedContract.objects.visible_to(request.actor)
    shown = get_object_or_404(visible.select_related("buyer", "place", "reading"), pk=pk)
    may_answer = visible.answerable_by(request.actor).filter(pk=pk).exists()
    answers = transitions.open_to(ANSWERS, status=shown.status, actor=request.actor) if may_answer else []
    context = {
        "contract": shown,
        "tender": Tender.objects.visible_to(request.actor).filter(pk=shown.tender_id or 0).first(),
        "title": shortened(shown.title),
        "state": STATES[SpottedStatus(shown.status)],
        "sheet": selectors.sheet_of(shown),
        "contractors": selectors.contractors_of(shown),
        "answers": answers,
        "suggestions": selectors.suggestions(shown, request.actor) if Answer.ATTACH in answers else [],
        "entries": timeline(shown, actor=request.actor, page=request.GET.get("suite", "")),
        "is_own_reading": shown.reading.organisation_id == request.actor.organisation_id,
        "subtitle": f"{shown.buyer_label} · {shown.reference}",
        "submission": uuid4(),
        "trail": [Crumb(label="Marchés repérés", url=reverse("decp:list")), Crumb(label=shown.reference)],
    }
    return render(request, "clauses/decp/contract_page.html", context)
