"""The pages of hours: each works, is closed to others, says what is wrong and keeps what was typed."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.hours.actions import statements
from beneficiaries.hours.choices import Finding, LineOutcome, Received, StatementStatus, ZeroReason
from beneficiaries.hours.models import Statement
from clauses.procurement.models import Tender
from inclusiv.core.actors import Actor
from inclusiv.demo.make import accounts, beneficiaries
from inclusiv.demo.make import hours as making
from inclusiv.records.models import AccessLog, reference
from tests import uploads
from tests.beneficiaries.hours.conftest import Scene
from tests.conftest import ActingClient

JUNE, SEPTEMBER = date(2025, 6, 1), date(2025, 9, 1)


@pytest.fixture(autouse=True)
def today(at: datetime) -> Iterator[None]:
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def grid(scene: Scene) -> str:
    """Return the address of the builder's September."""
    return reverse("hours:declare", args=[scene.award.pk, SEPTEMBER])


def typed(scene: Scene, **changes: str) -> dict[str, str]:
    """Return what the builder types: 147 h for Anna, 63 h and 35 h of training for Bruno."""
    anna, bruno = scene.anna.pk, scene.bruno.pk
    usual = {
        "submission": str(uuid4()),
        f"heures-{anna}": "147",
        f"heures-{bruno}": "63,5",
        f"formation-{bruno}": "35",
    }
    names = {"anna": f"heures-{anna}", "bruno": f"heures-{bruno}", "why": f"motif-{anna}"}
    return usual | {names.get(name, name): value for name, value in changes.items()}


def text(response: Any) -> str:
    """Return a page with ordinary spaces."""
    return str(response.content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def text_of(browser: ActingClient, actor: Actor, url: str) -> str:
    response = browser.acting(actor).get(url)
    assert response.status_code == 200
    return text(response)


def test_contractor_sees_who_is_in_post_and_the_month_before(
    scene: Scene, browser: ActingClient, grid: str
) -> None:
    making.statement(scene.award, scene.cast.builder, date(2025, 8, 1), hours=scene.hours(anna=70))
    page = text_of(browser, scene.cast.contractor, grid)
    assert "Déclarer les heures de septembre 2025" in page
    assert "13 octobre 2025" in page
    assert "Anna Martin" in page
    assert "août 2025 : 70 h" in page
    assert "Chloé" not in page


def test_contractor_sends_the_grid(scene: Scene, browser: ActingClient, grid: str) -> None:
    response = browser.acting(scene.cast.contractor).post(grid, typed(scene), follow=True)
    sent = Statement.objects.get()
    assert response.redirect_chain == [(reverse("hours:statement", args=[sent.pk]), 302)]
    assert "Le relevé de septembre 2025 est envoyé : 245,50 h." in text(response)
    assert (sent.status, sent.received, sent.lines.count()) == (
        StatementStatus.SUBMITTED,
        Received.ONLINE,
        3,
    )


def test_form_sent_twice_sends_once(scene: Scene, browser: ActingClient, grid: str) -> None:
    july, form = reverse("hours:declare", args=[scene.award.pk, date(2025, 7, 1)]), typed(scene)
    browser.acting(scene.cast.contractor).post(grid, form)
    again = browser.post(july, form)
    assert again.status_code == 422
    assert "déjà été envoyé : votre première demande est enregistrée" in text(again)
    assert Statement.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"anna": ""}, "Indiquez les heures d’Anna Martin, ou 0 et la raison."),
        ({"anna": "cent"}, "« cent » n’est pas un nombre d’heures"),
        ({"anna": "-7"}, "ne peut pas être négatif"),
        ({"anna": "9" * 30}, f"Heures d’Anna Martin</a>&nbsp;: « {'9' * 30} » est trop grand"),
        ({"anna": "750"}, "750 h, formation comprise"),
        ({"anna": "0"}, "0 heure : indiquez pourquoi."),
        ({"anna": "0", "why": "SLEPT"}, "Sélectionnez un choix valide"),
        ({"submission": "?"}, "rechargez-la avant d’envoyer"),
    ],
)
def test_wrong_grid_says_why_and_keeps_what_was_typed(
    scene: Scene, browser: ActingClient, grid: str, changes: dict[str, str], message: str
) -> None:
    response = browser.acting(scene.cast.contractor).post(grid, typed(scene, **changes))
    page = text(response)
    assert response.status_code == 422
    assert message in page
    assert 'value="63,5"' in page
    assert not Statement.objects.exists()


