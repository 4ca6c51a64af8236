"""List, read, register and correct people."""

from allauth.core import ratelimit
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.people.actions import people
from beneficiaries.people.choices import Permission
from beneficiaries.people.forms import ChangePersonForm, NewPersonForm, known
from beneficiaries.people.models import Dossier
from beneficiaries.people.rules import texts
from beneficiaries.people.selectors.duplicates import LookAlike, look_alikes
from beneficiaries.people.selectors.lists import followed, sheet
from beneficiaries.people.views.people_list import people_list
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.screens import Crumb
from inclusiv.core.errors import too_many_requests
from inclusiv.core.forms import attach
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import readings
from inclusiv.records.choices import Permission as RecordsPermission
from inclusiv.records.forms import sent
from inclusiv.records.models import reference
from inclusiv.records.selectors import timeline


@require_safe
@requires(Permission.SEE_PEOPLE)
def index(request: ActorRequest) -> HttpResponseBase:
    """List the people whom the structure follows, RSA first."""
    now = timezone.now()
    today = paris_day(now)
    return people_list(request.actor, on=today).answer(
        request,
        followed(request.actor, on=today),
        exported=lambda rows: readings.note(
            action="people.exported",
            subjects=(f"person:{pk}" for pk in rows.values_list("person", flat=True)),
            by=request.actor,
            at=now,
        ),
        shown=lambda rows: readings.note(
            action="people.listed", subjects=(row.person for row in rows), by=request.actor, at=now
        ),
    )


@require_safe
@requires(Permission.SEE_PEOPLE)
def person(request: ActorRequest, pk: int) -> HttpResponse:
    """Read one person's page, by the dossier's id; the reading is noted."""
    now = timezone.now()
    dossier = get_object_or_404(with_person(request), pk=pk)
    readings.note(action="person.read", subjects=[dossier.person], by=request.actor, at=now)
    context = {
        "sheet": sheet(dossier, actor=request.actor, on=paris_day(now)),
        "dossier": dossier,
        "entries": timeline(dossier.person, actor=request.actor, page=request.GET.get("suite", "")),
        "phone": texts.printed(getattr(getattr(dossier.person, "identity", None), "phone", "")),
        "subject": reference(dossier.person),
        "may_note": request.actor.may(RecordsPermission.NOTE_EXCHANGE),
        "sees_readings": request.actor.may(Permission.SEE_READINGS),
        "trail": [*people_trail(), Crumb(label=name_of(dossier))],
    }
    return render(request, "beneficiaries/people/person_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_PEOPLE)
def new(request: ActorRequest) -> HttpResponse:
    """« Nouvelle personne »: whoever looks alike is shown before anything is written."""
    now = timezone.now()
    form = NewPersonForm(request.POST or None)
    alike: list[LookAlike] = []
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="name"):
            return too_many_requests(request)
        profile = form.profile()
        try:
            dossier = people.register(
                profile=profile,
                confirmed=form.cleaned_data["confirmed"],
                by=request.actor,
                at=now,
                submission=form.cleaned_data["submission"],
            )
        except Refused as refusal:
            attach(form, refusal)
            if refusal.code == "possible_duplicate":
                alike = look_alikes(
                    first_name=profile.first_name,
                    last_name=profile.last_name,
                    birth_date=profile.birth_date,
                    structure_id=request.actor.organisation_id,
                )
                readings.note(
                    action="people.compared",
                    subjects=(f"person:{one.person_id}" for one in alike),
                    by=request.actor,
                    at=now,
                )
        else:
            messages.success(request, f"{dossier.person.identity} est enregistré·e.")
            return redirect("people:person", dossier.pk)
    context = {"form": form, "alike": alike, "trail": [*people_trail(), Crumb(label="Nouvelle personne")]}
    return render(
        request, "beneficiaries/people/person_new.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_PEOPLE)
def change(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct what is told about a person."""
    now = timezone.now()
    dossier = get_object_or_404(with_person(request).filter(person__identity__isnull=False), pk=pk)
    readings.note(
        action="person.changing",
        subjects=[dossier.person],
        by=request.actor,
        at=now,
    )
    form = ChangePersonForm(request.POST or None, initial=known(dossier))
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="name"):
            return too_many_requests(request)
        version, profile = form.cleaned_data["version"], form.profile()
        changed = sent(
            form, people.change, dossier=dossier, version=version, profile=profile, by=request.actor, at=now
        )
        if changed is not None:
            messages.success(request, "La fiche est corrigée.")
            return redirect("people:person", pk)
    context = {"form": form, "dossier": dossier, "trail": [*trail_of(dossier), Crumb(label="Modifier")]}
    return render(
        request, "beneficiaries/people/person_change.html", context, status=422 if form.errors else 200
    )


def with_person(request: ActorRequest) -> QuerySet[Dossier]:
    """Return the dossiers that one sees, with who the person is."""
    return Dossier.objects.visible_to(request.actor).select_related("structure", "person__identity__commune")


def people_trail() -> list[Crumb]:
    """Return the way to the list."""
    return [Crumb(label="Personnes", url=reverse("people:list"))]


def trail_of(dossier: Dossier) -> list[Crumb]:
    """Return the way to a person's page."""
    return [*people_trail(), Crumb(label=name_of(dossier), url=reverse("people:person", args=[dossier.pk]))]


def name_of(dossier: Dossier) -> str:
    """Return the name, or the dossier's code once the identity is gone."""
    return str(getattr(dossier.person, "identity", None) or dossier.code)
