"""Whom to call in an organisation: kept by itself, by its facilitator, or by the link of a mail."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from inclusiv.accounts.actions import contacts
from inclusiv.accounts.choices import Permission
from inclusiv.accounts.forms import ContactSet, contact_set
from inclusiv.accounts.models import Organisation
from inclusiv.accounts.selectors import actor_of_link, organisation_of
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.errors import too_many_requests
from inclusiv.core.forms import SubmissionForm, attach_rows
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent
from inclusiv.records.models import SignedLink


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEEP_CONTACTS)
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    """« Contacts » of one's own organisation, or of a partner."""
    shown = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=pk)
    form, rows = bound(request, shown)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        now, cards = timezone.now(), rows.cards()
        kept = sent(
            form,
            contacts.keep,
            organisation=shown,
            cards=cards,
            read=rows.read(),
            by=request.actor,
            at=now,
        )
        if kept is not None:
            messages.success(request, "Les contacts sont à jour.")
            return redirect(back(request, shown))
    context = {"organisation": shown, "form": form, "rows": rows, "back": back(request, shown)}
    status = 422 if form.errors or rows.total_error_count() else 200
    return render(request, "inclusiv/accounts/contacts.html", context, status=status)


def back(request: ActorRequest, organisation: Organisation) -> str:
    """Return where the contacts are read: the organisation's page, or one's own team."""
    if request.actor.may(Permission.SEE_ORGANISATIONS):
        return reverse("accounts:organisation", args=[organisation.pk])
    return reverse("accounts:team")


def bound(request: HttpRequest, organisation: Organisation) -> tuple[SubmissionForm, ContactSet]:
    """Return the form's one-time number and its rows, as typed or as they stand."""
    present = organisation.contacts.present() if request.method != "POST" else ()
    form, rows = SubmissionForm(request.POST or None), contact_set(request.POST or None, present)
    attach_rows(form, rows)
    return form, rows


@require_POST
@requires(Permission.SEE_ORGANISATIONS)
def ask(request: ActorRequest, pk: int) -> HttpResponse:
    """« Demander les contacts »: a link goes to the first address that works."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=pk)
    why = f"{request.actor.name} ({request.actor.organisation}) vérifie avec vous qui joindre."
    if not ratelimit.consume(request, action="letter"):
        return too_many_requests(request)
    try:
        is_sent = contacts.ask(organisation=organisation, why=why, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        if is_sent:
            messages.success(request, "La demande est partie.")
        else:
            messages.error(
                request, "Aucune adresse e-mail ne fonctionne pour cette organisation : appelez-la."
            )
    return redirect("accounts:organisation", organisation.pk)


def by_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The screen of the link that asks for the contacts."""
    organisation, now = organisation_of(link), timezone.now()
    by = actor_of_link(link, name=str(link.data["name"]), on=paris_day(now))
    form, rows = bound(request, organisation)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        kept = sent(
            form,
            contacts.keep,
            organisation=organisation,
            cards=rows.cards(),
            read=rows.read(),
            link=link,
            by=by,
            at=now,
        )
        if kept is not None:
            return render(request, "inclusiv/accounts/contacts_thanks.html", {"organisation": organisation})
    context = {"organisation": organisation, "form": form, "rows": rows}
    status = 422 if form.errors or rows.total_error_count() else 200
    return render(request, "inclusiv/accounts/contacts_by_link.html", context, status=status)
