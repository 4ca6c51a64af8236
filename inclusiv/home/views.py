"""The first page of each role: « À faire » for facilitators, the page of its own work for the others."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inclusiv.core import french
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Role
from inclusiv.core.periods import paris_day
from inclusiv.home.todo import Board, board
from inclusiv.records.actions import readings

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
    today: date = paris_day(now)
    waiting = board(request.actor, today)
    readings.note(
        action="todo.listed",
        subjects=(row.todo.person for row in waiting.rows if row.todo.person),
        by=request.actor,
        at=now,
    )
    return render(
        request, "inclusiv/home/todo.html", {"board": waiting, "subtitle": subtitle(waiting, today)}
    )


def subtitle(waiting: Board, today: date) -> str:
    """Return the day and what waits: « Mardi 14 octobre · 23 actions, dont 6 en retard »."""
    day = f"{WEEKDAYS[today.weekday()]} {french.date_long(today).rsplit(' ', 1)[0]}"
    late = f", dont {waiting.late} en retard" if waiting.late else ""
    return f"{day} · {french.plural(waiting.total, 'action')}{late}"
