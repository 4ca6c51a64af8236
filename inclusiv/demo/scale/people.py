"""Rows of the people followed: who they are, and what they look for."""

from dataclasses import dataclass

from beneficiaries.people.models import Dossier, Person, PersonIdentity
from inclusiv.demo import plan
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.scale.ground import HOME
from inclusiv.demo.scale.scene import Scene, public_code

PERSON_SALT, DOSSIER_SALT = 1_009, 2_000_003


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody of the batch, with the ids of their person and of their dossier."""

    planned: plan.PlannedPerson
    person: int
    dossier: int


def write_person(scene: Scene, planned: plan.PlannedPerson) -> Worker:
    """Write a person followed by the structure."""
    tables = scene.tables
    person = tables[Person].add(
        code=public_code(tables[Person].next, salt=PERSON_SALT),
        sex=planned.sex,
        created_at=noon(planned.opened_on),
    )
    tables[PersonIdentity].add(
        person_id=person,
        first_name=planned.first_name,
        last_name=planned.last_name,
        birth_date=planned.birth_date,
        commune_id=commune_of(scene, planned),
    )
    dossier = tables[Dossier].add(
        code=public_code(tables[Dossier].next, salt=DOSSIER_SALT),
        person_id=person,
        structure_id=scene.structure.organisation.pk,
        department=scene.structure.department,
        starts_on=planned.opened_on,
        available_on=planned.opened_on,
        mobility=planned.mobility,
        education=planned.education,
    )
    tables[Dossier.trades.through].add(dossier_id=dossier, romecode_id=planned.trade)
    return Worker(planned, person, dossier)


def commune_of(scene: Scene, planned: plan.PlannedPerson) -> str | None:
    """Return where the person lives, as far as the communes of the département are known."""
    return planned.commune if scene.structure.department == HOME else None
