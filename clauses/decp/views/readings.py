"""« Lire un fichier DECP »: give a file, follow its reading, read its report."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from clauses.decp import selectors
from clauses.decp.actions import readings
from clauses.decp.choices import Outcome, Permission, Remark
from clauses.decp.forms import ReadForm
from clauses.decp.models import FileLine, FileReading
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Role
from inclusiv.core.components.figures import status, two_lines
from inclusiv.core.components.screens import Crumb
from inclusiv.core.listing import Column, FilterForm, Listing
from inclusiv.records.forms import sent
from inclusiv.records.selectors import timeline

LATEST = 10
"""How many former readings the page of the upload recalls."""

STATES = {
    Outcome.CREATED: "DONE",
    Outcome.UPDATED: "DONE",
    Outcome.UNCHANGED: "NEUTRAL",
    Outcome.KEPT: "NEUTRAL",
    Outcome.MERGED: "NEUTRAL",
    Outcome.REFUSED: "ACTION",
}


class LineFilters(FilterForm):
    """Narrow the lines of a report."""

    resultat = forms.ChoiceField(label="Résultat", choices=[("", "Tous"), *Outcome.choices])
    remarque = forms.ChoiceField(label="Remarque", choices=[("", "Toutes"), *Remark.choices])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the lines that pass."""
        if outcome := self.cleaned_data.get("resultat"):
            rows = rows.filter(outcome=outcome)
        if remark := self.cleaned_data.get("remarque"):
            rows = rows.filter(Q(notices__contains=[{"code": remark}]) | Q(cause=remark))
        return rows


def number_cell(line: FileLine) -> str:
    """Show the rank of a line and the contract that it tells, as a link when there is one."""
    href = reverse("decp:contract", args=[line.contract_id]) if line.contract_id else ""
    small = " · ".join(filter(None, [f"n° {line.rank}", f"ligne {line.line}", line.buyer_number]))
    return two_lines(main=line.number or "Non identifié", small=small, href=href)


def outcome_cell(line: FileLine) -> str:
    """Show what became of the line."""
    return status(state=STATES[Outcome(line.outcome)], word=line.get_outcome_display())


def told_cell(line: FileLine) -> SafeString:
    """Show what is told of a line."""
    items = format_html_join("", "<li>{}</li>", ((one,) for one in selectors.sentences(line)))
    return format_html('<ul class="remarks">{}</ul>', items) if items else SafeString("")


LINES = Listing[FileLine](
    template="clauses/decp/reading_page.html",
    noun="ligne",
    filename="lecture",
    columns=(
        Column(key="rang", label="Marché", cell=number_cell, sort="rank", export=lambda one: one.number),
        Column(key="numero", label="N°", export=lambda one: one.rank),
        Column(key="ligne", label="Ligne du fichier", export=lambda one: one.line),
        Column(key="acheteur", label="Acheteur", export=lambda one: one.buyer_number),
        Column(
            key="resultat", label="Résultat", cell=outcome_cell, sort="outcome",
            export=lambda one: one.get_outcome_display(),
        ),
        Column(
            key="remarques", label="Remarques", cell=told_cell, export=lambda one: " ".join(selectors.sentences(one))
        ),
    ),
    search=lambda rows, text: rows.filter(Q(number__icontains=text) | Q(buyer_number__startswith=text)),
    search_hint="Numéro de marché, SIRET…",
    filters=LineFilters,
    order=("rank",),
    empty_title="Aucune ligne",
    empty_text="Ce fichier ne contient aucun marché de votre organisation.",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.READ_FILE)
def read(request: ActorRequest) -> HttpResponse:
    """Take a file and queue its reading; recall the latest ones."""
    now = timezone.now()
    form = ReadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        asked = sent(form, readings.ask, content=content, name=file.name, by=request.actor, at=now)
        if asked is not None:
            back = urlencode({"retour": reverse("decp:reading", args=[asked.pk])})
            return redirect(f"{reverse('records:job', args=[asked.job_id])}?{back}")
    latest = FileReading.objects.visible_to(request.actor).select_related("job").order_by("-asked_at", "-pk")
    trail = [Crumb(label="Marchés repérés", url=reverse("decp:list")), Crumb(label="Lire un fichier")]
    own_only = request.actor.role is Role.BUYER
    context = {"form": form, "latest": latest[:LATEST], "trail": trail, "own_only": own_only}
    return render(request, "clauses/decp/reading_form.html", context, status=422 if form.errors else 200)


@require_safe
@requires(Permission.READ_FILE)
def reading(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Show what became of a file, line by line."""
    visible = FileReading.objects.visible_to(request.actor).select_related("job")
    shown = get_object_or_404(visible, pk=pk)
    context = {
        "reading": shown,
        "remarks": selectors.remark_lines(shown),
        "has_refusals": shown.refused > 0,
        "entries": timeline(shown, actor=request.actor, page=request.GET.get("suite", "")),
        "trail": [
            Crumb(label="Marchés repérés", url=reverse("decp:list")),
            Crumb(label="Lire un fichier", url=reverse("decp:read")),
            Crumb(label=shown.name),
        ],
    }
    return LINES.answer(
        request, FileLine.objects.visible_to(request.actor).filter(reading=shown), context=context
    )
