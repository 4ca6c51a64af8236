"""Build the demonstration: a living Essonne as of a day, through the same actions as the screens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection

from inclusiv.demo.plan import SEED, seeded
from inclusiv.demo.scenario import WHOLE, Size
from inclusiv.demo.steps.advice import build_advice
from inclusiv.demo.steps.checks import build_checks
from inclusiv.demo.steps.contracts import build_contracts
from inclusiv.demo.steps.exchanges import build_exchanges
from inclusiv.demo.steps.hours import build_hours
from inclusiv.demo.steps.mails import build_mails
from inclusiv.demo.steps.needs import build_needs
from inclusiv.demo.steps.network import build_network
from inclusiv.demo.steps.organisations import build_organisations
from inclusiv.demo.steps.people import build_people, build_placements
from inclusiv.demo.steps.registering import build_registering
from inclusiv.demo.steps.reports import draft_report
from inclusiv.demo.steps.spotted import build_spotted
from inclusiv.demo.steps.starts import build_starts
from inclusiv.demo.steps.state import World, survey
from inclusiv.demo.steps.statements import build_statements
from inclusiv.demo.steps.tenders import build_tenders, settle_tenders
from inclusiv.records.actions import audit

Told = Callable[[str], None]

STEPS: tuple[tuple[str, Callable[[World], None]], ...] = (
    ("Structures, acheteurs et entreprises", build_organisations),
    ("Contacts, accès et remplacements", build_network),
    ("Marchés, lots et clauses", build_tenders),
    ("Demandes d’avis", build_advice),
    ("Démarrages de chantier", build_starts),
    ("Avenants", build_contracts),
    ("Personnes suivies", build_people),
    ("Mises à l’emploi", build_placements),
    ("Relevés, heures et bilans", build_hours),
    ("Fin de vie des marchés", settle_tenders),
    ("Relevés à contrôler et à corriger", build_statements),
    ("Éligibilités à valider", build_checks),
    ("Besoins et candidatures", build_needs),
    ("Opérations, groupement et plan d’achats", build_registering),
    ("Marchés repérés", build_spotted),
    ("Échanges", build_exchanges),
    ("Brouillon du bilan", draft_report),
    ("Courriels", build_mails),
)


def build(*, today: date, tell: Told, size: Size = WHOLE) -> World:
    """Build everything as of a day, in the caller's transaction; `tell` is told each step."""
    made = World(today=today, random=seeded(SEED), size=size)
    with whole():
        for label, step in STEPS:
            tell(label)
            with audit.together():
                step(made)
            survey()
    return made


@contextmanager
def whole() -> Iterator[None]:
    """Let the actions nest their transactions without savepoints, a third of what is sent to the database.

    Whatever fails undoes everything: no part of a demonstration is kept without the others.
    """
    usual = connection.features.uses_savepoints
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = usual
