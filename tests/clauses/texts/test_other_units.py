"""What a clause asks for besides hours is printed as it is enforced, number by number."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from clauses.obligations.actions import clauses
from clauses.obligations.choices import ReliefCase, SocialActionKind, Unit
from clauses.obligations.models import SocialClause
from clauses.obligations.rules.units import MINIMUM_HOURS
from clauses.obligations.selectors.sizing import sizing_ground
from clauses.procurement.actions import ccag
from clauses.procurement.choices import Ccag, Sector, TenderStatus
from clauses.procurement.models import Tender
from clauses.texts.documents.docx import write_docx
from clauses.texts.documents.pieces import bundle, pieces_of
from clauses.texts.documents.printed import print_pieces
from clauses.texts.rules.values import values_of
from clauses.texts.selectors.facts import doubts, tender_facts
from clauses.texts.selectors.models import models_used
from inclusiv.core.french import date_long
from inclusiv.core.refusals import Refused
from inclusiv.demo.make import clauses as make
from tests.clauses.texts.test_documents import (
    AT,
    LIMITS,
    ODD,
    docx_text,
    of_terms,
    pdf_text,
    plain,
    reread,
)
from tests.clauses.texts.test_documents import numbers as numbers_of
from tests.conftest import Cast

ON = date(2026, 12, 1)
"""From then on the texts speak of actions, places and participants."""

KINDS = (SocialActionKind.INTERNSHIP, SocialActionKind.MENTORING)
TERMS = replace(ODD, penalty_action=Decimal(59))


@pytest.fixture
def tender(cast: Cast) -> Tender:
    """One lot of each way of saying, whose numbers are found nowhere else."""
    made = make.tender(buyer=cast.commune, structure=cast.structure, reference="M-2025-014")
    for number in range(1, 8):
        make.lot(made, number=number, sector=Sector.CLEANING, title="Lot", amount=Decimal(400_000))
    lots = {lot.number: lot for lot in made.lots.all()}
    at, by = made.created_at, cast.buyer
    clauses.put(lot=lots[1], quantity=Decimal(1891), terms=TERMS, by=by, at=at)
    clauses.put(
        lot=lots[2], quantity=Decimal(1317), terms=replace(TERMS, hours_per_100k=Decimal(37)), by=by, at=at
    )
    clauses.put(
        lot=lots[3], quantity=Decimal(1409), terms=replace(TERMS, hours_rate=Decimal("0.09")), by=by, at=at
    )
    acting = replace(TERMS, actions_per_year=8, action_kinds=KINDS, relief_cases=(ReliefCase.NO_CANDIDATE,))
    clauses.put(lot=lots[4], unit=Unit.ACTIONS, terms=acting, by=by, at=at)
    clauses.put(lot=lots[5], unit=Unit.PLACES, quantity=Decimal(19), terms=TERMS, by=by, at=at)
    clauses.put(lot=lots[6], unit=Unit.PARTICIPANTS, quantity=Decimal(23), terms=TERMS, by=by, at=at)
    inputs = replace(
        sizing_ground(lots[7], on=ON).inputs, staff_total=Decimal(41), staff_taken_over=Decimal(12)
    )
    clauses.put(lot=lots[7], inputs=inputs, quantity=Decimal(1523), terms=TERMS, by=by, at=at)
    return reread(made)


def enforced(tender: Tender) -> set[Decimal]:
    """Return every number that the rows hold, with the totals that are printed."""
    found: set[Decimal] = {*LIMITS, Decimal(100_000), Decimal(1891 + 1523)}
    for row in SocialClause.objects.filter(lot__tender=tender).select_related("lot", "sizing"):
        found |= {Decimal(row.lot.number), row.quantity, *of_terms(TERMS), row.penalty_action}
        found |= {row.hours_per_100k or Decimal(1891), (row.hours_rate or Decimal("0.09")) * 100}
        found |= {Decimal(row.actions_per_year or 8)}
        found |= {Decimal(MINIMUM_HOURS[SocialActionKind(kind)]) for kind in row.action_kinds}
        if row.sizing and row.sizing.staff_total and row.sizing.staff_taken_over:
            found |= {row.sizing.staff_total, row.sizing.staff_total - row.sizing.staff_taken_over}
    return found


def text_of(tender: Tender, form: str) -> str:
    facts = tender_facts(tender, on=ON, today=ON)
    pieces = pieces_of(facts, models_used(department=tender.department, on=ON))
    whole = bundle(facts, pieces, made_on=AT.date())
    text = (
        docx_text(write_docx(whole, at=AT))
        if form == "docx"
        else pdf_text(print_pieces(whole, at=AT).content)
    )
    text = plain(text)
    for day in (tender.starts_on, tender.ends_on, date(2026, 11, 30)):
        assert day is not None
        text = text.replace(plain(date_long(day)), "")
    return text


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_every_number_printed_is_the_number_enforced(form: str, tender: Tender, cast: Cast) -> None:
    assert numbers_of(text_of(tender, form), phone=cast.structure.phone) == enforced(tender)


def test_each_way_has_its_words(tender: Tender) -> None:
    text = text_of(tender, "docx")
    for said in (
        "37 h par tranche de 100 000 € HT facturés (prévision : 1 317 h)",
        "9 % des heures travaillées (estimation : 1 409 h)",
        "8 actions sociales par an (prévision : 8)",
        "19 places de formation ou de stage",
        "23 participants",
        "Pour le lot 4, le titulaire réalise des actions sociales",
        "soit 29 sur 41",
        "59 € par action sociale qui manque",
        "53,50 € par heure non réalisée",
        "le parrainage d’une personne, par des entretiens individuels (6 h au moins)",
        "l’acheteur a réduit ou arrêté l’exécution (les lots 1, 2, 3, 5, 6 et 7 seulement)",
    ):
        assert said in text, said


def test_a_tender_without_hours_prints_nothing_about_them(tender: Tender) -> None:
    SocialClause.objects.filter(lot__tender=tender).exclude(unit=Unit.ACTIONS).delete()
    text = text_of(tender, "docx")
    assert "actions sociales" in text
    for absent in ("heures travaillées", "Manières de réaliser", "relevé mensuel", "mise à disposition"):
        assert absent not in text, absent


def test_a_tender_with_hours_only_prints_nothing_else(tender: Tender) -> None:
    SocialClause.objects.filter(lot__tender=tender).exclude(lot__number=1).delete()
    text = text_of(tender, "docx")
    assert "1 891 h" in text
    assert "action" not in text.replace("plan d’action", "").replace("mettre l’action au point", "")


@pytest.mark.parametrize(
    ("chosen", "article", "named"),
    [
        (Ccag.TRAVAUX, "20.1", "marchés publics de travaux"),
        (Ccag.MOE, "16.1", "maîtrise d’œuvre"),
        (Ccag.TIC, "16.1", "techniques de l’information"),
    ],
)
def test_the_general_clauses_decide_of_the_articles(
    chosen: Ccag, article: str, named: str, tender: Tender, cast: Cast
) -> None:
    assert tender_facts(tender, on=ON, today=ON).ccag is Ccag.TRAVAUX, "works, unless somebody says otherwise"
    ccag.choose(tender=tender, ccag=chosen, by=cast.buyer, at=AT)
    values = values_of(tender_facts(reread(tender), on=ON, today=ON))
    assert values["article_ccag"] == article
    assert named in str(values["ccag"])


def test_no_general_clauses_is_said_and_a_notified_tender_keeps_its_own(tender: Tender, cast: Cast) -> None:
    ccag.choose(tender=tender, ccag=Ccag.NONE, by=cast.buyer, at=AT)
    assert any("aucun CCAG" in doubt for doubt in doubts(reread(tender), on=ON))
    for lot in tender.lots.all():
        make.award(lot, (cast.builder, Decimal(1)))
    make.notify(tender, notified_on=date(2025, 3, 10))
    with pytest.raises(Refused) as refusal:
        ccag.choose(tender=tender, ccag=Ccag.FCS, by=cast.buyer, at=AT)
    assert refusal.value.code == "tender_bound"


def test_a_tender_given_up_keeps_its_general_clauses(tender: Tender, cast: Cast) -> None:
    Tender.objects.filter(pk=tender.pk).update(status=TenderStatus.NO_AWARD)
    with pytest.raises(Refused, match="sans suite"):
        ccag.choose(tender=tender, ccag=Ccag.FCS, by=cast.buyer, at=AT)
