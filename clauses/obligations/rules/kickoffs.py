"""The kick-off meeting: expected within a month of the notification, a warning after, never a block (PRACTICE.md 1.5)."""

from datetime import date

from clauses.procurement.rules.tenders import check_past
from inclusiv.core.french import date_short
from inclusiv.core.refusals import Refused


def check_held(held_on: date, *, notified_on: date, next_on: date | None, today: date) -> None:
    """Refuse a meeting after today or before the notification, and a next date that does not follow it."""
    check_past(held_on, today=today, what="La réunion", field="held_on")
    if held_on < notified_on:
        raise Refused(
            "held_before_notification",
            f"La réunion de mise au point suit la notification, du {date_short(notified_on)}.",
            field="held_on",
        )
    if next_on is not None and next_on <= held_on:
        raise Refused(
            "next_before_meeting",
            f"Le prochain point vient après la réunion, du {date_short(held_on)}.",
            field="next_on",
        )
