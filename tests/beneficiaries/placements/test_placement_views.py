"""Needs, candidates, people at work: what each role reads and does on screen."""

import re
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.people.actions import eligibility
from beneficiaries.people.choices import CheckStatus, Refusal
from beneficiaries.people.models import Dossier, EligibilityCheck
from beneficiaries.placements.actions import referrals, requests
from beneficiaries.placements.choices import Decline, Modality
from beneficiaries.placements.models import JobRequest, Placement, Referral
from beneficiaries.placements.rules import Work
from clauses.procurement.models import Award
from inclusiv.demo.make import beneficiaries
from inclusiv.records.models import AccessLog, AuditEvent
from tests.beneficiaries.pages import text
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.usefixtures("today")

SUBMISSION = "3b9f6c1e-3f0a-4a57-8a52-0c8f0f5b9a03"
ASKED = {
    "post": "Aide-maçon",
    "headcount": "2",
    "starts_on": "2025-11-03",
    "ends_on": "2026-01-30",
    "modality": "DIRECT_HIRE_CDD",
    "weekly_hours": "35",
    "submission": SUBMISSION,
}
NAMED = ASKED | {"first_name": "Karim", "last_name": "Lounès", "birth_date": "1990-02-20"}
WORK = Work(post="Aide-maçon", modality=Modality.DIRECT_HIRE_CDD, starts_on=date(2025, 11, 3))


@pytest.fixture
def search(cast: Cast, award: Award, at: datetime) -> JobRequest:
    return requests.open_search(award=award, company=cast.builder, work=WORK, by=cast.contractor, at=at)


@pytest.fixture
def referral(cast: Cast, search: JobRequest, at: datetime) -> Referral:
    dossier = beneficiaries.dossier(cast.structure, phone="+33612345678")
    return referrals.propose(
        request=search, dossier=dossier, reasons=["RSA", "6 km"], by=cast.facilitator, at=at
    )


@pytest.fixture
def placement(cast: Cast, award: Award) -> Placement:
    check = beneficiaries.validated_check(
        beneficiaries.dossier(cast.structure), reference_date=date(2025, 9, 1)
    )
    return beneficiaries.placement(award, check, employer=cast.builder)


class TestDemanderUnCandidat:
    def test_company_asks_in_one_screen(self, cast: Cast, browser: ActingClient, award: Award) -> None:
        address = f"/lots/{award.pk}/demander-un-candidat/"
        page = text(browser.acting(cast.contractor).get(address))
        assert "Réhabilitation d’une école, lot 1" in page
        assert "Pour le compte de" not in page
        response = browser.post(address, ASKED)
        search = JobRequest.objects.get()
        assert response["Location"] == f"/besoins/{search.pk}/"
        assert (search.headcount, search.company, search.due_on) == (2, cast.builder, date(2025, 10, 28))
        assert "réponse attendue le 28/10/2025" in text(browser.get(response["Location"]))

    @pytest.mark.parametrize("page", ["demander-un-candidat", "faire-valider"])
    def test_same_form_sent_twice_asks_once(
        self, cast: Cast, browser: ActingClient, award: Award, page: str
    ) -> None:
        address = f"/lots/{award.pk}/{page}/"
        answers = [browser.acting(cast.contractor).post(address, NAMED) for _ in range(2)]
        assert [one.status_code for one in answers] == [302, 422]
        assert "déjà été envoyé" in text(answers[1])
        assert JobRequest.objects.count() == 1

    def test_facilitator_asks_for_a_company_of_the_lot(
        self, cast: Cast, browser: ActingClient, award: Award
    ) -> None:
        address = f"/lots/{award.pk}/demander-un-candidat/"
        page = text(browser.acting(cast.facilitator).get(address))
        assert "Vous agissez pour le compte de l’entreprise" in page
        assert "Couleurs du Val" not in page
        browser.post(address, ASKED | {"company": cast.builder.pk})
        assert AuditEvent.objects.get(code="request.opened").on_behalf_of == "Bâti-Sud"

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"starts_on": "2025-10-01"}, "est passé"),
            ({"ends_on": "2025-11-01"}, "précède le premier jour"),
            ({"weekly_hours": "50"}, "au plus 48"),
            ({"weekly_hours": "trente-cinq"}, "n’est pas un nombre"),
            ({"headcount": "0"}, "0 est trop petit : au moins 1"),
            ({"post": ""}, "à remplir"),
            ({"post": "Maçon 255081416802538"}, "sécurité sociale"),
            ({"modality": "RANSOM"}, "RANSOM"),
        ],
    )
    def test_wrong_value_is_said_and_what_was_typed_stays(
        self, cast: Cast, browser: ActingClient, award: Award, changes: dict[str, str], said: str
    ) -> None:
        response = browser.acting(cast.contractor).post(
            f"/lots/{award.pk}/demander-un-candidat/", ASKED | {"note": "Portail bleu"} | changes
        )
        assert response.status_code == 422
        assert said in text(response)
        assert "Portail bleu" in text(response)
        assert not JobRequest.objects.exists()

    def test_replacement_takes_over_the_post(
        self, cast: Cast, browser: ActingClient, award: Award, placement: Placement
    ) -> None:
        page = text(
            browser.acting(cast.contractor).get(
                f"/lots/{award.pk}/demander-un-candidat/?remplace={placement.pk}"
            )
        )
        assert 'value="Aide-maçonne"' in page

    @pytest.mark.parametrize("asked", ["x", "99999999999999999999", "-1", "0"])
    def test_odd_replacement_is_an_ordinary_request(
        self, cast: Cast, browser: ActingClient, award: Award, asked: str
    ) -> None:
        response = browser.acting(cast.contractor).get(
            f"/lots/{award.pk}/demander-un-candidat/?remplace={asked}"
        )
        assert response.status_code == 200


