"""Who is found for a request, and how many questions it takes."""

from datetime import date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from beneficiaries.matching import selectors
from beneficiaries.matching.actions import proposals
from beneficiaries.people.choices import Criterion, Refusal
from beneficiaries.people.models import Dossier
from beneficiaries.placements.actions import requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import JobRequest
from beneficiaries.placements.rules import Work
from clauses.procurement.models import Award
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import beneficiaries
from tests.beneficiaries.placements.conftest import make_award
from tests.conftest import Cast

TODAY = date(2025, 10, 14)


@pytest.fixture
def award(cast: Cast) -> Award:
    return make_award(cast)


@pytest.fixture
def search(cast: Cast, award: Award, at: datetime) -> JobRequest:
    work = Work(
        post="Maçon",
        modality=Modality.DIRECT_HIRE_CDD,
        starts_on=date(2025, 11, 3),
        ends_on=date(2026, 1, 30),
        trade="F1703",
    )
    made = requests.open_search(award=award, company=cast.builder, work=work, by=cast.contractor, at=at)
    return loaded(made)


def loaded(request: JobRequest) -> JobRequest:
    return JobRequest.objects.select_related("award__lot__tender", "award__lot__clause", "place").get(
        pk=request.pk
    )


def somebody(cast: Cast, name: str, *, validated: bool = True, **options: object) -> Dossier:
    dossier = beneficiaries.dossier(cast.structure, first_name=name, **options)  # type: ignore[arg-type]  # told by name
    if validated:
        beneficiaries.validated_check(dossier, reference_date=date(2025, 6, 2), criteria=(Criterion.RSA,))
    return dossier


def names(cast: Cast, search: JobRequest) -> list[str]:
    found = selectors.candidates(search, actor=cast.facilitator, on=TODAY)
    return [one.dossier.person.identity.first_name for one in found]


def test_best_public_then_best_trade_come_first(cast: Cast, search: JobRequest) -> None:
    somebody(cast, "Bruno", validated=False, trades=("F1703",))
    somebody(cast, "Amina", trades=("K2204",))
    somebody(cast, "Carla", trades=("F1703",))
    assert names(cast, search) == ["Carla", "Amina", "Bruno"]


def test_person_at_work_on_these_dates_is_left_out(cast: Cast, award: Award, search: JobRequest) -> None:
    for name, start, end in [
        ("Amina", date(2025, 9, 1), None),
        ("Bruno", date(2025, 9, 1), date(2025, 10, 31)),
        ("Carla", date(2026, 2, 2), None),
        ("Denis", date(2025, 12, 1), None),
    ]:
        dossier = beneficiaries.dossier(cast.structure, first_name=name)
        check = beneficiaries.validated_check(dossier, reference_date=start)
        beneficiaries.placement(award, check, employer=cast.builder, planned_end_on=end)
    assert sorted(names(cast, search)) == ["Bruno", "Carla"]


def test_person_refused_at_the_last_check_is_left_out(cast: Cast, search: JobRequest) -> None:
    dossier = somebody(cast, "Amina")
    beneficiaries.refused_check(dossier, reference_date=date(2025, 10, 1), refusals=(Refusal.NO_CRITERION,))
    assert names(cast, search) == []


def test_closed_dossier_is_left_out(cast: Cast, search: JobRequest) -> None:
    Dossier.objects.filter(pk=somebody(cast, "Amina").pk).update(ends_on=date(2025, 10, 13))
    assert names(cast, search) == []


def test_person_of_the_network_is_found_but_is_not_ours(cast: Cast, search: JobRequest) -> None:
    beneficiaries.dossier(cast.other_structure)
    found = selectors.candidates(search, actor=cast.facilitator, on=TODAY)
    assert [one.is_own for one in found] == [False]


def test_twenty_people_take_as_many_queries_as_one(
    cast: Cast, search: JobRequest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        somebody(cast, f"Amina {number}", trades=("F1703", "F1606"))
    with django_assert_num_queries(1):
        assert len(selectors.candidates(search, actor=cast.facilitator, on=TODAY)) == 20


def test_proposal_keeps_the_reasons_of_the_instant(cast: Cast, search: JobRequest, at: datetime) -> None:
    dossier = somebody(cast, "Amina", trades=("F1703",))
    referral = proposals.propose(request=search, dossier=dossier, by=cast.facilitator, at=at)
    assert referral.reasons == ["RSA", "métier recherché", "sur place", "disponible"]
    assert names(cast, search) == []


def test_person_taken_meanwhile_is_not_proposed(
    cast: Cast, award: Award, search: JobRequest, at: datetime
) -> None:
    dossier = beneficiaries.dossier(cast.structure)
    check = beneficiaries.validated_check(dossier, reference_date=date(2025, 11, 3))
    beneficiaries.placement(award, check, employer=cast.builder)
    with pytest.raises(Refused) as error:
        proposals.propose(request=search, dossier=dossier, by=cast.facilitator, at=at)
    assert error.value.code == "no_candidate"


def test_other_structure_proposes_nobody_here(cast: Cast, search: JobRequest, at: datetime) -> None:
    dossier = beneficiaries.dossier(cast.other_structure)
    with pytest.raises(Refused) as error:
        proposals.propose(request=search, dossier=dossier, by=cast.other_facilitator, at=at)
    assert error.value.code == "not_visible"
