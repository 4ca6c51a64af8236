"""Requests for an access that wait, on « Équipe et accès »: the oldest first, page by page, and refused several at once."""

from functools import partial

from django.contrib import messages
from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from inclusiv.accounts.actions import joining
from inclusiv.accounts.choices import Permission
from inclusiv.accounts.models import JoinRequest
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.components.figures import two_lines
from inclusiv.core.fields import Fold
from inclusiv.core.french import date_long, plural
from inclusiv.core.listing import SIZES, Column, Listing
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused

FEW = 5
"""Requests that the page shows before everything else; more of them stand after the people, to be searched and sorted out."""


def listing(request: HttpRequest, *, few: bool) -> Listing[JoinRequest]:
    """Return the list of what waits; a few need neither search nor check boxes."""
    return Listing(
        template="inclusiv/accounts/team.html",
        noun="demande",
        columns=(
            Column(key="qui", label="Qui", cell=who if few else chosen),
            Column(key="organisation", label="Organisation", cell=into),
            Column(key="role", label="Rôle", cell=JoinRequest.get_role_display),
            Column(key="depuis", label="Depuis le", cell=since),
            Column(key="reponse", label="Réponse", cell=partial(answers, request)),
        ),
        order=("asked_at",),
        search=None if few else matching,
        search_hint="Nom, adresse, organisation…",
    )


def matching(rows: QuerySet[JoinRequest], text: str) -> QuerySet[JoinRequest]:
    """Return the requests whose author, address or organisation contains the text, accents aside."""
    folded = Fold(Value(text))
    return rows.alias(folded_who=Fold("name"), folded_told=Fold("told_name")).filter(
        Q(folded_who__contains=folded)
        | Q(folded_told__contains=folded)
        | Q(organisation__folded_name__contains=folded)
        | Q(email__icontains=text)
        | Q(told_siret__startswith=text)
    )


def who(one: JoinRequest) -> SafeString:
    """Show who asks."""
    return two_lines(main=one.name, small=one.email)


def chosen(one: JoinRequest) -> SafeString:
    """Show who asks, with a box to choose them by; it belongs to the form that stands under the list."""
    return format_html(
        '<div class="form-check"><input class="form-check-input" type="checkbox" name="demande" value="{pk}"'
        ' id="chosen-{pk}" form="refuse-chosen"><label for="chosen-{pk}"><span>{who}</span></label></div>',
        pk=one.pk,
        who=who(one),
    )


def into(one: JoinRequest) -> SafeString:
    """Name the organisation as the platform knows it, and say when the request names another one."""
    known = two_lines(main=one.into, small=one.told_siret, strong=False)
    if one.into.lower() == one.told_name.lower():
        return known
    doubt = "<small>La demande dit « {} » : appelez l’organisation avant d’inviter.</small>"
    return known + format_html(doubt, one.told_name)


def since(one: JoinRequest) -> str:
    """Say since when it waits."""
    return date_long(paris_day(one.asked_at))


def answers(request: HttpRequest, one: JoinRequest) -> SafeString:
    """Draw the two answers."""
    return render_to_string("inclusiv/accounts/join_answers.html", {"one": one}, request)


@require_POST
@requires(Permission.ANSWER_JOIN_REQUEST)
def refuse_chosen(request: ActorRequest) -> HttpResponse:
    """Set aside the requests whose box is checked, as many as a page shows; those answered in the meantime stay so."""
    keys = {int(key) for key in request.POST.getlist("demande") if key.isdecimal() and len(key) < 10}
    asked = JoinRequest.objects.visible_to(request.actor).filter(pk__in=keys).order_by("pk")[: SIZES[-1]]
    refused = 0
    for one in asked:
        try:
            joining.refuse(request=one, by=request.actor, at=timezone.now())
        except Refused as refusal:
            messages.error(request, f"{one.name} : {refusal.message}")
        else:
            refused += 1
    if refused:
        told = plural(refused, "demande d’accès est refusée", "demandes d’accès sont refusées")
        messages.success(request, f"{told}.")
    elif not asked:
        messages.error(request, "Cochez au moins une demande à refuser.")
    return redirect("accounts:team")
