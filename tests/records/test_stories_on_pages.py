"""Each object's page tells its story in plain French; what used to happen without a word is told."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import models
from django.db.models.signals import post_init
from django.urls import reverse
from django.utils import timezone

from beneficiaries.people.actions.people import Profile
from beneficiaries.placements.actions import placements, requests
from beneficiaries.placements.choices import Modality, Trouble
from beneficiaries.placements.models import Placement
from beneficiaries.placements.rules import Work
from clauses.decp.actions import readings
from clauses.procurement.actions import awards, participants
from clauses.procurement.models import Award
from inclusiv.accounts.actions.organisations import Told
from inclusiv.accounts.models import Capacity, Organisation
from inclusiv.core.periods import PARIS
from inclusiv.core.stories import tell
from inclusiv.demo.make import accounts, beneficiaries, clauses
from inclusiv.demo.make import hours as making
from inclusiv.demo.make.clauses import noon
from inclusiv.records.actions import audit, exchanges
from inclusiv.records.choices import ExchangeKind
from inclusiv.records.models import AuditEvent, reference
from inclusiv.records.selectors import LENGTH, timeline
from reporting.publication.actions import reports
from reporting.publication.models import Charter
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.django_db

DAY = date(2025, 4, 1)


def story(subject: models.Model) -> list[str]:
    """Return the sentences of a subject, oldest first."""
    events = AuditEvent.objects.filter(subjects__contains=[reference(subject)]).order_by("at", "pk")
    return [tell(event.code, event.data) for event in events]


@pytest.fixture
def award(cast: Cast) -> Award:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    made = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    return made


def at_work(cast: Cast, award: Award) -> Placement:
    check = beneficiaries.validated_check(beneficiaries.dossier(cast.structure), reference_date=DAY)
    return beneficiaries.placement(award, check, employer=cast.builder)


class TestPages:
    def shows(self, browser: ActingClient, address: str, sentence: str) -> None:
        text = browser.get(address).content.decode()
        assert '<ol class="timeline"' in text
        assert sentence in text

    def test_tender_and_person(self, cast: Cast, award: Award, browser: ActingClient) -> None:
        placed = at_work(cast, award)
        browser.acting(cast.facilitator)
        self.shows(browser, reverse("procurement:tender", args=[award.lot.tender_id]), "Lot 1 attribué")
        self.shows(browser, reverse("people:person", args=[placed.dossier_id]), "Personne enregistrée")

    def test_eligibility(self, cast: Cast, browser: ActingClient) -> None:
        check = beneficiaries.submitted_check(beneficiaries.dossier(cast.structure), reference_date=DAY)
        browser.acting(cast.facilitator)
        self.shows(
            browser, reverse("people:check", args=[check.pk]), "Éligibilité à valider pour un premier jour"
        )

    def test_placement(self, cast: Cast, award: Award, browser: ActingClient) -> None:
        placed = at_work(cast, award)
        self.shows(
            browser.acting(cast.contractor),
            reverse("placements:end", args=[placed.pk]),
            "Mise à l’emploi le 01/04/2025",
        )

    def test_how_somebody_fares_is_told_to_those_who_accompany_them(
        self, cast: Cast, award: Award, browser: ActingClient
    ) -> None:
        placed = at_work(cast, award)
        placements.signal(placement=placed, trouble=Trouble.ABSENCE, by=cast.contractor, at=noon(DAY))
        tender = reverse("procurement:tender", args=[award.lot.tender_id])
        self.shows(browser.acting(cast.facilitator), tender, "la personne est absente")
        for reader in (cast.buyer, cast.coordinator):
            assert "est absente" not in browser.acting(reader).get(tender).text
        own = reverse("placements:end", args=[placed.pk])
        self.shows(browser.acting(cast.contractor), own, "la personne est absente")

    def test_request_and_statement(self, cast: Cast, award: Award, browser: ActingClient) -> None:
        placed = at_work(cast, award)
        sent = making.statement(award, cast.builder, DAY, hours={placed: Decimal(133)})
        need = requests.open_search(
            award=award, company=cast.builder, work=work(date(2025, 6, 2)), by=cast.contractor, at=noon(DAY)
        )
        browser.acting(cast.facilitator)
        self.shows(browser, reverse("hours:statement", args=[sent.pk]), "Relevé d’avril 2025 envoyé")
        self.shows(
            browser, reverse("placements:request", args=[need.pk]), "Besoin de recrutement : 1 × Aide-maçon"
        )

    def test_organisation(self, cast: Cast, award: Award, browser: ActingClient) -> None:
        placements.start(
            award=award,
            check=beneficiaries.validated_check(beneficiaries.dossier(cast.structure), reference_date=DAY),
            employer=cast.builder,
            work=work(DAY),
            by=cast.facilitator,
            at=noon(DAY),
        )
        browser.acting(cast.facilitator)
        self.shows(
            browser, reverse("accounts:organisation", args=[cast.builder.pk]), "Mise à l’emploi le 01/04/2025"
        )

    @pytest.mark.parametrize(("asked", "told"), [("x", 1), ("0", 1), ("2", 2), ("9999999", 1), ("99999", 0)])
    def test_a_story_longer_than_a_page_goes_on(
        self, cast: Cast, award: Award, browser: ActingClient, asked: str, told: int
    ) -> None:
        for rank in range(LENGTH):
            audit.record(
                code="lot.added", subjects=[award.lot.tender], by=cast.buyer, at=noon(DAY), number=rank
            )
        address = reverse("procurement:tender", args=[award.lot.tender_id])
        page = browser.acting(cast.facilitator).get(f"{address}?suite={asked}").content.decode()
        oldest, older, newer = (
            "Marché enregistré",
            f'href="{address}?suite=2#historique"',
            f'href="{address}?suite=1#historique"',
        )
        assert [words in page for words in (oldest, older, newer)] == [told == 2, told == 1, told == 2]

    @pytest.mark.parametrize("asked", ["2", "99999"])
    def test_a_page_of_a_story_loads_what_it_tells_and_no_more(
        self, award: Award, cast: Cast, asked: str
    ) -> None:
        tender = award.lot.tender
        loaded: list[int] = []
        for rank in range(2 * LENGTH + 5):
            audit.record(code="lot.added", subjects=[tender], by=cast.buyer, at=noon(DAY), number=rank)

        def note(**_told: object) -> None:
            loaded.append(1)

        post_init.connect(note, sender=AuditEvent)
        try:
            told = timeline(tender, actor=cast.facilitator, page=asked)
        finally:
            post_init.disconnect(note, sender=AuditEvent)
        assert len(loaded) == len(told) == (LENGTH + 1 if asked == "2" else 0)

    def test_exchanges_stand_at_the_end_of_their_day(self, award: Award, cast: Cast) -> None:
        tender = award.lot.tender
        for day in (DAY, DAY - timedelta(days=1)):
            exchanges.note(
                kind=ExchangeKind.CALL, happened_on=day, text=f"le {day}", next_on=None,
                subjects=[reference(tender)], by=cast.facilitator, at=noon(DAY),
            )  # fmt: skip
        late = datetime.combine(DAY, time(23, 30), PARIS)
        for at in (late, noon(DAY), late + timedelta(hours=1)):
            audit.record(code="lot.added", subjects=[tender], by=cast.buyer, at=at, number=1)
        told = timeline(tender, actor=cast.facilitator, page="1")
        assert [one.when for one in told[:5]] == [
            late + timedelta(hours=1), DAY, late, noon(DAY), DAY - timedelta(days=1),
        ]  # fmt: skip

    def test_report_and_reading_of_a_file(self, cast: Cast, browser: ActingClient, storage: object) -> None:
        charter = Charter.objects.create(name="Charte", department="91", signed_on=date(2020, 1, 1))
        reports.ask(charter=charter, year=2025, by=cast.coordinator, at=timezone.now())
        self.shows(
            browser.acting(cast.coordinator),
            reverse("publication:reports"),
            "Brouillon du bilan 2025 demandé",
        )
        reading = readings.ask(content=b"[]", name="decp.json", by=cast.facilitator, at=timezone.now())
        self.shows(
            browser.acting(cast.facilitator),
            reverse("decp:reading", args=[reading.pk]),
            "Lecture du fichier demandée",
        )

    def test_signatories_do_not_read_how_a_report_was_made(self, cast: Cast, browser: ActingClient) -> None:
        Charter.objects.create(name="Charte", department="91", signed_on=date(2020, 1, 1))
        assert (
            "Historique"
            not in browser.acting(cast.signatory).get(reverse("publication:reports")).content.decode()
        )


def work(starts_on: date) -> Work:
    return Work(
        post="Aide-maçon", modality=Modality.DIRECT_HIRE_CDD, starts_on=starts_on, weekly_hours=Decimal(35)
    )


class TestMended:
    def test_an_unknown_contractor_begins_its_story(self, cast: Cast) -> None:
        lot = clauses.lot(clauses.tender(buyer=cast.commune, structure=cast.structure))
        awards.award(
            lot=lot,
            contractors=[(Told(siret=accounts.siret(500), name="Val Maçonnerie"), Decimal(1))],
            awarded_on=date(2025, 2, 24),
            by=cast.buyer,
            at=noon(date(2025, 2, 24)),
        )
        assert story(Organisation.objects.get(siret=accounts.siret(500))) == [
            "Organisation enregistrée.",
            "Rôle ouvert depuis le 24/02/2025 : entreprise titulaire.",
        ]

    def test_a_role_that_begins_earlier_is_told(self, cast: Cast) -> None:
        Capacity.objects.filter(organisation=cast.builder).update(starts_on=date(2025, 6, 1))
        lot = clauses.lot(clauses.tender(buyer=cast.commune, structure=cast.structure))
        clauses.award(lot, (cast.builder, Decimal(1)))
        assert story(cast.builder) == ["Rôle avancé au 24/02/2025 : entreprise titulaire."]

    def test_a_participant_that_comes_earlier_is_told(self, cast: Cast, award: Award) -> None:
        for day in (date(2025, 5, 1), date(2025, 6, 1), date(2025, 4, 1)):
            participants.join(
                lot=award.lot, organisations=[cast.etti], starts_on=day, by=cast.facilitator, at=noon(day)
            )
        assert sorted(story(cast.etti)) == sorted(
            [
                "Lot 1 : Tremplin 91 y intervient depuis le 01/05/2025.",
                "Lot 1 : Tremplin 91 y intervient dès le 01/04/2025.",
            ]
        )

    def test_the_request_of_somebody_named_who_does_not_come_is_told(self, cast: Cast, award: Award) -> None:
        now = noon(date(2025, 6, 20))
        named = requests.name_person(
            award=award,
            company=cast.builder,
            profile=Profile(first_name="Paul", last_name="Martin", birth_date=date(1980, 1, 1)),
            work=work((now + timedelta(days=10)).date()),
            by=cast.contractor,
            at=now,
        )
        placements.cancel(placement=Placement.objects.get(request=named), by=cast.contractor, at=now)
        assert story(named)[-1] == "Besoin de recrutement annulé."

    def test_a_file_that_is_given_is_told_before_it_is_read(self, cast: Cast, storage: object) -> None:
        reading = readings.ask(content=b"[]", name="decp.json", by=cast.facilitator, at=timezone.now())
        assert story(reading) == ["Lecture du fichier demandée."]


def test_an_event_of_an_unknown_code_is_an_error_and_not_a_blank(cast: Cast) -> None:
    event = audit.record(code="nothing.said", subjects=[cast.commune], by=cast.buyer, at=timezone.now())
    with pytest.raises(KeyError):
        tell(event.code, event.data)
