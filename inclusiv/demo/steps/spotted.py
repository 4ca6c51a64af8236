"""« Marchés repérés »: two invented files of essential data, read and answered through the real actions."""

import json
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from clauses.decp.actions import answers, readings
from clauses.decp.models import SpottedContract
from clauses.procurement.choices import TenderNature, TenderStatus
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.demo import published, world
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.published import Publication
from inclusiv.demo.stages import VALMONT
from inclusiv.demo.steps.state import World

READ_AGO = 8
"""How many days ago the coordination read the file of the département; the buyer read its own two days later."""


def build_spotted(made: World) -> None:
    """Read the file of the département, with two elements that are refused, then a buyer's own; answer some of them."""
    on = made.today - timedelta(days=READ_AGO)
    everything = [contract(made, one, on=on) for one in published.CONTRACTS]
    attached = [republished(made, tender, on=on) for tender in followed_here(made)]
    read(
        [*everything, *attached, *published.UNUSABLE],
        name=f"decp-essonne-{on:%Y-%m}.json",
        by=made.coordinator(),
        on=on,
    )
    buyer = made.acting(made.buyers[VALMONT], Role.BUYER)
    own = [contract(made, one, on=on) for one in (*published.LATER, published.CONTRACTS[-1])]
    read(own, name="profil-acheteur.json", by=buyer, on=on + timedelta(days=2))
    answer_some(made, buyer=buyer)


def read(elements: list[dict[str, Any]], *, name: str, by: Actor, on: date) -> None:
    """Read a file as its reader sent it."""
    content = json.dumps({"marches": {"marche": elements}}, ensure_ascii=False).encode()
    readings.read(file=BytesIO(content), name=name, by=by, at=noon(on))


def contract(made: World, one: Publication, *, on: date) -> dict[str, Any]:
    """Return a contract as it is published, by a buyer and to companies of the demonstration."""
    notified_on = on - timedelta(days=one.notified_ago)
    return {
        "id": f"{notified_on.year}{one.number}",
        "acheteur": {"id": made.buyers[one.buyer].siret},
        "nature": "Marché",
        "objet": one.title,
        "codeCPV": one.cpv,
        "procedure": "Procédure adaptée",
        "lieuExecution": {"code": commune_of(one.buyer), "typeCode": "Code commune"},
        "dureeMois": one.months,
        "dateNotification": notified_on.isoformat(),
        "datePublicationDonnees": (notified_on + timedelta(days=12)).isoformat(),
        "montant": one.amount,
        "formePrix": "Forfaitaire",
        "typesPrix": {"typePrix": ["Définitif révisable"]},
        "titulaires": [
            {"titulaire": {"typeIdentifiant": "SIRET", "id": made.companies[name].siret}}
            for name in one.contractors
        ],
        "considerationsSociales": {"considerationSociale": [one.social]},
        "techniques": {"technique": ["Sans objet"]},
        "modalitesExecution": {"modaliteExecution": ["Sans objet"]},
    }


def commune_of(buyer: str) -> str:
    """Return the INSEE code of a buyer's commune."""
    return next(seed.commune for seed in world.BUYERS if seed.name == buyer)


def followed_here(made: World) -> list[Tender]:
    """Return the last two tenders notified that are followed already, one of them the persona's."""
    running = [tender for drawn, tender in made.tenders if drawn.status is TenderStatus.IN_PROGRESS]
    own = [tender for tender in running if tender.buyer_id == made.buyers[VALMONT].pk]
    others = [tender for tender in running if tender.buyer_id != made.buyers[VALMONT].pk]
    return [*own[-1:], *others[-1:]]


def republished(made: World, tender: Tender, *, on: date) -> dict[str, Any]:
    """Return a followed tender as its buyer published it."""
    notified_on = tender.starts_on or on
    is_works = tender.nature == TenderNature.WORKS
    publication = Publication(
        buyer=tender.buyer.name,
        number=f"P{tender.reference[-3:]}",
        title=tender.title,
        cpv="45210000-2" if is_works else "90910000-9",
        amount=int(tender.estimated_amount or 0),
        months=12,
        contractors=("Bâti-Sud",),
        notified_ago=max(0, (on - notified_on).days),
    )
    return contract(made, publication, on=on)


def answer_some(made: World, *, buyer: Actor) -> None:
    """Follow two contracts, attach those followed already, dismiss two; the others wait."""
    at = noon(made.today - timedelta(days=3))
    known = {tender.title: tender for tender in followed_here(made)}
    for row in SpottedContract.objects.select_related("buyer", "place").order_by("pk"):
        if row.buyer is None:
            continue
        by = buyer if row.buyer_id == buyer.organisation_id else facilitator_of(made, row.buyer)
        if row.title in known:
            answers.attach(contract=row, tender=known[row.title], by=by, at=at)
        elif row.title in published.FOLLOWED:
            follow(row, row.buyer, made=made, by=by)
        elif row.title in published.DISMISSED:
            answers.dismiss(contract=row, by=by, at=at)


def facilitator_of(made: World, buyer: Organisation) -> Actor:
    """Return who answers where the buyer is."""
    return made.facilitator(made.structures[made.structure_of[buyer.commune_id or ""]])


def follow(row: SpottedContract, buyer: Organisation, *, made: World, by: Actor) -> None:
    """Follow a contract: its lots and its contractor remain to be described."""
    answers.follow(
        contract=row,
        buyer=buyer,
        reference=row.reference,
        title=row.title,
        nature=TenderNature(row.bought),
        place=row.place,
        cpv=row.cpv,
        estimated_amount=row.amount,
        by=by,
        at=noon(made.today - timedelta(days=3)),
    )