def test_total_is_computed_by_the_server_too(scene: Scene, browser: ActingClient, grid: str) -> None:
    page = text(browser.acting(scene.cast.contractor).post(grid, typed(scene, why="SLEPT")))
    assert "245,50 h</output>" in page


def test_zero_with_a_reason_is_sent(scene: Scene, browser: ActingClient, grid: str) -> None:
    browser.acting(scene.cast.contractor).post(grid, typed(scene, anna="0", why=ZeroReason.ABSENT))
    assert Statement.objects.get().lines.get(placement=scene.anna).zero_reason == ZeroReason.ABSENT


def test_same_form_sent_twice_sends_once(scene: Scene, browser: ActingClient, grid: str) -> None:
    form = typed(scene)
    browser.acting(scene.cast.contractor).post(grid, form)
    response = browser.post(grid, form)
    assert response.status_code == 422
    assert "Ce relevé est déjà envoyé" in text(response)
    assert Statement.objects.count() == 1


def test_sent_month_says_that_nothing_is_left_to_do(scene: Scene, browser: ActingClient, grid: str) -> None:
    making.statement(scene.award, scene.cast.builder, SEPTEMBER, hours=scene.hours(147, 63))
    assert "Il n’y a rien à refaire" in text_of(browser, scene.cast.contractor, grid)


def test_month_without_anyone_in_post_needs_nothing(scene: Scene, browser: ActingClient) -> None:
    url = reverse("hours:declare", args=[scene.second.pk, SEPTEMBER])
    assert "rien à déclarer" in text_of(browser, scene.cast.contractor, url)


def test_returned_month_shows_the_message_and_the_hours(
    scene: Scene, browser: ActingClient, grid: str, at: datetime
) -> None:
    sent = making.statement(scene.award, scene.cast.builder, SEPTEMBER, hours=scene.hours("410.50", 63))
    statements.return_for_correction(statement=sent, comment="410 ou 140 ?", by=scene.cast.facilitator, at=at)
    page = text_of(browser, scene.cast.contractor, grid)
    assert "410 ou 140 ?" in page
    assert 'value="410,50"' in page


def test_identity_that_is_gone_leaves_the_code(scene: Scene, browser: ActingClient, grid: str) -> None:
    scene.anna.person.identity.delete()
    assert scene.anna.code in text_of(browser, scene.cast.contractor, grid)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("contractor", 200),
        ("employer", 200),
        ("other_contractor", 404),
        ("facilitator", 302),
        ("buyer", 403),
        ("coordinator", 403),
        ("prescriber", 403),
        ("signatory", 403),
    ],
)
def test_grid_opens_to_those_who_work_on_the_lot(
    scene: Scene, browser: ActingClient, grid: str, name: str, status: int
) -> None:
    assert browser.acting(getattr(scene.cast, name)).get(grid).status_code == status


def test_month_to_come_does_not_exist_and_the_current_one_does(scene: Scene, browser: ActingClient) -> None:
    browser.acting(scene.cast.contractor)
    for month, status in ((date(2025, 11, 1), 404), (date(2025, 10, 1), 200)):
        assert browser.get(reverse("hours:declare", args=[scene.award.pk, month])).status_code == status
    for wrong in ("2025-13", "2025-00", "1999-01", "2025-1"):
        url = reverse("hours:declare", args=[scene.award.pk, "2025-09"]).replace("2025-09", wrong)
        assert browser.get(url).status_code == 404


