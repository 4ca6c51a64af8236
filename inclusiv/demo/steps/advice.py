"""Advice that buyers asked: one answer is waited for, one proposal waits for the buyer's decision."""

from dataclasses import replace
from datetime import datetime, timedelta

from clauses.obligations.actions import clauses
from clauses.obligations.choices import SocialActionKind, Unit
from clauses.obligations.selectors.terms import terms_in_force
from clauses.procurement.actions import advice
from clauses.procurement.choices import Opinion, TenderStatus
from clauses.procurement.models import AdviceRequest, Lot, Tender
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.steps.state import World

QUESTIONS = (
    "Quels lots retenir, et pour combien d’heures ? Le site reste ouvert au public pendant les travaux.",
    "Un seul lot ou deux ? Nous voudrions que les structures d’insertion du secteur puissent répondre.",
)
ANSWER = (
    "Une clause est possible sur le premier lot : deux personnes pendant l’exécution, recrutées avec la mission"
    " locale. Sur le dernier, qui a trop peu de main-d’œuvre, une action sociale par an suffit."
)
ADDRESS = "https://inclusiv.example/marches/avis/"


def build_advice(made: World) -> None:
    """Ask about the tenders under study; the first request is answered."""
    studied = [tender for drawn, tender in made.tenders if drawn.status is TenderStatus.SIZING]
    asked = [ask(made, tender, rank) for rank, tender in enumerate(studied[: len(QUESTIONS)])]
    if asked:
        answer(made, asked[0])


def ask(made: World, tender: Tender, rank: int) -> AdviceRequest:
    """Ask in the buyer's name, on the day when its tender was registered."""
    on = paris_day(tender.created_at)
    by = made.acting(tender.buyer, Role.BUYER)
    return advice.ask(tender=tender, question=QUESTIONS[rank], by=by, at=noon(on))


def owe_actions(lot: Lot, *, by: Actor, at: datetime) -> None:
    """Ask a lot with little labour for one social action a year."""
    usual = terms_in_force(lot, on=at.date())
    terms = replace(usual, actions_per_year=1, action_kinds=tuple(SocialActionKind))
    clauses.put(lot=lot, unit=Unit.ACTIONS, terms=terms, by=by, at=at)


def answer(made: World, request: AdviceRequest) -> None:
    """Propose hours on the first lot and an action a year on the last one, the day before."""
    at = noon(made.today - timedelta(days=1))
    by = made.facilitator(request.tender.structure)
    first, *others = request.tender.lots.order_by("number")
    clauses.put(lot=first, by=by, at=at)
    if others:
        owe_actions(others[-1], by=by, at=at)
    advice.propose(
        request=request,
        opinion=Opinion.POSSIBLE,
        answer=ANSWER,
        address=f"{ADDRESS}{request.pk}/",
        by=by,
        at=at,
    )
