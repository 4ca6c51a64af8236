"""Propose the hours of an award month by month, and agree on them: they become what is expected (DOMAIN.md 6.3)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from clauses.obligations.actions import curves, welcome
from clauses.obligations.choices import Permission
from clauses.obligations.models import MonthPlan, MonthPlanLine, PlanDecision
from clauses.obligations.rules import plans as rules
from clauses.obligations.selectors.plans import owed_on_lot
from clauses.procurement.actions import rows
from clauses.procurement.actions.life import days_of
from clauses.procurement.models import Award, GroupMember
from inclusiv.core.actors import Actor, Role
from inclusiv.core.french import hours_text
from inclusiv.core.periods import paris_day
from inclusiv.core.quantities import ZERO
from inclusiv.core.refusals import Refused
from inclusiv.records.actions import audit, links
from inclusiv.records.models import SignedLink


def opened(award: Award, *, by: Actor, permission: Permission) -> Award:
    """Return the award with its lot and its tender, which is locked and runs."""
    otherwise = "Le marché n’est pas en cours : il n’y a rien à planifier."
    return rows.open_running_award(award.lot, by=by, permission=permission, otherwise=otherwise)


@transaction.atomic
def propose(
    *,
    award: Award,
    hours: Mapping[date, Decimal],
    comment: str = "",
    link: SignedLink | None = None,
    by: Actor,
    at: datetime,
) -> MonthPlan:
    """Write a version of the plan; `hours` by the first day of execution of each month, those left out are 0.

    The contractors of the lot do it, or the facilitation on their behalf. Raises Refused: not_permitted, not_running,
    nothing_owed, plan_total, outside_execution, link_used.
    """
    current = opened(award, by=by, permission=Permission.PROPOSE_PLAN)
    if by.role is not Role.FACILITATOR and not is_holder(current, by):
        raise Refused("not_permitted", "Le plan est proposé par l’entreprise titulaire du lot.")
    _, starts_on, ends_on = days_of(current.lot.tender)
    months = rules.months_of(starts_on, ends_on)
    if outside := hours.keys() - {month.starts_on for month in months}:
        raise Refused("outside_execution", f"Le mois du {min(outside):%d/%m/%Y} est hors de l’exécution.")
    rules.check_total(list(hours.values()), owed=owed_on_lot(current.lot))
    if link is not None:
        links.use(link, at=at)
    last = MonthPlan.objects.filter(award=current).aggregate(last=Max("number"))["last"] or 0
    author = signing(current, by)
    plan = MonthPlan(
        award=current,
        number=last + 1,
        total=sum(hours.values(), ZERO),
        comment=comment.strip(),
        proposed_at=at,
        proposed_by=f"{by.name}, {by.organisation}"[:255],
    )
    rows.save(plan)
    MonthPlanLine.objects.bulk_create(
        MonthPlanLine(
            plan=plan,
            starts_on=month.starts_on,
            ends_on=month.ends_on,
            hours=hours.get(month.starts_on, ZERO),
        )
        for month in months
    )
    tell("plan.proposed", plan, by=author, at=at, hours=hours_text(plan.total))
    return plan


def is_holder(award: Award, by: Actor) -> bool:
    """Say whether somebody works for a contractor of the award: a subcontractor plans nothing."""
    return GroupMember.objects.filter(award=award, organisation=by.organisation_id).exists()


def signing(award: Award, by: Actor) -> Actor:
    """Return the actor as it signs: a facilitator acts on the lead's behalf."""
    return rows.for_buyer(by, award.lead)


def tell(code: str, plan: MonthPlan, *, by: Actor, at: datetime, **data: str) -> None:
    """Write the event of a plan on its tender."""
    lot = plan.award.lot
    audit.record(
        code=code,
        subjects=[lot.tender],
        by=by,
        at=at,
        number=lot.number,
        version=str(plan.number),
        **data,
    )


@transaction.atomic
def decide(*, plan: MonthPlan, is_agreed: bool, reason: str = "", by: Actor, at: datetime) -> PlanDecision:
    """Agree on the last version of a plan, or send it back with the reason and a new link.

    From its agreement on, the plan is what is expected of the lot. Raises Refused: not_permitted, not_running,
    plan_superseded, already_decided, plan_total, reason_missing.
    """
    award = opened(plan.award, by=by, permission=Permission.AGREE_PLAN)
    current = MonthPlan.objects.filter(award=award).order_by("-number").prefetch_related("lines")[0]
    current.award = award
    if current.pk != plan.pk:
        raise Refused(
            "plan_superseded", "Une version plus récente de ce plan est arrivée : rechargez la page."
        )
    if PlanDecision.objects.filter(plan=current).exists():
        raise Refused("already_decided", "Ce plan a déjà reçu sa réponse.")
    rules.check_reason(reason, is_agreed=is_agreed)
    if is_agreed:
        rules.check_total([line.hours for line in current.lines.all()], owed=owed_on_lot(award.lot))
    decision = PlanDecision(
        plan=current,
        is_agreed=is_agreed,
        reason="" if is_agreed else reason.strip(),
        decided_on=paris_day(at),
        decided_at=at,
        decided_by=f"{by.name}, {by.organisation}"[:255],
    )
    rows.save(decision)
    if is_agreed:
        curves.follow(current, on=decision.decided_on)
    welcome.answer(decision, by=by, at=at)
    tell(
        "plan.agreed" if is_agreed else "plan.returned",
        current,
        by=by,
        at=at,
        hours=hours_text(current.total),
    )
    return decision
