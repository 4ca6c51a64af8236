"""A company's lots: what it has to declare itself, and what another declares."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from beneficiaries.hours.actions import statements
from beneficiaries.placements.actions import requests
from beneficiaries.placements.choices import Modality
from beneficiaries.placements.models import Placement
from beneficiaries.placements.rules import Work
from clauses.procurement.models import Award, Lot
from inclusiv.core.actors import Actor
from inclusiv.core.periods import PARIS
from inclusiv.demo.make import beneficiaries, clauses, hours
from inclusiv.demo.make.clauses import noon
from reporting.followup.selectors.standings import today, with_standing
from tests.conftest import ActingClient, Cast

pytestmark = pytest.mark.django_db

OWN = "/mes-lots/"
TODAY = date(2025, 10, 29)
OCTOBER = date(2025, 10, 1)


@pytest.fixture(autouse=True)
def on_29_october() -> Iterator[None]:
    """Stand before the end of October."""
    with time_machine.travel(datetime(2025, 10, 29, 10, tzinfo=PARIS), tick=False):
        yield


@pytest.fixture
def award(cast: Cast) -> Award:
    """A notified lot of the cast's builder."""
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure)
    made = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    return made


def hired(cast: Cast, award: Award, *, by_etti: bool = False) -> Placement:
    """Put Amina Diallo to work on 1 October, for the builder or for the ETTI that seconds her to it."""
    check = beneficiaries.validated_check(beneficiaries.dossier(cast.structure), reference_date=OCTOBER)
    return beneficiaries.placement(
        award,
        check,
        employer=cast.etti if by_etti else cast.builder,
        user_company=cast.builder,
        modality=Modality.SECONDMENT_ETTI if by_etti else Modality.DIRECT_HIRE_CDD,
    )


def page(browser: ActingClient, actor: Actor, url: str) -> str:
    answer = browser.acting(actor).get(url)
    assert answer.status_code == 200
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def declaring(award: Award) -> str:
    return reverse("hours:declare", args=[award.pk, OCTOBER])


def told_of(cast: Cast, browser: ActingClient, award: Award) -> str:
    return page(browser, cast.contractor, f"{OWN}{award.pk}/")


def test_hours_of_somebody_still_to_validate_have_no_last_day(
    cast: Cast, browser: ActingClient, award: Award
) -> None:
    check = beneficiaries.submitted_check(beneficiaries.dossier(cast.structure), reference_date=OCTOBER)
    beneficiaries.placement(award, check, employer=cast.builder)
    text = told_of(cast, browser, award)
    assert "éligibilité à valider" in text
    assert "heures comptées jusqu’au" not in text


def test_the_last_counted_day_follows_the_first_day_of_work_not_the_day_of_reading(
    cast: Cast, browser: ActingClient, award: Award
) -> None:
    hired(cast, award)
    assert "heures comptées jusqu’au 30/09/2027" in told_of(cast, browser, award)


def test_somebody_who_is_to_start_or_whose_planned_end_has_passed_is_listed(
    cast: Cast, browser: ActingClient, award: Award
) -> None:
    for name, first, last in (("Bientôt", "2025-11-03", None), ("Autrefois", "2025-09-01", "2025-10-10")):
        starts_on = date.fromisoformat(first)
        dossier = beneficiaries.dossier(cast.structure, first_name=name)
        beneficiaries.placement(
            award,
            beneficiaries.validated_check(dossier, reference_date=starts_on),
            employer=cast.builder,
            hired_on=starts_on,
            planned_end_on=date.fromisoformat(last) if last else None,
        )
    text = told_of(cast, browser, award)
    assert "à partir du 03/11/2025" in text
    assert "fin prévue le 10/10/2025, à confirmer" in text
    assert text.index("Autrefois") < text.index("Bientôt")
    day = today(TODAY)
    row = with_standing(Lot.objects.filter(award=award), actor=cast.facilitator, day=day).get()
    assert not row.in_post


def test_company_with_somebody_to_declare_is_offered_the_month(
    cast: Cast, browser: ActingClient, award: Award
) -> None:
    hired(cast, award)
    text = page(browser, cast.contractor, f"{OWN}{award.pk}/")
    assert f'href="{declaring(award)}"' in text
    assert "Déclarer les heures d’octobre" in text
    assert "avant le 12 novembre" in text


def test_company_whose_people_are_seconded_reads_who_declares(
    cast: Cast, browser: ActingClient, award: Award
) -> None:
    hired(cast, award, by_etti=True)
    text = page(browser, cast.contractor, f"{OWN}{award.pk}/")
    assert "Tremplin 91 déclare les heures d’Amina Diallo." in text
    assert declaring(award) not in text
    text = page(browser, cast.contractor, declaring(award))
    assert "Vous n’employez personne sur ce lot en octobre 2025" in text


