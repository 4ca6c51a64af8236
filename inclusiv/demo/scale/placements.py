"""Rows of those put to work: their eligibility, validated with its documents, and their mise à l'emploi."""

from collections.abc import Iterator
from datetime import timedelta

from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import EligibilityCheck, EligibilityFacts, Evidence
from beneficiaries.people.rules.facts import age_on
from beneficiaries.placements.choices import PlacementStatus
from beneficiaries.placements.models import Placement
from inclusiv.demo import plan, world
from inclusiv.demo.make.beneficiaries import proofs
from inclusiv.demo.make.clauses import noon
from inclusiv.demo.posts import Post
from inclusiv.demo.scale.people import Worker, commune_of
from inclusiv.demo.scale.scene import Scene, public_code

PLACEMENT_SALT = 3_000_017
ASKED, DECIDED, ISSUED = timedelta(days=10), timedelta(days=7), timedelta(days=20)
"""How long before the first day of work each happens."""


def write_placement(scene: Scene, post: Post, worker: Worker, *, award: int) -> int:
    """Write somebody's mise à l'emploi under an award, and return its id."""
    tables, companies = scene.tables, scene.structure.companies
    contractors = post.lot.planned.contractors
    host = companies[post.employer if post.employer in contractors else contractors[0]]
    title, trade = world.POSTS[post.lot.planned.sector]
    is_over = post.ended_on is not None and post.ended_on < scene.today
    return tables[Placement].add(
        code=public_code(tables[Placement].next, salt=PLACEMENT_SALT),
        award_id=award,
        person_id=worker.person,
        dossier_id=worker.dossier,
        check_of_id=write_check(scene, post, worker),
        employer_id=companies[post.employer].pk,
        user_company_id=host.pk,
        declarant_id=companies[post.employer].pk,
        modality=post.modality,
        post=title,
        trade_id=trade,
        weekly_hours=35,
        hired_on=post.hired_on,
        planned_end_on=None if post.ended_on else scene.today + timedelta(days=60),
        ended_on=post.ended_on,
        status=PlacementStatus.ENDED if is_over else PlacementStatus.ACTIVE,
        created_at=noon(post.hired_on),
        updated_at=noon(post.ended_on if post.ended_on and is_over else post.hired_on),
    )


def write_check(scene: Scene, post: Post, worker: Worker) -> int:
    """Write the eligibility of a person on their first day, and return its id."""
    tables, planned = scene.tables, worker.planned
    decided_at = noon(post.hired_on - DECIDED)
    check = tables[EligibilityCheck].add(
        dossier_id=worker.dossier,
        reference_date=post.hired_on,
        status=CheckStatus.VALIDATED,
        submitted_at=noon(post.hired_on - ASKED),
        due_on=post.hired_on - DECIDED,
        decided_at=decided_at,
        decided_by=scene.structure.facilitator.name,
        updated_at=decided_at,
    )
    for row in evidence(planned, post):
        tables[Evidence].add(check_of_id=check, **row)
    tables[EligibilityFacts].add(
        check_of_id=check,
        person_id=worker.person,
        reference_date=post.hired_on,
        criteria=list(planned.criteria),
        primary=planned.criteria[0],
        sex=planned.sex,
        age=age_on(planned.birth_date, post.hired_on),
        education=planned.education,
        commune_id=commune_of(scene, planned),
        status_proven_on=post.hired_on - ISSUED,
    )
    return check


def evidence(planned: plan.PlannedPerson, post: Post) -> Iterator[dict[str, object]]:
    """Yield the documents that prove each criterion."""
    for criterion in planned.criteria:
        for proof in proofs(criterion, reference_date=post.hired_on):
            yield {
                "kind": proof.kind,
                "criterion": proof.criterion,
                "issued_on": proof.issued_on,
                "valid_until": proof.valid_until,
                "since": proof.since,
                "worked_months": proof.worked_months,
            }
