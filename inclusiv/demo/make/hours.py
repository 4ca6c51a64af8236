"""Monthly statements, sent and validated through the real actions, one by one or by the thousand."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from beneficiaries.hours.actions import statements, validation
from beneficiaries.hours.actions.statements import Sheet
from beneficiaries.hours.choices import Received, ZeroReason
from beneficiaries.hours.models import Statement
from beneficiaries.hours.rules.declaring import Declared
from beneficiaries.hours.selectors.review import MonthKey
from beneficiaries.placements.models import Placement
from clauses.procurement.models import Award
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import month_end
from inclusiv.core.quantities import ZERO
from inclusiv.demo.make.clauses import acting_for, noon

Late = Collection[MonthKey]
"""The months that came after their day, together with the next one."""

BATCH = 250
"""How many statements are validated in one transaction: each person and award of it is locked."""


def sheet(
    award: Award,
    declarant: Organisation,
    month: date,
    *,
    hours: Mapping[Placement, Decimal],
    training: Mapping[Placement, Decimal] | None = None,
) -> Sheet:
    """Fill a month for everybody in post: the hours given, 0 « absence » for those not named."""
    in_post = Placement.objects.in_month(month, month_end(month)).filter(award=award, declarant=declarant)
    return Sheet(
        award=award,
        declarant=declarant,
        month=month,
        lines=tuple(
            Declared(
                placement=placement.pk,
                hours=hours.get(placement, ZERO),
                training=(training or {}).get(placement, ZERO),
                zero_reason=ZeroReason.ABSENT,
            )
            for placement in in_post.order_by("pk")
        ),
    )


def statement(
    award: Award,
    declarant: Organisation,
    month: date,
    *,
    hours: Mapping[Placement, Decimal],
    training: Mapping[Placement, Decimal] | None = None,
    sent_on: date | None = None,
) -> Statement:
    """Send a month's statement, five days after its end unless told otherwise."""
    filled = sheet(award, declarant, month, hours=hours, training=training)
    sent_on = sent_on or month_end(month) + timedelta(days=5)
    return statements.declare(sheets=[filled], by=acting_for(declarant, Role.CONTRACTOR), at=noon(sent_on))[0]


def validated(
    award: Award,
    declarant: Organisation,
    month: date,
    *,
    hours: Mapping[Placement, Decimal],
    training: Mapping[Placement, Decimal] | None = None,
    sent_on: date | None = None,
) -> Statement:
    """Send a month's statement and validate it ten days after its end."""
    sent = statement(award, declarant, month, hours=hours, training=training, sent_on=sent_on)
    structure = award.lot.tender.structure
    day = month_end(month) + timedelta(days=10)
    return validation.validate(statements=[sent], by=acting_for(structure, Role.FACILITATOR), at=noon(day))[0]


def sent_in_bulk(sheets: Iterable[Sheet], *, by: Actor, late: Late = frozenset()) -> list[Statement]:
    """Send many statements, entered by a facilitator as received by e-mail, month after month as they would come."""
    sent: list[Statement] = []
    for month, filled in by_arrival(sheets, late=late).items():
        day = month_end(month) + timedelta(days=5)
        sent += statements.declare(
            sheets=filled, by=by, at=noon(day), received=Received.EMAIL, received_on=day
        )
    return sent


def validated_in_bulk(
    sheets: Iterable[Sheet], *, by: Actor, together: int = 1, late: Late = frozenset()
) -> list[Statement]:
    """Send many statements month after month, and validate them, so many months together."""
    done: list[Statement] = []
    months = list(by_arrival(sheets, late=late).items())
    for first in range(0, len(months), together):
        group = months[first : first + together]
        sent = [one for _, filled in group for one in sent_in_bulk(filled, by=by, late=late)]
        at = noon(month_end(group[-1][0]) + timedelta(days=10))
        for start in range(0, len(sent), BATCH):
            done += validation.validate(statements=sent[start : start + BATCH], by=by, at=at)
    return done


def by_arrival(sheets: Iterable[Sheet], *, late: Late) -> dict[date, list[Sheet]]:
    """Group sheets by the month with which they come, oldest first."""
    months: dict[date, list[Sheet]] = {}
    for one in sorted(sheets, key=lambda one: (arrival(one, late=late), one.month)):
        months.setdefault(arrival(one, late=late), []).append(one)
    return months


def arrival(sheet: Sheet, *, late: Late) -> date:
    """Return the month with which a sheet comes: its own, or the next one when it is late."""
    return sheet.month + relativedelta(months=1) if sheet.key in late else sheet.month