def test_facilitator_reads_of_whom_a_month_is_empty(cast: Cast, browser: ActingClient, award: Award) -> None:
    url = reverse("hours:declare-for", args=[award.pk, OCTOBER, cast.builder.pk])
    assert "Bâti-Sud n’emploie personne sur ce lot en octobre 2025" in page(browser, cast.facilitator, url)


def test_month_already_sent_is_not_offered_again(cast: Cast, browser: ActingClient, award: Award) -> None:
    placement = hired(cast, award)
    hours.statement(award, cast.builder, OCTOBER, hours={placement: Decimal(80)}, sent_on=date(2025, 10, 28))
    assert declaring(award) not in page(browser, cast.contractor, f"{OWN}{award.pk}/")


def test_month_sent_back_before_its_end_waits_everywhere(
    cast: Cast, browser: ActingClient, award: Award
) -> None:
    placement = hired(cast, award)
    clauses.award(
        clauses.lot(clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-060")),
        (cast.builder, Decimal(1)),
    )
    sent = hours.statement(
        award, cast.builder, OCTOBER, hours={placement: Decimal(80)}, sent_on=date(2025, 10, 28)
    )
    statements.return_for_correction(statement=sent, comment="À revoir", by=cast.facilitator, at=noon(TODAY))
    text = page(browser, cast.contractor, OWN)
    assert "On attend de vous (1)" in text
    assert "Corriger les heures d’octobre" in text
    assert "renvoyé pour correction" in text
    assert "avant le 12 novembre" not in text
    assert f'href="{declaring(award)}"' in text
    assert "Corriger les heures d’octobre" in page(browser, cast.contractor, f"{OWN}{award.pk}/")
    assert "On attend de vous (1)" in page(browser, cast.contractor, "/releves/")


def test_finished_lots_are_folded_under_those_that_run(
    cast: Cast, browser: ActingClient, award: Award
) -> None:
    other = clauses.tender(
        buyer=cast.commune, structure=cast.structure, reference="2023-001", ends_on=date(2025, 6, 30)
    )
    clauses.award(clauses.lot(other), (cast.builder, Decimal(1)))
    clauses.notify(other, notified_on=date(2025, 3, 10))
    running, _, folded = page(browser, cast.contractor, OWN).partition('<details class="fold">')
    assert f"{OWN}{award.pk}/" in running
    assert "01 69 00 00 01" in running
    assert "1 lot terminé" in folded
    assert folded.count(OWN) == 1


def second_lot(cast: Cast) -> Award:
    tender = clauses.tender(buyer=cast.commune, structure=cast.structure, reference="2025-060")
    made = clauses.award(clauses.lot(tender), (cast.builder, Decimal(1)))
    clauses.notify(tender, notified_on=date(2025, 3, 10))
    return made


def test_company_without_anybody_reads_what_to_do_first(
    cast: Cast, browser: ActingClient, award: Award
) -> None:
    other = second_lot(cast)
    hired(cast, other)
    text = page(browser, cast.contractor, OWN)
    assert "On attend de vous (1)" in text
    assert "1 890 h à réaliser et personne en poste" in text
    assert text.count("Trouver des personnes") == 3  # the row, its button said aloud, the list
    assert text.count("Rien pour l’instant") == 1
    told = page(browser, cast.contractor, f"{OWN}{award.pk}/")
    assert "Pour commencer." in told
    assert "Pour commencer." not in page(browser, cast.contractor, f"{OWN}{other.pk}/")
    requests.open_search(
        award=award,
        company=cast.builder,
        work=Work(post="Maçon", modality=Modality.DIRECT_HIRE_CDD, starts_on=date(2025, 11, 3)),
        by=cast.contractor,
        at=noon(TODAY),
    )
    assert "Trouver des personnes" not in page(browser, cast.contractor, OWN)


def test_company_always_reads_whom_to_call(cast: Cast, browser: ActingClient, award: Award) -> None:
    placement = hired(cast, award)
    sent = hours.statement(
        award, cast.builder, OCTOBER, hours={placement: Decimal(80)}, sent_on=date(2025, 10, 28)
    )
    pages = [
        f"{OWN}{award.pk}/",
        declaring(award),
        reverse("hours:statement", args=[sent.pk]),
        reverse("placements:ask", args=[award.pk]),
        reverse("placements:name", args=[award.pk]),
        reverse("placements:end", args=[placement.pk]),
    ]
    for url in pages:
        text = page(browser, cast.contractor, url)
        assert "PLIE Nord" in text, url
        assert 'href="tel:0169000001"' in text, url


def test_nobody_in_post_is_said_while_the_lot_runs_only(
    cast: Cast, browser: ActingClient, award: Award
) -> None:
    assert "Vous n’employez personne sur ce lot" in page(browser, cast.contractor, f"{OWN}{award.pk}/")
    with time_machine.travel(datetime(2026, 2, 3, 10, tzinfo=PARIS), tick=False):
        text = page(browser, cast.contractor, f"{OWN}{award.pk}/")
    assert "Terminé" in text
    assert "n’employez personne" not in text
