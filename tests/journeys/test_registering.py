"""A new buyer, from an empty account to a clause with its Word file: with a mouse, a keyboard alone, a phone."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document
from playwright.sync_api import Locator

from clauses.obligations.models import SocialClause
from clauses.procurement.choices import TenderStatus
from clauses.procurement.models import Tender
from inclusiv.core.french import hours_text
from inclusiv.core.periods import paris_day
from inclusiv.demo.make import accounts
from inclusiv.demo.make import clauses as make
from tests.clauses.procurement.test_plans import TITLES, workbook
from tests.conftest import Cast
from tests.journeys.conftest import Doors, Visitor

MOST_CLICKS = 15


class Hand:
    """What presses, and counts: typing does not count, pressing does."""

    def __init__(self, visitor: Visitor, *, keyboard: bool = False) -> None:
        self.visitor = visitor
        self.keyboard = keyboard
        self.clicks = 0

    def press(self, place: Locator) -> None:
        """Press something, by a click or by reaching it with the Tab key."""
        self.clicks += 1
        if self.keyboard:
            self.reach(place)
            self.visitor.page.keyboard.press("Space" if place.get_attribute("type") == "radio" else "Enter")
        else:
            place.click()

    def follow(self, name: str, *, role: Literal["link", "button"] = "link") -> None:
        """Press what leads to another page, and check that page."""
        with self.visitor.page.expect_navigation():
            self.press(self.visitor.page.get_by_role(role, name=name, exact=True).first)
        self.visitor.page.wait_for_load_state("networkidle")
        self.visitor.check()

    def type(self, **fields: str) -> None:
        """Fill fields by their name; by keyboard, each is reached with Tab first."""
        for name, value in fields.items():
            control = self.visitor.page.locator(f"[name='{name}']").first
            if self.keyboard:
                self.reach(control)
            control.fill(value)

    def reach(self, place: Locator) -> None:
        """Go to something with Tab, as somebody without a mouse does; radios are reached through their group."""
        for _ in range(200):
            self.visitor.page.keyboard.press("Tab")
            if place.evaluate("node => node === document.activeElement || node.type === 'radio' "
                              "&& document.activeElement.name === node.name"):  # fmt: skip
                place.focus()
                return
        raise AssertionError(f"{place} is not reached by the Tab key")


@pytest.fixture
def today(cast: Cast) -> date:
    """Today in Paris, in a territory that the first structure follows."""
    accounts.territory(cast.structure, name="Nord", epci=("200059228",))
    return paris_day(timezone.now())


def register(hand: Hand, today: date) -> None:
    """Go from the home page to the texts."""
    visitor = hand.visitor
    visitor.go("/")
    hand.follow("Enregistrer un marché")
    assert visitor.sees("Étape 1 sur 5")
    hand.type(title="Nettoyage des écoles et des gymnases")
    hand.press(visitor.page.get_by_label("Services"))
    hand.type(estimated_amount="600 000", place="Évry-Courcouronnes (91228)")
    hand.follow("Continuer", role="button")
    assert visitor.sees("Étape 2 sur 5")
    hand.type(
        consultation_launched_on=str(today + timedelta(days=40)),
        starts_on=str(today + timedelta(days=120)),
        ends_on=str(today + timedelta(days=849)),
    )
    hand.follow("Enregistrer et continuer", role="button")
    assert visitor.sees("Étape 3 sur 5")
    hand.follow("Ajouter ce lot et continuer", role="button")
    assert visitor.sees("Étape 4 sur 5")
    hand.follow("Enregistrer et lire les textes", role="button")
    assert visitor.sees("Étape 5 sur 5")


def take_away(hand: Hand, folder: Path) -> str:
    """Download the Word file, and return its text."""
    page = hand.visitor.page
    with page.expect_download() as taken:
        hand.press(page.get_by_role("link", name="Télécharger toutes les pièces (Word)"))
    taken.value.save_as(folder / "pieces.docx")
    document = Document(BytesIO((folder / "pieces.docx").read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("width", "keyboard"), [(1320, False), (1320, True), (390, False)], ids=["mouse", "keyboard", "phone"]
)
def test_a_new_buyer_reaches_a_clause_and_its_word_file_in_under_fifteen_clicks(
    width: int, keyboard: bool, doors: Doors, cast: Cast, today: date, tmp_path: Path
) -> None:
    hand = Hand(doors.acting(cast.buyer, width=width), keyboard=keyboard)
    register(hand, today)
    text = take_away(hand, tmp_path)
    assert hand.clicks < MOST_CLICKS, hand.clicks
    clause = SocialClause.objects.get()
    assert plain(hours_text(clause.quantity)) in plain(text)
    tender = Tender.objects.get()
    assert (tender.status, tender.reference[:5]) == (TenderStatus.SIZING, "PROV-")


def test_one_leaves_after_the_first_step_and_resumes_without_scripts(
    doors: Doors, cast: Cast, today: date
) -> None:
    visitor = doors.acting(cast.buyer, scripts=False)
    visitor.go(reverse("procurement:start"))
    visitor.press("Continuer")
    assert visitor.sees("points sont à revoir")
    visitor.fill(title="Nettoyage des écoles", place="Évry-Courcouronnes (91228)")
    visitor.page.get_by_label("Services").check()
    visitor.press("Continuer")
    visitor.go("/")
    visitor.press("Reprendre", role="link")
    assert visitor.sees("Étape 2 sur 5")
    visitor.press("Enregistrer et m’arrêter là")
    assert visitor.sees("Vous reprendrez quand vous voudrez")
    visitor.press("Reprendre : le calendrier", role="link")
    visitor.go(reverse("procurement:start"))
    visitor.fill(title="Nettoyage des écoles", place="Évry-Courcouronnes (91228)")
    visitor.page.get_by_label("Services").check()
    visitor.press("Continuer")
    assert visitor.sees("Ce marché est peut-être déjà enregistré")
    visitor.press("C’est un autre marché, enregistrer")
    assert Tender.objects.count() == 2


@pytest.mark.parametrize("width", [1320, 390])
def test_a_purchase_plan_is_read_then_confirmed_and_a_tender_copied(
    width: int, doors: Doors, cast: Cast, today: date, tmp_path: Path
) -> None:
    file = tmp_path / "plan.xlsx"
    file.write_bytes(
        workbook(TITLES, [1, "Nettoyage", "Services", 180000, "", "", "", "", "", "91228"], [2, "", "T", 5])
    )
    visitor = doors.acting(cast.buyer, width=width)
    visitor.go(reverse("procurement:start"))
    visitor.press("Importer un plan d’achats", role="link")
    visitor.press("Lire ce fichier")
    visitor.page.locator("input[type=file]").set_input_files(file)
    visitor.press("Lire ce fichier")
    assert visitor.sees("Rien n’est encore créé")
    visitor.press("Créer 1 marché")
    assert visitor.sees("Importé le")
    visitor.press("Nettoyage", role="link")
    visitor.press("Copier pour un nouveau marché", role="link")
    visitor.press("Copier")
    assert visitor.sees("Marché préparé par copie du marché PLAN-")


@pytest.mark.parametrize("width", [1320, 390])
def test_a_tender_joins_an_operation_and_a_member_of_its_group_reads_it(
    width: int, doors: Doors, cast: Cast, today: date
) -> None:
    tender = make.tender(buyer=cast.commune, structure=cast.structure)
    make.lot(tender)
    visitor = doors.acting(cast.buyer, width=width)
    visitor.go(reverse("procurement:parties", args=[tender.pk]))
    visitor.press("Rattacher à l’opération")
    assert visitor.sees("donnez l’intitulé d’une nouvelle")
    visitor.fill(title="Quartier du Moulin")
    visitor.press("Rattacher à l’opération")
    visitor.fill(member=str(cast.other_commune.pk))
    visitor.press("Ajouter ce membre")
    visitor.press("Quartier du Moulin", role="link")
    visitor.press("Lancer l’opération")
    assert visitor.sees("En cours")
    member = doors.acting(cast.other_buyer, width=width)
    member.go("/marches/operations/")
    assert member.sees("Aucune opération")
    member.press("Groupements", role="link")
    member.press(tender.title, role="link")
    assert member.sees("seul le coordonnateur le modifie")
    member.press("Pièces de la clause", role="link")
    with member.page.expect_download():
        member.page.get_by_role("link", name="Toutes en PDF").click()
    member.press("Heures", role="link")
    assert member.sees("Les heures seront dues à la notification")