class TestJAiQuelquUn:
    def test_everything_wrong_is_said_at_once_in_the_order_of_the_page(
        self, cast: Cast, browser: ActingClient, award: Award
    ) -> None:
        wrong = {
            "birth_date": "2015-02-20",
            "phone": "06 12",
            "starts_on": "2025-11-03",
            "ends_on": "2025-11-01",
            "weekly_hours": "50",
        }
        response = browser.acting(cast.contractor).post(f"/lots/{award.pk}/faire-valider/", NAMED | wrong)
        told = re.findall(r'<a href="#id_(\w+)">', response.content.decode())
        assert told == ["birth_date", "phone", "ends_on", "weekly_hours"]

    def test_company_names_somebody(self, cast: Cast, browser: ActingClient, award: Award) -> None:
        response = browser.acting(cast.contractor).post(f"/lots/{award.pk}/faire-valider/", NAMED)
        placement = Placement.objects.get()
        page = text(browser.get(response["Location"]))
        assert placement.person.identity.last_name == "Lounès"
        assert "Karim Lounès" in page
        assert "À valider" in page
        assert "17/10/2025, avant le premier jour" in page

    def test_company_is_never_told_that_the_person_is_known(
        self, cast: Cast, browser: ActingClient, award: Award
    ) -> None:
        known = beneficiaries.dossier(
            cast.structure, first_name="Karim", last_name="Lounès", birth_date=date(1990, 2, 20)
        )
        beneficiaries.validated_check(known, reference_date=date(2025, 9, 1))
        response = browser.acting(cast.contractor).post(f"/lots/{award.pk}/faire-valider/", NAMED)
        assert Placement.objects.get().dossier == known
        assert "À valider" in text(browser.get(response["Location"]))
        assert "Éligible" not in text(browser.get(response["Location"]))

    def test_agency_is_chosen_for_a_secondment(self, cast: Cast, browser: ActingClient, award: Award) -> None:
        browser.acting(cast.contractor)
        address = f"/lots/{award.pk}/faire-valider/"
        wrong = browser.post(address, NAMED | {"modality": "SECONDMENT_ETTI"})
        assert wrong.status_code == 422
        assert "ne peut pas employer sous cette forme" in text(wrong)
        browser.post(address, NAMED | {"modality": "SECONDMENT_ETTI", "employer": cast.etti.pk})
        assert Placement.objects.get().employer == cast.etti

    def test_company_reads_why_somebody_is_not_eligible_and_no_criterion(
        self, cast: Cast, browser: ActingClient, award: Award, at: datetime
    ) -> None:
        response = browser.acting(cast.contractor).post(f"/lots/{award.pk}/faire-valider/", NAMED)
        eligibility.refuse(
            check=EligibilityCheck.objects.get(),
            refusals=[Refusal.EVIDENCE_MISSING],
            reason="RSA fermé en août.",
            by=cast.facilitator,
            at=at,
        )
        page = text(browser.get(response["Location"]))
        assert "Le justificatif manque" in page
        assert "RSA" not in page

    def test_double_click_names_once(self, cast: Cast, browser: ActingClient, award: Award) -> None:
        browser.acting(cast.contractor)
        for _ in range(2):
            browser.post(f"/lots/{award.pk}/faire-valider/", NAMED)
        assert Placement.objects.count() == 1


