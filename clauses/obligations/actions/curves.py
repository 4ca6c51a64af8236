"""Keep what bends the straight line of a lot; called by the actions that change it, inside their transaction."""

from datetime import date

from clauses.obligations.models import ExpectedCurve, MonthPlan
from clauses.procurement.models import Lot, Tender


def follow(plan: MonthPlan, *, on: date) -> None:
    """Let a plan be what is expected, from the day of its agreement."""
    ExpectedCurve.objects.update_or_create(
        lot=plan.award.lot, defaults={"plan": plan, "agreed_on": on, "changed_on": None}
    )


def owes_otherwise(lot: Lot, *, on: date) -> None:
    """Note that a lot owes other hours than its agreed plan tells; the first such day counts."""
    ExpectedCurve.objects.filter(lot=lot, changed_on=None).exclude(plan=None).update(changed_on=on)


def stop(tender: Tender) -> None:
    """Note that days of the execution do not count any more: no plan made before says them, the line is straight again."""
    for lot in tender.lots.filter(obligations__isnull=False).distinct():
        straight = {"plan": None, "agreed_on": None, "changed_on": None, "has_stops": True}
        ExpectedCurve.objects.update_or_create(lot=lot, defaults=straight)
