"""The tests of eligibility, against DOMAIN.md 4.2, 4.3, 12.2 and the boundary cases of 12.7."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.people.choices import Criterion, EducationLevel, EvidenceKind, Refusal
from beneficiaries.people.rules import eligibility
from beneficiaries.people.rules.documents import NEEDS, SOURCES
from beneficiaries.people.rules.facts import Case, Limits, Proof, Verdict, age_on

C, K, R = Criterion, EvidenceKind, Refusal

LIMITS = Limits(
    min_age=16,
    youth_max_age=26,
    senior_min_age=50,
    youth_inactive_months=6,
    youth_programme_months=12,
    deld_min_months=12,
    detld_min_months=24,
    deld_max_worked_months=6,
    pass_iae_days=730,
    evidence_max_age={
        "CAF_RSA": 3,
        "FT_SITUATION": 3,
        "ASS_ATT": 3,
        "AAH_ATT": 3,
        "ML_ATT": 3,
        "MOTIVATED_NOTE": 3,
        "DIPLOMA_OR_STATEMENT": 3,
        "ADDRESS": 6,
        "ALLOWANCE_ATT": 3,
    },
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def verdict(
    *proofs: Proof,
    hired: str,
    born: str = "1990-02-20",
    decided: str | None = None,
    education: str = "",
) -> Verdict:
    case = Case(
        birth_date=day(born),
        education=education,
        reference_date=day(hired),
        decided_on=day(decided or hired),
        limits=LIMITS,
    )
    return eligibility.judge(case, proofs)


def proof(
    criterion: Criterion,
    kind: EvidenceKind,
    *,
    issued: str | None = None,
    until: str | None = None,
    since: str | None = None,
    worked: int | None = None,
) -> Proof:
    return Proof(
        criterion=criterion,
        kind=kind,
        issued_on=day(issued) if issued else None,
        valid_until=day(until) if until else None,
        since=day(since) if since else None,
        worked_months=worked,
    )


GOLDEN = {
    "BEN-01": ("1979-05-14", "2025-04-01", [proof(C.LONG_TERM_UNEMPLOYED, K.FT_SITUATION, issued="2025-03-18", since="2023-09-04", worked=0)]),
    "BEN-02": ("1990-02-20", "2025-05-05", [proof(C.RSA, K.CAF_RSA, issued="2025-04-10"), proof(C.IAE_ETTI, K.PASS_IAE, issued="2025-01-02")]),
    "BEN-03": ("2005-11-02", "2025-09-01", [proof(C.YOUTH_UNQUALIFIED, K.ML_ATT, issued="2025-08-20", since="2024-06-30")]),
    "BEN-05": ("1985-01-01", "2025-07-01", [proof(C.IAE_ACI, K.PASS_IAE, issued="2024-09-02")]),
    "BEN-08": ("1971-03-03", "2025-10-06", [proof(C.SENIOR, K.ASS_ATT, issued="2025-09-15"), proof(C.ASS, K.ASS_ATT, issued="2025-09-15")]),
    "BEN-09": ("1994-09-09", "2025-05-05", [proof(C.INTERNATIONAL_PROTECTION, K.RESIDENCE_PERMIT, until="2027-01-31")]),
    "BEN-10": ("2004-01-30", "2025-06-02", [proof(C.YOUTH_PROGRAMME, K.ML_ATT, issued="2025-05-12")]),
}  # fmt: skip


@pytest.mark.parametrize("person", GOLDEN)
def test_people_of_the_golden_example_are_eligible(person: str) -> None:
    born, hired, proofs = GOLDEN[person]
    found = verdict(*proofs, born=born, hired=hired)
    assert found.is_eligible, found.judgements
    assert found.refusals == ()


def test_golden_person_registered_for_five_months_meets_no_criterion() -> None:
    found = verdict(
        proof(C.LONG_TERM_UNEMPLOYED, K.FT_SITUATION, issued="2025-06-02", since="2025-01-06", worked=0),
        born="1988-07-07",
        hired="2025-06-16",
    )
    assert (found.is_eligible, found.refusals) == (False, (R.NO_CRITERION,))
    assert found.judgements[0].sentence == (
        "Inscription depuis le 06/01/2025 : il faut plus de 12 mois au 16/06/2025."
    )


def test_criteria_met_are_listed_with_ass_before_senior() -> None:
    born, hired, proofs = GOLDEN["BEN-08"]
    assert verdict(*proofs, born=born, hired=hired).criteria == (C.ASS, C.SENIOR)


@pytest.mark.parametrize(("hired", "is_young"), [("2026-03-14", True), ("2026-03-15", False)])
def test_12_7_case_1_youth_ends_on_the_26th_birthday(hired: str, is_young: bool) -> None:
    found = verdict(proof(C.YOUTH_PROGRAMME, K.ML_ATT, issued="2026-03-01"), born="2000-03-15", hired=hired)
    assert found.is_eligible is is_young
    assert found.refusals == (() if is_young else (R.NO_CRITERION,))


@pytest.mark.parametrize(("hired", "is_senior"), [("2026-03-14", False), ("2026-03-15", True)])
def test_12_7_case_2_senior_begins_on_the_50th_birthday(hired: str, is_senior: bool) -> None:
    found = verdict(proof(C.SENIOR, K.FT_SITUATION, issued="2026-03-01"), born="1976-03-15", hired=hired)
    assert found.is_eligible is is_senior


@pytest.mark.parametrize(("issued", "refusals"), [("2025-12-31", ()), ("2025-12-30", (R.EVIDENCE_TOO_OLD,))])
def test_12_7_case_3_rsa_attestation_holds_three_months(issued: str, refusals: tuple[Refusal, ...]) -> None:
    assert verdict(proof(C.RSA, K.CAF_RSA, issued=issued), hired="2026-03-31").refusals == refusals


@pytest.mark.parametrize(("issued", "is_fresh"), [("2026-02-28", True), ("2026-02-27", False)])
def test_12_7_case_4_three_months_are_clipped_at_the_end_of_february(issued: str, is_fresh: bool) -> None:
    assert verdict(proof(C.RSA, K.CAF_RSA, issued=issued), hired="2026-05-31").is_eligible is is_fresh


@pytest.mark.parametrize(("since", "is_long"), [("2025-03-31", False), ("2025-03-30", True)])
def test_12_7_case_5_exactly_twelve_months_is_not_long_term(since: str, is_long: bool) -> None:
    found = verdict(
        proof(C.LONG_TERM_UNEMPLOYED, K.FT_SITUATION, issued="2026-03-02", since=since, worked=0),
        hired="2026-03-31",
    )
    assert found.is_eligible is is_long


REFUSED = {
    "no document at all": ([], "2026-03-31", {}, R.NO_CRITERION),
    "a document of another kind": ([proof(C.RSA, K.FT_SITUATION, issued="2026-03-02")], "2026-03-31", {}, R.EVIDENCE_MISSING),
    "only a piece of identity": ([proof(C.SENIOR, K.ID, issued="2020-01-01")], "2026-03-31", {"born": "1970-01-01"}, R.EVIDENCE_MISSING),
    "a document without its date": ([proof(C.RSA, K.CAF_RSA)], "2026-03-31", {}, R.EVIDENCE_MISSING),
    "a document dated after the decision": ([proof(C.RSA, K.CAF_RSA, issued="2026-04-02", since="2025-01-01")], "2026-03-31", {"decided": "2026-04-01"}, R.EVIDENCE_MISSING),
    "a right opened after the first day": ([proof(C.RSA, K.CAF_RSA, issued="2026-04-02", since="2026-04-01")], "2026-03-31", {"decided": "2026-04-10"}, R.STATUS_AFTER_START),
    "a late document that does not say since when": ([proof(C.RSA, K.CAF_RSA, issued="2026-04-02")], "2026-03-31", {"decided": "2026-04-10"}, R.STATUS_AFTER_START),
    "six months worked in the last twelve": ([proof(C.LONG_TERM_UNEMPLOYED, K.FT_SITUATION, issued="2026-03-02", since="2023-01-02", worked=6)], "2026-03-31", {}, R.NO_CRITERION),
    "a registration without months worked": ([proof(C.LONG_TERM_UNEMPLOYED, K.FT_SITUATION, issued="2026-03-02", since="2023-01-02")], "2026-03-31", {}, R.EVIDENCE_MISSING),
    "less than 24 months for the very long term": ([proof(C.VERY_LONG_TERM_UNEMPLOYED, K.FT_SITUATION, issued="2026-03-02", since="2024-04-01", worked=0)], "2026-03-31", {}, R.NO_CRITERION),
    "out of school for five months": ([proof(C.YOUTH_UNQUALIFIED, K.ML_ATT, issued="2026-03-02", since="2025-10-01")], "2026-03-31", {"born": "2005-01-01"}, R.NO_CRITERION),
    "a qualified young person without qualification": ([proof(C.YOUTH_UNQUALIFIED, K.ML_ATT, issued="2026-03-02", since="2025-06-30")], "2026-03-31", {"born": "2005-01-01", "education": EducationLevel.LEVEL_3}, R.NO_CRITERION),
    "a graduate without diploma": ([proof(C.YOUTH_GRADUATE_INACTIVE, K.ML_ATT, issued="2026-03-02", since="2025-06-30")], "2026-03-31", {"born": "2005-01-01", "education": EducationLevel.BELOW_3}, R.NO_CRITERION),
    "a programme that ended twelve months ago": ([proof(C.YOUTH_PROGRAMME, K.ML_ATT, issued="2026-03-02", since="2025-03-31")], "2026-03-31", {"born": "2005-01-01"}, R.NO_CRITERION),
    "an address without a job seeker": ([proof(C.QPV_RESIDENT, K.ADDRESS, issued="2026-03-02")], "2026-03-31", {}, R.EVIDENCE_MISSING),
    "a permit without its end": ([proof(C.INTERNATIONAL_PROTECTION, K.RESIDENCE_PERMIT, issued="2025-03-02")], "2026-03-31", {}, R.EVIDENCE_MISSING),
    "a permit ended the day before": ([proof(C.INTERNATIONAL_PROTECTION, K.RESIDENCE_PERMIT, until="2026-03-30")], "2026-03-31", {}, R.EVIDENCE_TOO_OLD),
    "a PASS IAE two years old": ([proof(C.IAE_EI, K.PASS_IAE, issued="2024-03-31")], "2026-03-31", {}, R.EVIDENCE_TOO_OLD),
    "a PLIE accompaniment closed": ([proof(C.PLIE_PARTICIPANT, K.PLIE_ATT, issued="2025-03-02", until="2026-01-31")], "2026-03-31", {}, R.EVIDENCE_TOO_OLD),
    "fifteen years old": ([proof(C.RSA, K.CAF_RSA, issued="2026-03-02")], "2026-03-31", {"born": "2010-04-01"}, R.UNDER_AGE),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_refusal_says_why(what: str) -> None:
    proofs, hired, options, refusal = REFUSED[what]
    found = verdict(*proofs, hired=hired, **options)
    assert (found.is_eligible, found.criteria, found.refusals) == (False, (), (refusal,))


ACCEPTED = {
    "a late document that shows the first day": ([proof(C.RSA, K.CAF_RSA, issued="2026-04-02", since="2025-01-01")], {"decided": "2026-04-10"}),
    "a PASS IAE on its last day": ([proof(C.IAE_EI, K.PASS_IAE, issued="2024-04-01")], {}),
    "a permit on its last day": ([proof(C.INTERNATIONAL_PROTECTION, K.RESIDENCE_PERMIT, until="2026-03-31")], {}),
    "exactly 24 months for the very long term": ([proof(C.VERY_LONG_TERM_UNEMPLOYED, K.FT_SITUATION, issued="2026-03-02", since="2024-03-31", worked=5)], {}),
    "out of school for exactly six months": ([proof(C.YOUTH_UNQUALIFIED, K.ML_ATT, issued="2026-03-02", since="2025-09-30")], {"born": "2005-01-01"}),
    "a graduate out of school": ([proof(C.YOUTH_GRADUATE_INACTIVE, K.SCHOOL_EXIT, issued="2025-07-02", since="2025-07-02")], {"born": "2003-01-01", "education": EducationLevel.LEVEL_5}),
    "a programme that ended less than twelve months ago": ([proof(C.YOUTH_PROGRAMME, K.ML_ATT, issued="2026-03-02", since="2025-04-01")], {"born": "2005-01-01"}),
    "an address and a job seeker": ([proof(C.QPV_RESIDENT, K.ADDRESS, issued="2025-09-30"), proof(C.QPV_RESIDENT, K.FT_SITUATION, issued="2026-03-02")], {}),
    "a PLIE accompaniment, which is its own motivated proposal": ([proof(C.PLIE_PARTICIPANT, K.PLIE_ATT, issued="2024-01-08")], {}),
    "a motivated note": ([proof(C.MOTIVATED_PROPOSAL, K.MOTIVATED_NOTE, issued="2026-01-02")], {}),
    "the recent one of two documents": ([proof(C.RSA, K.CAF_RSA, issued="2025-06-02"), proof(C.RSA, K.CAF_RSA, issued="2026-03-02")], {}),
    "one criterion met out of two": ([proof(C.ASS, K.ASS_ATT, issued="2025-06-02"), proof(C.RSA, K.CAF_RSA, issued="2026-03-02")], {}),
    "sixteen on the first day": ([proof(C.RSA, K.CAF_RSA, issued="2026-03-02")], {"born": "2010-03-31"}),
}  # fmt: skip


@pytest.mark.parametrize("what", ACCEPTED)
def test_acceptance_holds_on_its_edge(what: str) -> None:
    proofs, options = ACCEPTED[what]
    found = verdict(*proofs, hired="2026-03-31", **options)
    assert found.is_eligible, found.judgements
    assert found.refusals == ()


def test_late_document_proves_the_first_day_and_an_early_one_its_own() -> None:
    late = verdict(
        proof(C.RSA, K.CAF_RSA, issued="2026-04-02", since="2025-01-01"),
        hired="2026-03-31",
        decided="2026-04-10",
    )
    early = verdict(proof(C.RSA, K.CAF_RSA, issued="2026-03-02"), hired="2026-03-31")
    assert (late.proven_on, early.proven_on) == (day("2026-03-31"), day("2026-03-02"))


def test_every_criterion_has_its_documents_and_its_source() -> None:
    assert set(NEEDS) == set(Criterion) == set(SOURCES)
    assert SOURCES[C.RSA] == "CCAG 2021, art. 16.1.1.2"
    assert SOURCES[C.IAE_ACI] == "CCAG 2021, art. 16.1.1.1"


@given(born=st.dates(date(1940, 1, 1), date(2020, 12, 31)), days=st.integers(0, 40000))
def test_age_never_decreases_and_nobody_is_young_and_senior(born: date, days: int) -> None:
    later = born + timedelta(days=days)
    assert age_on(born, later) <= age_on(born, later + timedelta(days=1))
    assert not (age_on(born, later) < LIMITS.youth_max_age and age_on(born, later) >= LIMITS.senior_min_age)


@given(
    hired=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    older=st.integers(0, 400),
    younger=st.integers(0, 400),
)
def test_more_recent_document_is_never_refused_where_an_older_one_holds(
    hired: date, older: int, younger: int
) -> None:
    def fresh(days: int) -> bool:
        issued = hired - timedelta(days=days)
        return verdict(
            proof(C.RSA, K.CAF_RSA, issued=issued.isoformat()), hired=hired.isoformat()
        ).is_eligible

    assert fresh(min(older, younger)) >= fresh(max(older, younger))
    assert fresh(older) == (hired - timedelta(days=older) >= hired - relativedelta(months=3))


@given(
    st.lists(
        st.builds(
            Proof,
            criterion=st.sampled_from(Criterion),
            kind=st.sampled_from(EvidenceKind),
            issued_on=st.none() | st.dates(date(2023, 1, 1), date(2026, 6, 1)),
            valid_until=st.none() | st.dates(date(2023, 1, 1), date(2028, 6, 1)),
            since=st.none() | st.dates(date(2020, 1, 1), date(2026, 6, 1)),
            worked_months=st.none() | st.integers(0, 12),
        ),
        max_size=6,
    )
)
def test_verdict_always_holds_together(proofs: list[Proof]) -> None:
    found = verdict(*proofs, hired="2026-03-31", decided="2026-04-10")
    assert found.is_eligible == bool(found.criteria) == (not found.refusals) == (found.proven_on is not None)
    assert {judgement.criterion for judgement in found.judgements} == {proof.criterion for proof in proofs}
    assert C.RSA not in found.criteria or found.criteria[0] is C.RSA
    assert all(judgement.sentence and judgement.source for judgement in found.judgements)
    if found.proven_on:
        assert found.proven_on <= day("2026-03-31")


def test_rsa_is_first_in_every_list() -> None:
    assert eligibility.in_order([C.SENIOR, C.ASS, C.RSA]) == [C.RSA, C.ASS, C.SENIOR]
    assert next(iter(Criterion)) is C.RSA


def test_criteria_about_health_and_protection_are_masked() -> None:
    criteria = [C.RSA, C.AAH, C.DISABLED_WORKER, C.INTERNATIONAL_PROTECTION]
    assert eligibility.shown(criteria, everything=False) == ["Bénéficiaire du RSA"] + ["Critère protégé"] * 3
    assert eligibility.shown(criteria, everything=True)[1] == "Allocation aux adultes handicapés"


@pytest.mark.parametrize(
    ("asked", "answer_by", "hired", "due"),
    [
        ("2025-10-14", "2025-10-17", "2025-11-03", "2025-10-17"),
        ("2025-10-14", "2025-10-17", "2025-10-16", "2025-10-15"),
        ("2025-10-14", "2025-10-17", "2025-10-14", "2025-10-14"),
        ("2025-10-14", "2025-10-17", "2025-10-01", "2025-10-14"),
    ],
)
def test_answer_is_due_in_three_days_and_before_the_start(
    asked: str, answer_by: str, hired: str, due: str
) -> None:
    assert eligibility.due_on(day(asked), answer_by=day(answer_by), reference_date=day(hired)) == day(due)
