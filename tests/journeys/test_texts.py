"""The terms of a clause and its pieces, in a real browser: a buyer takes them away, the coordination writes their model."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from docx import Document

from clauses.obligations.models import SocialClause
from clauses.texts.models import TextModel
from inclusiv.demo.make import clauses as make
from tests.conftest import Cast
from tests.journeys.conftest import Doors


@pytest.mark.parametrize("width", [1320, 390])
def test_a_buyer_sets_the_terms_then_takes_the_pieces_away(
    width: int, doors: Doors, cast: Cast, tmp_path: Path
) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    lot = make.lot(tender)
    visitor = doors.acting(cast.buyer, width=width)
    visitor.go(reverse("obligations:sizing", args=[lot.pk]))
    visitor.page.get_by_text("Termes de la clause").click()
    visitor.check()
    visitor.fill(penalty_hour="64,50", statement_due_day="31")
    visitor.press("Enregistrer la clause")
    assert visitor.sees("31 est trop grand")
    visitor.fill(statement_due_day="9")
    visitor.press("Enregistrer la clause")
    assert SocialClause.objects.get().penalty_hour == Decimal("64.50")
    visitor.press("Pièces de la clause", role="link")
    assert visitor.sees("64,50 €")
    assert visitor.sees("au plus tard le 9 du mois")
    visitor.page.get_by_role("navigation", name="Pièces", exact=True).get_by_role(
        "link", name="Contact"
    ).click()
    visitor.check()
    assert visitor.sees("Les premiers pas")
    with visitor.page.expect_download() as taken:
        visitor.page.get_by_role("link", name="Télécharger toutes les pièces (Word)").click()
    taken.value.save_as(tmp_path / "pieces.docx")
    document = Document(BytesIO((tmp_path / "pieces.docx").read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "64,50\u00a0€" in cells


@pytest.mark.parametrize("width", [1320, 390])
def test_a_buyer_asks_for_actions_then_for_a_part_of_the_hours(width: int, doors: Doors, cast: Cast) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    lot = make.lot(tender)
    visitor = doors.acting(cast.buyer, width=width)
    page = visitor.page
    visitor.go(reverse("obligations:sizing", args=[lot.pk]))
    page.get_by_text("La clause demande autre chose").click()
    visitor.check()
    page.get_by_label("Des actions sociales, chaque année").check()
    page.get_by_label("Montant du lot").wait_for(state="hidden")
    page.get_by_label("Actions par an").fill("2")
    visitor.check()
    visitor.press("Enregistrer la clause")
    assert visitor.sees("2 actions sociales")
    assert SocialClause.objects.get().actions_per_year == 2
    visitor.go(reverse("obligations:sizing", args=[lot.pk]))
    page.get_by_label("Une part des heures travaillées").check()
    page.locator("[name=hours_rate]").fill("5")
    page.get_by_text("Estimation").wait_for()
    visitor.check()
    visitor.press("Enregistrer la clause")
    assert SocialClause.objects.get().quantity == Decimal(1350)


@pytest.mark.parametrize("width", [1320, 390])
def test_the_coordination_writes_a_version_and_sees_it_as_it_types(
    width: int, doors: Doors, cast: Cast
) -> None:
    visitor = doors.acting(cast.coordinator, width=width)
    visitor.go(reverse("texts:models"))
    visitor.page.get_by_role("link", name="Modifier : Article du CCAP").click()
    visitor.check()
    visitor.page.get_by_text("Mise en forme et champs").click()
    visitor.check()
    visitor.page.get_by_label("Texte").fill("# Insertion\nAu moins {{ heures_totals }}.")
    visitor.page.get_by_text("Vouliez-vous écrire").first.wait_for()
    visitor.check()
    visitor.page.get_by_label("Texte").fill("# Insertion\nAu moins {{ heures_totales }}.")
    visitor.page.get_by_text("Au moins 2").wait_for()
    visitor.press("Enregistrer la nouvelle version")
    assert visitor.sees("La version 3 est écrite.")
    visitor.press("Lire : version 2", role="link")
    assert visitor.sees("Ce que le titulaire réalise")
    assert TextModel.objects.get(department="91").version == 3
