"""From a company's need to somebody at work, and what nobody may do on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from beneficiaries.people.actions.people import Profile
from beneficiaries.people.choices import CheckStatus
from beneficiaries.people.models import Dossier, EligibilityCheck, Person
from beneficiaries.placements.actions import placements, referrals, requests
from beneficiaries.placements.choices import (
    Decline,
    Modality,
    PlacementStatus,
    ReferralStatus,
    RequestStatus,
    Trouble,
)
from beneficiaries.placements.models import JobRequest, Placement, Referral
from beneficiaries.placements.rules import Work
from clauses.procurement.models import Award, LotParticipant, Tender
from clauses.procurement.rules.tenders import FINISHED
from inclusiv.accounts.choices import CompanyKind
from inclusiv.core.actors import Role
from inclusiv.core.periods import paris_day
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import accounts, beneficiaries, hours
from inclusiv.records.models import AuditEvent
from tests.conftest import Cast

WORK = Work(
    post="Aide-maçon",
    modality=Modality.DIRECT_HIRE_CDD,
    starts_on=date(2025, 11, 3),
    ends_on=date(2026, 1, 30),
    trade="F1703",
)
KARIM = Profile(first_name="Karim", last_name="Lounès", birth_date=date(1990, 2, 20))


@pytest.fixture
def search(cast: Cast, award: Award, at: datetime) -> JobRequest:
    return requests.open_search(
        award=award, company=cast.builder, work=WORK, headcount=2, by=cast.contractor, at=at
    )


@pytest.fixture
def referral(cast: Cast, search: JobRequest, at: datetime) -> Referral:
    dossier = beneficiaries.dossier(cast.structure)
    return referrals.propose(request=search, dossier=dossier, reasons=["RSA"], by=cast.facilitator, at=at)


def refusal_of(error: pytest.ExceptionInfo[Refused]) -> tuple[str, str | None]:
    return error.value.code, error.value.field


class TestDemanderUnCandidat:
    def test_complete_request_is_due_in_ten_working_days(self, search: JobRequest) -> None:
        assert (search.status, search.headcount) == (RequestStatus.OPEN, 2)
        assert search.due_on == date(2025, 10, 28)
        assert search.place_id == "91228"

    def test_facilitator_asks_on_the_company_s_behalf(self, cast: Cast, award: Award, at: datetime) -> None:
        requests.open_search(award=award, company=cast.builder, work=WORK, by=cast.facilitator, at=at)
        event = AuditEvent.objects.get(code="request.opened")
        assert (event.organisation, event.on_behalf_of) == ("PLIE Nord", "Bâti-Sud")

    def test_start_in_the_past_is_refused_on_its_field(self, cast: Cast, award: Award, at: datetime) -> None:
        with pytest.raises(Refused) as error:
            requests.open_search(
                award=award,
                company=cast.builder,
                work=replace(WORK, starts_on=date(2025, 10, 13)),
                by=cast.contractor,
                at=at,
            )
        assert refusal_of(error) == ("starts_in_past", "starts_on")

    def test_fifty_hours_a_week_are_refused_with_the_article(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        with pytest.raises(Refused, match="L3121-20"):
            requests.open_search(
                award=award,
                company=cast.builder,
                work=replace(WORK, weekly_hours=Decimal(50)),
                by=cast.contractor,
                at=at,
            )

    def test_social_security_number_in_the_note_is_refused(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        with pytest.raises(Refused) as error:
            requests.open_search(
                award=award,
                company=cast.builder,
                work=WORK,
                note="Prendre 2 55 08 14 168 025 38",
                by=cast.contractor,
                at=at,
            )
        assert refusal_of(error) == ("nir", "note")

    @pytest.mark.parametrize(
        ("who", "code"),
        [
            ("other_contractor", "not_visible"),
            ("other_facilitator", "not_visible"),
            ("buyer", "not_permitted"),
            ("prescriber", "not_permitted"),
        ],
    )
    def test_strangers_to_the_lot_ask_nothing(
        self, cast: Cast, award: Award, at: datetime, who: str, code: str
    ) -> None:
        with pytest.raises(Refused) as error:
            requests.open_search(award=award, company=cast.builder, work=WORK, by=cast.everyone()[who], at=at)
        assert error.value.code == code

    def test_company_outside_the_lot_is_not_spoken_for(self, cast: Cast, award: Award, at: datetime) -> None:
        with pytest.raises(Refused) as error:
            requests.open_search(award=award, company=cast.painter, work=WORK, by=cast.facilitator, at=at)
        assert refusal_of(error) == ("not_on_lot", "company")

    def test_cancelled_request_takes_no_candidate(self, cast: Cast, search: JobRequest, at: datetime) -> None:
        requests.cancel(request=search, by=cast.contractor, at=at)
        with pytest.raises(Refused) as error:
            referrals.propose(
                request=search,
                dossier=beneficiaries.dossier(cast.structure),
                reasons=[],
                by=cast.facilitator,
                at=at,
            )
        assert error.value.code == "request_closed"

    def test_database_refuses_a_request_for_nobody(self, search: JobRequest) -> None:
        with pytest.raises(IntegrityError, match="asks_for_somebody"), transaction.atomic():
            JobRequest.objects.filter(pk=search.pk).update(headcount=0)


class TestExecution:
    def ask(
        self, cast: Cast, award: Award, at: datetime, *, starts_on: date, ends_on: date | None = None
    ) -> None:
        """Ask for people, then name somebody: both must be refused alike."""
        work = replace(WORK, starts_on=starts_on, ends_on=ends_on)
        with pytest.raises(Refused) as searched:
            requests.open_search(award=award, company=cast.builder, work=work, by=cast.contractor, at=at)
        with pytest.raises(Refused) as named:
            requests.name_person(
                award=award, company=cast.builder, profile=KARIM, work=work, by=cast.contractor, at=at
            )
        assert named.value.message == searched.value.message
        assert refusal_of(named) == refusal_of(searched)
        raise searched.value

    def test_nobody_starts_after_the_last_day(self, cast: Cast, award: Award, at: datetime) -> None:
        with pytest.raises(Refused, match=r"01/07/2026.*30/06/2026") as error:
            self.ask(cast, award, at, starts_on=date(2026, 7, 1))
        assert refusal_of(error) == ("starts_after_execution", "starts_on")

    def test_nobody_works_only_before_the_first_day(self, cast: Cast, award: Award, at: datetime) -> None:
        Tender.objects.filter(pk=award.lot.tender_id).update(starts_on=date(2026, 1, 5))
        award = Award.objects.with_story().get(pk=award.pk)
        starts_on = paris_day(at) + timedelta(days=3)
        with pytest.raises(Refused, match="vient avant le début de l’exécution") as error:
            self.ask(cast, award, at, starts_on=starts_on, ends_on=starts_on + timedelta(days=13))
        assert refusal_of(error) == ("ends_before_execution", "ends_on")

    @pytest.mark.parametrize("status", sorted(FINISHED))
    def test_nobody_starts_on_a_tender_that_is_over(
        self, cast: Cast, award: Award, at: datetime, status: str
    ) -> None:
        Tender.objects.filter(pk=award.lot.tender_id).update(status=status)
        award = Award.objects.with_story().get(pk=award.pk)
        with pytest.raises(Refused, match=r"2025-001 est terminé .*30/06/2026") as error:
            self.ask(cast, award, at, starts_on=WORK.starts_on)
        assert refusal_of(error) == ("tender_over", "starts_on")

    def test_candidate_is_not_taken_after_the_last_day(
        self, cast: Cast, referral: Referral, at: datetime
    ) -> None:
        with pytest.raises(Refused) as error:
            referrals.accept(referral=referral, starts_on=date(2026, 7, 1), by=cast.contractor, at=at)
        assert refusal_of(error) == ("starts_after_execution", "starts_on")


class TestJAiQuelquUn:
    def test_person_joins_the_tender_s_structure_and_waits_for_a_verdict(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        request = requests.name_person(
            award=award, company=cast.builder, profile=KARIM, work=WORK, by=cast.contractor, at=at
        )
        dossier = Dossier.objects.get()
        check = EligibilityCheck.objects.get()
        placement = Placement.objects.get()
        assert (dossier.structure, str(dossier.person.identity)) == (cast.structure, "Karim Lounès")
        assert (check.status, check.reference_date) == (CheckStatus.SUBMITTED, WORK.starts_on)
        assert check.due_on == request.due_on == date(2025, 10, 17)
        assert (placement.status, placement.request, placement.check_of) == ("PLANNED", request, check)
        assert placement.declarant == placement.employer == placement.user_company == cast.builder

    def test_person_known_to_the_structure_is_not_registered_twice(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        known = beneficiaries.dossier(
            cast.structure, first_name="KARIM", last_name="Lounes", birth_date=KARIM.birth_date
        )
        requests.name_person(
            award=award, company=cast.builder, profile=KARIM, work=WORK, by=cast.contractor, at=at
        )
        assert Placement.objects.get().dossier == known
        assert Person.objects.count() == 1

    def test_dossier_that_ended_is_opened_again_for_the_same_person(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        known = beneficiaries.dossier(
            cast.structure, first_name="Karim", last_name="Lounès", birth_date=KARIM.birth_date
        )
        Dossier.objects.update(ends_on=date(2025, 9, 30))
        requests.name_person(
            award=award, company=cast.builder, profile=KARIM, work=WORK, by=cast.contractor, at=at
        )
        assert Person.objects.get() == known.person
        assert Dossier.objects.count() == 2

    def test_person_of_another_structure_is_somebody_new_here(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        beneficiaries.dossier(
            cast.other_structure, first_name="Karim", last_name="Lounès", birth_date=KARIM.birth_date
        )
        requests.name_person(
            award=award, company=cast.builder, profile=KARIM, work=WORK, by=cast.contractor, at=at
        )
        assert Person.objects.count() == 2

    def test_agency_joins_the_lot_and_declares(self, cast: Cast, award: Award, at: datetime) -> None:
        requests.name_person(
            award=award,
            company=cast.builder,
            profile=KARIM,
            work=replace(WORK, modality=Modality.SECONDMENT_ETTI),
            employer=cast.etti,
            by=cast.contractor,
            at=at,
        )
        placement = Placement.objects.get()
        assert (placement.employer, placement.declarant, placement.user_company) == (
            cast.etti,
            cast.etti,
            cast.builder,
        )
        assert LotParticipant.objects.get().organisation == cast.etti

    def test_agency_at_work_on_the_lot_names_its_own_people(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        LotParticipant.objects.create(lot=award.lot, organisation=cast.etti, starts_on=date(2025, 4, 1))
        requests.name_person(
            award=award,
            company=cast.etti,
            profile=KARIM,
            work=replace(WORK, modality=Modality.SECONDMENT_ETTI),
            by=cast.employer,
            at=at,
        )
        placement = Placement.objects.get()
        assert (placement.employer, placement.user_company) == (cast.etti, cast.builder)

    def test_contractor_does_not_second_its_own_people(self, cast: Cast, award: Award, at: datetime) -> None:
        with pytest.raises(Refused) as error:
            requests.name_person(
                award=award,
                company=cast.builder,
                profile=KARIM,
                work=replace(WORK, modality=Modality.SECONDMENT_ETTI),
                by=cast.contractor,
                at=at,
            )
        assert refusal_of(error) == ("employer_kind", "employer")
        assert not Person.objects.exists()

    def test_work_begun_before_the_answer_is_recorded_as_begun(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        late = replace(WORK, starts_on=date(2025, 10, 6))
        request = requests.name_person(
            award=award, company=cast.builder, profile=KARIM, work=late, by=cast.contractor, at=at
        )
        assert Placement.objects.get().status == PlacementStatus.ACTIVE
        assert request.due_on == date(2025, 10, 14)

    def test_same_person_twice_on_the_same_days_is_refused(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        def name(work: Work) -> None:
            requests.name_person(
                award=award, company=cast.builder, profile=KARIM, work=work, by=cast.contractor, at=at
            )

        short = replace(WORK, ends_on=date(2025, 11, 14))
        name(short)
        with pytest.raises(Refused) as error:
            name(short)
        assert error.value.code == "already_placed"
        name(replace(WORK, starts_on=date(2025, 11, 17), ends_on=None))
        assert Placement.objects.count() == 2

    def test_person_too_young_on_the_first_day_is_refused(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        def name(birth_date: date) -> None:
            profile = replace(KARIM, birth_date=birth_date)
            requests.name_person(
                award=award, company=cast.builder, profile=profile, work=WORK, by=cast.contractor, at=at
            )

        with pytest.raises(Refused, match="aura 15 ans le premier jour de travail") as error:
            name(date(2009, 11, 4))
        assert refusal_of(error) == ("under_age", "birth_date")
        assert not Person.objects.exists()
        name(date(2009, 11, 3))

    def test_story_never_says_the_name(self, cast: Cast, award: Award, at: datetime) -> None:
        requests.name_person(
            award=award, company=cast.builder, profile=KARIM, work=WORK, by=cast.contractor, at=at
        )
        assert AuditEvent.objects.count() >= 4
        for event in AuditEvent.objects.all():
            assert not {"Karim", "Lounès"} & set(str(event.data).split())


class TestProposer:
    def test_proposal_keeps_its_reasons(self, referral: Referral) -> None:
        assert (referral.status, referral.reasons) == (ReferralStatus.PROPOSED, ["RSA"])

    def test_same_person_is_proposed_once(self, cast: Cast, referral: Referral, at: datetime) -> None:
        with pytest.raises(Refused) as error:
            referrals.propose(
                request=referral.request,
                dossier=referral.dossier,
                reasons=[],
                by=cast.facilitator,
                at=at,
            )
        assert error.value.code == "already_proposed"

    def test_somebody_of_another_structure_is_not_proposed(
        self, cast: Cast, search: JobRequest, at: datetime
    ) -> None:
        with pytest.raises(Refused) as error:
            referrals.propose(
                request=search,
                dossier=beneficiaries.dossier(cast.other_structure),
                reasons=[],
                by=cast.facilitator,
                at=at,
            )
        assert error.value.code == "not_visible"

    def test_accepted_candidate_starts_with_a_question_of_eligibility(
        self, cast: Cast, referral: Referral, at: datetime
    ) -> None:
        placement = referrals.accept(
            referral=referral, starts_on=date(2025, 11, 10), by=cast.contractor, at=at
        )
        assert (placement.hired_on, placement.post) == (date(2025, 11, 10), "Aide-maçon")
        assert placement.planned_end_on == WORK.ends_on
        assert placement.check_of.status == CheckStatus.SUBMITTED
        assert placement.check_of.reference_date == date(2025, 11, 10)

    def test_request_is_filled_when_every_post_is_taken(
        self, cast: Cast, referral: Referral, at: datetime
    ) -> None:
        request = referral.request
        referrals.accept(referral=referral, starts_on=WORK.starts_on, by=cast.contractor, at=at)
        request.refresh_from_db()
        assert request.status == RequestStatus.OPEN
        second = referrals.propose(
            request=request,
            dossier=beneficiaries.dossier(cast.structure, first_name="Ousmane"),
            reasons=[],
            by=cast.facilitator,
            at=at,
        )
        referrals.accept(referral=second, starts_on=WORK.starts_on, by=cast.contractor, at=at)
        request.refresh_from_db()
        assert request.status == RequestStatus.FILLED

    def test_eligibility_of_the_day_is_taken_as_it_is(
        self, cast: Cast, referral: Referral, at: datetime
    ) -> None:
        check = beneficiaries.validated_check(referral.dossier, reference_date=WORK.starts_on)
        placement = referrals.accept(referral=referral, starts_on=WORK.starts_on, by=cast.contractor, at=at)
        assert placement.check_of == check

    def test_eligibility_that_counts_already_goes_on(
        self, cast: Cast, award: Award, referral: Referral, at: datetime
    ) -> None:
        check = beneficiaries.validated_check(referral.dossier, reference_date=date(2025, 4, 7))
        beneficiaries.placement(award, check, employer=cast.builder, ended_on=date(2025, 7, 31))
        placement = referrals.accept(referral=referral, starts_on=WORK.starts_on, by=cast.contractor, at=at)
        assert placement.check_of == check

    def test_eligibility_interrupted_for_too_long_is_asked_again_with_its_documents(
        self, cast: Cast, award: Award, referral: Referral, at: datetime
    ) -> None:
        check = beneficiaries.validated_check(referral.dossier, reference_date=date(2025, 3, 24))
        beneficiaries.placement(award, check, employer=cast.builder, ended_on=date(2025, 4, 30))
        placement = referrals.accept(referral=referral, starts_on=WORK.starts_on, by=cast.contractor, at=at)
        assert placement.check_of != check
        assert placement.check_of.status == CheckStatus.SUBMITTED
        assert [one.proof() for one in placement.check_of.evidence.all()] == [
            one.proof() for one in check.evidence.all()
        ]

    def test_declined_candidate_is_told_why(self, cast: Cast, referral: Referral, at: datetime) -> None:
        referrals.decline(referral=referral, reason=Decline.DISTANCE, by=cast.contractor, at=at)
        referral.refresh_from_db()
        assert (referral.status, referral.answer) == ("DECLINED_BY_EMPLOYER", "Trajet trop long")
        assert referral.answered_at == at

    def test_person_may_renounce(self, cast: Cast, referral: Referral, at: datetime) -> None:
        referrals.renounce(referral=referral, by=cast.facilitator, at=at)
        referral.refresh_from_db()
        assert referral.status == ReferralStatus.DECLINED_BY_PERSON

    def test_facilitator_answers_on_the_company_s_behalf(
        self, cast: Cast, referral: Referral, at: datetime
    ) -> None:
        referrals.accept(referral=referral, starts_on=WORK.starts_on, by=cast.facilitator, at=at)
        assert AuditEvent.objects.get(code="referral.accepted").on_behalf_of == "Bâti-Sud"

    @pytest.mark.parametrize("verb", ["accept", "decline", "renounce"])
    def test_answer_is_given_once(self, cast: Cast, referral: Referral, at: datetime, verb: str) -> None:
        referrals.decline(referral=referral, reason=Decline.SKILLS, by=cast.contractor, at=at)
        verbs: dict[str, Callable[[], object]] = {
            "accept": lambda: referrals.accept(
                referral=referral, starts_on=WORK.starts_on, by=cast.contractor, at=at
            ),
            "decline": lambda: referrals.decline(
                referral=referral, reason=Decline.SKILLS, by=cast.contractor, at=at
            ),
            "renounce": lambda: referrals.renounce(referral=referral, by=cast.facilitator, at=at),
        }
        with pytest.raises(Refused) as error:
            verbs[verb]()
        assert error.value.code == "stale_state"
        assert not Placement.objects.exists()

    @pytest.fixture
    def rival(self, cast: Cast, referral: Referral, at: datetime) -> Referral:
        """Somebody else proposed for the same post, after the first."""
        return referrals.propose(
            request=referral.request,
            dossier=beneficiaries.dossier(cast.structure, last_name="Rivale"),
            reasons=[],
            by=cast.facilitator,
            at=at,
        )

    def test_post_taken_frees_who_still_waited(
        self, cast: Cast, referral: Referral, rival: Referral, at: datetime
    ) -> None:
        JobRequest.objects.update(headcount=1)
        referrals.accept(referral=referral, starts_on=WORK.starts_on, by=cast.contractor, at=at)
        rival.refresh_from_db()
        assert (rival.status, rival.answer) == ("DECLINED_BY_EMPLOYER", "Poste pourvu entre-temps")
        with pytest.raises(Refused) as error:
            referrals.accept(referral=rival, starts_on=WORK.starts_on, by=cast.contractor, at=at)
        assert error.value.code == "request_closed"
        assert Placement.objects.count() == 1

    def test_search_given_up_frees_who_waited(
        self, cast: Cast, referral: Referral, rival: Referral, at: datetime
    ) -> None:
        referrals.give_up(request=referral.request, by=cast.contractor, at=at)
        answers = {one.answer for one in Referral.objects.all()}
        assert answers == {"Besoin annulé par l’entreprise"}
        with pytest.raises(Refused, match="il est annulé"):
            referrals.accept(referral=rival, starts_on=WORK.starts_on, by=cast.contractor, at=at)

    @pytest.mark.parametrize("who", ["other_contractor", "employer", "other_facilitator"])
    def test_strangers_answer_nothing(self, cast: Cast, referral: Referral, at: datetime, who: str) -> None:
        with pytest.raises(Refused) as error:
            referrals.accept(referral=referral, starts_on=WORK.starts_on, by=cast.everyone()[who], at=at)
        assert error.value.code == "not_visible"


class TestMettreFin:
    @pytest.fixture
    def placement(self, cast: Cast, award: Award) -> Placement:
        check = beneficiaries.validated_check(
            beneficiaries.dossier(cast.structure), reference_date=date(2025, 9, 1)
        )
        return beneficiaries.placement(award, check, employer=cast.builder)

    @pytest.mark.parametrize(
        ("ended_on", "status"),
        [("2025-10-13", "ENDED"), ("2025-10-14", "ACTIVE"), ("2025-11-30", "ACTIVE")],
    )
    def test_last_day_is_a_day_of_work(
        self, cast: Cast, placement: Placement, at: datetime, ended_on: str, status: str
    ) -> None:
        placements.end(placement=placement, ended_on=date.fromisoformat(ended_on), by=cast.contractor, at=at)
        placement.refresh_from_db()
        assert placement.status == status

    def test_last_day_before_the_first_is_refused(
        self, cast: Cast, placement: Placement, at: datetime
    ) -> None:
        with pytest.raises(Refused) as error:
            placements.end(placement=placement, ended_on=date(2025, 8, 31), by=cast.contractor, at=at)
        assert refusal_of(error) == ("ends_before_start", "ended_on")

    def test_wrong_last_day_is_corrected(self, cast: Cast, placement: Placement, at: datetime) -> None:
        placements.end(placement=placement, ended_on=date(2025, 9, 30), by=cast.contractor, at=at)
        placements.end(placement=placement, ended_on=date(2025, 10, 31), by=cast.facilitator, at=at)
        placement.refresh_from_db()
        assert (placement.ended_on, placement.status) == (date(2025, 10, 31), PlacementStatus.ACTIVE)
        assert AuditEvent.objects.filter(code="placement.ended").count() == 2

    def test_departure_is_not_announced_after_the_planned_end(
        self, cast: Cast, placement: Placement, at: datetime
    ) -> None:
        Placement.objects.update(planned_end_on=date(2025, 11, 30))
        with pytest.raises(Refused, match="30/11/2025") as error:
            placements.end(placement=placement, ended_on=date(2027, 6, 1), by=cast.contractor, at=at)
        assert refusal_of(error) == ("ends_after_plan", "ended_on")

    def test_last_day_comes_after_the_hours_that_count(self, cast: Cast, award: Award, at: datetime) -> None:
        dossier = beneficiaries.dossier(cast.structure)
        check = beneficiaries.validated_check(dossier, reference_date=date(2025, 8, 1))
        placement = beneficiaries.placement(award, check, employer=cast.builder)
        hours.validated(award, cast.builder, date(2025, 9, 1), hours={placement: Decimal(70)})
        with pytest.raises(Refused, match="Des heures de septembre 2025 sont déclarées") as error:
            placements.end(placement=placement, ended_on=date(2025, 8, 31), by=cast.contractor, at=at)
        assert error.value.code == "ends_before_hours"

    def test_facilitator_ends_on_the_employer_s_behalf(
        self, cast: Cast, placement: Placement, at: datetime
    ) -> None:
        placements.end(placement=placement, ended_on=date(2025, 9, 30), by=cast.facilitator, at=at)
        assert AuditEvent.objects.get(code="placement.ended").on_behalf_of == "Bâti-Sud"

    def test_work_under_way_is_not_cancelled(self, cast: Cast, placement: Placement, at: datetime) -> None:
        with pytest.raises(Refused) as error:
            placements.cancel(placement=placement, by=cast.contractor, at=at)
        assert error.value.code == "stale_state"

    def test_cancelled_plan_takes_back_its_question_and_its_request(
        self, cast: Cast, award: Award, at: datetime
    ) -> None:
        request = requests.name_person(
            award=award, company=cast.builder, profile=KARIM, work=WORK, by=cast.contractor, at=at
        )
        placements.cancel(placement=Placement.objects.get(), by=cast.contractor, at=at)
        request.refresh_from_db()
        assert request.status == RequestStatus.CANCELLED
        assert EligibilityCheck.objects.get().status == CheckStatus.WITHDRAWN
        assert Placement.objects.get().status == PlacementStatus.CANCELLED

    def test_trouble_reaches_the_timelines(self, cast: Cast, placement: Placement, at: datetime) -> None:
        placements.signal(placement=placement, trouble=Trouble.ABSENCE, by=cast.contractor, at=at)
        event = AuditEvent.objects.get(code="placement.trouble")
        assert event.data == {"trouble": "la personne est absente"}
        assert f"person:{placement.person_id}" in event.subjects

    def test_night_brings_states_up_to_the_day(
        self, cast: Cast, award: Award, placement: Placement, at: datetime
    ) -> None:
        requests.name_person(
            award=award, company=cast.builder, profile=KARIM, work=WORK, by=cast.contractor, at=at
        )
        placements.end(placement=placement, ended_on=date(2025, 10, 31), by=cast.contractor, at=at)
        assert placements.advance(at=at) == 0
        assert placements.advance(at=at + timedelta(days=20)) == 2
        assert sorted(Placement.objects.values_list("status", flat=True)) == ["ACTIVE", "ENDED"]

    @pytest.mark.parametrize("who", ["other_contractor", "employer", "other_facilitator"])
    def test_strangers_end_nothing(self, cast: Cast, placement: Placement, at: datetime, who: str) -> None:
        with pytest.raises(Refused) as error:
            placements.end(placement=placement, ended_on=date(2025, 9, 30), by=cast.everyone()[who], at=at)
        assert error.value.code == "not_visible"


def test_each_form_of_the_golden_example_finds_its_employer(cast: Cast, award: Award) -> None:
    aci = accounts.organisation(
        name="Chantier du Val", number=60, roles=(Role.EMPLOYER,), company_kind=CompanyKind.ACI
    )
    made = beneficiaries.placement(
        award,
        beneficiaries.validated_check(beneficiaries.dossier(cast.structure), reference_date=date(2025, 7, 1)),
        employer=aci,
        modality=Modality.SUBCONTRACT_ACI,
        ended_on=date(2025, 10, 31),
    )
    assert (made.declarant, made.user_company) == (aci, aci)
    assert (made.status, made.ended_on) == ("ENDED", date(2025, 10, 31))
