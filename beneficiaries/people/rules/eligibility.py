"""Who is eligible on a first day of work, read from the documents seen.

Sources: DOMAIN.md 4.1 to 4.4 (CCAG 2021, art. 16.1.1), 4.7 for the refusals, 12.7 cases 1 to 5. Nothing here knows
who the person is: birth date, diploma, documents and parameters come as plain values.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from beneficiaries.people.choices import (
    SENSITIVE_CRITERIA,
    CheckAction,
    CheckStatus,
    Criterion,
    EvidenceKind,
    Permission,
    Refusal,
)
from beneficiaries.people.rules.documents import NEEDS, SOURCES, expired, missing, too_old
from beneficiaries.people.rules.facts import Case, Judgement, Problem, Proof, Verdict, described
from beneficiaries.people.rules.situations import not_fulfilled, not_started
from inclusiv.core.transitions import Transition

CHECK: Mapping[CheckAction, Transition] = {
    CheckAction.VALIDATE: Transition(
        frozenset({CheckStatus.SUBMITTED}), CheckStatus.VALIDATED, Permission.DECIDE_ELIGIBILITY, "Valider"
    ),
    CheckAction.REFUSE: Transition(
        frozenset({CheckStatus.SUBMITTED}), CheckStatus.REFUSED, Permission.DECIDE_ELIGIBILITY, "Refuser"
    ),
    CheckAction.WITHDRAW: Transition(
        frozenset({CheckStatus.DRAFT, CheckStatus.SUBMITTED}),
        CheckStatus.WITHDRAWN,
        Permission.EDIT_PEOPLE,
        "Retirer la demande",
    ),
}
"""The life of an eligibility check (DOMAIN.md 2.3)."""


def judge(case: Case, proofs: Sequence[Proof]) -> Verdict:
    """Say whether the documents make the person eligible on the reference date; one criterion is enough."""
    judgements = tuple(
        judge_one(case, criterion, [proof for proof in proofs if proof.criterion == criterion])
        for criterion in in_order(proof.criterion for proof in proofs)
    )
    met = tuple(judgement.criterion for judgement in judgements if judgement.is_met)
    if case.age < case.limits.min_age:
        return Verdict(is_eligible=False, criteria=(), refusals=(Refusal.UNDER_AGE,), judgements=judgements)
    if not met:
        found = dict.fromkeys(judgement.refusal for judgement in judgements if judgement.refusal)
        return Verdict(
            is_eligible=False,
            criteria=(),
            refusals=tuple(found) or (Refusal.NO_CRITERION,),
            judgements=judgements,
        )
    proven_on = min(judgement.proven_on for judgement in judgements if judgement.proven_on)
    return Verdict(is_eligible=True, criteria=met, refusals=(), judgements=judgements, proven_on=proven_on)


def judge_one(case: Case, criterion: Criterion, proofs: Sequence[Proof]) -> Judgement:
    """Judge one criterion on its own documents: each set of NEEDS must be met by one of them."""
    source = SOURCES[criterion]
    main, *others = NEEDS[criterion]
    proof, problem = best(case, main, proofs, situation=True)
    for kinds in others:
        problem = problem or best(case, kinds, proofs, situation=False)[1]
    if problem or proof is None:
        problem = problem or missing(main)
        return Judgement(
            criterion=criterion,
            is_met=False,
            sentence=problem.sentence,
            source=source,
            refusal=problem.refusal,
        )
    return Judgement(
        criterion=criterion,
        is_met=True,
        sentence=described(proof),
        source=source,
        proven_on=min(proof.issued_on or case.reference_date, case.reference_date),
    )


def best(
    case: Case, kinds: frozenset[EvidenceKind], proofs: Sequence[Proof], *, situation: bool
) -> tuple[Proof | None, Problem | None]:
    """Return the first document of these kinds that holds, else the first problem met.

    With `situation`, the document must also show the situation that the criterion asks for.
    """
    problems: list[Problem] = []
    for proof in proofs:
        if proof.kind not in kinds:
            continue
        problem = too_old(case, proof) or expired(case, proof)
        if situation:
            problem = problem or not_started(case, proof) or not_fulfilled(case, proof)
        if problem is None:
            return proof, None
        problems.append(problem)
    return None, problems[0] if problems else missing(kinds)


def in_order(criteria: Iterable[Criterion]) -> list[Criterion]:
    """Return each criterion once, RSA first, then in the order of the list."""
    wanted = set(criteria)
    return [criterion for criterion in Criterion if criterion in wanted]


def due_on(asked_on: date, *, answer_by: date, reference_date: date) -> date:
    """Return the day of the answer: `answer_by`, or the eve of the first day when it comes sooner (PRACTICE.md 1.2)."""
    return max(asked_on, min(answer_by, reference_date - timedelta(days=1)))


def shown(criteria: Iterable[Criterion], *, everything: bool) -> list[str]:
    """Return the labels of criteria; those about health or protection are only for the dossier's own facilitators."""
    return [
        criterion.label if everything or criterion not in SENSITIVE_CRITERIA else "Critère protégé"
        for criterion in in_order(criteria)
    ]
