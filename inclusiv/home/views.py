"""The first page of each role: « À faire » for facilitators, the page of its own work for the others."""

from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inclusiv.core import french
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.home.todo import Board, board
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import readings
from reporting.figures.rules import told
from reporting.figures.selectors.annual import Perimeter, people

FIRST_PAGE = {
    Role.BUYER: "followup:my-tenders",
    Role.CONTRACTOR: "followup:my-lots",
    Role.EMPLOYER: "followup:my-lots",
    Role.COORDINATION: "figures:dashboard",
    Role.SIGNATORY: "publication:reports",
    Role.PRESCRIBER: "people:list",
}


WEEKDAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")


@require_safe
@requires()
def home(request: ActorRequest) -> HttpResponse:
    """Show « À faire », or send to the page where the role's work is."""
    if page := FIRST_PAGE.get(request.actor.role):
        return redirect(page)
    now = timezone.now()
    today = paris_day(now)
    waiting = board(request.actor, today)
    readings.note(
        action="todo.listed",
        subjects=(row.todo.person for row in waiting.rows if row.todo.person),
        by=request.actor,
        at=now,
    )
    context = {
        "board": waiting,
        "subtitle": subtitle(waiting, today),
        "people": people_at_work(request.actor, now),
    }
    return render(request, "inclusiv/home/todo.html", context)


def people_at_work(actor: Actor, now: datetime) -> str:
    """Return « 62 personnes à l’emploi en 2026, dont 21 au RSA (34 %) »: RSA first (PRACTICE.md 1.3).

    Of the tenders that the structure follows; the RSA is told only when enough people worked (PRACTICE.md 2).
    """
    today = paris_day(now)
    perimeter = Perimeter(
        year=today.year, department=actor.department, cut_off=now, structure_id=actor.organisation_id
    )
    counted = people(perimeter.entries())
    if not counted.total:
        return ""
    said = f"{french.plural(counted.total, 'personne')} à l’emploi en {today.year}"
    least = in_force(on=today, codes=("BREAKDOWN_MIN_PERSONS",)).integer("BREAKDOWN_MIN_PERSONS")
    if told(counted.total, told_from=least) is None:
        return said
    share = french.share_text(counted.rsa, counted.total)
    return f"{said}, dont {french.number(counted.rsa)} au RSA ({share})"


def subtitle(waiting: Board, today: date) -> str:
    """Return the day and what waits: « Mardi 14 octobre · 23 actions, dont 6 en retard »."""
    day = f"{WEEKDAYS[today.weekday()]} {french.date_long(today).rsplit(' ', 1)[0]}"
    late = f", dont {waiting.late} en retard" if waiting.late else ""
    return f"{day} · {french.plural(waiting.total, 'action')}{late}"
