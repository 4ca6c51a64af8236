"""« Importer un plan d’achats »: the file, what would become of each line, then the tenders at once."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Value
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clauses.procurement.actions import plans
from clauses.procurement.choices import LineOutcome, Permission, TenderNature
from clauses.procurement.forms.plans import PlanForm
from clauses.procurement.models import PlanLine, PurchasePlan
from clauses.procurement.rules.plans import HEADINGS
from clauses.procurement.selectors.tenders import actors_organisation, list_crumb
from inclusiv.core import sheets
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor
from inclusiv.core.components.figures import status, two_lines
from inclusiv.core.components.screens import Crumb
from inclusiv.core.fields import Fold
from inclusiv.core.forms import attach
from inclusiv.core.french import euros, plural
from inclusiv.core.listing import Column, FilterForm, Listing
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import submissions
from inclusiv.records.selectors import timeline

STATES = {
    LineOutcome.NEW: "ON_TRACK",
    LineOutcome.CREATED: "DONE",
    LineOutcome.KNOWN: "NEUTRAL",
    LineOutcome.REFUSED: "ACTION",
}

COUNTED = {
    LineOutcome.NEW: "à créer|à créer",
    LineOutcome.CREATED: "créé|créés",
    LineOutcome.KNOWN: "déjà connu|déjà connus",
    LineOutcome.REFUSED: "refusé|refusés",
}
"""The words of a count, one or several."""

EXAMPLES: tuple[tuple[sheets.Value, ...], ...] = (
    (
        1, "Nettoyage des écoles", "Services", 180000, "90910000", "MAPA", "15/01/2027", "01/04/2027", 24,
        "Évry-Courcouronnes", "",
    ),
    (2, "Réfection de la toiture du gymnase", "Travaux", 420000, "", "", "", "", "", "", ""),
    (3, "Mobilier scolaire", "Fournitures", "", "", "", "", "", "", "", ""),
)  # fmt: skip
"""Lines of the model file: one that is full, two with holes."""


class LineFilters(FilterForm):
    """Narrow the lines of a plan."""

    resultat = forms.ChoiceField(label="Résultat", choices=[("", "Tous"), *LineOutcome.choices])
    nature = forms.ChoiceField(label="Nature", choices=[("", "Toutes"), *TenderNature.choices])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the lines that pass."""
        if outcome := self.cleaned_data.get("resultat"):
            rows = rows.filter(outcome=outcome)
        if nature := self.cleaned_data.get("nature"):
            rows = rows.filter(nature=nature)
        return rows


def matching(rows: QuerySet[PlanLine], text: str) -> QuerySet[PlanLine]:
    """Return the lines whose object contains the text, accents aside, or whose number begins with it."""
    return rows.alias(folded_title=Fold("title")).filter(
        Q(folded_title__contains=Fold(Value(text))) | Q(number__istartswith=text)
    )


def title_cell(line: PlanLine) -> str:
    """Show a line by its object, as a link to its tender when there is one."""
    href = reverse("procurement:tender", args=[line.tender_id]) if line.tender_id else ""
    small = " · ".join(filter(None, [f"ligne {line.row}", line.number and f"n° {line.number}"]))
    return two_lines(main=line.title or "Sans objet", small=small, href=href)


def outcome_cell(line: PlanLine) -> str:
    """Show what becomes of the line."""
    return status(state=STATES[LineOutcome(line.outcome)], word=line.get_outcome_display())


LINES = Listing[PlanLine](
    template="clauses/procurement/plan_page.html",
    noun="ligne",
    filename="plan-d-achats",
    columns=(
        Column(key="ligne", label="Marché", cell=title_cell, sort="row", export=lambda one: one.title),
        Column(key="rang", label="Ligne du fichier", export=lambda one: one.row),
        Column(key="numero", label="N°", export=lambda one: one.number),
        Column(
            key="nature", label="Nature", cell=lambda one: one.get_nature_display() or None, sort="nature",
            export=lambda one: one.get_nature_display(),
        ),
        Column(
            key="montant", label="Montant estimé", numeric=True, sort="estimated_amount",
            cell=lambda one: euros(one.estimated_amount) if one.estimated_amount is not None else None,
            export=lambda one: one.estimated_amount,
        ),
        Column(
            key="resultat", label="Résultat", cell=outcome_cell, sort="outcome",
            export=lambda one: one.get_outcome_display(),
        ),
        Column(key="remarque", label="Remarque", cell=lambda one: one.remark or None, export=lambda one: one.remark),
    ),
    search=matching,
    search_hint="Objet, numéro…",
    filters=LineFilters,
    order=("row",),
    empty_title="Aucune ligne",
    empty_text="Ce fichier ne contient aucun achat.",
)  # fmt: skip


def trail(actor: Actor, here: str) -> list[Crumb]:
    """Return the way to a page under the list of the plans."""
    return [
        list_crumb(actor),
        Crumb(label="Plans d’achats", url=reverse("procurement:plans")),
        Crumb(label=here),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER_TENDER)
def upload(request: ActorRequest) -> HttpResponse:
    """Take a plan and show what it would give."""
    now = timezone.now()
    form = PlanForm(request.POST or None, request.FILES or None, actor=request.actor, today=paris_day(now))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            lines = form.lines()
            with transaction.atomic():
                submissions.receive(submission=given["submission"], by=request.actor, at=now)
                plan = plans.read(
                    buyer=given.get("buyer") or actors_organisation(request.actor),
                    year=given["year"],
                    name=given["file"].name,
                    lines=lines,
                    by=request.actor,
                    at=now,
                )
        except Refused as refusal:
            attach(form, refusal)
        else:
            return redirect("procurement:plan", plan.pk)
    context = {"form": form, "trail": trail(request.actor, "Importer un plan d’achats")}
    return render(
        request, "clauses/procurement/plan_upload.html", context, status=422 if form.errors else 200
    )


@require_safe
@requires(Permission.REGISTER_TENDER)
def plan(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Show what becomes of a plan, line by line, and the button that registers it."""
    visible = PurchasePlan.objects.visible_to(request.actor).select_related("buyer")
    shown = get_object_or_404(visible, pk=pk)
    counted = dict(shown.lines.values_list("outcome").annotate(count=Count("pk")))
    context = {
        "plan": shown,
        "counts": [(COUNTED[one], counted[one]) for one in LineOutcome if counted.get(one)],
        "to_create": counted.get(LineOutcome.NEW, 0),
        "entries": timeline(shown, actor=request.actor, page=request.GET.get("suite", "")),
        "trail": trail(request.actor, str(shown)),
    }
    return LINES.answer(
        request, PlanLine.objects.visible_to(request.actor).filter(plan=shown), context=context
    )


@require_POST
@requires(Permission.REGISTER_TENDER)
def confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """Register the lines to create."""
    found = get_object_or_404(PurchasePlan.objects.visible_to(request.actor), pk=pk)
    try:
        made = plans.confirm(plan=found, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, f"{plural(made, 'marché créé', 'marchés créés')}, à l’étape « Programmation »."
        )
    return redirect("procurement:plan", pk)


@require_safe
@requires(Permission.REGISTER_TENDER)
def model(_request: ActorRequest) -> FileResponse:
    """Give a workbook to fill: the headings, and three lines as examples."""
    written = sheets.write_xlsx(list(HEADINGS.values()), EXAMPLES)
    return FileResponse(written, as_attachment=True, filename="modele-plan-d-achats.xlsx")
