"""Decide to place no clause, once the reason was judged against the contract (DOMAIN.md 1.2)."""

from datetime import date, datetime

from django.db import transaction

from clauses.obligations.rules import duty
from clauses.obligations.rules.sizing import whole_months
from clauses.obligations.selectors.duty import carries_condition, verdict_of
from clauses.procurement.actions import decisions
from clauses.procurement.choices import NoClauseReason, TenderNature
from clauses.procurement.models import NoClauseDecision, Tender
from inclusiv.core.actors import Actor
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused


@transaction.atomic
def decide_without(
    *,
    tender: Tender,
    reason: NoClauseReason,
    text: str,
    decided_by: str,
    decided_on: date,
    by: Actor,
    at: datetime,
) -> NoClauseDecision:
    """Write the buyer's decision; raises Refused when its reasons are too short or do not fit the contract.

    Also when a clause is there: then only a lot that still has to be justified lets decide (`DUTY_EVERY_LOT`).
    """
    if carries_condition(tender) and not verdict_of(tender, today=paris_day(at)).is_open:
        raise Refused(
            "clause_there",
            "Une clause est prévue sur ce marché : il n’y a pas d’absence à justifier. Retirez-la d’abord si vous y renoncez.",
        )
    duty.check_decision(
        reason,
        text=text,
        nature=TenderNature(tender.nature),
        months=whole_months(tender.starts_on, tender.ends_on),
    )
    return decisions.decide_without(
        tender=tender,
        reason=reason,
        text=text,
        decided_by=decided_by,
        decided_on=decided_on,
        by=by,
        at=at,
    )