class TestUnBesoin:
    def test_company_reads_name_and_phone_until_it_refuses(
        self, cast: Cast, browser: ActingClient, referral: Referral
    ) -> None:
        address = f"/besoins/{referral.request_id}/"
        page = text(browser.acting(cast.contractor).get(address))
        assert "Amina Diallo" in page
        assert "06 12 34 56 78" in page
        assert "6 km" not in page
        browser.post(
            f"/candidatures/{referral.pk}/ne-pas-retenir/",
            {"reason": Decline.DISTANCE, "submission": SUBMISSION},
        )
        page = text(browser.get(address))
        assert "Amina" not in page
        assert "trajet trop long" in page

    def test_facilitator_reads_the_reasons_and_is_offered_candidates(
        self, cast: Cast, browser: ActingClient, referral: Referral
    ) -> None:
        page = text(browser.acting(cast.facilitator).get(f"/besoins/{referral.request_id}/"))
        assert "RSA · 6 km" in page
        assert f'hx-get="/besoins/{referral.request_id}/candidats/"' in page
        assert "pour le compte de Bâti-Sud" in page

    def test_company_is_offered_no_candidates(
        self, cast: Cast, browser: ActingClient, search: JobRequest
    ) -> None:
        page = text(browser.acting(cast.contractor).get(f"/besoins/{search.pk}/"))
        assert "candidats/" not in page

    def test_accepted_candidate_is_at_work_from_the_day_said(
        self, cast: Cast, browser: ActingClient, referral: Referral
    ) -> None:
        address = f"/candidatures/{referral.pk}/retenir/"
        browser.acting(cast.contractor)
        assert "Retenir Amina Diallo" in text(browser.get(address))
        wrong = browser.post(address, {"starts_on": "hier", "submission": SUBMISSION})
        assert wrong.status_code == 422
        response = browser.post(address, {"starts_on": "2025-11-10", "submission": SUBMISSION})
        assert response["Location"] == f"/besoins/{referral.request_id}/"
        assert Placement.objects.get().hired_on == date(2025, 11, 10)
        assert browser.get(address).status_code == 404

    def test_refusal_says_why(self, cast: Cast, browser: ActingClient, referral: Referral) -> None:
        response = browser.acting(cast.contractor).post(
            f"/candidatures/{referral.pk}/ne-pas-retenir/", {"submission": SUBMISSION}
        )
        assert response.status_code == 422

    def test_renouncing_is_for_the_facilitation_to_note(
        self, cast: Cast, browser: ActingClient, referral: Referral
    ) -> None:
        address = f"/candidatures/{referral.pk}/renoncer/"
        assert browser.acting(cast.contractor).get(address).status_code == 403
        assert "renonce à ce poste" in text(browser.acting(cast.facilitator).get(address))
        browser.post(address)
        referral.refresh_from_db()
        assert referral.status == "DECLINED_BY_PERSON"

    def test_need_is_cancelled_after_a_confirmation(
        self, cast: Cast, browser: ActingClient, search: JobRequest
    ) -> None:
        address = f"/besoins/{search.pk}/annuler/"
        assert "Annuler ce besoin ?" in text(browser.acting(cast.contractor).get(address))
        browser.post(address)
        search.refresh_from_db()
        assert search.status == "CANCELLED"


