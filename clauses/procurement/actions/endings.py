"""Refuse an end that comes before hours which were worked: who worked them would have worked for nothing."""

from datetime import date, datetime

from clauses.procurement.models import Lot, Tender
from inclusiv.core.periods import paris_day
from inclusiv.core.providers import Ending, ending_obstacles
from inclusiv.core.refusals import Refused


def check(tender: Tender, *, last_on: date, field: str, at: datetime) -> None:
    """Raise Refused `ends_before_hours` when the execution would end so early, on a last day inclusive."""
    refuse(Ending(tender=tender.pk, last_on=last_on, today=paris_day(at)), field=field)


def check_departure(company: int, lot: Lot, *, last_on: date, field: str, at: datetime) -> None:
    """Raise Refused `ends_before_hours` when a company would leave a lot so early, on a last day inclusive."""
    leaving = Ending(tender=lot.tender_id, last_on=last_on, today=paris_day(at), lot=lot.pk, company=company)
    refuse(leaving, field=field)


def refuse(ending: Ending, *, field: str) -> None:
    """Ask the applications that know what was worked."""
    if said := " ".join(filter(None, (obstacle(ending) for obstacle in ending_obstacles))):
        raise Refused("ends_before_hours", said, field=field)
