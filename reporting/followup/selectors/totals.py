"""The foot of a list of lots."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from beneficiaries.hours.models import HourEntry
from beneficiaries.people.choices import Criterion
from clauses.obligations.choices import Unit
from clauses.obligations.models import Obligation
from clauses.procurement.models import Lot
from inclusiv.core import french
from inclusiv.core.actors import Actor, Role
from inclusiv.core.quantities import ZERO
from reporting.followup.choices import DAYS_OF_MONTHS
from reporting.followup.selectors.standings import PERSON, at_work

YEAR = timedelta(days=DAYS_OF_MONTHS[12])


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Distinct tenders and persons, hours owed and validated, since the beginning of each tender."""

    tenders: int
    ending: int
    """Tenders with hours owed that end within twelve months: their successors are to be prepared."""
    owed: Decimal
    done: Decimal
    people: int
    rsa: int
    people_told_from: int
    lent: int
    """Tenders of others, which a buyer reads by a mandate."""

    @property
    def done_text(self) -> str:
        """« 3 910 h »."""
        return french.whole_hours(self.done)

    @property
    def owed_text(self) -> str:
        """« 6 420 »."""
        return french.number(self.owed, places=0)

    @property
    def share(self) -> str:
        """What is done of what is owed: « 61 % »; empty when nothing is owed."""
        return french.share_text(self.done, self.owed) if self.owed else ""

    @property
    def tells_rsa(self) -> bool:
        """Whether enough people worked to say how many received the RSA (PRACTICE.md 2).

        Never with a mandate: given or taken back for one tender, it would tell by difference who works there.
        """
        return self.people >= self.people_told_from and not self.lent


def totals(lots: QuerySet[Lot], *, actor: Actor, on: date, people_told_from: int) -> Totals:
    """Add up lots on a day, in four queries; a person counts from 0.01 validated hour on (DOMAIN.md 8.2)."""
    entries = HourEntry.objects.filter(obligation__lot__in=lots)
    soon = Q(obligations__unit=Unit.HOURS, tender__ends_on__range=(on, on + YEAR))
    return Totals(
        **lots.aggregate(
            tenders=Count("tender", distinct=True),
            ending=Count("tender", distinct=True, filter=soon),
            lent=Count("tender", distinct=True, filter=lent_to(actor)),
        ),
        owed=Obligation.objects.in_hours().filter(lot__in=lots).aggregate(sum=Sum("quantity"))["sum"] or ZERO,
        done=entries.aggregate(sum=Sum("counted"))["sum"] or ZERO,
        people_told_from=people_told_from,
        **at_work(entries).aggregate(
            people=Count(PERSON, distinct=True),
            rsa=Count(PERSON, distinct=True, filter=Q(check_of__facts__criteria__contains=[Criterion.RSA])),
        ),
    )


def lent_to(actor: Actor) -> Q:
    """Return the condition of the lots that a buyer reads by a mandate; nobody else reads any so."""
    return ~Q(tender__buyer=actor.organisation_id) if actor.role is Role.BUYER else Q(pk=None)
