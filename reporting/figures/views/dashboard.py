"""The coordination's dashboard: a year of the network, without the name of anybody (PRACTICE.md 3)."""

from dataclasses import replace
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.french import date_long
from inclusiv.core.periods import paris_day
from reporting.figures.choices import Permission
from reporting.figures.forms import PerimeterForm
from reporting.figures.rules import known_months
from reporting.figures.selectors.annual import Perimeter, annual
from reporting.figures.selectors.structures import by_structure, years_known
from reporting.figures.views.board import Board
from reporting.followup.selectors.standings import today


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
    day = today(on)
    board = Board(
        figures=annual(perimeter),
        before=annual(replace(perimeter, year=perimeter.year - 1)),
        structures=by_structure(perimeter, on=on),
        told_from=day.people_told_from,
        known_months=known_months(perimeter.year, judged_on=day.judged_on),
    )
    context = {
        "form": form,
        "board": board,
        "ignored": ignored,
        "subtitle": subtitle(str(structure or "Toutes les structures"), perimeter.year, on=on),
        "chart_title": f"Heures validées par mois, {perimeter.year} et {perimeter.year - 1}",
    }
    return render(request, "reporting/figures/dashboard.html", context)


def subtitle(name: str, year: int, *, on: date) -> str:
    """Return « Toutes les structures · 2025 », and the day while the year runs."""
    until = f", au {date_long(on)}" if on.year == year else ""
    return f"{name} · {year}{until}"