def test_grid_costs_the_same_for_many_people(scene: Scene, browser: ActingClient, grid: str) -> None:
    browser.acting(scene.cast.contractor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(grid).status_code == 200
        return len(captured)

    few = queries()
    for number in range(18):
        dossier = beneficiaries.dossier(scene.cast.structure, first_name=f"Personne {number}")
        check = beneficiaries.validated_check(dossier, reference_date=JUNE)
        beneficiaries.placement(scene.award, check, employer=scene.cast.builder)
    assert queries() == few


def test_facilitator_chooses_then_enters_for_the_company(scene: Scene, browser: ActingClient) -> None:
    browser.acting(scene.cast.facilitator)
    page = text(browser.get(reverse("hours:enter")))
    assert "Tremplin 91 — 2025-001 Réhabilitation d’une école, lot 1" in page
    chosen = {"award": f"{scene.award.pk}-{scene.cast.builder.pk}", "month": "2025-09-01"}
    url = reverse("hours:declare-for", args=[scene.award.pk, SEPTEMBER, scene.cast.builder.pk])
    assert browser.get(reverse("hours:enter"), chosen)["Location"] == url
    response = browser.post(url, typed(scene, received=Received.PHONE, received_on="2025-10-09"), follow=True)
    sent = Statement.objects.get()
    assert (sent.received, sent.received_on) == (Received.PHONE, date(2025, 10, 9))
    page = text(response)
    assert "saisi pour le compte de Bâti-Sud par Nadia PLIE Nord, PLIE Nord" in page
    assert "par téléphone" in page


def test_choice_without_a_company_says_so(scene: Scene, browser: ActingClient) -> None:
    response = browser.acting(scene.cast.facilitator).get(reverse("hours:enter"), {"month": "2025-09-01"})
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"received_on": "2025-10-15"}, "ne peut pas être dans le futur"),
        ({"received_on": ""}, "Reçu le"),
        ({"received": Received.ONLINE}, "Sélectionnez un choix valide"),
    ],
)
def test_entry_says_how_and_when_it_came(
    scene: Scene, browser: ActingClient, changes: dict[str, str], message: str
) -> None:
    url = reverse("hours:declare-for", args=[scene.award.pk, SEPTEMBER, scene.cast.builder.pk])
    usual = typed(scene, received=Received.EMAIL, received_on="2025-10-09")
    response = browser.acting(scene.cast.facilitator).post(url, usual | changes)
    assert response.status_code == 422
    assert message in text(response)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("facilitator", 200),
        ("other_facilitator", 404),
        ("contractor", 403),
        ("employer", 403),
        ("buyer", 403),
    ],
)
def test_entry_for_others_is_for_the_facilitator_of_the_tender(
    scene: Scene, browser: ActingClient, name: str, status: int
) -> None:
    url = reverse("hours:declare-for", args=[scene.award.pk, SEPTEMBER, scene.cast.builder.pk])
    assert browser.acting(getattr(scene.cast, name)).get(url).status_code == status


def test_facilitator_reads_every_statement_and_a_company_its_own(scene: Scene, browser: ActingClient) -> None:
    making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    making.validated(scene.award, scene.cast.etti, JUNE, hours={scene.temp: Decimal(100)})
    page = text_of(browser, scene.cast.facilitator, reverse("hours:list"))
    assert "2 relevés" in page
    assert "210 h" in page
    own = text_of(browser, scene.cast.employer, reverse("hours:list"))
    assert "1 relevé" in own
    assert "210 h" not in own
    assert "0 relevé" in text_of(browser, scene.cast.other_facilitator, reverse("hours:list")).replace(
        " ", " "
    )


def test_list_filters_searches_and_sorts(scene: Scene, browser: ActingClient) -> None:
    making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    making.validated(scene.award, scene.cast.etti, date(2025, 7, 1), hours={scene.temp: Decimal(100)})
    browser.acting(scene.cast.facilitator)
    tender = scene.award.lot.tender_id
    for query, expected in (
        ("etat=SUBMITTED", "Bâti-Sud"),
        ("etat=VALIDATED", "Tremplin 91"),
        ("mois=2025-07-01", "Tremplin 91"),
        ("q=tremplin", "Tremplin 91"),
        (f"q=BATI&marche={tender}", "Bâti-Sud"),
    ):
        page = text(browser.get(f"{reverse('hours:list')}?{query}", headers={"HX-Request": "true"}))
        assert "<html" not in page
        assert "1 relevé" in page, query
        assert expected in page
    for column in ("mois", "entreprise", "marche", "declarees", "comptees", "recu", "etat"):
        assert browser.get(f"{reverse('hours:list')}?tri=-{column}").status_code == 200


def test_corrected_statement_is_listed_once(scene: Scene, browser: ActingClient, at: datetime) -> None:
    done = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    statements.correct(statement=done, by=scene.cast.contractor, at=at)
    page = text_of(browser, scene.cast.facilitator, reverse("hours:list"))
    assert "1 relevé" in page
    assert "correction n° 1" in page