class TestLesBesoins:
    def test_company_lists_its_own(self, cast: Cast, browser: ActingClient, search: JobRequest) -> None:
        assert "1 besoin" in text(browser.acting(cast.contractor).get("/besoins/"))
        assert "0 besoin" in text(browser.acting(cast.other_contractor).get("/besoins/"))

    @pytest.mark.parametrize(
        ("address", "count"),
        [("?etat=SANS", 1), ("?etat=OPEN", 1), ("?etat=FILLED", 1), ("?nature=NAMED", 1), ("", 2)],
    )
    def test_filters_narrow_it(
        self, cast: Cast, browser: ActingClient, search: JobRequest, award: Award, address: str, count: int
    ) -> None:
        browser.acting(cast.contractor).post(f"/lots/{award.pk}/faire-valider/", NAMED)
        page = text(browser.acting(cast.facilitator).get(f"/besoins/{address}"))
        assert f"{count} besoin" in page

    def test_named_person_shows_what_became_of_the_eligibility(
        self, cast: Cast, browser: ActingClient, award: Award
    ) -> None:
        browser.acting(cast.contractor).post(f"/lots/{award.pk}/faire-valider/", NAMED)
        assert "À valider" in text(browser.get("/besoins/"))


class TestPersonnesEtBesoins:
    def test_facilitator_reads_names(self, cast: Cast, browser: ActingClient, placement: Placement) -> None:
        page = text(browser.acting(cast.facilitator).get(f"/marches/{tender_of(placement)}/personnes/"))
        assert "Amina Diallo" in page
        assert "J’ai quelqu’un" in page

    @pytest.mark.parametrize("who", ["buyer", "coordinator"])
    def test_nameless_roles_read_a_code_and_figures(
        self, cast: Cast, browser: ActingClient, placement: Placement, search: JobRequest, who: str
    ) -> None:
        page = text(browser.acting(cast.everyone()[who]).get(f"/marches/{tender_of(placement)}/personnes/"))
        code = placement.code
        assert f"{code[:4]} {code[4:8]} {code[8:]}" in page
        assert "1 personne" in page
        assert "1 besoin ouvert" in page
        for secret in ("Amina", "Diallo", "RSA", placement.dossier.code, placement.person.code):
            assert secret not in page
        assert "signaler" not in page

    def test_company_reads_its_own_people_alone(
        self, cast: Cast, browser: ActingClient, placement: Placement, award: Award
    ) -> None:
        other = beneficiaries.validated_check(
            beneficiaries.dossier(cast.structure, first_name="Béatrice"), reference_date=date(2025, 9, 1)
        )
        beneficiaries.placement(
            award,
            other,
            employer=cast.etti,
            user_company=cast.builder,
            modality=Modality.SECONDMENT_ETTI,
        )
        address = f"/marches/{tender_of(placement)}/personnes/"
        lead, agency = (
            text(browser.acting(actor).get(address)) for actor in (cast.contractor, cast.employer)
        )
        assert ("Amina" in lead, "Béatrice" in lead) == (True, True)
        assert ("Amina" in agency, "Béatrice" in agency) == (False, True)

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("other_buyer", 404),
            ("other_facilitator", 404),
            ("other_contractor", 404),
            ("employer", 404),
            ("prescriber", 403),
            ("signatory", 403),
        ],
    )
    def test_strangers_to_the_tender_read_nothing(
        self, cast: Cast, browser: ActingClient, placement: Placement, who: str, status: int
    ) -> None:
        response = browser.acting(cast.everyone()[who]).get(f"/marches/{tender_of(placement)}/personnes/")
        assert response.status_code == status

    @pytest.mark.parametrize("who", ["facilitator", "buyer", "contractor"])
    def test_twenty_people_take_as_many_queries_as_one(
        self, cast: Cast, browser: ActingClient, placement: Placement, award: Award, who: str
    ) -> None:
        address = f"/marches/{tender_of(placement)}/personnes/"
        browser.acting(cast.everyone()[who])

        def queries() -> int:
            AccessLog.objects.all().delete()
            with CaptureQueriesContext(connection) as seen:
                assert browser.get(address).status_code == 200
            return len(seen)

        queries()
        one = queries()
        for number in range(19):
            check = beneficiaries.validated_check(
                beneficiaries.dossier(cast.structure, first_name=f"N{number}"),
                reference_date=date(2025, 9, 1),
            )
            beneficiaries.placement(award, check, employer=cast.builder)
        assert queries() == one


