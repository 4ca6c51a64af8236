"""Advice that buyers asked: one answer is waited for, one proposal waits for the buyer's decision."""

from datetime import timedelta

from clauses.obligations.actions import clauses
from clauses.procurement.actions import advice
from clauses.procurement.choices import Opinion, TenderStatus
from clauses.procurement.models import AdviceRequest, Tender
from inclusiv.core.actors import Role
from inclusiv.core.periods import paris_day
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.steps.state import World

QUESTIONS = (
    "Quels lots retenir, et pour combien d’heures ? Le site reste ouvert au public pendant les travaux.",
    "Un seul lot ou deux ? Nous voudrions que les structures d’insertion du secteur puissent répondre.",
)
ANSWER = (
    "Une clause est possible sur le premier lot : deux personnes pendant l’exécution, recrutées avec la mission"
    " locale. Les autres lots ont trop peu de main-d’œuvre."
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


def answer(made: World, request: AdviceRequest) -> None:
    """Compute the hours of the first lot and propose them, the day before."""
    at = noon(made.today - timedelta(days=1))
    by = made.facilitator(request.tender.structure)
    clauses.put(lot=request.tender.lots.order_by("number")[0], by=by, at=at)
    advice.propose(
        request=request,
        opinion=Opinion.POSSIBLE,
        answer=ANSWER,
        address=f"{ADDRESS}{request.pk}/",
        by=by,
        at=at,
    )