def test_late_statement_wears_its_badge(scene: Scene, browser: ActingClient) -> None:
    making.statement(
        scene.award, scene.cast.builder, JUNE, hours=scene.hours(7, 7), sent_on=date(2025, 7, 15)
    )
    assert "en retard" not in text_of(browser, scene.cast.facilitator, reverse("hours:list"))
    making.statement(
        scene.award, scene.cast.etti, JUNE, hours={scene.temp: Decimal(7)}, sent_on=date(2025, 7, 16)
    )
    assert "en retard" in text_of(browser, scene.cast.facilitator, reverse("hours:list"))


def test_company_reads_what_is_awaited_above_its_list(scene: Scene, browser: ActingClient) -> None:
    page = text_of(browser, scene.cast.employer, reverse("hours:list"))
    assert "On attend de vous (5)" in page
    assert "Déclarer les heures de mai 2025" in page


def test_export_holds_the_rows_and_is_noted(scene: Scene, browser: ActingClient) -> None:
    making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours("140.5", 70))
    response = browser.acting(scene.cast.facilitator).get(reverse("hours:list"), {"export": "csv"})
    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # streamed
    assert "01/06/2025;Bâti-Sud" in content
    assert "210,50" in content
    assert AccessLog.objects.get().action == "statements.exported"


def test_list_costs_the_same_for_many_statements(scene: Scene, browser: ActingClient) -> None:
    making.statement(scene.award, scene.cast.builder, date(2025, 4, 1), hours={scene.anna: Decimal(140)})
    browser.acting(scene.cast.facilitator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(reverse("hours:list")).status_code == 200
        return len(captured)

    few = queries()
    for number in range(19):
        company = accounts.organisation(name=f"Entreprise {number}", number=100 + number, roles=())
        dossier = beneficiaries.dossier(scene.cast.structure, first_name=f"Personne {number}")
        check = beneficiaries.validated_check(dossier, reference_date=date(2025, 4, 1))
        placement = beneficiaries.placement(scene.award, check, employer=company)
        making.statement(scene.award, company, date(2025, 4, 1), hours={placement: Decimal(7)})
    assert queries() == few


def test_expected_page_names_who_owes_what(scene: Scene, browser: ActingClient) -> None:
    page = text_of(browser, scene.cast.facilitator, reverse("hours:expected"))
    assert "155 j de retard" in page
    assert reverse("hours:declare-for", args=[scene.award.pk, JUNE, scene.cast.etti.pk]) in page
    assert "Aucun relevé n’est attendu" in text_of(
        browser, scene.cast.other_facilitator, reverse("hours:expected")
    )


def test_facilitator_reads_the_control_in_words(scene: Scene, browser: ActingClient) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(190, 70))
    page = text_of(browser, scene.cast.facilitator, reverse("hours:statement", args=[sent.pk]))
    assert "Beaucoup d’heures dans le mois pour une personne" in page
    assert "Valider 260 h" in page
    assert "Renvoyer pour correction" in page
    assert "Relevé de juin 2025 envoyé" in page


def test_statement_of_which_nothing_would_count_is_sent_back_first(
    scene: Scene, browser: ActingClient
) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(70, 0))
    Tender.objects.filter(pk=scene.award.lot.tender_id).update(ends_on=date(2025, 6, 3))
    page = text_of(browser, scene.cast.facilitator, reverse("hours:statement", args=[sent.pk]))
    assert (
        "70 h pour 3 jours en période (du 01/06/2025 au 03/06/2025) : 36 h au plus, à 12 h par jour" in page
    )
    assert page.index("Renvoyer pour correction") < page.index("Valider 0 h")
    primary = re.findall(r'class="btn btn-primary[^"]*"[^>]*>\s*([^<]+?)\s*<', page)
    assert primary == ["Renvoyer pour correction"]


def test_company_waits_for_the_decision_and_never_reads_warnings(scene: Scene, browser: ActingClient) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(190, 70))
    url = reverse("hours:statement", args=[sent.pk])
    page = text_of(browser, scene.cast.contractor, url)
    assert "en attente" in page
    assert "Beaucoup d’heures" not in page
    assert "Valider" not in page
    browser.acting(scene.cast.facilitator).post(reverse("hours:validate", args=[sent.pk]), {"lu": sent.stamp})
    page = text_of(browser, scene.cast.contractor, url)
    assert "260 h déclarées, 260 h comptées" in page
    assert "Beaucoup d’heures" not in page


