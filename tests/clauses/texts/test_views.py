"""« Pièces de la clause » and « Textes des clauses »: who sees them, what they show, what they refuse."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from clauses.obligations.actions import clauses
from clauses.procurement.actions import lots
from clauses.procurement.models import Tender
from clauses.texts.models import TextModel
from inclusiv.core.periods import paris_day
from inclusiv.demo.make import clauses as make
from tests.conftest import ActingClient, Cast

EDIT = reverse("texts:edit", args=["article-ccap"])


@pytest.fixture
def tender(cast: Cast) -> Tender:
    made = make.tender(buyer=cast.commune, structure=cast.structure, reference="M-2025/014")
    make.lot(made, hours=Decimal(1890))
    return made


@pytest.fixture
def address(tender: Tender) -> str:
    return reverse("texts:pieces", args=[tender.pk])


def file_address(tender: Tender, slug: str = "article-ccap", form: str = "docx") -> str:
    return reverse("texts:download", args=[tender.pk, slug, form])


def test_the_page_shows_a_piece_written_from_the_clause(
    address: str, cast: Cast, browser: ActingClient
) -> None:
    body = browser.acting(cast.buyer).get(address).content.decode()
    assert "Heures d’insertion à réaliser" in body
    assert "1\u202f890\u00a0h" in body
    assert "version 1, en vigueur depuis" in body
    assert body.count("btn-primary") == 1
    other = browser.get(address, {"piece": "fiche-contact"}).content.decode()
    assert "Les premiers pas" in other
    assert browser.get(address, {"piece": "inconnue"}).status_code == 200


def test_a_change_of_the_clause_changes_the_page(
    tender: Tender, address: str, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    clauses.put(lot=tender.lots.get(), quantity=Decimal(2001), by=cast.buyer, at=at)
    body = browser.acting(cast.facilitator).get(address).content.decode()
    assert "2\u202f001\u00a0h" in body
    assert "1\u202f890\u00a0h" not in body


def test_a_tender_without_clause_says_what_to_do_first(
    tender: Tender, address: str, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    clauses.remove(lot=tender.lots.get(), by=cast.buyer, at=at)
    body = browser.acting(cast.buyer).get(address).content.decode()
    assert "Aucun lot n’a encore de clause" in body
    assert browser.get(file_address(tender)).status_code == 404
    lots.remove(lot=tender.lots.get(), by=cast.buyer, at=at)
    assert browser.get(address).status_code == 200


@pytest.mark.parametrize(
    "slug", ["article-ccap", "paragraphe-rc", "annexe-ae", "fiche-contact", "toutes-les-pieces"]
)
@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_each_piece_is_taken_away_under_a_plain_name(
    slug: str, form: str, tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    response = browser.acting(cast.buyer).get(file_address(tender, slug, form))
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == f'attachment; filename="M-2025-014-{slug}.{form}"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if form == "docx":
        text = "\n".join(paragraph.text for paragraph in Document(BytesIO(response.content)).paragraphs)
    else:
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    assert "M-2025/014" in text


@pytest.mark.parametrize(
    ("slug", "form"), [("autre", "pdf"), ("article-ccap", "exe"), ("article-ccap", "html")]
)
def test_what_is_not_a_piece_is_not_found(
    slug: str, form: str, tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    assert browser.acting(cast.buyer).get(file_address(tender, slug, form)).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("buyer", 200),
        ("facilitator", 200),
        ("coordinator", 200),
        ("other_buyer", 404),
        ("other_facilitator", 404),
        ("contractor", 403),
        ("employer", 403),
        ("prescriber", 403),
        ("signatory", 403),
    ],
)
def test_who_opens_the_pieces(
    name: str, status: int, tender: Tender, address: str, cast: Cast, browser: ActingClient
) -> None:
    browser.acting(cast.everyone()[name])
    assert browser.get(address).status_code == status
    assert browser.get(file_address(tender)).status_code == status
    assert browser.post(address).status_code in {403, 405}


def test_the_tab_is_shown_to_who_may_open_it(
    tender: Tender, address: str, cast: Cast, browser: ActingClient
) -> None:
    make.award(tender.lots.get(), (cast.builder, Decimal(1)))
    page = reverse("procurement:tender", args=[tender.pk])
    assert address in browser.acting(cast.buyer).get(page).content.decode()
    assert address not in browser.acting(cast.contractor).get(page).content.decode()


def test_a_title_with_markup_is_escaped(
    tender: Tender, address: str, cast: Cast, browser: ActingClient
) -> None:
    Tender.objects.filter(pk=tender.pk).update(title="<script>x</script> {{ heures_totales }}")
    body = browser.acting(cast.buyer).get(address, {"piece": "article-ccap"}).content.decode()
    assert "<script>x" not in body
    assert "&lt;script&gt;x&lt;/script&gt; {{ heures_totales }}" in body


def typed(**changes: str) -> dict[str, str]:
    usual = {
        "submission": str(uuid4()),
        "body": "# Insertion\nLe titulaire réalise {{ heures_totales }}.",
        "valid_from": paris_day(timezone.now()).isoformat(),
        "seen": "2",
    }
    return {**usual, **changes}


def test_the_models_are_listed_with_the_version_in_force(cast: Cast, browser: ActingClient) -> None:
    body = browser.acting(cast.coordinator).get(reverse("texts:models")).content.decode()
    assert body.count("version 2, depuis le") == 4
    assert "livrée avec la plateforme" in body


def test_the_preview_prints_the_example_and_writes_nothing(cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.coordinator)
    form = typed(apercu="1", valid_from="")
    fragment = browser.post(EDIT, form, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Le titulaire réalise 2\u202f620\u00a0h et 2\u00a0actions sociales" in fragment
    assert fragment.strip() in browser.post(EDIT, form).content.decode()
    assert TextModel.objects.filter(department="91").count() == 0


@pytest.mark.parametrize("apercu", [{"apercu": "1"}, {}])
def test_an_unknown_field_is_named_with_its_line(
    apercu: dict[str, str], cast: Cast, browser: ActingClient
) -> None:
    form = typed(body="# Titre\n{{ heures_totale }}", **apercu)
    response = browser.acting(cast.coordinator).post(EDIT, form)
    body = response.content.decode()
    assert response.status_code == 422
    assert "Ligne 2" in body
    assert "heures_totales" in body
    assert not TextModel.objects.filter(department="91").exists()


def test_a_version_is_written_then_read(cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.coordinator)
    assert browser.post(EDIT, typed()).status_code == 302
    row = TextModel.objects.get(department="91")
    assert row.version == 3
    page = browser.get(EDIT).content.decode()
    assert "Version 3 écrite" in page
    shown = browser.get(reverse("texts:version", args=[row.pk])).content.decode()
    assert "Le titulaire réalise {{ heures_totales }}." in shown
    assert "Le titulaire réalise 2\u202f620\u00a0h et 2\u00a0actions sociales" in shown
    again = browser.post(EDIT, typed(body="Autre {{ lieu }}."))
    assert again.status_code == 422
    assert "rechargez la page" in again.content.decode()


def test_a_day_in_the_past_is_told_on_its_field(cast: Cast, browser: ActingClient) -> None:
    response = browser.acting(cast.coordinator).post(EDIT, typed(valid_from=str(date(2020, 1, 1))))
    assert response.status_code == 422
    assert "au plus tôt aujourd’hui" in response.content.decode()


@pytest.mark.parametrize(
    "name", ["buyer", "facilitator", "contractor", "signatory", "prescriber", "employer"]
)
def test_only_the_coordination_opens_the_models(name: str, cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.everyone()[name])
    key = TextModel.objects.values_list("pk", flat=True)[0]
    for address in (reverse("texts:models"), EDIT, reverse("texts:version", args=[key])):
        assert browser.get(address).status_code == 403
    assert browser.post(EDIT, typed()).status_code == 403


def test_an_unknown_model_is_not_found(cast: Cast, browser: ActingClient) -> None:
    browser.acting(cast.coordinator)
    assert browser.get(reverse("texts:edit", args=["autre"])).status_code == 404
    assert browser.get(reverse("texts:version", args=[10**9])).status_code == 404


@pytest.mark.parametrize("count", [1, 4])
def test_the_pieces_cost_as_many_queries_whatever_the_lots(
    count: int, cast: Cast, browser: ActingClient
) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure, reference="M-QUERIES")
    for number in range(1, count + 1):
        make.award(make.lot(tender, number=number, amount=Decimal(1000)), (cast.builder, Decimal(1)))
    browser.acting(cast.buyer)
    with CaptureQueriesContext(connection) as captured:
        browser.get(reverse("texts:pieces", args=[tender.pk]))
    assert len(captured) <= 22
