"""« Démarrage » of a tender: what happens between the award and the site, as each side reads it (PRACTICE.md 1.5)."""

from dataclasses import dataclass
from datetime import date

from clauses.obligations.selectors.kickoffs import KickOffSheet, kick_off_sheet
from clauses.obligations.selectors.plans import PlanSheet, plan_sheets
from clauses.procurement.choices import Permission
from clauses.procurement.models import Award, Tender
from clauses.procurement.selectors.inquiries import InquirySheet, inquiry_sheet
from clauses.procurement.selectors.subcontracts import SubcontractSheet, subcontract_sheets
from inclusiv.core.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSheet:
    """What the page tells an actor; what is not for them is None or empty."""

    inquiry: InquirySheet | None
    meeting: KickOffSheet | None
    plans: list[PlanSheet]
    subcontracts: list[SubcontractSheet]
    may_ask: bool
    may_answer: bool
    may_run: bool


def start_sheet(tender: Tender, *, actor: Actor, on: date) -> StartSheet:
    """Return the page of a visible tender."""
    seen = Award.objects.visible_to(actor).at_work(actor, on=on).filter(lot__tender=tender)
    awards = list(seen.with_story().order_by("lot__number")) if tender.is_bound else []
    return StartSheet(
        inquiry=inquiry_sheet(tender, actor=actor, on=on) if actor.may(Permission.SEE_TENDERS) else None,
        meeting=kick_off_sheet(tender, actor=actor, on=on),
        plans=[sheet for sheet in plan_sheets(awards) if sheet.owed or sheet.plan],
        subcontracts=subcontract_sheets(awards, actor=actor),
        may_ask=actor.may(Permission.ASK_BUYER),
        may_answer=actor.may(Permission.AWARD_LOT),
        may_run=actor.may(Permission.RUN_TENDER),
    )