PAGES = ("statement", "correct", "abandon")
POSTS = ("validate", "return")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("facilitator", 200),
        ("contractor", 200),
        ("employer", 404),
        ("other_contractor", 404),
        ("other_facilitator", 404),
        ("buyer", 403),
        ("coordinator", 403),
        ("prescriber", 403),
        ("signatory", 403),
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_statement_opens_to_its_declarant_and_its_facilitator(
    scene: Scene, browser: ActingClient, page: str, name: str, status: int
) -> None:
    sent = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    url = reverse(f"hours:{page}", args=[sent.pk])
    assert browser.acting(getattr(scene.cast, name)).get(url).status_code == status


@pytest.mark.parametrize(
    ("name", "status"),
    [("other_facilitator", 404), ("contractor", 403), ("buyer", 403), ("coordinator", 403)],
)
@pytest.mark.parametrize("page", POSTS)
def test_control_is_closed_to_others(
    scene: Scene, browser: ActingClient, page: str, name: str, status: int
) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    url = reverse(f"hours:{page}", args=[sent.pk])
    assert browser.acting(getattr(scene.cast, name)).post(url, {"comment": "x"}).status_code == status
    sent.refresh_from_db()
    assert sent.status == StatementStatus.SUBMITTED


@pytest.mark.parametrize(
    "name", ["buyer", "contractor", "employer", "coordinator", "signatory", "prescriber"]
)
@pytest.mark.parametrize("page", ["enter", "expected", "validate-clean"])
def test_tools_of_the_facilitator_are_closed_to_others(
    scene: Scene, browser: ActingClient, page: str, name: str
) -> None:
    assert browser.acting(getattr(scene.cast, name)).get(reverse(f"hours:{page}")).status_code == 403


def test_reading_pages_refuse_to_be_posted_to_and_decisions_to_be_read(
    scene: Scene, browser: ActingClient
) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    browser.acting(scene.cast.facilitator)
    for page in ("list", "expected", "enter"):
        assert browser.post(reverse(f"hours:{page}")).status_code == 405
    assert browser.post(reverse("hours:statement", args=[sent.pk])).status_code == 405
    for page in POSTS:
        assert browser.get(reverse(f"hours:{page}", args=[sent.pk])).status_code == 405


def test_validation_says_so_and_a_second_one_says_that_it_is_done(
    scene: Scene, browser: ActingClient
) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    url = reverse("hours:validate", args=[sent.pk])
    browser.acting(scene.cast.facilitator)
    assert "a changé d’état" in text(browser.post(url, follow=True)), "nobody says what was read"
    assert "est validé." in text(browser.post(url, {"lu": sent.stamp}, follow=True))
    assert "a changé d’état" in text(browser.post(url, {"lu": sent.stamp}, follow=True))


def test_return_needs_words_and_keeps_them(scene: Scene, browser: ActingClient) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(410, 70))
    url = reverse("hours:return", args=[sent.pk])
    browser.acting(scene.cast.facilitator)
    response = browser.post(url, {"comment": "", "submission": str(uuid4()), "lu": sent.stamp})
    assert response.status_code == 422
    assert "Ce champ est à remplir." in text(response)
    response = browser.post(
        url, {"comment": "410 ou 140 ?", "submission": str(uuid4()), "lu": sent.stamp}, follow=True
    )
    page = text(response)
    assert "Le relevé est renvoyé à Bâti-Sud." in page
    assert "410 ou 140 ?" in page
    again = browser.post(url, {"comment": "Encore", "submission": str(uuid4()), "lu": sent.stamp})
    assert again.status_code == 422
    assert "a changé d’état" in text(again)


