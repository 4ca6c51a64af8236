"""Eligibilities that wait for a decision at several ages, some of them late; one refused, one whose proof is too old."""

from datetime import date, timedelta

from beneficiaries.people.actions import eligibility
from beneficiaries.people.choices import Criterion, EvidenceKind, Refusal
from beneficiaries.people.models import Dossier, EligibilityCheck
from beneficiaries.people.rules.facts import Proof
from inclusiv.core.actors import Actor
from inclusiv.demo.make.beneficiaries import proofs
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.scenario import criteria_on
from inclusiv.demo.steps.state import World

ASKED = ((12, 4), (8, -1), (5, 2), (3, 9), (1, 16))
"""How many days ago each was asked, and in how many days work begins; negative, it has begun."""

OTHERS = 2
"""Of these, so many wait in the structures of which no persona is."""

EXPIRED_MONTHS = 5
"""Age of a document that nothing proves any more."""


def build_checks(made: World) -> None:
    """Ask for the eligibility of people who wait for work in each structure; the persona's has all there is to see."""
    for rank, structure in enumerate(made.structures):
        by, free = made.facilitator(structure), newcomers(made, rank)
        for ago, left in ASKED[: OTHERS if rank else len(ASKED)]:
            place = free.pop()
            ask(made, rank, place, ago=ago, starts_on=made.today + timedelta(days=left), by=by)
        if not rank:
            refuse(made, made.dossiers[rank][free.pop()], by=by)
            ask_with_old_proof(made, made.dossiers[rank][free.pop()], by=by)


def newcomers(made: World, rank: int) -> list[int]:
    """Return who never worked among the people of a structure, by rank, the last one first."""
    worked = {placement.dossier_id for _, placement in made.placements}
    dossiers = made.dossiers[rank]
    return [place for place, dossier in enumerate(dossiers) if dossier.pk not in worked]


def ask(made: World, rank: int, place: int, *, ago: int, starts_on: date, by: Actor) -> EligibilityCheck:
    """Ask for an eligibility some days ago, with the documents of the person's criteria as they were then."""
    asked_on = made.today - timedelta(days=ago)
    person = made.persons[rank][place]
    evidence = [
        proof
        for criterion in criteria_on(person, starts_on)
        for proof in proofs(criterion, reference_date=asked_on)
    ]
    return eligibility.submit(
        dossier=made.dossiers[rank][place],
        reference_date=starts_on,
        evidence=evidence,
        by=by,
        at=noon(asked_on),
    )


def refuse(made: World, dossier: Dossier, *, by: Actor) -> None:
    """Refuse an eligibility for which no document came."""
    check = eligibility.submit(
        dossier=dossier,
        reference_date=made.today + timedelta(days=6),
        evidence=(),
        by=by,
        at=noon(made.today - timedelta(days=9)),
    )
    eligibility.refuse(
        check=check,
        refusals=(Refusal.EVIDENCE_MISSING,),
        reason="Attestation demandée deux fois par téléphone, sans réponse.",
        by=by,
        at=noon(made.today - timedelta(days=4)),
    )


def ask_with_old_proof(made: World, dossier: Dossier, *, by: Actor) -> None:
    """Ask for an eligibility with a document that is too old for the first day of work."""
    proof = Proof(
        criterion=Criterion.RSA,
        kind=EvidenceKind.CAF_RSA,
        issued_on=made.today - timedelta(days=31 * EXPIRED_MONTHS),
        since=made.today - timedelta(days=900),
    )
    eligibility.submit(
        dossier=dossier,
        reference_date=made.today + timedelta(days=5),
        evidence=(proof,),
        by=by,
        at=noon(made.today - timedelta(days=6)),
    )
