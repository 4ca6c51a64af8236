"""Build the demonstration: a living Essonne as of a day, through the same builders as the tests."""

from collections.abc import Callable
from datetime import date
from random import Random

from inclusiv.demo import plan
from inclusiv.demo.steps.hours import build_hours
from inclusiv.demo.steps.organisations import build_organisations
from inclusiv.demo.steps.people import build_people, build_placements
from inclusiv.demo.steps.state import World
from inclusiv.demo.steps.tenders import build_tenders, settle_tenders
from inclusiv.demo.steps.waiting import build_today

Told = Callable[[str], None]


def build(*, today: date, tell: Told) -> World:
    """Build everything as of a day; `tell` is told each step."""
    made = World(today=today, random=Random(plan.SEED))  # noqa: S311  # a seed, not a secret
    steps: tuple[tuple[str, Callable[[World], None]], ...] = (
        ("Structures, acheteurs et entreprises", build_organisations),
        ("Marchés, lots et clauses", build_tenders),
        ("Personnes suivies", build_people),
        ("Mises à l’emploi", build_placements),
        ("Relevés, heures et bilans", build_hours),
        ("Ce qui attend aujourd’hui", build_today),
        ("Fin de vie des marchés", settle_tenders),
    )
    for label, step in steps:
        tell(label)
        step(made)
    return made
