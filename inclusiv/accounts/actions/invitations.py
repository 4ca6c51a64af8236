"""Invite somebody to act for an organisation, and open their access when they accept."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from inclusiv.accounts.actions import organisations
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.models import (
    Capacity,
    Invitation,
    Membership,
    MembershipQuerySet,
    Organisation,
    User,
)
from inclusiv.accounts.rules.entering import NETWORK, Door, Obstacle, obstacle
from inclusiv.accounts.selectors import followed_by, holds_files, inside, pending_invitation
from inclusiv.core.actors import ROLE_LABELS, Actor, Role
from inclusiv.core.french import date_long
from inclusiv.core.messages import Message
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, links, mails
from inclusiv.records.models import SignedLink, reference

PURPOSE = "invitation"
WITH_PARTIES = ("capacity__organisation", "invited_by__user", "invited_by__capacity__organisation")
"""Where an invitation leads, and who sent it."""


class Guest(NamedTuple):
    """Whom to invite: their address, whether they manage accesses, the elected member in whose place they come."""

    email: str
    is_manager: bool = False
    in_place_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a new account needs."""

    first_name: str
    last_name: str
    phone: str
    password: str


@transaction.atomic
def invite(
    *,
    organisation: Organisation | Told,
    role: Role,
    guest: Guest,
    by: Actor,
    at: datetime,
) -> Invitation:
    """Invite somebody to a role of an organisation, made known if it is not; a mail takes the link to them.

    Those who answer for it are told when the invitation comes from outside.

    Raises Refused: not_permitted, from_inside, of_others, management_from_inside, siret_false, name_missing,
    already_member, already_invited.
    """
    refuse_shut(door_to(organisation, role=role, guest=guest, by=by, at=at), organisation, by)
    known = (
        organisations.find_or_make(organisation, by=by, at=at)
        if isinstance(organisation, Told)
        else organisation
    )
    capacity = organisations.able_to_act(
        known, role=role, department=by.department, on=paris_day(at), by=by, at=at
    )
    email = User.objects.normalize_email(guest.email).lower()
    refuse_known(email, capacity, at=at)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email,
                capacity=capacity,
                is_manager=guest.is_manager,
                in_place_of=guest.in_place_of.strip(),
                invited_by_id=by.membership_id or 0,
                created_at=at,
            )
    except IntegrityError:
        waiting = Invitation.objects.pending().get(email=email, capacity=capacity)
        sent = date_long(paris_day(waiting.created_at))
        raise Refused(
            "already_invited",
            f"{email} est déjà invité·e depuis le {sent} : renvoyez plutôt son invitation.",
            field="email",
        ) from None
    send(invitation, at=at)
    tell("invited", invitation, by=by, at=at)
    if known.pk != by.organisation_id:
        warn(invitation, by=by, at=at)
    return invitation


def door_to(organisation: Organisation | Told, *, role: Role, guest: Guest, by: Actor, at: datetime) -> Door:
    """Return what an invitation would open."""
    known = organisations.known(organisation) if isinstance(organisation, Told) else organisation
    if known is None:
        return Door(role=role, gives_management=guest.is_manager)
    today = paris_day(at)
    held = list(known.capacities_on(today))
    here = frozenset(Role(one.role) for one in held if one.department == by.department)
    there, structures = inside(known, on=today), followed_by(known)
    return Door(
        role=role,
        gives_management=guest.is_manager,
        is_own=known.pk == by.organisation_id,
        held=here,
        is_elsewhere=bool(held) and not here,
        holds_files=holds_files(known),
        is_inhabited=there.exists(),
        is_managed=there.filter(is_manager=True).exists(),
        is_of_others=bool(structures) and by.organisation_id not in structures,
    )


def refuse_shut(door: Door, organisation: Organisation | Told, by: Actor) -> None:
    """Raise Refused when the actor may not open the door."""
    if by.membership_id is None:
        raise Refused("not_permitted", "Seule une personne qui a un accès peut inviter.")
    match obstacle(door, inviter=by.role, is_manager=by.is_manager):
        case Obstacle.ROLE:
            raise Refused(
                "not_permitted",
                f"Vous ne pouvez pas inviter à ce rôle ({ROLE_LABELS[door.role].lower()}) dans cette organisation.",
                field="role",
            )
        case Obstacle.FROM_INSIDE:
            raise Refused(
                "from_inside",
                f"{organisation} ouvre ses accès de l’intérieur : demandez à une personne qui les gère là-bas.",
                field="role",
            )
        case Obstacle.OF_OTHERS:
            raise Refused(
                "of_others",
                f"Les marchés de {organisation} sont suivis par une autre structure : demandez-lui d’inviter, ou à la"
                " personne de demander son accès elle-même.",
                field="role",
            )
        case Obstacle.MANAGEMENT:
            raise Refused(
                "management_from_inside",
                f"Quelqu’un agit déjà pour {organisation} : la gestion des accès s’y confie de l’intérieur. Invitez"
                " sans elle.",
                field="is_manager",
            )