class TestSignaler:
    def test_departure_ends_the_work(self, cast: Cast, browser: ActingClient, placement: Placement) -> None:
        address = f"/mises-a-l-emploi/{placement.pk}/signaler/"
        assert 'value="2025-10-14"' in text(browser.acting(cast.contractor).get(address))
        response = browser.post(
            address, {"trouble": "DEPARTURE", "ended_on": "2025-10-10", "submission": SUBMISSION}
        )
        placement.refresh_from_db()
        assert response["Location"] == f"/marches/{tender_of(placement)}/personnes/"
        assert (placement.status, placement.ended_on) == ("ENDED", date(2025, 10, 10))

    def test_replacement_is_asked_next(self, cast: Cast, browser: ActingClient, placement: Placement) -> None:
        response = browser.acting(cast.contractor).post(
            f"/mises-a-l-emploi/{placement.pk}/signaler/",
            {
                "trouble": "DEPARTURE",
                "ended_on": "2025-10-10",
                "replace": "on",
                "submission": SUBMISSION,
            },
        )
        assert response["Location"].endswith(f"/demander-un-candidat/?remplace={placement.pk}")

    def test_absence_is_told(self, cast: Cast, browser: ActingClient, placement: Placement) -> None:
        browser.acting(cast.contractor).post(
            f"/mises-a-l-emploi/{placement.pk}/signaler/",
            {"trouble": "ABSENCE", "submission": SUBMISSION},
        )
        assert AuditEvent.objects.filter(code="placement.trouble").count() == 1
        placement.refresh_from_db()
        assert placement.status == "ACTIVE"

    @pytest.mark.parametrize(
        ("ended_on", "said"), [("", "dernier jour"), ("2025-08-01", "ne peut pas précéder")]
    )
    def test_wrong_last_day_is_refused(
        self, cast: Cast, browser: ActingClient, placement: Placement, ended_on: str, said: str
    ) -> None:
        response = browser.acting(cast.contractor).post(
            f"/mises-a-l-emploi/{placement.pk}/signaler/",
            {"trouble": "DEPARTURE", "ended_on": ended_on, "submission": SUBMISSION},
        )
        assert response.status_code == 422
        assert said in text(response)

    def test_plan_is_cancelled_after_a_confirmation(
        self, cast: Cast, browser: ActingClient, award: Award
    ) -> None:
        browser.acting(cast.contractor).post(f"/lots/{award.pk}/faire-valider/", NAMED)
        address = f"/mises-a-l-emploi/{Placement.objects.get().pk}/annuler/"
        assert "Karim Lounès ne commencera pas" in text(browser.get(address))
        browser.post(address)
        assert Placement.objects.get().status == "CANCELLED"
        assert EligibilityCheck.objects.get().status == CheckStatus.WITHDRAWN


WRITING = [
    "/lots/{award}/demander-un-candidat/",
    "/lots/{award}/faire-valider/",
    "/besoins/{search}/",
    "/besoins/{search}/annuler/",
    "/candidatures/{referral}/retenir/",
    "/candidatures/{referral}/ne-pas-retenir/",
    "/mises-a-l-emploi/{placement}/signaler/",
    "/mises-a-l-emploi/{placement}/annuler/",
]


