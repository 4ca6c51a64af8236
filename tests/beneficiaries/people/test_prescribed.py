"""A prescriber asks, the facilitators of the territory where the person lives decide (DOMAIN.md 4.1)."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from beneficiaries.people.choices import CheckStatus, Criterion
from beneficiaries.people.models import EligibilityCheck, PersonIdentity
from beneficiaries.placements.selectors.todos import eligibilities
from inclusiv.accounts.models import Capacity, Organisation, Territory, TerritoryAssignment
from inclusiv.accounts.selectors import queue_of
from inclusiv.core.queues import Whose
from inclusiv.demo.make import beneficiaries
from inclusiv.records.models import AccessLog
from tests.beneficiaries.pages import text
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.usefixtures("today")

EVRY = "91228"
FORM = {
    "documents-TOTAL_FORMS": "3",
    "documents-INITIAL_FORMS": "1",
    "documents-0-criterion": "DISABLED_WORKER",
    "documents-0-kind": "RQTH_DECISION",
    "documents-0-issued_on": "2025-10-01",
    "documents-0-valid_until": "2028-10-01",
    "version": "1",
    "submission": "3b9f6c1e-3f0a-4a57-8a52-0c8f0f5b9a02",
}


def covers(structure: Organisation, *, since: date = date(2024, 1, 1)) -> None:
    territory = Territory.objects.create(name="Nord", structure=structure)
    TerritoryAssignment.objects.create(territory=territory, commune_id=EVRY, starts_on=since)


@pytest.fixture
def check(cast: Cast) -> EligibilityCheck:
    """Somebody whom the prescriber follows, in a commune that the first structure covers."""
    covers(cast.structure)
    return beneficiaries.submitted_check(
        beneficiaries.dossier(cast.departement, first_name="Anna", last_name="Quevreville"),
        reference_date=date(2025, 11, 3),
        criteria=(Criterion.DISABLED_WORKER,),
    )


def address(check: EligibilityCheck, what: str = "") -> str:
    return f"/personnes/eligibilites/{check.pk}/{what}"


def test_it_waits_for_the_facilitators_of_the_territory_and_for_no_other(
    cast: Cast, check: EligibilityCheck
) -> None:
    for whose in (Whose.MINE, Whose.TEAM):
        group = eligibilities(queue_of(cast.facilitator, whose=whose, on=date(2025, 10, 14)))
        assert group is not None
        assert [todo.url for todo in group.todos] == [reverse("people:check", args=[check.pk])]
        assert group.todos[0].who == cast.departement.name
    assert group is not None
    assert group.url == f"{reverse('home')}?qui=equipe&quoi=1"
    other = eligibilities(queue_of(cast.other_facilitator, whose=Whose.TEAM, on=date(2025, 10, 14)))
    assert other is not None
    assert other.total == 0


def test_the_territory_is_that_of_the_day_of_the_question(cast: Cast, check: EligibilityCheck) -> None:
    """The commune goes over to another structure on the next day: what is asked from then on is theirs."""
    asked_on = check.submitted_at.date()
    TerritoryAssignment.objects.update(ends_on=asked_on)
    covers(cast.other_structure, since=asked_on + timedelta(days=1))
    after = beneficiaries.submitted_check(check.dossier, reference_date=date(2025, 11, 10))
    assert list(EligibilityCheck.objects.visible_to(cast.facilitator)) == [check]
    assert list(EligibilityCheck.objects.visible_to(cast.other_facilitator)) == [after]


def test_who_facilitates_no_more_asks_those_of_the_territory(cast: Cast) -> None:
    covers(cast.structure)
    Capacity.objects.filter(organisation=cast.other_structure).update(ends_on=date(2025, 1, 31))
    asked = beneficiaries.submitted_check(
        beneficiaries.dossier(cast.other_structure), reference_date=date(2025, 11, 3)
    )
    assert asked.asked_structure == cast.structure


def test_a_question_written_before_is_given_to_those_of_the_territory_of_its_day(
    cast: Cast, check: EligibilityCheck
) -> None:
    own = beneficiaries.submitted_check(
        beneficiaries.dossier(cast.structure), reference_date=date(2025, 11, 3)
    )
    TerritoryAssignment.objects.update(ends_on=check.submitted_at.date())
    covers(cast.other_structure, since=check.submitted_at.date() + timedelta(days=1))
    EligibilityCheck.objects.update(asked_structure=None)
    import_module("beneficiaries.people.migrations.0003_asked_structure").asked(apps, None)
    asked = dict(EligibilityCheck.objects.values_list("pk", "asked_structure"))
    assert asked == {check.pk: cast.structure.pk, own.pk: None}


def test_who_another_facilitator_follows_is_not_asked_of_the_territory(
    cast: Cast, check: EligibilityCheck
) -> None:
    theirs = beneficiaries.submitted_check(
        beneficiaries.dossier(cast.other_structure), reference_date=date(2025, 11, 3)
    )
    assert list(EligibilityCheck.objects.visible_to(cast.facilitator)) == [check]
    assert list(EligibilityCheck.objects.visible_to(cast.other_facilitator)) == [theirs]


@pytest.mark.parametrize(
    ("commune", "said"), [(None, "la commune où elle habite"), ("91174", "Aucune structure ne suit")]
)
def test_a_question_that_nobody_would_receive_is_not_asked(
    cast: Cast, browser: ActingClient, check: EligibilityCheck, commune: str | None, said: str
) -> None:
    PersonIdentity.objects.filter(person=check.dossier.person).update(commune=commune)
    asking = reverse("people:ask", args=[check.dossier_id])
    page = browser.acting(cast.prescriber).post(
        asking, {"submission": FORM["submission"], "reference_date": "2025-11-10"}
    )
    assert page.status_code == 422
    assert said in text(page)
    assert EligibilityCheck.objects.get() == check


def test_the_check_opens_and_the_file_of_the_person_does_not(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    page = text(browser.acting(cast.facilitator).get(address(check)))
    assert "Anna Quevreville" in page
    assert "Valider l’éligibilité" in page
    assert "Retirer la demande" not in page
    person = reverse("people:person", args=[check.dossier_id])
    assert person not in browser.get(address(check)).content.decode()
    assert browser.get(person).status_code == 404
    assert browser.get(address(check, "retirer/")).status_code == 404
    assert AccessLog.objects.filter(action="eligibility.read").exists()


def test_the_facilitator_validates_then_reads_what_was_retained(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    answer = browser.acting(cast.facilitator).post(address(check), FORM | {"decision": "validate"})
    assert answer.headers["Location"] == address(check)
    check.refresh_from_db()
    assert check.status == CheckStatus.VALIDATED
    page = text(browser.get(address(check)))
    assert "Anna Quevreville est éligible." in page
    assert "Critère protégé" not in page
    assert "Critère protégé" in text(browser.acting(cast.prescriber).get(address(check)))


def test_the_facilitator_refuses_with_a_reason(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    answer = browser.acting(cast.facilitator).post(
        address(check, "refuser/"),
        {
            "refusals": ["EVIDENCE_MISSING"],
            "reason": "Attestation absente.",
            "version": "1",
            "submission": FORM["submission"],
        },
    )
    assert answer.headers["Location"] == address(check)
    check.refresh_from_db()
    assert check.status == CheckStatus.REFUSED


def test_another_structure_does_not_find_it(
    cast: Cast, browser: ActingClient, check: EligibilityCheck
) -> None:
    browser.acting(cast.other_facilitator)
    assert browser.get(address(check)).status_code == 404
    assert browser.post(address(check), FORM | {"decision": "validate"}).status_code == 404
