"""Close an access at once, say who manages accesses, arrange a replacement."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from inclusiv.accounts.actions import contacts
from inclusiv.accounts.models import Cover, Membership, User
from inclusiv.accounts.signing import sessions
from inclusiv.core.actors import Actor
from inclusiv.core.french import date_short
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit


@transaction.atomic
def close(*, membership: Membership, by: Actor, at: datetime) -> Membership:
    """Close an access at once: one's own, or one of the organisation's by a manager. History keeps the name.

    The person's sessions end with it: who has another access signs in again, and sees for whom they act. Without
    another one here, they leave the contacts of the organisation, and the links that they received end too.

    Raises Refused: not_permitted, already_closed, last_manager.
    """
    current, mine = lock(membership, by=by, at=at)
    if current != mine:
        require_manager(mine)
    if current.is_manager:
        refuse_last_manager(current, at=at)
    shut(current, by=by, at=at)
    return current


def shut(current: Membership, *, by: Actor, at: datetime) -> None:
    """Close an access that its caller locked: the sessions end with it, and what the person received here."""
    current.revoked_at = at
    current.ends_on = max(current.starts_on, paris_day(at))
    current.save(update_fields=["revoked_at", "ends_on"])
    sessions.end_sessions(current.user)
    organisation = current.capacity.organisation
    beside = Membership.objects.live(on=paris_day(at)).filter(
        user=current.user, capacity__organisation=organisation
    )
    if not beside.exists():
        contacts.leave(organisation=organisation, email=current.user.email, by=by, at=at)
    tell("closed", current, by=by, at=at, role=current.capacity.get_role_display().lower())


@transaction.atomic
def set_manager(*, membership: Membership, is_manager: bool, by: Actor, at: datetime) -> Membership:
    """Say that somebody manages the accesses of the organisation, or no longer does; one manager always stays."""
    current, mine = lock(membership, by=by, at=at)
    require_manager(mine)
    if current.is_manager == is_manager:
        return current
    if not is_manager:
        refuse_last_manager(current, at=at)
    current.is_manager = is_manager
    current.save(update_fields=["is_manager"])
    if is_manager:
        tell("manager", current, by=by, at=at)
    else:
        tell("not_manager", current, by=by, at=at)
    return current


@transaction.atomic
def cover(
    *, absent: User, substitute: User, starts_on: date, ends_on: date, by: Actor, at: datetime
) -> Cover:
    """Note that a colleague answers for somebody away, both days inclusive; both work for the actor's organisation."""
    for person, field in ((absent, "absent"), (substitute, "substitute")):
        colleagues = Membership.objects.visible_to(by).live(on=paris_day(at))
        if not colleagues.filter(user=person).exists():
            raise Refused(
                "not_a_colleague", f"{person} ne travaille pas dans votre organisation.", field=field
            )
    if ends_on < starts_on:
        raise Refused("ends_before_start", "La fin ne peut pas précéder le début.", field="ends_on")
    if ends_on < paris_day(at):
        raise Refused("over", f"Le {date_short(ends_on)} est passé.", field="ends_on")
    made = Cover(
        absent=absent,
        substitute=substitute,
        organisation_id=by.organisation_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    try:
        made.full_clean()
        with transaction.atomic():
            made.save(force_insert=True)
    except ValidationError as error:
        raise Refused("cover_refused", error.messages[0]) from error
    except IntegrityError as error:
        raise Refused("cover_refused", "Cette personne vient d’être remplacée à ces dates.") from error
    audit.record(
        code="access.covered",
        subjects=[made.organisation],
        by=by,
        at=at,
        who=str(absent),
        substitute=str(substitute),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return made


@transaction.atomic
def remove_cover(*, arranged: Cover, by: Actor, at: datetime) -> None:
    """Take a replacement back, once: pressed twice, nothing more happens."""
    removed, _ = Cover.objects.filter(pk=arranged.pk).delete()
    if removed:
        subjects = [arranged.organisation]
        audit.record(code="access.cover_removed", subjects=subjects, by=by, at=at, who=str(arranged.absent))


def lock(membership: Membership, *, by: Actor, at: datetime) -> tuple[Membership, Membership]:
    """Return a live access of the actor's organisation, and the actor's own, locked with those beside them.

    They are counted together, as they are now: somebody may have closed the actor's own at the same instant.
    """
    rows = Membership.objects.visible_to(by).live(on=paris_day(at)).with_actor().order_by("pk")
    beside = {row.pk: row for row in rows.select_for_update(of=("self",))}
    if membership.pk not in beside:
        raise Refused("already_closed", "Cet accès est déjà fermé.")
    if by.membership_id not in beside:
        raise Refused("not_permitted", "Votre accès vient d’être fermé.")
    return beside[membership.pk], beside[by.membership_id]


def require_manager(mine: Membership) -> None:
    """Raise Refused unless the actor's access gives the management of those of the organisation."""
    if not mine.is_manager:
        raise Refused(
            "not_permitted", "Seule une personne qui gère les accès de votre organisation peut le faire."
        )


def refuse_last_manager(membership: Membership, *, at: datetime) -> None:
    """Raise Refused when nobody else could open a door any more while colleagues remain."""
    others = (
        Membership.objects.live(on=paris_day(at))
        .filter(capacity__organisation=membership.capacity.organisation_id)
        .exclude(pk=membership.pk)
    )
    if others.exists() and not others.filter(is_manager=True).exists():
        raise Refused(
            "last_manager",
            f"{membership.user} est seul·e à gérer les accès : confiez-les d’abord à une autre personne.",
        )


def tell(what: str, membership: Membership, *, by: Actor, at: datetime, **data: object) -> None:
    """Write the event on the timeline of the organisation."""
    organisation = membership.capacity.organisation
    audit.record(
        code=f"access.{what}", subjects=[organisation], by=by, at=at, who=str(membership.user), **data
    )
