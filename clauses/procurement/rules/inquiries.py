"""When a buyer is asked who holds its lots (PRACTICE.md 1.5). Days are civil days in Paris."""

from datetime import date, timedelta

from clauses.procurement.choices import TenderAction, TenderStatus
from clauses.procurement.rules.tenders import TENDER
from inclusiv.core.french import date_short
from inclusiv.core.refusals import Refused

ASKED = TENDER[TenderAction.AWARD].sources | {TenderStatus.AWARDED}
"""States in which a contractor or the notification may be told."""

LONGEST_WAIT = timedelta(days=366)
"""Beyond a year, « later » would be a typing error."""


def ask_on(
    *,
    offers_due_on: date,
    last_on: date | None,
    later_on: date | None,
    after: timedelta,
    every: timedelta,
) -> date:
    """Return the day of the next asking: the one that the buyer chose, else some weeks after the offers, then again."""
    if later_on is not None:
        return later_on
    return last_on + every if last_on else offers_due_on + after


def check_later(later_on: date, *, today: date) -> None:
    """Refuse to be asked again today or before, or in more than a year."""
    if later_on <= today:
        raise Refused(
            "later_is_past",
            f"Le {date_short(later_on)} est passé, ou c’est aujourd’hui : indiquez un jour à venir.",
            field="later_on",
        )
    if later_on > today + LONGEST_WAIT:
        raise Refused(
            "later_is_far",
            f"Le {date_short(later_on)} est dans plus d’un an : vérifiez la date.",
            field="later_on",
        )
