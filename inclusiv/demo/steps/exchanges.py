"""« Noter un échange »: what each persona noted of tenders, companies and people, and when to call again."""

from datetime import timedelta

from clauses.procurement.choices import TenderStatus
from inclusiv.accounts.models import Organisation
from inclusiv.core.actors import Actor, Role
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.stages import BATI_SUD, VALMONT
from inclusiv.demo.steps.state import World
from inclusiv.records.actions import exchanges
from inclusiv.records.choices import ExchangeKind as K
from inclusiv.records.models import reference

OF_TENDER = (
    (K.MEETING, "Réunion de démarrage : clause rappelée, premier poste prévu le mois prochain."),
    (K.CALL, "Le conducteur de travaux annonce trois semaines de retard sur le second œuvre."),
    (K.VISIT, "Visite de chantier : deux personnes en poste, tutorat en place."),
    (K.EMAIL, "Rappel envoyé : le plan de recrutement du lot est attendu."),
)
OF_COMPANY = (
    (K.CALL, "Deux postes à venir ; préfère une mise à disposition par une structure d’insertion."),
    (K.EMAIL, "Relevé du mois demandé ; la comptable l’envoie en fin de semaine."),
    (K.CALL, "Bon retour sur la personne en poste, une embauche est possible à la fin du contrat."),
)
OF_PERSON = (
    (K.CALL, "Disponible dès maintenant, cherche à moins de trente minutes de chez elle."),
    (K.MEETING, "Entretien : projet confirmé, attestation à renouveler avant le premier jour."),
    (K.CALL, "Premier mois terminé, tout se passe bien ; point à faire à mi-contrat."),
)
AGO = (1, 3, 6, 9, 13, 18, 24, 31)
"""How many days ago each was noted, one after the other."""

AGAIN = (None, 2, 7, None, 10, 21, None, 30, 14)
"""How many days later to call again: the day has come for some, not for others."""


def build_exchanges(made: World) -> None:
    """Note exchanges in every structure, then those of the personas who buy and who coordinate."""
    for rank, structure in enumerate(made.structures):
        running = [
            tender
            for drawn, tender in made.tenders
            if drawn.status is TenderStatus.IN_PROGRESS and tender.structure_id == structure.pk
        ]
        placed = [one for _, one in made.placements if one.dossier.structure_id == structure.pk]
        latest = placed[-len(OF_PERSON) :]
        subjects = [
            *zip(OF_TENDER, [reference(tender) for tender in running], strict=False),
            *zip(OF_COMPANY, [reference(one.user_company) for one in latest], strict=False),
            *zip(OF_PERSON, [f"person:{one.person_id}" for one in latest], strict=False),
        ]
        note(made, subjects, by=made.facilitator(structure), shift=rank)
    note_personas(made)


def note_personas(made: World) -> None:
    """Note what the buyer and the coordination said."""
    buyer, company = made.buyers[VALMONT], made.companies[BATI_SUD]
    own = [tender for drawn, tender in made.tenders if tender.buyer_id == buyer.pk and drawn.lots]
    said = [(text, reference(tender)) for text, tender in zip(OF_TENDER, reversed(own), strict=False)]
    note(made, said, by=made.acting(buyer, Role.BUYER), shift=1)
    met: list[Organisation] = [company, *made.structures]
    note(
        made,
        [(text, reference(one)) for text, one in zip(OF_COMPANY, met, strict=False)],
        by=made.coordinator(),
        shift=4,
    )


def note(made: World, said: list[tuple[tuple[K, str], str]], *, by: Actor, shift: int) -> None:
    """Note exchanges on several days, each about its subject."""
    for rank, ((kind, text), subject) in enumerate(said, start=shift):
        on = made.today - timedelta(days=AGO[rank % len(AGO)])
        again = AGAIN[rank % len(AGAIN)]
        exchanges.note(
            kind=kind,
            happened_on=on,
            text=text,
            next_on=on + timedelta(days=again) if again else None,
            subjects=[subject],
            by=by,
            at=noon(on),
        )
