"""Submit, complete, validate, refuse: what is written, what is refused, who may."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from beneficiaries.people.actions import eligibility
from beneficiaries.people.choices import CheckStatus, Criterion, EvidenceKind, Refusal
from beneficiaries.people.models import Dossier, EligibilityCheck, EligibilityFacts, Evidence
from beneficiaries.people.rules.facts import Proof
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import beneficiaries
from inclusiv.parameters.models import Parameter
from inclusiv.records.models import AuditEvent
from tests.conftest import Cast, make_cast

DAY_ONE = date(2025, 11, 3)
RSA = Proof(criterion=Criterion.RSA, kind=EvidenceKind.CAF_RSA, issued_on=date(2025, 9, 20))
OLD_RSA = Proof(criterion=Criterion.RSA, kind=EvidenceKind.CAF_RSA, issued_on=date(2025, 6, 2))
ASS = Proof(criterion=Criterion.ASS, kind=EvidenceKind.ASS_ATT, issued_on=date(2025, 9, 1))


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return beneficiaries.dossier(cast.structure)


@pytest.fixture
def check(cast: Cast, dossier: Dossier, at: datetime) -> EligibilityCheck:
    return eligibility.submit(
        dossier=dossier, reference_date=DAY_ONE, evidence=[ASS, RSA], by=cast.facilitator, at=at
    )


def test_answer_is_due_in_three_working_days(check: EligibilityCheck) -> None:
    assert check.status == CheckStatus.SUBMITTED
    assert check.due_on == date(2025, 10, 17)
    assert check.evidence.count() == 2


def test_one_question_a_day_waits_for_one_person(
    cast: Cast, dossier: Dossier, check: EligibilityCheck, at: datetime
) -> None:
    again = partial(eligibility.submit, dossier=dossier, evidence=[], by=cast.facilitator, at=at)
    with pytest.raises(Refused) as refused:
        again(reference_date=DAY_ONE)
    assert (refused.value.code, refused.value.field) == ("already_asked", "reference_date")
    again(reference_date=DAY_ONE + timedelta(days=1))
    eligibility.refuse(check=check, refusals=[Refusal.NO_CRITERION], reason="x", by=cast.facilitator, at=at)
    again(reference_date=DAY_ONE)
    assert dossier.checks.count() == 3


def test_answer_is_due_before_the_start(cast: Cast, dossier: Dossier, at: datetime) -> None:
    check = eligibility.submit(
        dossier=dossier, reference_date=date(2025, 10, 16), evidence=[], by=cast.facilitator, at=at
    )
    assert check.due_on == date(2025, 10, 15)


def test_validation_freezes_the_facts_of_the_first_day(
    cast: Cast, check: EligibilityCheck, at: datetime
) -> None:
    facts = eligibility.validate(check=check, by=cast.facilitator, at=at)
    assert (facts.criteria, facts.primary) == (["RSA", "ASS"], "RSA")
    assert (facts.age, facts.sex, facts.commune_id) == (46, "F", "91228")
    assert facts.status_proven_on == date(2025, 9, 1)
    check.refresh_from_db()
    assert (check.status, check.decided_at, check.decided_by) == ("VALIDATED", at, "Nadia PLIE Nord")


def test_story_never_says_a_criterion(cast: Cast, check: EligibilityCheck, at: datetime) -> None:
    eligibility.validate(check=check, by=cast.facilitator, at=at)
    event = AuditEvent.objects.get(code="eligibility.validated")
    assert event.data == {"reference_date": "2025-11-03"}
    assert f"person:{check.dossier.person_id}" in event.subjects


def test_check_that_the_rules_refuse_is_not_validated(cast: Cast, dossier: Dossier, at: datetime) -> None:
    check = eligibility.submit(
        dossier=dossier, reference_date=DAY_ONE, evidence=[OLD_RSA], by=cast.facilitator, at=at
    )
    with pytest.raises(Refused) as refusal:
        eligibility.validate(check=check, by=cast.facilitator, at=at)
    assert refusal.value.code == "not_eligible"
    assert "03/08/2025" in refusal.value.message
    check.refresh_from_db()
    assert check.status == CheckStatus.SUBMITTED


def test_validation_may_bring_the_documents_with_it(cast: Cast, dossier: Dossier, at: datetime) -> None:
    check = eligibility.submit(
        dossier=dossier, reference_date=DAY_ONE, evidence=[], by=cast.facilitator, at=at
    )
    eligibility.validate(check=check, evidence=[RSA], version=1, by=cast.facilitator, at=at)
    assert Evidence.objects.get().criterion == Criterion.RSA


def test_failed_validation_leaves_the_documents_as_they_were(
    cast: Cast, check: EligibilityCheck, at: datetime
) -> None:
    with pytest.raises(Refused):
        eligibility.validate(check=check, evidence=[OLD_RSA], version=1, by=cast.facilitator, at=at)
    assert check.evidence.count() == 2


LATE = datetime.fromisoformat("2025-11-10T10:00+01:00")


def test_late_validation_needs_a_reason(cast: Cast, check: EligibilityCheck) -> None:
    with pytest.raises(Refused) as refusal:
        eligibility.validate(check=check, by=cast.facilitator, at=LATE)
    assert (refusal.value.code, refusal.value.field) == ("late_without_reason", "reason")
    eligibility.validate(check=check, reason="Attestation reçue après coup.", by=cast.facilitator, at=LATE)
    assert EligibilityFacts.objects.get().status_proven_on == date(2025, 9, 1)


def test_validation_on_the_first_day_itself_is_in_time(cast: Cast, check: EligibilityCheck) -> None:
    eligibility.validate(
        check=check, by=cast.facilitator, at=datetime.fromisoformat("2025-11-03T23:30+01:00")
    )


def test_late_validation_is_refused_where_prior_validation_is_strict(
    cast: Cast, check: EligibilityCheck
) -> None:
    Parameter.objects.filter(code="STRICT_PRIOR_VALIDATION").update(value="1")
    with pytest.raises(Refused) as refusal:
        eligibility.validate(check=check, reason="Trop tard.", by=cast.facilitator, at=LATE)
    assert refusal.value.code == "too_late"


def test_refusal_says_why_to_those_who_asked(cast: Cast, check: EligibilityCheck, at: datetime) -> None:
    eligibility.refuse(
        check=check,
        refusals=[Refusal.EVIDENCE_TOO_OLD, Refusal.NO_CRITERION],
        reason="Attestation de juin.",
        by=cast.facilitator,
        at=at,
    )
    check.refresh_from_db()
    assert (check.status, check.refusals) == ("REFUSED", ["NO_CRITERION", "EVIDENCE_TOO_OLD"])
    assert check.reason == "Attestation de juin."
    assert not EligibilityFacts.objects.exists()
    assert "trop ancien" in AuditEvent.objects.get(code="eligibility.refused").data["reasons"]


def test_refusal_without_a_reason_is_refused(cast: Cast, check: EligibilityCheck, at: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        eligibility.refuse(check=check, refusals=[], by=cast.facilitator, at=at)
    assert refusal.value.field == "refusals"


def test_social_security_number_in_a_reason_is_refused(
    cast: Cast, check: EligibilityCheck, at: datetime
) -> None:
    with pytest.raises(Refused) as refusal:
        eligibility.validate(check=check, reason="255081416802538", by=cast.facilitator, at=at)
    assert (refusal.value.code, refusal.value.field) == ("nir", "reason")


@pytest.mark.parametrize("verb", ["validate", "refuse", "withdraw", "complete"])
@pytest.mark.parametrize("status", [CheckStatus.REFUSED, CheckStatus.WITHDRAWN])
def test_decided_check_does_not_move(
    cast: Cast, check: EligibilityCheck, at: datetime, verb: str, status: CheckStatus
) -> None:
    if status is CheckStatus.REFUSED:
        eligibility.refuse(check=check, refusals=[Refusal.NO_CRITERION], by=cast.facilitator, at=at)
    else:
        eligibility.withdraw(check=check, by=cast.facilitator, at=at)
    verbs: dict[str, Callable[[], object]] = {
        "validate": lambda: eligibility.validate(check=check, by=cast.facilitator, at=at),
        "refuse": lambda: eligibility.refuse(
            check=check, refusals=[Refusal.DUPLICATE], by=cast.facilitator, at=at
        ),
        "withdraw": lambda: eligibility.withdraw(check=check, by=cast.facilitator, at=at),
        "complete": lambda: eligibility.complete(
            check=check, evidence=[], version=1, by=cast.facilitator, at=at
        ),
    }
    with pytest.raises(Refused) as refusal:
        verbs[verb]()
    assert refusal.value.code in {"stale_state", "stale_version"}


def test_documents_completed_by_two_people_are_not_lost(
    cast: Cast, check: EligibilityCheck, at: datetime
) -> None:
    eligibility.complete(check=check, evidence=[RSA], version=1, by=cast.facilitator, at=at)
    with pytest.raises(Refused) as refusal:
        eligibility.complete(check=check, evidence=[ASS], version=1, by=cast.facilitator, at=at)
    assert refusal.value.code == "stale_version"
    assert check.evidence.get().criterion == Criterion.RSA


def test_document_that_expires_before_its_issue_is_refused_in_words(
    cast: Cast, dossier: Dossier, at: datetime
) -> None:
    wrong = Proof(
        criterion=Criterion.IAE_EI,
        kind=EvidenceKind.PASS_IAE,
        issued_on=DAY_ONE,
        valid_until=DAY_ONE - timedelta(days=1),
    )
    with pytest.raises(
        Refused, match=r"ne peut pas expirer \(02/11/2025\) avant d’être délivré \(03/11/2025\)"
    ):
        eligibility.submit(
            dossier=dossier, reference_date=DAY_ONE, evidence=[wrong], by=cast.facilitator, at=at
        )


@pytest.mark.parametrize(
    ("who", "code"),
    [("other_facilitator", "not_visible"), ("prescriber", "not_permitted"), ("contractor", "not_permitted")],
)
def test_only_the_facilitators_of_the_structure_decide(
    cast: Cast, check: EligibilityCheck, at: datetime, who: str, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        eligibility.validate(check=check, by=cast.everyone()[who], at=at)
    assert refusal.value.code == code


def test_database_refuses_a_decision_without_its_date(check: EligibilityCheck) -> None:
    with pytest.raises(IntegrityError, match="decision_is_stamped"), transaction.atomic():
        EligibilityCheck.objects.filter(pk=check.pk).update(status=CheckStatus.VALIDATED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("reference")
def test_two_facilitators_deciding_at_once_write_one_decision(at: datetime) -> None:
    cast = make_cast()
    check = eligibility.submit(
        dossier=beneficiaries.dossier(cast.structure),
        reference_date=DAY_ONE,
        evidence=[RSA],
        by=cast.facilitator,
        at=at,
    )
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def decide() -> None:
        mine = EligibilityCheck.objects.get(pk=check.pk)
        ready.wait()
        try:
            eligibility.validate(check=mine, by=cast.facilitator, at=at)
            outcomes.append("validated")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stale_state", "validated"]
    assert EligibilityFacts.objects.count() == 1
