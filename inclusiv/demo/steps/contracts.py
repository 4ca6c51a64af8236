"""Contracts that changed on their way: an amendment each, on some of those that run."""

from datetime import timedelta
from decimal import Decimal

from clauses.obligations.actions import life
from clauses.obligations.rules.owed import hours_of_amendment
from clauses.obligations.selectors.contract import amendment_trigger, lots_to_amend
from clauses.procurement.choices import AmendmentArticle, AmendmentKind, TenderStatus
from clauses.procurement.models import Tender
from inclusiv.core.actors import Role
from inclusiv.core.quantities import cents
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.steps.state import World

EVERY = 6
"""One running tender in so many was amended."""

AFTER = timedelta(days=45)
"""How long after the beginning of the execution."""

GROWTH = Decimal("0.08")
"""Part of its amount by which the first lot grows."""

REASON = "Travaux supplémentaires rendus nécessaires par l’état du support."


def build_contracts(made: World) -> None:
    """Amend some of the tenders that run and began long enough ago."""
    running = [tender for drawn, tender in made.tenders if drawn.status is TenderStatus.IN_PROGRESS]
    for tender in running[::EVERY]:
        if tender.starts_on and tender.starts_on + AFTER <= made.today:
            amend(made, tender)


def amend(made: World, tender: Tender) -> None:
    """Let the first lot of a tender grow, with the hours of the calculation."""
    day = (tender.starts_on or made.today) + AFTER
    trigger = amendment_trigger(tender, on=day)
    terms = lots_to_amend(tender, trigger=trigger)[0]
    if terms.inputs is None:
        return
    delta = cents(terms.amount * GROWTH)
    hours = hours_of_amendment(terms.inputs, before=terms.amount, delta=delta, trigger=trigger)
    life.amend(
        tender=tender,
        kind=AmendmentKind.AMOUNT,
        notified_on=day,
        changes=[life.LotChange(lot=terms.lot, amount=delta, hours=hours)],
        article=AmendmentArticle.ADDITIONAL,
        reason=REASON,
        by=made.acting(tender.buyer, Role.BUYER),
        at=noon(day),
    )
