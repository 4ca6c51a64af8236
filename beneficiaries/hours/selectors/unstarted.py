"""Companies that owe hours and gave no sign since the notification (DOMAIN.md 6.1): nobody found, nobody asked for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from beneficiaries.placements.selectors.staffing import staffed
from clauses.obligations.choices import ObligationStatus
from clauses.obligations.models import Obligation
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.queues import Queue
from inclusiv.parameters.selectors import in_force
from inclusiv.records.models import Exchange, reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstarted:
    """The lots of a tender whose lead had to call before `contact_on`, and did not."""

    company: Organisation
    awards: Sequence[Award]
    contact_on: date


def unstarted(queue: Queue) -> list[Unstarted]:
    """Return the companies to call about a tender that owes hours, the earliest notified first.

    A sign is somebody at work, planned or asked for on a lot of the tender that the company leads, or an exchange noted
    with it or about the tender since the notification.
    """
    days = timedelta(days=in_force(on=queue.on, codes=("CONTACT_DAYS",)).integer("CONTACT_DAYS"))
    owing = Obligation.objects.in_hours().filter(
        lot=OuterRef("lot"), status=ObligationStatus.BINDING, quantity__gt=0
    )
    awards = (
        Award.objects.visible_to(queue.actor)
        .running()
        .filter(
            queue.holds("lot__tender__facilitator"),
            Exists(owing),
            lot__tender__notified_on__lt=queue.on - days,
            lot__tender__ends_on__gte=queue.on,
        )
    )
    started = staffed(awards)
    lots: dict[tuple[int, int], list[Award]] = defaultdict(list)
    for award in awards.with_story().order_by("lot__tender__notified_on", "pk"):
        lots[award.lot.tender_id, award.lead.pk].append(award)
    silent = [held for held in lots.values() if not any(award.pk in started for award in held)]
    heard = last_exchanges(queue, silent)
    return [
        Unstarted(company=first.lead, awards=held, contact_on=notified_on + days)
        for held in silent
        for first in held[:1]
        if (notified_on := first.lot.tender.notified_on)
        and not any(heard.get(about, date.min) >= notified_on for about in subjects(first))
    ]


def subjects(award: Award) -> list[str]:
    """Return what an exchange with the company of an award may be about."""
    return [reference(award.lot.tender), reference(award.lead)]


def last_exchanges(queue: Queue, silent: Iterable[Sequence[Award]]) -> dict[str, date]:
    """Return the day of the last exchange noted about each tender and each company, in one query."""
    asked = {about for held in silent for about in subjects(held[0])}
    noted = Exchange.objects.visible_to(queue.actor).filter(
        subjects__overlap=sorted(asked), happened_on__lte=queue.on
    )
    rows = noted.order_by("happened_on").values_list("subjects", "happened_on")
    return {about: day for named, day in rows for about in named}