def test_clean_statements_are_counted_then_validated(scene: Scene, browser: ActingClient) -> None:
    for month in (6, 7, 8):
        making.statement(
            scene.award, scene.cast.builder, date(2025, month, 1), hours=scene.hours(130 + month, 60 + month)
        )
    making.statement(scene.award, scene.cast.etti, JUNE, hours={scene.temp: Decimal(190)})
    browser.acting(scene.cast.facilitator)
    assert "Valider les 3 sans anomalie" in text(browser.get(reverse("hours:list")))
    url = reverse("hours:validate-clean")
    page = text(browser.get(url))
    assert "Valider 3 relevés sans anomalie" in page
    assert "1 autre relevé demande votre regard" in page
    for statement in Statement.objects.filter(declarant=scene.cast.builder):
        assert f'href="{reverse("hours:statement", args=[statement.pk])}"' in page
    read = [one.stamp for one in Statement.objects.filter(declarant=scene.cast.builder)]
    assert "3 relevés validés." in text(browser.post(url, {"lu": read}, follow=True))
    waiting = Statement.objects.filter(status=StatementStatus.SUBMITTED)
    assert [statement.declarant for statement in waiting] == [scene.cast.etti]
    assert "Rien à valider d’un coup" in text(browser.get(url))


def test_company_reads_what_to_correct_before_what_is_being_checked(
    scene: Scene, browser: ActingClient, at: datetime
) -> None:
    sent = [
        making.statement(scene.award, scene.cast.builder, date(2025, month, 1), hours=scene.hours(140, 70))
        for month in (6, 7)
    ]
    statements.return_for_correction(statement=sent[0], comment="À revoir", by=scene.cast.facilitator, at=at)

    def rows(actor: Actor) -> list[str]:
        page = text_of(browser, actor, reverse("hours:list"))
        return re.findall(r'href="/releves/(\d+)/"', page)

    assert rows(scene.cast.contractor) == [str(sent[0].pk), str(sent[1].pk)]
    assert rows(scene.cast.facilitator) == [str(sent[1].pk), str(sent[0].pk)]


def test_correction_is_asked_then_opened(scene: Scene, browser: ActingClient) -> None:
    done = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    url = reverse("hours:correct", args=[done.pk])
    browser.acting(scene.cast.contractor)
    assert "Ouvrir la correction" in text(browser.get(url))
    response = browser.post(url, follow=True)
    new = Statement.objects.get(version=2)
    assert response.redirect_chain == [(reverse("hours:statement", args=[new.pk]), 302)]
    assert reverse("hours:declare", args=[scene.award.pk, JUNE]) in text(response)
    assert "est déjà en cours" in text(browser.post(url, follow=True))


def test_correction_is_abandoned_after_a_question(scene: Scene, browser: ActingClient, at: datetime) -> None:
    done = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    new = statements.correct(statement=done, by=scene.cast.contractor, at=at)
    url = reverse("hours:abandon", args=[new.pk])
    assert f'href="{url}"' in text_of(
        browser, scene.cast.contractor, reverse("hours:statement", args=[new.pk])
    )
    assert "restent comptées" in text(browser.get(url))
    response = browser.post(url, follow=True)
    assert response.redirect_chain == [(reverse("hours:statement", args=[done.pk]), 302)]
    assert "rien n’a changé" in text(response)
    assert "Abandonner la correction" not in text(response)
    assert not Statement.objects.filter(pk=new.pk).exists()


def test_sent_correction_is_not_abandoned(scene: Scene, browser: ActingClient) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    browser.acting(scene.cast.contractor)
    response = browser.post(reverse("hours:abandon", args=[sent.pk]), follow=True)
    assert "pas encore envoyée" in text(response)
    assert Statement.objects.filter(pk=sent.pk).exists()


def test_version_that_was_replaced_says_by_which(scene: Scene, browser: ActingClient, at: datetime) -> None:
    first = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    second = statements.correct(statement=first, by=scene.cast.contractor, at=at)
    page = reverse("hours:statement", args=[first.pk])
    running = text_of(browser, scene.cast.contractor, page)
    assert "Une correction est en cours" in running
    assert "Validé" in running
    assert "Corriger ce relevé" not in running
    making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(130, 70))
    second.refresh_from_db()
    assert second.status == StatementStatus.VALIDATED
    for reader in (scene.cast.contractor, scene.cast.facilitator):
        replaced = text_of(browser, reader, page)
        assert "Remplacé par la version 2" in replaced
        assert "210 h déclarées, 210 h qui ne comptent plus" in replaced
        assert f'href="{reverse("hours:statement", args=[second.pk])}"' in replaced
        assert "Corriger ce relevé" not in replaced
    last = text_of(browser, scene.cast.contractor, reverse("hours:statement", args=[second.pk]))
    assert "Corriger ce relevé" in last


