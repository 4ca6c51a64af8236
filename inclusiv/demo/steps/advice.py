"""Advice that buyers asked: the persona who facilitates has one to give, the one who buys has one to decide on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from clauses.obligations.actions import clauses
from clauses.obligations.choices import SocialActionKind, Unit
from clauses.obligations.selectors.terms import terms_in_force
from clauses.procurement.actions import advice, lots
from clauses.procurement.choices import Opinion, Sector, TenderNature, TenderStatus
from clauses.procurement.models import AdviceRequest, Lot, Tender
from inclusiv.core.actors import Actor, Role
from inclusiv.core.periods import paris_day
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.stages import VALMONT
from inclusiv.demo.steps.state import World

QUESTION = (
    "Quels lots retenir, et pour combien d’heures ? Le site reste ouvert au public pendant les travaux."
)
ANSWER = (
    "Une clause est possible sur le premier lot : deux personnes pendant l’exécution, recrutées avec la mission"
    " locale. Sur le dernier, qui a trop peu de main-d’œuvre, une action sociale par an suffit."
)
ADDRESS = "https://inclusiv.example/marches/avis/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A purchase of the persona who buys, not registered yet: what she tells of it, so many days ago."""

    title: str
    euros: int
    question: str
    days: int


WAITING = Purchase(
    title="Reliure et numérisation des registres d’état civil",
    euros=120_000,
    question="Un atelier protégé du secteur pourrait-il répondre ? Les registres ne peuvent pas quitter la commune.",
    days=5,
)
"""Her question to the persona who facilitates: the ten working days are not over."""
LAUNDRY = Purchase(
    title="Entretien des vêtements de travail des services techniques",
    euros=160_000,
    question="Un seul lot ou deux ? Nous voudrions que les structures d’insertion du secteur puissent répondre.",
    days=9,
)
LAUNDRY_ANSWER = (
    "Un seul lot suffit : une clause d’exécution, pour des personnes formées à l’entretien du linge par une structure"
    " d’insertion du secteur. Deux lots seraient trop petits pour former quelqu’un."
)
"""The proposal on which she has to decide."""


def build_advice(made: World) -> None:
    """Ask about a tender under study, which is answered, and about two purchases of the persona: one of them is."""
    studied = [tender for drawn, tender in made.tenders if drawn.status is TenderStatus.SIZING]
    for tender in [tender for tender in studied if tender.buyer != made.buyers[VALMONT]][:1]:
        answer(made, ask(made, tender))
    propose(made, ask_new(made, LAUNDRY))
    ask_new(made, WAITING)


def ask(made: World, tender: Tender) -> AdviceRequest:
    """Ask in the buyer's name, on the day when its tender was registered."""
    on = paris_day(tender.created_at)
    by = made.acting(tender.buyer, Role.BUYER)
    return advice.ask(tender=tender, question=QUESTION, by=by, at=noon(on))


def ask_new(made: World, told: Purchase) -> AdviceRequest:
    """Ask, as the persona who buys, about a purchase that is registered by that."""
    buyer = made.buyers[VALMONT]
    starts_on = made.today.replace(day=1) + relativedelta(months=5)
    return advice.ask_new(
        buyer=buyer,
        title=told.title,
        nature=TenderNature.SERVICES,
        estimated_amount=Decimal(told.euros),
        starts_on=starts_on,
        ends_on=starts_on + relativedelta(years=2) - timedelta(days=1),
        consultation_launched_on=starts_on - timedelta(days=78),
        place=buyer.commune,
        question=told.question,
        by=made.acting(buyer, Role.BUYER),
        at=noon(made.today - timedelta(days=told.days)),
    )


def propose(made: World, request: AdviceRequest) -> None:
    """Answer with one lot and its hours, in the facilitator's name."""
    at = noon(made.today - timedelta(days=2))
    by = made.facilitator(request.tender.structure)
    lot = lots.add(
        tender=request.tender,
        title="Lavage, séchage et réparation",
        sector=Sector.LAUNDRY,
        estimated_amount=request.tender.estimated_amount,
        by=by,
        at=at,
    )
    clauses.put(lot=lot, by=by, at=at)
    send(request, Opinion.ADVISED, LAUNDRY_ANSWER, by=by, at=at)


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
    send(request, Opinion.POSSIBLE, ANSWER, by=by, at=at)


def send(request: AdviceRequest, opinion: Opinion, answer: str, *, by: Actor, at: datetime) -> None:
    """Send a proposal."""
    address = f"{ADDRESS}{request.pk}/"
    advice.propose(request=request, opinion=opinion, answer=answer, address=address, by=by, at=at)