@pytest.mark.parametrize("page", WRITING)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("other_contractor", 404),
        ("other_facilitator", 404),
        ("employer", 404),
        ("buyer", 403),
        ("coordinator", 403),
        ("prescriber", 403),
        ("signatory", 403),
    ],
)
def test_strangers_open_nothing(
    cast: Cast,
    browser: ActingClient,
    award: Award,
    referral: Referral,
    placement: Placement,
    page: str,
    who: str,
    status: int,
) -> None:
    address = page.format(
        award=award.pk, search=referral.request_id, referral=referral.pk, placement=placement.pk
    )
    assert browser.acting(cast.everyone()[who]).get(address).status_code == status


@pytest.mark.parametrize("page", ["/besoins/", "/besoins/{search}/", "/marches/{tender}/personnes/"])
def test_pages_that_are_read_refuse_a_form(
    cast: Cast, browser: ActingClient, search: JobRequest, page: str
) -> None:
    address = page.format(search=search.pk, tender=search.award.lot.tender_id)
    assert browser.acting(cast.contractor).post(address).status_code == 405


def tender_of(placement: Placement) -> int:
    return placement.award.lot.tender_id


class TestCeQuIlYAFaire:
    def test_facilitator_sees_what_waits_in_order(
        self, cast: Cast, browser: ActingClient, award: Award, search: JobRequest
    ) -> None:
        browser.acting(cast.contractor).post(f"/lots/{award.pk}/faire-valider/", NAMED)
        check = beneficiaries.validated_check(
            beneficiaries.dossier(cast.structure), reference_date=date(2025, 9, 1)
        )
        beneficiaries.placement(award, check, employer=cast.builder, planned_end_on=date(2025, 11, 10))
        page = text(browser.acting(cast.facilitator).get("/"))
        assert "Valider l’éligibilité" in page
        assert "premier jour dans 20 j" in page
        assert "Proposer des candidats" in page
        assert "Préparer la suite" in page
        assert page.index("éligibilité à valider") < page.index("besoin sans candidat")
        assert page.index("besoin sans candidat") < page.index("fin de contrat")

    def test_counters_lead_to_lists_that_agree(
        self, cast: Cast, browser: ActingClient, award: Award, search: JobRequest
    ) -> None:
        browser.acting(cast.contractor).post(f"/lots/{award.pk}/faire-valider/", NAMED)
        browser.acting(cast.facilitator)
        assert "1 personne" in text(browser.get("/personnes/?eligibilite=SUBMITTED"))
        assert "1 besoin" in text(browser.get("/besoins/?etat=SANS"))
        assert "0 personne" in text(browser.get("/personnes/?situation=ending"))

    def test_other_structures_have_nothing_to_do(
        self, cast: Cast, browser: ActingClient, search: JobRequest
    ) -> None:
        assert "Proposer des candidats" not in text(browser.acting(cast.other_facilitator).get("/"))


def test_person_s_page_tells_the_jobs(cast: Cast, browser: ActingClient, placement: Placement) -> None:
    page = text(browser.acting(cast.facilitator).get(f"/personnes/{placement.dossier_id}/"))
    assert "Aide-maçonne" in page
    assert "2025-001, lot 1" in page
    assert "En poste" in page


def test_name_leads_to_the_person_for_the_structure_that_follows_them(
    cast: Cast, browser: ActingClient, placement: Placement
) -> None:
    tender = f"/marches/{placement.award.lot.tender_id}/personnes/"
    link = f'href="/personnes/{placement.dossier_id}/"'
    assert link in text(browser.acting(cast.facilitator).get(tender))
    assert link not in text(browser.acting(cast.contractor).get(tender))
    page = text(browser.acting(cast.facilitator).get(f"/personnes/{placement.dossier_id}/"))
    assert "btn-primary" not in page[page.index("<main") :]  # eligible: nothing is awaited


def test_people_at_work_are_found_by_their_situation(
    cast: Cast, browser: ActingClient, placement: Placement
) -> None:
    free: Dossier = beneficiaries.dossier(cast.structure, first_name="Béatrice")
    browser.acting(cast.facilitator)
    working = text(browser.get("/personnes/?situation=at_work"))
    available = text(browser.get("/personnes/?situation=available"))
    assert ("Amina" in working, "Béatrice" in working) == (True, False)
    assert ("Amina" in available, "Béatrice" in available) == (False, True)
    assert free.available_on
