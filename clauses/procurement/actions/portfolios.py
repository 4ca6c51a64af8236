"""Hand tenders over from one facilitator to another, many at once (PRACTICE.md 1.13)."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from clauses.procurement.actions import rows
from clauses.procurement.choices import Permission
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Membership, MembershipQuerySet, User
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit
from inclusiv.records.models import AuditEvent


@transaction.atomic
def hand_over(*, tenders: Collection[int], to: User, by: Actor, at: datetime) -> int:
    """Give the follow-up of tenders, by key, to a colleague of the structure; return how many changed hands.

    All or none. Raises Refused: not_permitted, not_a_colleague, nothing_chosen, not_visible.
    """
    rows.require(by, Permission.HAND_OVER)
    if not colleagues(by, on=paris_day(at)).filter(user=to).exists():
        raise Refused("not_a_colleague", f"{to} ne suit pas de marché dans votre structure.", field="to")
    if not tenders:
        raise Refused("nothing_chosen", "Cochez au moins un marché à confier.", field="tenders")
    seen = Tender.objects.visible_to(by).select_for_update(of=("self",)).filter(pk__in=tenders).order_by("pk")
    found = list(seen)
    if len(found) < len(set(tenders)):
        raise Refused(
            "not_visible", "L’un de ces marchés n’est pas suivi par votre structure.", field="tenders"
        )
    moved = [tender for tender in found if tender.facilitator_id != to.pk]
    Tender.objects.filter(pk__in=[tender.pk for tender in moved]).update(facilitator=to, updated_at=at)
    AuditEvent.objects.bulk_create(
        audit.draft(code="tender.handed_over", subjects=[tender], by=by, at=at, who=str(to))
        for tender in moved
    )
    return len(moved)


def colleagues(by: Actor, *, on: date) -> MembershipQuerySet:
    """Return who may follow tenders on a day: the facilitators of the actor's own structure."""
    return Membership.objects.visible_to(by).live(on=on).filter(capacity__role=Role.FACILITATOR)
