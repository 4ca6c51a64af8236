"""« Qui a consulté ce dossier »: who read what of a person's file, and when."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from beneficiaries.people.choices import Permission
from beneficiaries.people.selectors.readings import Reading, read_by, readings_of
from beneficiaries.people.views.people import name_of, trail_of, with_person
from inclusiv.core import readings as sentences
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import ROLE_LABELS, Role
from inclusiv.core.components.figures import two_lines
from inclusiv.core.components.screens import Crumb
from inclusiv.core.forms import DayField, offer_words
from inclusiv.core.french import moment
from inclusiv.core.listing import Column, FilterForm, Listing
from inclusiv.core.periods import PARIS, paris_day
from inclusiv.parameters.selectors import in_force
from inclusiv.records.actions import readings

RETENTION = "RETENTION_LOG_MONTHS"
"""For how many months a reading is kept."""


class ReadingFilters(FilterForm):
    """What was done, in which role, and between which days."""

    lecture = forms.ChoiceField(label="Lecture")
    role = forms.ChoiceField(
        label="Rôle", choices=[("", "Tous"), *((role.value, label) for role, label in ROLE_LABELS.items())]
    )
    depuis = DayField(label="Depuis le")
    jusqu = DayField(label="Jusqu’au")

    def prepare(self, rows: QuerySet[Any]) -> None:
        """Offer the readings that this file has known."""
        known = set(rows.order_by().values_list("action", flat=True).distinct())
        offered = [(code, said.capitalize()) for code, said in sentences.table().items() if code in known]
        offer_words(self, "lecture", [("", "Toutes"), *offered])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the readings that pass, both days included."""
        chosen = self.cleaned_data
        if action := chosen.get("lecture"):
            rows = rows.filter(action=action)
        if role := chosen.get("role"):
            rows = rows.filter(role=role)
        if first := chosen.get("depuis"):
            rows = rows.filter(at__gte=midnight(first))
        if last := chosen.get("jusqu"):
            rows = rows.filter(at__lt=midnight(last + timedelta(days=1)))
        return rows


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in Paris."""
    return datetime.combine(day, time.min, PARIS)


def when(row: Reading) -> str:
    """Say the day and the hour, in Paris."""
    return moment(row.at.astimezone(PARIS))


def who(row: Reading) -> str:
    """Name the reader."""
    return row.reader or "Accès supprimé"


def role_of(row: Reading) -> str:
    """Say in which role they read."""
    if row.link_id:
        return "Lien par courriel"
    return ROLE_LABELS[Role(row.role)] if row.role else ""


def what(row: Reading) -> str:
    """Say what they did."""
    return sentences.tell(row.action)


READINGS: Listing[Reading] = Listing(
    template="beneficiaries/people/person_readings.html",
    noun="lecture",
    filename="lectures",
    columns=(
        Column(key="date", label="Date", cell=when, export=lambda row: row.at, sort="at"),
        Column(
            key="qui",
            label="Qui",
            cell=lambda row: two_lines(main=who(row), small=row.organisation or ""),
            export=who,
            sort=F("reader"),
        ),
        Column(key="organisation", label="Organisation", export=lambda row: row.organisation),
        Column(key="role", label="Rôle", cell=role_of, export=role_of, sort=F("role")),
        Column(key="lecture", label="Lecture", cell=what, export=what, sort="action"),
    ),
    order=("-at",),
    search=read_by,
    search_hint="Une personne, une organisation",
    filters=ReadingFilters,
    empty_title="Aucune lecture pour l’instant",
    empty_text="Chaque consultation du dossier, chaque export et chaque téléchargement viendront ici.",
)  # fmt: skip


@require_safe
@requires(Permission.SEE_READINGS)
def index(request: ActorRequest, pk: int) -> HttpResponseBase:
    """List who read the file of a person whom one follows, by the dossier's id; this reading is noted too."""
    dossier = get_object_or_404(with_person(request), pk=pk)
    now = timezone.now()
    note = partial(readings.note, subjects=[dossier.person], by=request.actor, at=now)
    return READINGS.answer(
        request,
        readings_of(dossier.person),
        context={
            "dossier": dossier,
            "name": name_of(dossier),
            "months": in_force(on=paris_day(now), codes=(RETENTION,)).integer(RETENTION),
            "trail": [*trail_of(dossier), Crumb(label="Qui a consulté ce dossier")],
        },
        exported=lambda _: note(action="person.readings_exported"),
        shown=lambda _: note(action="person.readings_read"),
    )
