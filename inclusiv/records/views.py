"""Note an exchange; read the changes of a record; follow a job; open a link by e-mail."""

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inclusiv.core.access import ActorRequest, public, requires
from inclusiv.core.actors import Role
from inclusiv.core.changes import LENGTH, changes_of, trails
from inclusiv.core.errors import too_many_requests
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import link_purposes, load_subject, load_subjects
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import exchanges, jobs, links, mails, readings
from inclusiv.records.choices import ExchangeKind, Permission
from inclusiv.records.forms import ExchangeForm, sent
from inclusiv.records.models import Exchange, Job, SignedLink


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.NOTE_EXCHANGE)
def note_exchange(request: ActorRequest) -> HttpResponse:
    """Note an exchange about the record named by `?sujet=`, then go back to its page."""
    subject = load_subject(request.actor, request.GET.get("sujet", ""))
    if subject is None:
        raise Http404
    now = timezone.now()
    if subject.reading:
        readings.note(
            action="exchange.noting",
            subjects=[subject.subject],
            by=request.actor,
            at=now,
        )
    form = ExchangeForm(
        request.POST or None, initial={"happened_on": paris_day(now), "kind": ExchangeKind.CALL}
    )
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="signal"):
            return too_many_requests(request)
        given = form.cleaned_data
        noted = sent(
            form,
            exchanges.note,
            kind=given["kind"],
            happened_on=given["happened_on"],
            text=given["text"],
            next_on=given["next_on"],
            subjects=[subject.subject],
            by=request.actor,
            at=now,
        )
        if noted is not None:
            messages.success(request, "L’échange est noté.")
            return redirect(subject.url)
    status = 422 if form.errors else 200
    return render(
        request, "inclusiv/records/exchange_form.html", {"form": form, "subject": subject}, status=status
    )


@require_POST
@requires(Permission.NOTE_EXCHANGE)
def resume_exchange(request: ActorRequest, pk: int) -> HttpResponse:
    """« C’est fait »: the exchange was taken up again; go back to the page where the button was."""
    actor = request.actor
    exchange = get_object_or_404(Exchange.objects.visible_to(actor), pk=pk)
    # A facilitator's list keeps what nobody of the structure may open any more; the others come from its page.
    if actor.role is not Role.FACILITATOR and not load_subjects(actor, exchange.subjects):
        raise Http404
    try:
        exchanges.resume(exchange=exchange, by=actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "L’échange est repris.")
    return redirect(page_of(request))


@require_safe
@requires(Permission.SEE_CHANGES)
def changes(request: ActorRequest, kind: str, pk: int) -> HttpResponse:
    """« Le détail des modifications »: what changed under a subject, column by column."""
    trail = trails.get(kind)
    if trail is None:
        raise Http404
    if request.actor.role not in trail.roles:
        raise PermissionDenied
    subject = trail.load(request.actor, [pk]).get(pk)
    if subject is None:
        raise Http404
    context = {"subject": subject, "changes": changes_of(trail, pk), "length": LENGTH}
    return render(request, "inclusiv/records/changes.html", context)


@require_safe
@requires(Permission.SEE_JOBS)
def job(request: ActorRequest, pk: int) -> HttpResponse:
    """Show how far a job is; the page asks again by itself while it runs."""
    shown = get_object_or_404(Job.objects.visible_to(request.actor), pk=pk)
    template = "inclusiv/records/job_page.html"
    fragment = "#progress" if request.htmx and not request.htmx.boosted else ""
    return render(
        request, template + fragment, {"job": shown, "back": back(request), "result": result(request)}
    )


@require_POST
@requires(Permission.SEE_JOBS)
def retry_job(request: ActorRequest, pk: int) -> HttpResponse:
    """Start a failed job again."""
    failed = get_object_or_404(Job.objects.visible_to(request.actor), pk=pk)
    try:
        jobs.retry(job=failed, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(page_of(request))


def result(request: ActorRequest) -> str:
    """Return what the job makes, named by `?resultat=`, when it is one of our pages; else the page to go back to."""
    asked = request.GET.get("resultat", "")
    return asked if is_ours(request, asked) else back(request)


def back(request: ActorRequest) -> str:
    """Return the page to go back to, named by `?retour=`, when it is one of ours."""
    asked = request.GET.get("retour", "")
    return asked if is_ours(request, asked) else "/"


def page_of(request: ActorRequest) -> str:
    """Return the page whose form was sent, when it is one of ours: an address, never the name of a page."""
    sent = request.POST.get("page", "")
    return sent if sent.startswith("/") and is_ours(request, sent) else "home"


def is_ours(request: ActorRequest, address: str) -> bool:
    """Say whether an address stays on this site."""
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Open the one screen of a link by e-mail; say what became of it when it no longer opens anything."""
    link = get_object_or_404(SignedLink, token_hash=links.hashed(token))
    try:
        links.check(link, at=timezone.now())
        return link_purposes[link.purpose].screen(request, link)
    except Refused as refusal:
        return closed(request, token, refusal)


def closed(request: HttpRequest, token: str, refusal: Refused) -> HttpResponse:
    """Tell why a link opens nothing; one that expired may be asked again."""
    context = {"reason": refusal.message, "token": token if refusal.code == "link_expired" else ""}
    return render(request, "inclusiv/records/link_closed.html", context, status=410)


@public
@never_cache
@require_POST
def renew_link(request: HttpRequest, token: str) -> HttpResponse:
    """« Renvoyer le lien »: a new one goes to the address that received the first."""
    link = get_object_or_404(SignedLink, token_hash=links.hashed(token))
    now = timezone.now()
    try:
        with transaction.atomic():
            new, address = links.renew(link, at=now)
            message = link_purposes[link.purpose].message(new, address)
            if message is None:
                raise Refused("link_useless", "Il n’y a plus rien à faire : ce lien n’est plus utile.")
            mails.queue(to=new.recipient, message=message, subjects=[new], at=now)
    except Refused as refusal:
        return closed(request, token, refusal)
    return render(request, "inclusiv/records/link_renewed.html")