def test_clean_statements_are_one_row_of_what_waits(scene: Scene, browser: ActingClient) -> None:
    for month in (JUNE, date(2025, 7, 1)):
        making.statement(scene.award, scene.cast.builder, month, hours=scene.hours(140, 60 + month.month))
    page = text_of(browser, scene.cast.facilitator, reverse("home"))
    assert "Valider 2 relevés sans anomalie" in page
    assert "Contrôler le relevé" not in page


def test_name_of_a_line_leads_to_the_person_only_for_the_structure_that_follows(
    scene: Scene, browser: ActingClient
) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    page = reverse("hours:statement", args=[sent.pk])
    person = reverse("people:person", args=[scene.anna.dossier_id])
    assert f'href="{person}"' in text_of(browser, scene.cast.facilitator, page)
    assert f'href="{person}"' not in text_of(browser, scene.cast.contractor, page)


def test_list_says_what_was_set_aside(scene: Scene, browser: ActingClient) -> None:
    done = making.validated(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    list_url = reverse("hours:list")
    assert "écartées" not in text_of(browser, scene.cast.contractor, list_url)
    done.lines.filter(placement=scene.bruno).update(
        outcome=LineOutcome.REJECTED, rejections=[Finding.OUT_OF_COUNTING_WINDOW], counted=0
    )
    page = text_of(browser, scene.cast.contractor, list_url)
    assert '<span class="plain">140 h</span><small>70 h écartées</small>' in page


def test_facilitator_reads_the_decision_under_the_lines_and_finds_the_tender_and_the_company(
    scene: Scene, browser: ActingClient
) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(140, 70))
    page = text_of(browser, scene.cast.facilitator, reverse("hours:statement", args=[sent.pk]))
    assert page.index("Lignes du relevé") < page.index("Votre contrôle") < page.index("Où il en est")
    assert f'href="{reverse("followup:tender", args=[scene.award.lot.tender_id])}"' in page
    assert f'href="{reverse("accounts:organisation", args=[scene.cast.builder.pk])}"' in page


def test_facilitator_attaches_what_the_company_sent(scene: Scene, browser: ActingClient) -> None:
    url = reverse("hours:declare-for", args=[scene.award.pk, SEPTEMBER, scene.cast.builder.pk])
    received = {"received": Received.EMAIL, "received_on": "2025-10-06"}
    said = uploads.pdf("Anna Martin 147 h")
    paper = SimpleUploadedFile("relevé Bâti-Sud.pdf", said, content_type="text/html")
    browser.acting(scene.cast.facilitator).post(url, typed(scene, **received) | {"document": paper})
    sent = Statement.objects.select_related("document").get()
    assert sent.document is not None
    with default_storage.open(sent.document.path) as kept:
        assert b"Anna" not in kept.read()
    address = reverse("hours:document", args=[sent.pk])
    assert address in text_of(browser, scene.cast.facilitator, reverse("hours:statement", args=[sent.pk]))
    for reader in (scene.cast.facilitator, scene.cast.contractor):
        answer: Any = browser.acting(reader).get(address)
        assert b"".join(answer.streaming_content) == said
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment;")
    whose = reference(scene.anna.person)
    assert AccessLog.objects.filter(action="statement.document", subject=whose).count() == 2
    assert browser.acting(scene.cast.other_facilitator).get(address).status_code == 404
    assert browser.acting(scene.cast.buyer).get(address).status_code == 403


def test_document_is_asked_again_when_something_else_is_wrong(scene: Scene, browser: ActingClient) -> None:
    url = reverse("hours:declare-for", args=[scene.award.pk, SEPTEMBER, scene.cast.builder.pk])
    paper = SimpleUploadedFile("releve.pdf", uploads.pdf("147 h"))
    response = browser.acting(scene.cast.facilitator).post(url, typed(scene, anna="") | {"document": paper})
    assert response.status_code == 422
    assert "Choisissez de nouveau ce document" in text(response)


def test_statement_without_a_document_gives_none(scene: Scene, browser: ActingClient) -> None:
    sent = making.statement(scene.award, scene.cast.builder, JUNE, hours=scene.hours(anna=70))
    address = reverse("hours:document", args=[sent.pk])
    assert browser.acting(scene.cast.facilitator).get(address).status_code == 404
