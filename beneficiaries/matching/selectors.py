"""Who could answer a request, in order, in one query whatever the number of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from beneficiaries.matching import rules
from beneficiaries.matching.rules import Candidate, Need, Point, Ranked
from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import Dossier, EligibilityCheck, EligibilityFacts
from beneficiaries.placements.models import JobRequest, Placement, Referral
from clauses.obligations.models import SocialClause
from inclusiv.accounts.models import Capacity
from inclusiv.core.actors import Actor, Role
from inclusiv.reference.models import Commune

SHOWN = 30
"""How many candidates a page shows at most, of the reader's own structure and of the others."""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate for a request; somebody of another structure has no name here (PRACTICE.md 1.10)."""

    dossier: Dossier
    ranked: Ranked
    is_own: bool

    @property
    def name(self) -> str:
        """Who it is, for the facilitators of the person's own structure; else a code that says nothing."""
        identity = getattr(self.dossier.person, "identity", None) if self.is_own else None
        return str(identity or self.dossier.code)

    @property
    def reasons(self) -> str:
        """The reasons in one line: « RSA · métier recherché · 6 km · disponible »."""
        return " · ".join(self.ranked.reasons)


def candidates(request: JobRequest, *, actor: Actor, on: date) -> list[Found]:
    """Return everybody who could be proposed for a request, the best first.

    `request` comes with its award, lot, tender, clause, trade and place. Open dossiers of the département's network,
    minus those at work on these dates, already proposed, or refused at their last check.
    """
    dossiers = {dossier.code: dossier for dossier in pool(request, on=on)}
    ordered = rules.order(need_of(request), [candidate_of(dossier) for dossier in dossiers.values()])
    return [
        Found(
            dossier=dossiers[one.candidate.code],
            ranked=one,
            is_own=dossiers[one.candidate.code].structure_id == actor.organisation_id,
        )
        for one in ordered
    ]


def pool(request: JobRequest, *, on: date) -> QuerySet[Dossier]:
    """Return the dossiers that the hard rules leave, with what the order needs; of départements that the structure serves."""
    tender = request.award.lot.tender
    served = Capacity.objects.filter(organisation=tender.structure_id, role=Role.FACILITATOR).values(
        "department"
    )
    busy = Placement.objects.at_work_between(request.starts_on, request.ends_on)
    proposed = Referral.objects.filter(request=request, dossier__person=OuterRef("person"))
    facts = EligibilityFacts.objects.filter(person=OuterRef("person")).order_by("-reference_date", "-pk")
    checks = EligibilityCheck.objects.filter(
        dossier=OuterRef("pk"), status__in=[CheckStatus.VALIDATED, CheckStatus.REFUSED]
    ).order_by("-reference_date", "-pk")
    trades = Dossier.trades.through.objects.filter(dossier=OuterRef("pk"))
    return (
        Dossier.objects.open_on(on)
        .filter(Q(structure_id=tender.structure_id) | Q(department=tender.department, department__in=served))
        .filter(~Exists(busy.filter(person=OuterRef("person"))), ~Exists(proposed), person__merged_into=None)
        .annotate(
            facts_criteria=Subquery(facts.values("criteria")[:1]),
            last_decision=Subquery(checks.values("status")[:1]),
            trade_codes=ArraySubquery(trades.values("romecode_id")),
        )
        .filter(Q(last_decision=None) | Q(last_decision=CheckStatus.VALIDATED))
        .select_related("structure", "person__identity__commune")
    )


def need_of(request: JobRequest) -> Need:
    """Return what the rules read of a request."""
    clause: SocialClause | None = getattr(request.award.lot, "clause", None)
    return Need(
        starts_on=request.starts_on,
        trade=request.trade_id,
        place=point(request.place),
        publics=tuple(clause.priority_publics) if clause else (),
        required=rules.required(
            clause.clause_type if clause else "", is_renewal=request.award.lot.tender.is_renewal
        ),
    )


def candidate_of(dossier: Dossier) -> Candidate:
    """Return what the rules read of a dossier annotated by `pool`; a purged identity has no home."""
    identity = getattr(dossier.person, "identity", None)
    criteria: Sequence[str] | None = getattr(dossier, "facts_criteria", None)
    return Candidate(
        code=dossier.code,
        criteria=frozenset(criteria or ()),
        is_validated=criteria is not None,
        trades=frozenset(getattr(dossier, "trade_codes", ())),
        home=point(identity.commune if identity else None),
        available_on=dossier.available_on,
        mobility=dossier.mobility,
    )


def point(commune: Commune | None) -> Point | None:
    """Return where a commune is, None when nobody knows."""
    if commune is None or commune.latitude is None or commune.longitude is None:
        return None
    return float(commune.latitude), float(commune.longitude)
