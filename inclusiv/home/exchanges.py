"""« Échanges à reprendre »: those of one's structure whose next date has come (PRACTICE.md 1.6)."""

from django.db.models import Q
from django.urls import reverse

from inclusiv.accounts.models import Membership
from inclusiv.core import french
from inclusiv.core.actors import Role
from inclusiv.core.providers import Hit, Todo, TodoGroup, load_subjects
from inclusiv.core.queues import Queue
from inclusiv.records.choices import RESUMED
from inclusiv.records.models import Exchange

RANK = 7
"""After the six counters of every day: this one shows only when there is something."""

ROWS = 50
"""The oldest rows; the others come as these are dealt with."""


def to_resume(queue: Queue) -> TodoGroup | None:
    """Provide the exchanges to take up again, the oldest first, each with what it is about."""
    if queue.actor.role is not Role.FACILITATOR:
        return None
    waiting = Exchange.objects.visible_to(queue.actor).to_resume(on=queue.on).filter(noted_by(queue))
    rows = list(waiting.order_by("next_on", "pk")[:ROWS])
    if not rows:
        return None
    hits = load_subjects(queue.actor, {subject for row in rows for subject in row.subjects})
    todos = tuple(
        todo(row, next((hits[subject] for subject in row.subjects if subject in hits), None)) for row in rows
    )
    return TodoGroup(
        rank=RANK,
        label="échange à reprendre",
        total=waiting.count(),
        oldest=todos[0].since,
        hint=french.since((queue.on - todos[0].since).days),
        url=f"{reverse('home')}?qui={queue.whose}&quoi={RANK}",
        todos=todos,
    )


def noted_by(queue: Queue) -> Q:
    """Return the condition of an exchange that these people noted; nobody's are those of who left the structure."""
    if queue.owners is None:
        return Q()
    people = [owner for owner in queue.owners if owner is not None]
    theirs = Q(membership_id__in=Membership.objects.filter(user__in=people).values("pk"))
    if None not in queue.owners:
        return theirs
    here = Membership.objects.live(on=queue.on).filter(capacity__organisation=queue.actor.organisation_id)
    theirs_still = Membership.objects.filter(user__in=here.values("user")).values("pk")
    return theirs | ~Q(membership_id__in=theirs_still)


def todo(row: Exchange, about: Hit | None) -> Todo:
    """Return one exchange to take up again; what its author may no longer see has no name here."""
    return Todo(
        what="Reprendre l’échange",
        detail=f"{row.get_kind_display().lower()} du {french.date_short(row.happened_on)}, {row.author}",
        **named(about),
        since=row.next_on or row.happened_on,
        due=row.next_on,
        url=about.url if about else "",
        button=RESUMED,
        act=reverse("records:resume-exchange", args=[row.pk]),
    )


def named(about: Hit | None) -> dict[str, str]:
    """Return the columns that say what an exchange is about; of a person, the name only."""
    if about is None:
        return {}
    if about.subject.startswith("tender:"):
        return {"tender": about.label, "tender_detail": about.detail, "tender_url": about.url}
    if about.reading:
        return {"who": about.label, "who_url": about.url, "person": about.subject}
    return {"who": about.label, "phone": about.detail, "who_url": about.url}
