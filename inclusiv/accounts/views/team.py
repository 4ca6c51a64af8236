"""« Équipe et accès »: who acts for the organisation, who is invited, who asks, who is replaced."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import Count, Min
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inclusiv.accounts.actions import invitations, joining, memberships
from inclusiv.accounts.choices import Permission
from inclusiv.accounts.forms import CoverForm, InviteForm
from inclusiv.accounts.models import Contact, Cover, Invitation, JoinRequest, Membership, Organisation, User
from inclusiv.accounts.rules.entering import NETWORK, Door, asks_who_acts, invitable
from inclusiv.accounts.selectors import inside
from inclusiv.accounts.signing.recent import ask_who_acts, recently_signed_in
from inclusiv.accounts.views import join_requests
from inclusiv.core.access import ActorRequest, requires
from inclusiv.core.actors import Role
from inclusiv.core.errors import too_many_requests
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.forms import sent


@require_safe
@requires(Permission.SEE_TEAM)
def team(request: ActorRequest) -> HttpResponseBase:
    """Show who acts for the organisation; who manages accesses also sees what waits, never in the way of the rest."""
    actor, today = request.actor, paris_day(timezone.now())
    opens = actor.is_manager or actor.role in NETWORK
    people = Membership.objects.visible_to(actor).live(on=today).with_actor()
    waiting = JoinRequest.objects.visible_to(actor).waiting()
    told = waiting.aggregate(count=Count("pk"), oldest=Min("asked_at"))
    few = told["count"] <= join_requests.FEW
    invited = Invitation.objects.visible_to(actor).pending().select_related("capacity__organisation")
    covers = Cover.objects.visible_to(actor).current(on=today).select_related("absent", "substitute")
    context = {
        "people": people.order_by("user__last_name", "user__first_name", "pk"),
        "opens": opens,
        "waiting": told["count"],
        "oldest": told["oldest"],
        "few": few,
        "sent": invited.order_by("created_at", "pk") if opens else (),
        "standing": invited.standing(on=today),
        "covers": covers.order_by("starts_on", "pk"),
        "keeps_contacts": actor.may(Permission.KEEP_CONTACTS),
        "contacts": Contact.objects.visible_to(actor).filter(organisation=actor.organisation_id).present(),
        "may_cover": actor.may(Permission.ARRANGE_COVER),
        "actor": actor,
    }
    listing = join_requests.listing(request, few=few)
    return listing.answer(request, waiting.select_related("organisation"), context=context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.INVITE)
def invite(request: ActorRequest, pk: int | None = None) -> HttpResponse:
    """« Inviter »: in one's own organisation, or for the network in that of a partner, by its id."""
    actor = request.actor
    chosen = None if pk is None else get_object_or_404(Organisation.objects.visible_to(actor), pk=pk)
    roles = invitable(inviter=actor.role, is_manager=actor.is_manager, own_roles=own_roles(request))
    if not roles:
        messages.error(request, "Seule une personne qui gère les accès de votre organisation peut inviter.")
        return redirect("accounts:team")
    form = InviteForm(request.POST or None, roles=roles, organisation=chosen)
    first_in = chosen is None or not inside(chosen, on=paris_day(timezone.now())).exists()
    form.fields["is_manager"].initial = actor.role in NETWORK and first_in
    if request.method == "POST" and form.is_valid():
        now, role, guest = timezone.now(), Role(form.cleaned_data["role"]), form.guest()
        own = Organisation.objects.visible_to(actor).get(pk=actor.organisation_id)
        where = chosen or form.told() or own
        prove_for(request, invitations.door_to(where, role=role, guest=guest, by=actor, at=now))
        if not ratelimit.consume(request, action="invite"):
            return too_many_requests(request)
        invitation = sent(
            form, invitations.invite, organisation=where, role=role, guest=guest, by=actor, at=now
        )
        if invitation is not None:
            messages.success(request, leaves(invitation))
            return redirect("accounts:team")
    context = {"form": form, "organisation": chosen}
    return render(request, "inclusiv/accounts/invite.html", context, status=422 if form.errors else 200)


def prove_for(request: ActorRequest, door: Door) -> None:
    """Have the actor prove again who they are, when the door that they open asks for it."""
    actor = request.actor
    if asks_who_acts(door, inviter=actor.role, is_manager=actor.is_manager):
        ask_who_acts(request)


def leaves(invitation: Invitation) -> str:
    """Say to whom an invitation leaves, and where it lets them in: a SIRET may not be that of the name that was given."""
    return f"L’invitation part à {invitation.email}, pour {invitation.capacity.organisation}."