def warn(invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Write to those who answer for an organisation that somebody from elsewhere invites to it."""
    there = inside(invitation.capacity.organisation, on=paris_day(at))
    managers = emails(there.filter(is_manager=True))
    for email in sorted(managers or witnesses(invitation, by=by, at=at)):
        mails.queue(
            to=email, message=warning(invitation, by, closes=bool(managers)), subjects=[invitation], at=at
        )


def witnesses(invitation: Invitation, *, by: Actor, at: datetime) -> set[str]:
    """Return who else would notice: who acts there, its contacts, who manages the other structures that follow it."""
    organisation, today = invitation.capacity.organisation, paris_day(at)
    structures = followed_by(organisation) - {by.organisation_id}
    beside = Membership.objects.live(on=today).filter(capacity__organisation__in=structures, is_manager=True)
    contacts = set(organisation.contacts.reachable().values_list("email", flat=True))
    return (emails(inside(organisation, on=today)) | emails(beside) | contacts) - {invitation.email}


def emails(members: MembershipQuerySet) -> set[str]:
    """Return the addresses of some accesses."""
    return set(members.values_list("user__email", flat=True))


def support() -> str:
    """Return how to reach support, in brackets after its name; "" when nothing says it."""
    return f" ({settings.SUPPORT})" if settings.SUPPORT else ""


def warning(invitation: Invitation, by: Actor, *, closes: bool) -> Message:
    """Return the mail to somebody who answers for an organisation: who `closes` its accesses, or has them closed."""
    organisation = invitation.capacity.organisation
    remedy = (
        "Retirez l’invitation, ou fermez l’accès s’il est déjà ouvert."
        if closes
        else f"Prévenez tout de suite l’assistance d’Inclusiv{support()}, qui le fermera."
    )
    return Message(
        subject=f"Un accès s’ouvre pour {organisation}",
        paragraphs=(
            "Bonjour,",
            (
                f"{by.name} ({by.organisation}) invite {invitation.email} à agir pour {organisation} :"
                f" {invitation.capacity.get_role_display().lower()}."
            ),
            f"Vous ne connaissez pas cette adresse ? {remedy}",
        ),
        action="Voir les accès" if closes else "",
        url=settings.PUBLIC_URL + reverse("accounts:team") if closes else "",
    )


def refuse_known(email: str, capacity: Capacity, *, at: datetime) -> None:
    """Raise Refused when the address already acts in this capacity."""
    live = Membership.objects.live(on=paris_day(at)).filter(capacity=capacity, user__email=email)
    if membership := live.select_related("user").first():
        raise Refused(
            "already_member",
            f"{membership.user} ({email}) a déjà cet accès, depuis le {date_long(membership.starts_on)}.",
            field="email",
        )


def send(invitation: Invitation, *, at: datetime) -> None:
    """Write the mail with a new link; the links sent before no longer open anything."""
    links.revoke(purpose=PURPOSE, subject=reference(invitation), at=at)
    _, address = links.issue(
        purpose=PURPOSE,
        subject=reference(invitation),
        recipient=invitation.email,
        organisation_id=invitation.capacity.organisation_id,
        at=at,
    )
    # Not about the organisation: what comes back from there goes on to its next contact, and this link is personal.
    mails.queue(to=invitation.email, message=message(invitation, address), subjects=[invitation], at=at)


def message(invitation: Invitation, address: str) -> Message:
    """Return the mail of an invitation."""
    organisation = invitation.capacity.organisation
    inviter = invitation.invited_by
    role = ROLE_LABELS[Role(invitation.capacity.role)].lower()
    return Message(
        subject=f"Votre accès à Inclusiv pour {organisation}",
        paragraphs=(
            "Bonjour,",
            (
                f"{inviter.user} ({inviter.capacity.organisation}) vous ouvre un accès à Inclusiv, où se suivent les"
                f" clauses sociales des marchés publics, pour {organisation} ({role})."
            ),
            "Le lien ci-dessous vous est réservé et sert une fois, dans les 45 jours.",
        ),
        action="Ouvrir mon accès",
        url=address,
    )


def renewed(link: SignedLink, address: str) -> Message | None:
    """Return the mail of a link asked again; None when the invitation is answered, was taken back or stands no more."""
    invitation = pending_invitation(link.subject, on=paris_day(link.created_at))
    return message(invitation, address) if invitation else None


@transaction.atomic
def send_again(*, invitation: Invitation, by: Actor, at: datetime) -> None:
    """« Renvoyer l’invitation »: a new link, whatever became of the first; it is now the invitation of who sends it.

    So that an organisation keeps its invitations when somebody leaves.
    """
    current = lock_pending(invitation, by)
    refuse_shut(door_of(current, by=by, at=at), current.capacity.organisation, by)
    current.invited_by = Membership.objects.with_actor().get(pk=by.membership_id or 0)
    current.save(update_fields=["invited_by"])
    send(current, at=at)
    tell("invited_again", invitation, by=by, at=at)


def door_of(invitation: Invitation, *, by: Actor, at: datetime) -> Door:
    """Return what sending an invitation again would open."""
    capacity = invitation.capacity
    guest = Guest(invitation.email, is_manager=invitation.is_manager)
    return door_to(capacity.organisation, role=Role(capacity.role), guest=guest, by=by, at=at)


@transaction.atomic
def revoke(*, invitation: Invitation, by: Actor, at: datetime) -> None:
    """Take an invitation back: its link opens nothing any more."""
    lock_pending(invitation, by)
    links.revoke(purpose=PURPOSE, subject=reference(invitation), at=at)
    Invitation.objects.filter(pk=invitation.pk).update(revoked_at=at)
    tell("invitation_revoked", invitation, by=by, at=at)


def lock_pending(invitation: Invitation, by: Actor) -> Invitation:
    """Return the invitation, locked, with what its mail says. Raises Refused when it is answered or out of sight."""
    rows = Invitation.objects.visible_to(by).pending().select_for_update(of=("self",))
    found = rows.select_related(*WITH_PARTIES).filter(pk=invitation.pk).first()
    if found is None:
        raise Refused("invitation_closed", "Cette invitation n’attend plus de réponse.")
    if not by.is_manager and by.role not in NETWORK:
        raise Refused("not_permitted", "Vous ne gérez pas cette invitation.")
    return found


@transaction.atomic
def accept(*, link: SignedLink, invitation: Invitation, user: User | Profile, at: datetime) -> Membership:
    """Open the access: for the account of the invited address, made now when there is none.

    Raises Refused when the link or the invitation is closed, its sender has left, the account is not the invited one
    or has this access already, or the organisation has come to open its doors from inside; when the sender may no
    longer give the management of accesses, it alone is left out.
    """
    # The first one to come in is counted before the next; then the invitation, then its link, as who takes it back does.
    Organisation.objects.select_for_update(no_key=True).get(pk=invitation.capacity.organisation_id)
    rows = Invitation.objects.pending().standing(on=paris_day(at)).select_for_update(of=("self",))
    current = rows.select_related(*WITH_PARTIES).filter(pk=invitation.pk).first()
    links.use(link, at=at)
    if current is None:
        raise Refused("invitation_closed", "Cette invitation ne vaut plus : demandez-en une autre.")
    shut = shut_since(current, at=at)
    if shut in {Obstacle.FROM_INSIDE, Obstacle.OF_OTHERS}:
        raise Refused(
            "from_inside",
            f"{current.capacity.organisation} ouvre désormais ses accès autrement : demandez à une personne qui les"
            " gère là-bas.",
        )
    account = user if isinstance(user, User) else open_account(current.email, user)
    if account.email != current.email:
        raise Refused(
            "another_account",
            f"Cette invitation est adressée à {current.email} : connectez-vous avec ce compte.",
        )
    refuse_known(current.email, current.capacity, at=at)
    membership = Membership.objects.create(
        user=account,
        capacity_id=current.capacity_id,
        is_manager=current.is_manager and shut is None,
        in_place_of=current.in_place_of,
        starts_on=paris_day(at),
    )
    Invitation.objects.filter(pk=current.pk).update(accepted_at=at, membership=membership)
    loaded = Membership.objects.with_actor().get(pk=membership.pk)
    audit.record(
        code="access.opened",
        subjects=[loaded.capacity.organisation, current],
        by=loaded.actor(),
        at=at,
        who=str(account),
        role=loaded.capacity.get_role_display().lower(),
    )
    return loaded


def shut_since(invitation: Invitation, *, at: datetime) -> Obstacle | None:
    """Return what would now prevent its sender from inviting: whoever waits gets no more than who comes late."""
    by, organisation = invitation.invited_by.actor(), invitation.capacity.organisation
    guest = Guest(invitation.email, is_manager=invitation.is_manager)
    door = door_to(organisation, role=Role(invitation.capacity.role), guest=guest, by=by, at=at)
    return obstacle(door, inviter=by.role, is_manager=by.is_manager)


def open_account(email: str, profile: Profile) -> User:
    """Make the account of an invited address. Raises Refused when it exists: its owner signs in instead.

    Of two invitations of one newcomer that are accepted at once, the second one waits, then finds the account.
    """
    try:
        with transaction.atomic():
            return User.objects.create_user(
                email,
                profile.password,
                first_name=profile.first_name.strip(),
                last_name=profile.last_name.strip(),
                phone=profile.phone,
            )
    except IntegrityError:
        raise Refused(
            "account_exists", f"Un compte existe déjà pour {email} : connectez-vous pour accepter."
        ) from None


def tell(what: str, invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Write the event on the timeline of the organisation."""
    audit.record(
        code=f"access.{what}",
        subjects=[invitation.capacity.organisation, invitation],
        by=by,
        at=at,
        role=invitation.capacity.get_role_display().lower(),
    )
