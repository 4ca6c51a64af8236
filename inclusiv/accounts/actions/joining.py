"""Ask for an access without an invitation, and answer by an invitation or a refusal."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from inclusiv.accounts.actions import invitations
from inclusiv.accounts.actions.invitations import Guest
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.models import Invitation, JoinRequest, Organisation
from inclusiv.accounts.rules.entering import Door
from inclusiv.core.actors import Actor, Role
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit

WAITED = timedelta(days=60)
"""How long a request waits for an answer."""


@transaction.atomic
def ask(*, email: str, name: str, told: Told, role: Role, at: datetime) -> None:
    """Note a request; the same one asked again adds nothing, and whoever asks learns nothing of what is known here."""
    try:
        with transaction.atomic():
            JoinRequest.objects.create(
                email=email.lower(),
                name=name.strip(),
                organisation=Organisation.objects.filter(siret=told.siret).first(),
                told_siret=told.siret,
                told_name=told.name.strip(),
                role=role,
                asked_at=at,
            )
    except IntegrityError:
        return


@transaction.atomic
def accept(*, request: JoinRequest, by: Actor, at: datetime) -> Invitation:
    """Answer by an invitation: the address proves itself by the link. Raises Refused as `invitations.invite` does."""
    current = lock(request, by)
    invitation = invitations.invite(
        organisation=where(current),
        role=Role(current.role),
        guest=Guest(current.email),
        by=by,
        at=at,
    )
    close(current, is_accepted=True, by=by, at=at)
    return invitation


def where(request: JoinRequest) -> Organisation | Told:
    """Return the organisation that somebody asks to act for."""
    return request.organisation or Told(siret=request.told_siret, name=request.told_name)


def door_of(request: JoinRequest, *, by: Actor, at: datetime) -> Door:
    """Return what accepting would open."""
    return invitations.door_to(
        where(request), role=Role(request.role), guest=Guest(request.email), by=by, at=at
    )


@transaction.atomic
def refuse(*, request: JoinRequest, by: Actor, at: datetime) -> None:
    """Set a request aside. Raises Refused to who may not accept it, as `invitations.invite` does."""
    current = lock(request, by)
    invitations.refuse_shut(door_of(current, by=by, at=at), where(current), by)
    close(current, is_accepted=False, by=by, at=at)
    if current.organisation:
        audit.record(
            code="access.join_refused",
            subjects=[current.organisation],
            by=by,
            at=at,
            role=current.get_role_display().lower(),
        )


def lock(request: JoinRequest, by: Actor) -> JoinRequest:
    """Return a request that waits, locked. Raises Refused when it is answered or out of sight."""
    current = (
        JoinRequest.objects.visible_to(by)
        .waiting()
        .select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk=request.pk)
        .first()
    )
    if current is None:
        raise Refused("already_answered", "Cette demande a déjà reçu une réponse.")
    return current


def close(request: JoinRequest, *, is_accepted: bool, by: Actor, at: datetime) -> None:
    """Write the answer."""
    request.answered_at = at
    request.answered_by = by.signature
    request.is_accepted = is_accepted
    request.save(update_fields=["answered_at", "answered_by", "is_accepted"])


def sweep(*, at: datetime) -> int:
    """Delete the requests that nobody answered in WAITED, with the names of who sent them; return how many."""
    return JoinRequest.objects.waiting().filter(asked_at__lt=at - WAITED).delete()[0]