def own_roles(request: ActorRequest) -> frozenset[Role]:
    """Return what one's own organisation does today."""
    today = paris_day(timezone.now())
    organisation = Organisation.objects.visible_to(request.actor).get(pk=request.actor.organisation_id)
    return frozenset(Role(one.role) for one in organisation.capacities_on(today))


@require_POST
@requires(Permission.INVITE)
def send_again(request: ActorRequest, pk: int) -> HttpResponse:
    """« Renvoyer » an invitation."""
    now, invitation = timezone.now(), get_object_or_404(Invitation.objects.visible_to(request.actor), pk=pk)
    prove_for(request, invitations.door_of(invitation, by=request.actor, at=now))
    if not ratelimit.consume(request, action="invite"):
        return too_many_requests(request)
    try:
        invitations.send_again(invitation=invitation, by=request.actor, at=now)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Un nouveau lien part à {invitation.email}.")
    return redirect("accounts:team")


@require_POST
@requires(Permission.INVITE)
def revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """« Retirer » an invitation."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.actor), pk=pk)
    try:
        invitations.revoke(invitation=invitation, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, f"L’invitation de {invitation.email} est retirée : son lien n’ouvre plus rien."
        )
    return redirect("accounts:team")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_TEAM)
def close(request: ActorRequest, pk: int) -> HttpResponse:
    """« Fermer l’accès »: asked first, done at once; a colleague's, by somebody who has proved again who they are."""
    rows = Membership.objects.visible_to(request.actor).with_actor()
    membership = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return render(request, "inclusiv/accounts/access_close.html", {"membership": membership})
    if membership.pk != request.actor.membership_id:
        ask_who_acts(request)
    try:
        memberships.close(membership=membership, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"L’accès de {membership.user} est fermé.")
        if membership.user_id == request.actor.user_id:
            logout(request)
            return redirect("account_login")
    return redirect("accounts:team")


@require_POST
@requires(Permission.SEE_TEAM)
@recently_signed_in
def manager(request: ActorRequest, pk: int) -> HttpResponse:
    """Give or take back the management of accesses (`gere` = 1 or 0)."""
    membership = get_object_or_404(Membership.objects.visible_to(request.actor), pk=pk)
    try:
        memberships.set_manager(
            membership=membership,
            is_manager=request.POST.get("gere") == "1",
            by=request.actor,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("accounts:team")


@require_POST
@requires(Permission.ANSWER_JOIN_REQUEST)
def accept_request(request: ActorRequest, pk: int) -> HttpResponse:
    """Answer a request by an invitation."""
    now, asked = timezone.now(), get_object_or_404(JoinRequest.objects.visible_to(request.actor), pk=pk)
    prove_for(request, joining.door_of(asked, by=request.actor, at=now))
    if not ratelimit.consume(request, action="invite"):
        return too_many_requests(request)
    try:
        invitation = joining.accept(request=asked, by=request.actor, at=now)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, leaves(invitation))
    return redirect("accounts:team")


@require_POST
@requires(Permission.ANSWER_JOIN_REQUEST)
def refuse_request(request: ActorRequest, pk: int) -> HttpResponse:
    """Set a request aside."""
    asked = get_object_or_404(JoinRequest.objects.visible_to(request.actor), pk=pk)
    try:
        joining.refuse(request=asked, by=request.actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"La demande de {asked.name} est refusée.")
    return redirect("accounts:team")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ARRANGE_COVER)
def cover(request: ActorRequest) -> HttpResponse:
    """« Prévoir un remplacement »."""
    now = timezone.now()
    live = Membership.objects.visible_to(request.actor).live(on=paris_day(now))
    colleagues = User.objects.visible_to(request.actor).filter(memberships__in=live).distinct()
    form = CoverForm(request.POST or None, colleagues=colleagues.order_by("last_name", "first_name", "pk"))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        noted = sent(
            form,
            memberships.cover,
            absent=given["absent"],
            substitute=given["substitute"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            by=request.actor,
            at=now,
        )
        if noted is not None:
            messages.success(request, "Le remplacement est noté.")
            return redirect("accounts:team")
    return render(request, "inclusiv/accounts/cover.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@requires(Permission.ARRANGE_COVER)
def remove_cover(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a replacement back."""
    rows = Cover.objects.visible_to(request.actor).select_related("absent", "organisation")
    memberships.remove_cover(arranged=get_object_or_404(rows, pk=pk), by=request.actor, at=timezone.now())
    messages.success(request, "Le remplacement est retiré.")
    return redirect("accounts:team")
