"""The opportunity note: what a buyer reads before deciding, the same bytes everywhere, one copy with the answer."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import outloud
import pytest
from django.urls import reverse
from pypdf import PdfReader

from clauses.obligations.actions import clauses
from clauses.obligations.choices import Unit
from clauses.obligations.models import SocialClause
from clauses.obligations.selectors.values import inputs_of
from clauses.procurement.actions import advice
from clauses.procurement.choices import Opinion, Sector
from clauses.procurement.models import Lot, Tender
from clauses.texts.documents.note import note_bytes
from clauses.texts.rules.blocks import Items, Paragraph, Table
from clauses.texts.rules.note import note_blocks
from clauses.texts.selectors.note import note_facts
from inclusiv.demo.make import clauses as make
from tests.clauses.obligations.test_units import other_terms
from tests.clauses.texts.test_documents import plain
from tests.conftest import ActingClient, Cast
from tests.world import asked_advice

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ON = AT.date()

pytestmark = pytest.mark.django_db


@pytest.fixture
def tender(cast: Cast) -> Tender:
    """The golden lots: 1 890, 320 and 410 h (DOMAIN.md 12.1)."""
    made = make.tender(buyer=cast.commune, structure=cast.structure, reference="M-2025-014")
    make.lot(made)
    make.lot(
        made,
        number=2,
        title="VRD",
        sector=Sector.EARTHWORKS_ROADS,
        amount=Decimal(640_000),
        hours=Decimal(320),
    )
    make.lot(
        made, number=3, title="Peinture", sector=Sector.PAINTING, amount=Decimal(220_000), hours=Decimal(410)
    )
    return reread(made)


def reread(tender: Tender) -> Tender:
    return Tender.objects.select_related("buyer", "structure", "facilitator", "place").get(pk=tender.pk)


def told(tender: Tender) -> str:
    """Return the words of the note."""
    said = []
    for block in note_blocks(note_facts(tender, on=ON)):
        match block:
            case Table():
                said += [block.caption, *(" | ".join(row) for row in (*block.rows, block.total))]
            case Items():
                said += block.items
            case _:
                said.append(block.text)
    return plain("\n".join(said))


def test_the_first_sentence_is_the_proposal(tender: Tender) -> None:
    first = note_blocks(note_facts(tender, on=ON))[0]
    assert isinstance(first, Paragraph)
    assert plain(first.text).startswith(
        "Nous proposons une clause sociale sur 3 lots : 2 620 h d’insertion, "
    )


def test_each_lot_has_its_hours_its_formula_its_values_and_their_sources(tender: Tender) -> None:
    text = told(tender)
    for said in (
        "Lot 1, Gros œuvre | 1 800 000 € | 1 890 h",
        "Total |  | 2 620 h",
        "220 000 € × 70 % × 8 % ÷ 30 € = 410,67 h",
        "Part de main-d’œuvre, 70 % : valeur d’usage du métier « Peinture, revêtements muraux »",
        "Coût d’une heure, 30 € : valeur par défaut",
        "Sont proposés d’abord : bénéficiaires du RSA.",
        "Embauche directe",
        "Aucune structure inclusive connue pour ce métier",
        "précède l’entrée en vigueur de l’obligation",
    ):
        assert said in text, said


def test_a_value_chosen_here_says_so_and_a_difference_is_told(tender: Tender, cast: Cast) -> None:
    lot = tender.lots.get(number=3)
    sizing = SocialClause.objects.get(lot=lot).sizing
    assert sizing is not None
    inputs = replace(inputs_of(sizing), effort_rate=Decimal("0.12"))
    clauses.put(lot=lot, inputs=inputs, quantity=Decimal(500), by=cast.buyer, at=tender.created_at)
    text = told(tender)
    assert "Effort d’insertion, 12 % : choisie pour ce marché" in text
    assert "115 h de moins que le calcul" in text


def test_warnings_and_lots_without_a_clause_are_points_of_attention(tender: Tender, cast: Cast) -> None:
    clauses.remove(lot=tender.lots.get(number=1), by=cast.buyer, at=tender.created_at)
    text = told(tender)
    assert "Lot 1, Gros œuvre : aucune clause proposée." in text
    assert "Lot 2, VRD : Étalées sur toute l’exécution" in text
    assert "Lot 1, Gros œuvre | 1 800 000 € | pas de clause" in text


def test_a_lot_that_owes_actions_is_told_in_actions(tender: Tender, cast: Cast) -> None:
    lot = tender.lots.get(number=3)
    terms = other_terms(lot)
    clauses.put(
        lot=lot, unit=Unit.PLACES, quantity=Decimal(3), terms=terms, by=cast.buyer, at=tender.created_at
    )
    text = told(tender)
    assert "2 210 h d’insertion et 3 places de formation ou de stage" in text
    assert "Lot 3, Peinture | 220 000 € | 3 places de formation ou de stage" in text


def test_nothing_proposed_is_said_too(tender: Tender) -> None:
    SocialClause.objects.all().delete()
    assert told(tender).startswith("Aucune clause sociale n’est proposée à ce stade")
    Lot.objects.all().delete()
    assert len(PdfReader(BytesIO(note_bytes(tender.pk, AT))).pages) == 1


def test_the_same_instant_gives_the_same_bytes_and_outloud_finds_nothing(
    tender: Tender, tmp_path: Path
) -> None:
    content = note_bytes(tender.pk, AT)
    assert content == note_bytes(tender.pk, AT)
    file = tmp_path / "note.pdf"
    file.write_bytes(content)
    result = outloud.check(str(file))
    assert result.error is None
    assert [f"{said.rule} p.{said.page}: {said.message}" for said in result.findings] == []
    text = plain(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))
    assert "2 620 h" in text
    assert "30 novembre 2026" in text


def test_who_follows_the_tender_takes_the_note_away(
    tender: Tender, cast: Cast, browser: ActingClient
) -> None:
    page = reverse("procurement:tender", args=[tender.pk])
    note = reverse("texts:note", args=[tender.pk])
    for actor in (cast.buyer, cast.facilitator):
        assert note in browser.acting(actor).get(page).content.decode()
        response = browser.get(note)
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
    assert browser.acting(cast.contractor).get(note).status_code == 403


def test_the_answer_keeps_the_note_as_it_was(
    tender: Tender, cast: Cast, browser: ActingClient, at: datetime
) -> None:
    request, _ = asked_advice(tender, at=at)
    address = reverse("procurement:advice-note", args=[request.pk])
    assert browser.acting(cast.facilitator).get(address).status_code == 404
    advice.propose(
        request=request,
        opinion=Opinion.ADVISED,
        answer="Oui.",
        address="https://x.example/",
        by=cast.facilitator,
        at=at,
    )
    clauses.remove(lot=tender.lots.get(number=1), by=cast.buyer, at=at)
    assert (
        address
        in browser.acting(cast.buyer).get(reverse("procurement:advice", args=[request.pk])).content.decode()
    )
    kept = browser.get(address).getvalue()
    text = plain(" ".join(page.extract_text() for page in PdfReader(BytesIO(kept)).pages))
    assert "2 620 h" in text
    assert "14 octobre 2025" in text
