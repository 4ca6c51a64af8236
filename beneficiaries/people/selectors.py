"""Questions about people: who looks alike, what the parameters say, what the rules answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, FloatField, Func, Q, Value

from beneficiaries.people.models import Dossier, EligibilityCheck, Person, PersonIdentity
from beneficiaries.people.rules import eligibility
from beneficiaries.people.rules.facts import Case, Limits, Proof, Verdict
from inclusiv.core.fields import Fold
from inclusiv.parameters.selectors import in_force

SIMILAR = 0.5
"""Trigram similarity of two folded names from which they may be the same person, born on the same day."""


def limits_on(day: date) -> Limits:
    """Return the limits in force on a first day of work, in one query."""
    values = in_force(on=day)
    return Limits(
        min_age=values.integer("MIN_AGE"),
        youth_max_age=values.integer("YOUTH_MAX_AGE"),
        senior_min_age=values.integer("SENIOR_MIN_AGE"),
        youth_inactive_months=values.integer("YOUTH_INACTIVE_MONTHS"),
        youth_programme_months=values.integer("YOUTH_PROGRAMME_MONTHS"),
        deld_min_months=values.integer("DELD_MIN_MONTHS"),
        detld_min_months=values.integer("DETLD_MIN_MONTHS"),
        deld_max_worked_months=values.integer("DELD_MAX_WORKED_MONTHS"),
        pass_iae_days=values.integer("PASS_IAE_DAYS"),
        evidence_max_age={kind: int(months) for kind, months in values.table("EVIDENCE_MAX_AGE").items()},
    )


def verdict_of(
    check: EligibilityCheck, *, decided_on: date, proofs: Sequence[Proof] | None = None
) -> Verdict:
    """Judge a check on its documents, or on those given; its dossier comes with the person's identity."""
    dossier = check.dossier
    case = Case(
        birth_date=dossier.person.identity.birth_date,
        education=dossier.education,
        reference_date=check.reference_date,
        decided_on=decided_on,
        limits=limits_on(check.reference_date),
    )
    seen = [one.proof() for one in check.evidence.order_by("pk")] if proofs is None else proofs
    return eligibility.judge(case, seen)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Somebody who may be the same person. Of another structure, only its name is told (PRACTICE.md 1.10)."""

    structure: str
    dossier: Dossier | None
    """None when another structure holds it."""


def look_alikes(*, first_name: str, last_name: str, birth_date: date, structure_id: int) -> list[LookAlike]:
    """Return those born on the day whose name is the same or nearly, accents, case and order aside."""
    name = Fold(Value(f"{last_name} {first_name}"))
    found = (
        PersonIdentity.objects.filter(birth_date=birth_date, person__merged_into=None)
        .annotate(likeness=Func(F("folded_name"), name, function="SIMILARITY", output_field=FloatField()))
        .filter(Q(folded_name=name) | Q(likeness__gte=SIMILAR))
    )
    dossiers = (
        Dossier.objects.filter(person__identity__in=found)
        .select_related("structure", "person__identity")
        .order_by("structure__folded_name", "pk")
    )
    return [
        LookAlike(dossier.structure.name, dossier if dossier.structure_id == structure_id else None)
        for dossier in dossiers
    ]


def known_in(structure_id: int, *, first_name: str, last_name: str, birth_date: date) -> Person | None:
    """Return the person of exactly this folded name and birth date whom the structure follows or has followed."""
    return (
        Person.objects.filter(
            merged_into=None,
            identity__folded_name=Fold(Value(f"{last_name} {first_name}")),
            identity__birth_date=birth_date,
            dossiers__structure_id=structure_id,
        )
        .order_by("pk")
        .first()
    )
