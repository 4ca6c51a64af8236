"""The coordination's dashboard: a year of the network, without the name of anybody (PRACTICE.md 3)."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.periods import paris_day
from inclusiv.parameters.selectors import in_force
from reporting.figures.choices import Permission
from reporting.figures.forms import PerimeterForm
from reporting.figures.selectors.annual import Perimeter, annual
from reporting.figures.selectors.structures import by_structure, years_known
from reporting.figures.views.board import Board


@require_safe
@requires(Permission.SEE_DASHBOARD)
def dashboard(request: ActorRequest) -> HttpResponse:
    """Show the figures of a year, for a structure or all of them; what the address asks wrongly is told and ignored."""
    now = timezone.now()
    on, department = paris_day(now), request.actor.department
    form = PerimeterForm(request.GET, department=department, years=years_known(department, on=on))
    ignored = [] if form.is_valid() else [form.fields[name].label for name in form.errors]
    structure = form.cleaned_data.get("structure")
    perimeter = Perimeter(
        year=form.cleaned_data.get("annee") or on.year,
        department=department,
        cut_off=now,
        structure_id=structure.pk if structure else None,
    )
    board = Board(
        figures=annual(perimeter),
        before=annual(replace(perimeter, year=perimeter.year - 1)),
        structures=by_structure(perimeter, on=on),
        told_from=in_force(on=on).integer("BREAKDOWN_MIN_PERSONS"),
    )
    context = {
        "form": form,
        "board": board,
        "ignored": ignored,
        "subtitle": f"{structure or 'Toutes les structures'} · {perimeter.year}",
        "chart_title": f"Heures validées par mois, {perimeter.year} et {perimeter.year - 1}",
    }
    return render(request, "reporting/figures/dashboard.html", context)
