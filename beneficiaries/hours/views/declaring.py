"""Fill a month: a company its own, a facilitator for the company that sent it."""

from datetime import date, datetime

from allauth.core import ratelimit
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.hours.actions import reminders, statements
from beneficiaries.hours.actions.statements import Document, Sheet
from beneficiaries.hours.choices import Permission, Received
from beneficiaries.hours.forms import EnterForm, GridForm, ReceivedGridForm
from beneficiaries.hours.models import Statement
from beneficiaries.hours.selectors.choosing import companies_at_work, recent_months
from beneficiaries.hours.selectors.sheets import MonthSheet, month_sheet
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Role
from inclusiv.core.errors import too_many_requests
from inclusiv.core.french import elide, hours_text
from inclusiv.core.periods import month_of, paris_day
from inclusiv.records.actions import readings
from inclusiv.records.forms import sent


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECLARE)
def declare(request: ActorRequest, award: int, month: date) -> HttpResponse:
    """« Déclarer les heures de mars »: a company's own people; a facilitator is asked for whom."""
    if request.actor.role is Role.FACILITATOR:
        return redirect("hours:enter")
    return answer(request, load(request, award, month, request.actor.organisation_id))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DECLARE_FOR_OTHERS)
def declare_for(request: ActorRequest, award: int, month: date, declarant: int) -> HttpResponse:
    """The same month, entered by the facilitator who received it."""
    return answer(request, load(request, award, month, declarant))


def load(request: ActorRequest, award: int, month: date, declarant: int) -> MonthSheet:
    """Return the month to fill; a 404 for an award out of sight, a lot without a clause or a month to come."""
    if month > month_of(paris_day(timezone.now())):
        raise Http404
    awards = Award.objects.visible_to(request.actor).filter(lot__has_clause=True).with_story()
    seen = get_object_or_404(awards, pk=award)
    company = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=declarant)
    return month_sheet(award=seen, declarant=company, month=month)


def answer(request: ActorRequest, sheet: MonthSheet) -> HttpResponse:
    """Show the grid, or send what was typed in it."""
    now = timezone.now()
    readings.note(
        action="statement.filling",
        subjects=(f"person:{one.person}" for one in sheet.people),
        by=request.actor,
        at=now,
    )
    kind = ReceivedGridForm if request.actor.role is Role.FACILITATOR else GridForm
    form = kind(
        request.POST or None,
        request.FILES or None,
        people=sheet.people,
        stamp=sheet.stamp,
        initial={"received_on": paris_day(now)},
    )
    if request.method == "POST" and form.is_valid():
        if kind is ReceivedGridForm and not ratelimit.consume(request, action="letter"):
            return too_many_requests(request)
        filled = Sheet(award=sheet.award, declarant=sheet.declarant, month=sheet.month, lines=form.lines)
        statement = send(request, filled, form, at=now)
        if statement is not None:
            messages.success(
                request,
                f"Le relevé {elide('de', sheet.month_text)} est envoyé : {hours_text(form.total)}.",
            )
            return redirect("hours:statement", statement.pk)
    return render(
        request,
        "beneficiaries/hours/statement_grid.html",
        {
            "sheet": sheet,
            "form": form,
            "title": title(request, sheet),
            "nobody": nobody(request, sheet),
            "is_company": request.actor.role is not Role.FACILITATOR,
        },
        status=422 if form.errors else 200,
    )


def send(request: ActorRequest, filled: Sheet, form: GridForm, *, at: datetime) -> Statement | None:
    """Send a company's own month, or enter the one that a facilitator received; None when it is refused."""
    given = form.cleaned_data
    if not isinstance(form, ReceivedGridForm):
        declared = sent(form, statements.declare, sheets=[filled], by=request.actor, at=at)
        return declared[0] if declared else None
    return sent(
        form,
        reminders.enter,
        sheet=filled,
        received=Received(given["received"]),
        received_on=given["received_on"],
        document=received_document(given["document"]),
        by=request.actor,
        at=at,
    )


def received_document(upload: UploadedFile | None) -> Document | None:
    """Return the document that came with the statement, if any."""
    if upload is None:
        return None
    return Document(name=upload.name or "", content=upload.read())


def title(request: ActorRequest, sheet: MonthSheet) -> str:
    """« Déclarer les heures de mars 2025 », or « Saisir » for who received them."""
    verb = "Saisir" if request.actor.role is Role.FACILITATOR else "Déclarer"
    return f"{verb} les heures {elide('de', sheet.month_text)}"


def nobody(request: ActorRequest, sheet: MonthSheet) -> str:
    """« Vous n’employez personne sur ce lot en mars 2025 »: what an empty month says, to whom it is about."""
    own = sheet.declarant.pk == request.actor.organisation_id
    who = "Vous n’employez" if own else f"{sheet.declarant.name} n’emploie"
    return f"{who} personne sur ce lot en {sheet.month_text}"


@require_safe
@requires(Permission.DECLARE_FOR_OTHERS)
def enter(request: ActorRequest) -> HttpResponse:
    """« Saisir un relevé reçu »: choose the company, its lot and the month, then fill the grid."""
    months = recent_months(paris_day(timezone.now()))
    form = EnterForm(
        request.GET or None,
        companies=companies_at_work(request.actor),
        months=months,
        initial={"month": months[1].isoformat()},
    )
    if form.is_bound and form.is_valid():
        award, _, declarant = form.cleaned_data["award"].partition("-")
        return redirect("hours:declare-for", award, form.cleaned_data["month"], declarant)
    return render(
        request,
        "beneficiaries/hours/statement_enter.html",
        {"form": form},
        status=422 if form.errors else 200,
    )
